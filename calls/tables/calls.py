"""Columns of the steering of calls: the list of calls, and the shares of one call by place."""

from urllib.parse import urlencode

from calls.models import Call
from calls.queries.calls import Share
from portal.addresses import address
from portal.text import dates, french
from portal.text.typography import typo
from portal.ui.tables import Column
from portal.ui.templatetags.ui import badge_of


def _page(call: Call) -> str:
    return address("calls:steered_call", call.reference)


STEERED = [
    Column("reference", "Référence", "reference", link=_page, css="w", row_header=True, sort="reference"),
    Column("intitule", "Appel", lambda call: typo(call.title), small="programme", css="w", narrow="", sort="title"),
    Column("etat", "État", badge_of, css="w2", sort="state"),
    Column("cloture", "Clôture", "closes_at", dates.day, sort="closes_at"),
    Column("ouverts", "Ouverts", "opened_total", french.number, css="n"),
    Column("deposes", "Déposés", "filed_total", french.number, css="n", sort="filed_total"),
    Column("a-statuer", "À statuer", "to_check_total", french.number, css="n"),
]


REASONS = [
    Column("motif", "Motif", "label", css="w", row_header=True),
    Column("acte", "Acte", "use", css="w"),
    Column("dossiers", "Dossiers", "files", french.number, css="n"),
]


def shares(place: str, call: Call, name: str) -> list[Column]:
    """Lycées eligible, files opened and filed, place by place; `name` is the filter of the list of files to which a place leads."""

    def files(share: Share) -> str:
        return f"{address('calls:files')}?{urlencode({'appel': call.reference, name: share.code})}"

    return [
        Column("lieu", place, "label", link=files, css="w", row_header=True),
        Column("eligibles", "Lycées éligibles", "eligible", french.number, css="n", narrow="Éligibles"),
        Column("ouverts", "Dossiers ouverts", "opened", french.number, css="n", narrow="Ouverts"),
        Column("deposes", "Déposés", "filed", french.number, css="n"),
    ]
