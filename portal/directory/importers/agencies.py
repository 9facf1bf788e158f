"""The table of the territorial agencies: which one follows each département, commune or lycée. The last file is the whole table."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction

from portal.directory.importers import values
from portal.directory.importers.report import Change, FileError, ImportReport, Issue, RowRejected
from portal.directory.importers.table import Table
from portal.directory.models import AgencyPlace, Establishment, Territory
from portal.directory.uai import is_uai, normalise_uai
from portal.text.folding import fold
from portal.text.french import NOTHING

ALIASES = {
    "agence_territoriale": "agence", "nom_de_l_agence": "agence", "code_departement": "departement", "code_de_la_commune": "commune",
    "code_commune": "commune", "code_insee": "commune", "codgeo": "commune", "code_uai": "uai", "numero_uai": "uai",
    "identifiant_de_l_etablissement": "uai",
}  # fmt: skip
PLACES = ("uai", "commune", "departement")  # the narrowest first: the one that counts on a row that fills several
BATCH = 500
FORMULA = "=+-@"  # what a spreadsheet calculates: the table is downloaded as it was given


@dataclass
class Places:
    """The name of the agency of each place, as a file or the portal says it."""

    uai: dict[str, str] = field(default_factory=dict)
    commune: dict[str, str] = field(default_factory=dict)
    departement: dict[str, str] = field(default_factory=dict)

    def of(self, establishment: Establishment) -> str:
        """The agency that follows a lycée: its own, that of its commune, that of its département; empty when none does."""
        return (
            self.uai.get(establishment.uai)
            or self.commune.get(establishment.commune_code)
            or self.departement.get(establishment.department.code)
            or ""
        )

    def names(self) -> list[str]:
        return sorted({*self.uai.values(), *self.commune.values(), *self.departement.values()})

    def rows(self) -> list[tuple[str, str, str]]:
        """(kind of place, its code, name of the agency), in the order of a file."""
        return [(kind, code, name) for kind in PLACES for code, name in sorted(getattr(self, kind).items())]

    def folded(self) -> list[tuple[str, str, str]]:
        """The same however the names are typed: two tables that say the same are equal."""
        return [(kind, code, fold(name)) for kind, code, name in self.rows()]


@transaction.atomic
def import_agencies(stream: BinaryIO, *, dry_run: bool = False, expected: str = "") -> ImportReport:
    """Replace the whole table of the agencies, and give each lycée the one that follows it.

    A column `agence`, and at least one of `uai`, `commune` (INSEE code), `departement`. Raises DirectoryMoved when `expected`, the digest
    of a preview, is not what the import would do.
    """
    report = ImportReport()
    try:
        places = read_agencies(stream, report)
    except FileError as error:
        return ImportReport(file_error=error.code, error_message=str(error))
    rows = Establishment.objects.select_related("department", "agency").order_by("uai")
    schools = list(rows if dry_run else rows.select_for_update(of=("self",)))
    _compare(schools, places, report)
    report.is_same = places.folded() == places_now().folded()
    if not dry_run:
        report.agrees_with(expected)
        _save(places)
    return report


def read_agencies(stream: BinaryIO, report: ImportReport) -> Places:
    """The table of the file, each place once. Raises FileError; fills `rejected` and `warnings` of the report."""
    table = Table(stream, required={"agence"}, aliases=ALIASES, report=report)
    if not set(PLACES) & set(table.columns):
        raise FileError("header", "Ce n’est pas une table d’agences : il faut une colonne uai, commune (code Insee) ou departement.")
    known = set(Establishment.objects.values_list("uai", flat=True))
    departments = set(Territory.objects.filter(kind=Territory.Kind.DEPARTMENT).values_list("code", flat=True))
    places, names = Places(), {}
    for line, row in table.rows():
        try:
            kind, code, name = _read_row(row, departments)
            held: dict[str, str] = getattr(places, kind)
            name = names.setdefault(fold(name), name)  # one agency, however its name is typed
            if held.setdefault(code, name) != name:
                raise RowRejected("place_twice", f"« {code} » est déjà à l’agence « {held[code]} » : une seule agence le suit.")
        except RowRejected as reason:
            report.rejected.append(Issue(line, normalise_uai((row or {}).get("uai", ""))[:8], reason.code, str(reason)))
            continue
        if kind == "uai" and code not in known:
            report.warn(line, code, "unknown_uai", "Établissement inconnu du portail : son agence comptera s’il y vient.")
    return places


def places_now() -> Places:
    """The table as the portal has it. Two queries."""
    places = Places()
    for kind, code, name in AgencyPlace.objects.values_list("kind", "code", "agency__name"):
        (places.uai if kind == AgencyPlace.Kind.SCHOOL else places.commune)[code] = name
    departments = Territory.objects.filter(kind=Territory.Kind.DEPARTMENT).exclude(parent=None)
    places.departement.update(departments.values_list("code", "parent__name"))
    return places


def as_file(places: Places) -> bytes:
    """A table as the import reads it, in CSV for a spreadsheet in French."""
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(["agence", *PLACES])
    lines.writerows([name, *(code if kind == place else "" for place in PLACES)] for kind, code, name in places.rows())
    return written.getvalue().encode("utf-8-sig")


def _read_row(row: dict[str, str] | None, departments: set[str]) -> tuple[str, str, str]:
    """(kind of place, its code, name of the agency). Raises RowRejected."""
    if row is None:
        raise RowRejected("columns", "Le nombre de colonnes n’est pas celui de l’en-tête.")
    name = " ".join(row["agence"].split())
    if not name:
        raise RowRejected("agency_missing", "Le nom de l’agence manque.")
    if name[0] in FORMULA:
        raise RowRejected("agency_sign", f"Le nom de l’agence commence par « {name[0]} », qu’un tableur lit comme une formule.")
    if len(name) > Territory._meta.get_field("name").max_length:
        raise RowRejected("agency_long", "Le nom de l’agence dépasse 80 signes.")
    kind = next((kind for kind in PLACES if row.get(kind)), None)
    if kind is None:
        raise RowRejected("place_missing", "Ni lycée, ni commune, ni département sur cette ligne.")
    return kind, _code(kind, row[kind], departments), name


def _code(kind: str, cell: str, departments: set[str]) -> str:
    if kind == "uai":
        if not is_uai(uai := normalise_uai(cell)):
            raise RowRejected("uai_format", f"« {cell} » n’est pas un code UAI.")
        return uai
    if kind == "commune":
        code = cell.upper().zfill(5) if cell.isdigit() else cell.upper()
        if len(code) != 5 or not code[2:].isdigit():
            raise RowRejected("commune_format", f"« {cell} » n’est pas un code Insee de commune : cinq caractères, comme 54395.")
        return code
    code = values.department_code(cell, lambda code, message: None)
    if code not in departments:
        raise RowRejected(
            "department_unknown", f"Département « {cell} » inconnu : donnez son code, celui d’un département qui a des lycées."
        )
    return code


def _compare(schools: list[Establishment], places: Places, report: ImportReport) -> None:
    """What becomes of each open lycée; one that nobody follows any more is told."""
    for school in schools:
        before, after = school.agency.name if school.agency else "", places.of(school)
        if not after and not school.is_closed:
            report.warn(0, school.uai, "no_agency", f"{school.name}, {school.commune_name} : aucune agence ne le suit.")
        if fold(before) == fold(after):
            report.unchanged.append(school.uai)
            continue
        report.updated.append(school.uai)
        report.changes.append(Change(school.uai, school.name, "agency", "Agence territoriale", before or NOTHING, after or NOTHING))


def _save(places: Places) -> None:
    agencies = _ensure_agencies(places.names())
    departments = Territory.objects.filter(kind=Territory.Kind.DEPARTMENT)
    departments.exclude(parent=None).exclude(code__in=places.departement).update(parent=None)
    held = defaultdict(list)
    for code, name in places.departement.items():
        held[agencies[fold(name)]].append(code)
    for agency, codes in held.items():
        departments.filter(code__in=codes).update(parent=agency)
    AgencyPlace.objects.all().delete()
    kinds = ((AgencyPlace.Kind.SCHOOL, places.uai), (AgencyPlace.Kind.COMMUNE, places.commune))
    rows = [AgencyPlace(kind=kind, code=code, agency_id=agencies[fold(name)]) for kind, each in kinds for code, name in each.items()]
    AgencyPlace.objects.bulk_create(rows, batch_size=BATCH)
    follow_again()


def _ensure_agencies(names: Iterable[str]) -> dict[str, int]:
    """Keys of the agencies by folded name; those that are missing are created, none is removed: lots may hold to them."""
    known = Territory.objects.filter(kind=Territory.Kind.AGENCY)
    ids = {fold(name): pk for pk, name in known.values_list("pk", "name")}
    codes = set(known.values_list("code", flat=True))
    free = (code for number in range(1, 1000) if (code := f"agence-{number}") not in codes)
    for name in names:
        if fold(name) not in ids:
            ids[fold(name)] = Territory.objects.create(kind=Territory.Kind.AGENCY, code=next(free), name=name).pk
    return ids


def follow_again() -> None:
    """Give each lycée the agency that the table says, where it has another: after the table, or the lycées, have changed."""
    agencies = dict(Territory.objects.filter(kind=Territory.Kind.AGENCY).values_list("pk", "name"))
    if not agencies:
        return
    own = {(kind, code): agency for kind, code, agency in AgencyPlace.objects.values_list("kind", "code", "agency")}
    wanted = defaultdict(list)
    rows = Establishment.objects.values_list("pk", "uai", "commune_code", "department__parent", "agency")
    for pk, uai, commune, parent, agency in rows:
        right = own.get((AgencyPlace.Kind.SCHOOL, uai)) or own.get((AgencyPlace.Kind.COMMUNE, commune)) or parent
        if right != agency:
            wanted[right].append(pk)
    for right, keys in wanted.items():
        for start in range(0, len(keys), BATCH):
            Establishment.objects.filter(pk__in=keys[start : start + BATCH]).update(agency=right)
