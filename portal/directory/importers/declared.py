"""Pathways that a lycée has declared, when the directory is read again: kept while the file says nothing, over once it does."""

from dataclasses import replace

from portal.directory.enums import DECLARABLE
from portal.directory.importers.annuaire import Record
from portal.directory.importers.report import ImportReport
from portal.directory.models import Establishment, PathwayDeclaration
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform

FIELDS = tuple(f"has_{pathway.value}" for pathway in DECLARABLE)


def keep_declared(records: list[Record], report: ImportReport) -> list[Record]:
    """The same records, with the pathways that were declared and confirmed where the file has none; the report says what becomes of each."""
    standing = {declaration.establishment.uai: declaration for declaration in _standing()}
    return [_kept(record, standing.get(record.uai), report) for record in records] if standing else records


def _kept(record: Record, declaration: PathwayDeclaration | None, report: ImportReport) -> Record:
    if declaration is None:
        return record
    if _speaks(record):
        report.warn(
            record.line, record.uai, "pathway_declaration_over", f"L’annuaire fait foi, et non plus la déclaration : {declaration.label}."
        )
        return record
    if not declaration.is_confirmed:
        return record
    report.warnings = [issue for issue in report.warnings if (issue.uai, issue.code) != (record.uai, "pathway_unknown")]
    report.warn(
        record.line, record.uai, "pathway_declared", f"Aucune voie dans le fichier : voies déclarées par le lycée, {declaration.label}."
    )
    return replace(record, fields=record.fields | declaration.fields)


def settle_declared(records: list[Record], spoken: set[str]) -> None:
    """End the declarations of the lycées of which the file says the pathways (`spoken`, UAI); the others stand, whatever was written meanwhile.

    Runs in the transaction of the import, once its rows are written.
    """
    read = {record.uai for record in records}
    for declaration in _standing():
        if declaration.establishment.uai in spoken:
            perform(declaration, "supersede", actor=SYSTEM, reason=f"L’annuaire dit : {declaration.establishment.pathways_label.lower()}.")
        elif declaration.is_confirmed and declaration.establishment.uai in read:
            Establishment.objects.filter(pk=declaration.establishment_id).exclude(**declaration.fields).update(**declaration.fields)


def spoken_in(records: list[Record]) -> set[str]:
    """The UAI of the lycées of which the file says one pathway at least."""
    return {record.uai for record in records if _speaks(record)}


def _speaks(record: Record) -> bool:
    return any(record.fields[name] for name in FIELDS)


def _standing() -> list[PathwayDeclaration]:
    return list(PathwayDeclaration.objects.standing().select_related("establishment").order_by("pk"))
