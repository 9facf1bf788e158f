"""Evaluations that the deliberation waits for."""

from portal.text import dates, french
from portal.ui.tables import Column
from portal.ui.templatetags.ui import badge
from scoring.queries.readiness import AwaitedJuror, FileReadings


def _reminded(row: AwaitedJuror) -> str:
    return f"Rappelé le {dates.moment(row.reminded_at)}" if row.reminded_at else ""


AWAITED_JURORS = [
    Column("jure", "Juré", "juror", small=_reminded, row_header=True),
    Column("attendues", "Évaluations attendues", "left", french.number, css="n"),
]


def _state(file: FileReadings) -> str:
    if file.waiver:
        return badge("info", "Par dérogation", icon="pencil-square")
    return badge("warn", "Lu par aucun juré", icon="exclamation-triangle") if file.is_unread else badge("warn", "Lu en partie")


AWAITED_FILES = [
    Column("dossier", "Dossier", "application.reference", small="application.establishment.name", css="w", row_header=True),
    Column("rendues", "Rendues", "given", french.number, css="n"),
    Column("attendues", "Attendues de", lambda file: ", ".join(map(str, file.awaited)) or "personne", css="w"),
    Column("etat", "État", _state, css="w"),
    Column("motif", "Motif", lambda file: file.waiver.reason if file.waiver else "", css="w"),
    Column("acte", "Acte", template="scoring/jury/_waiver_act.html", css="w", hidden=True),
]
