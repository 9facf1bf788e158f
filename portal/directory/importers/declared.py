"""Facts that lycées have declared, when the directory is read again: kept while the file does not say them, over once it does."""

from collections import defaultdict
from dataclasses import replace

from portal.directory import facts
from portal.directory.enums import Fact
from portal.directory.importers.annuaire import Record
from portal.directory.importers.report import ImportReport
from portal.directory.models import Establishment, FactDeclaration
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform

Said = dict[str, dict[str, object]]  # by UAI, what the file itself holds in the columns of the facts
COLUMNS = tuple(name for silent in facts.SILENT.values() for name in silent)


def said_in(records: list[Record]) -> Said:
    """What the file says of the facts of each lycée, before anything declared is put in its place."""
    return {record.uai: {name: record.fields[name] for name in COLUMNS} for record in records}


def keep_declared(records: list[Record], report: ImportReport) -> list[Record]:
    """The same records, with what was declared and confirmed where the file does not say it; the report says what becomes of each."""
    standing = defaultdict(list)
    for declaration in _standing():
        standing[declaration.establishment.uai].append(declaration)
    return [_kept(record, standing[record.uai], report) if record.uai in standing else record for record in records]


def _kept(record: Record, declarations: list[FactDeclaration], report: ImportReport) -> Record:
    for declaration in declarations:
        label = f"{declaration.get_fact_display().lower()}, {declaration.label}"
        if facts.outdates(declaration.fact, record.fields, declaration.values):
            report.warn(record.line, record.uai, "declaration_over", f"L’annuaire fait foi, et non plus la déclaration : {label}.")
        elif declaration.is_confirmed:
            if declaration.fact == Fact.PATHWAYS:
                report.warnings = [issue for issue in report.warnings if (issue.uai, issue.code) != (record.uai, "pathway_unknown")]
            report.warn(record.line, record.uai, "declaration_kept", f"Non dit par le fichier : déclaré par le lycée, {label}.")
            record = replace(record, fields=record.fields | declaration.values)
    return record


def keep_pupils(records: list[Record], known: dict[str, Establishment]) -> list[Record]:
    """The same records, with the pupils that an earlier file gave where this one has none: since 2026 the directory no longer counts them."""

    def kept(record: Record) -> Record:
        before = known.get(record.uai)
        if before is None or before.pupils is None or facts.is_said(Fact.PUPILS, record.fields):
            return record
        return replace(record, fields=record.fields | facts.values_of(Fact.PUPILS, before))

    return [kept(record) for record in records]


def settle_declared(said: Said) -> None:
    """End the declarations that the file outdates; the others stand, whatever was written meanwhile, and know what the file says.

    Runs in the transaction of the import, once its rows are written. One statement for each declaration whose lycée changes.
    """
    for declaration in _standing():
        school = declaration.establishment
        official = said.get(school.uai)
        if official is None:
            continue
        if facts.outdates(declaration.fact, official, declaration.values):
            perform(declaration, "supersede", actor=SYSTEM, reason=f"L’annuaire dit : {facts.worded(declaration.fact, official)}.")
        elif declaration.is_confirmed:
            _keep(declaration, school, official)


def _keep(declaration: FactDeclaration, school: Establishment, official: dict[str, object]) -> None:
    if facts.values_of(declaration.fact, school) != declaration.values:
        Establishment.objects.filter(pk=school.pk).update(**declaration.values)
    own = {name: official[name] for name in facts.columns(declaration.fact)}
    if facts.is_said(declaration.fact, own) and own != declaration.directory_values:
        FactDeclaration.objects.filter(pk=declaration.pk).update(directory_values=own)


def _standing() -> list[FactDeclaration]:
    return list(FactDeclaration.objects.standing().select_related("establishment").order_by("pk"))
