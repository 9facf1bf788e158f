"""Lycées that the administration says closed, when the directory is read again: kept closed while the file says open, over once it agrees."""

from dataclasses import replace

from portal.directory.enums import EstablishmentState
from portal.directory.importers.annuaire import Record
from portal.directory.importers.report import ImportReport
from portal.directory.models import Establishment, SchoolClosure
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform


def keep_closed(records: list[Record], report: ImportReport) -> list[Record]:
    """The same records, closed where the administration says so; the report names those that the file still says open."""
    standing = {closure.establishment.uai for closure in _standing()}
    return [_kept(record, report) if record.uai in standing else record for record in records] if standing else records


def _kept(record: Record, report: ImportReport) -> Record:
    if record.fields["state"] == EstablishmentState.CLOSED:
        report.warn(
            record.line, record.uai, "closure_over", "L’annuaire le dit fermé à son tour : la fermeture notée n’a plus à être gardée."
        )
        return record
    report.warn(record.line, record.uai, "closure_kept", "Ouvert dans le fichier, et gardé fermé : l’administration du portail l’a noté.")
    return replace(record, fields=record.fields | {"state": EstablishmentState.CLOSED})


def settle_closed(records: list[Record], said: dict[str, str]) -> None:
    """Once the rows are written, in the transaction of the import: `said` gives, by UAI, the state of each lycée in the file itself.

    Who noted or took back a closure while the file was read has the last word: `records` were compared before that.
    """
    standing = _standing()
    kept = {record.uai for record in records if record.fields["state"] != said[record.uai]}
    for uai in sorted(kept - {closure.establishment.uai for closure in standing}):
        Establishment.objects.filter(uai=uai).update(state=said[uai])
    for closure in standing:
        state = said.get(closure.establishment.uai)
        if state == EstablishmentState.CLOSED:
            perform(closure, "supersede", actor=SYSTEM, reason="L’annuaire dit que ce lycée est fermé.")
            continue
        if not closure.establishment.is_closed:
            Establishment.objects.filter(pk=closure.establishment_id).update(state=EstablishmentState.CLOSED)
        if state and state != closure.directory_state:
            SchoolClosure.objects.filter(pk=closure.pk).update(directory_state=state)


def _standing() -> list[SchoolClosure]:
    return list(SchoolClosure.objects.standing().select_related("establishment").order_by("pk"))
