"""Columns of the opinions that a person gives."""

from datetime import date

from calls.enums import OpinionState, OpinionValue
from calls.models import Opinion
from portal.ui.tables import Column, own_page, short_day
from portal.ui.templatetags.ui import badge, badge_of


def _title(opinion: Opinion) -> str:
    return opinion.application.title or opinion.application.reference


def _state(opinion: Opinion) -> str:
    if opinion.is_asked and opinion.is_late:
        return badge("err", "En retard", icon="exclamation-circle")
    return badge_of(opinion)


def _value(opinion: Opinion) -> str:
    if not opinion.is_given:
        return "Brouillon commencé" if opinion.written_at else ""
    return opinion.get_value_display() + (", en retard" if opinion.is_late else "")


def in_short(state: str | None, value: str, due_on: date | None, today: date) -> str:
    """What the list of files says of the opinion on one of them; empty where none is asked."""
    if not state:
        return ""
    if state == OpinionState.GIVEN:
        return OpinionValue(value).label
    return "En retard" if due_on < today else f"Attendu le {due_on:%d/%m/%Y}"


TO_GIVE = [
    Column("dossier", "Dossier", _title, link=own_page, small="application.reference", css="w", row_header=True),
    Column("lycee", "Lycée", "application.establishment.name", small="application.establishment.town", css="w", narrow=""),
    Column("appel", "Appel", "application.call.title", css="w"),
    Column("a-rendre", "À rendre le", "due_on", short_day, css="pr-num"),
    Column("etat", "État", _state),
    Column("avis", "Avis", _value, css="w"),
]
