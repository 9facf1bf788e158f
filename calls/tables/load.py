"""Columns of the load of officers."""

from urllib.parse import urlencode

from django.utils.html import format_html

from calls.enums import OPEN
from calls.queries.load import Load
from portal.addresses import address
from portal.text import french
from portal.ui.tables import Column, blank
from portal.ui.templatetags.ui import badge


def _query(load: Load, **more: str) -> str:
    """The list of these files, as an address without its beginning."""
    asked = {"suivi": str(load.officer.pk) if load.officer else "personne", "autorite": load.code, "etat": OPEN, **more}
    return urlencode({name: value for name, value in asked.items() if value})


def _list(load: Load) -> str:
    return f"{address('calls:files')}?{_query(load)}"


def _list_to_rule(load: Load) -> str:
    return f"{address('calls:files')}?{_query(load, vue='a-statuer')}" if load.to_rule else ""


def _list_of_late(load: Load) -> str:
    return f"{address('calls:files')}?{_query(load, vue='complements-en-retard')}" if load.late else ""


def _name(load: Load) -> str:
    if load.code:
        return f"dont {load.place}"
    return str(load.officer) if load.officer else "Personne"


def _role_ended(load: Load) -> str:
    return "" if load.instructs or load.code else "N’instruit plus"


def _hand_over(load: Load) -> str:
    if not load.open:
        return ""
    asked = urlencode({"tous": "1", "liste": _query(load)})
    return format_html(
        '<a class="btn btn-outline-primary btn-sm" href="{}?{}">{}<span class="visually-hidden"> de {}</span></a>',
        address("calls:bulk", "confier"), asked, "Passer ces dossiers" if load.officer else "Confier ces dossiers", _of_whom(load),
    )  # fmt: skip


def _of_whom(load: Load) -> str:
    who = str(load.officer) if load.officer else "personne"
    return f"{who}, {load.place}" if load.code else who


def _late(load: Load) -> str:
    return badge("err", french.number(load.late)) if load.late else french.number(0)


LOADS = [
    Column("instructeur", "Instructeur", _name, link=_list, small=_role_ended, css="w", row_header=True),
    Column("ouverts", "Dossiers ouverts", "open", french.number, css="n", narrow="Ouverts"),
    Column("a-statuer", "À statuer", "to_rule", french.number, css="n", link=_list_to_rule),
    Column("retard", "Compléments en retard", _late, css="n", narrow="En retard", link=_list_of_late),
    Column("echanges", "Échanges à répondre", "threads", french.number, css="n", narrow="Échanges"),
    Column("passer", "Passation", _hand_over, blank, hidden=True),
]


def attributes(load: Load) -> str:
    """A line of one authority is written smaller, under that of its officer."""
    return ' class="pr-small"' if load.code else ""
