"""Comparing what the file says with what the portal knows, and saving the difference in one transaction."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction

from portal.directory.enums import AuthorityKind, EstablishmentState
from portal.directory.importers.agencies import follow_again
from portal.directory.importers.annuaire import Record, read_directory
from portal.directory.importers.changes import UNCOMPARED, changes_of, creation_of
from portal.directory.importers.closed import keep_closed, settle_closed
from portal.directory.importers.declared import keep_declared, keep_pupils, said_in, settle_declared
from portal.directory.importers.report import FileError, ImportReport, Issue
from portal.directory.models import Authority, Establishment, Territory
from portal.directory.regions import OVERSEAS
from portal.text.french import of

BATCH = 250
Tell = Callable[[int, int, str], None]


def import_directory(
    stream: BinaryIO, *, size: int = 0, dry_run: bool = False, expected: str = "", tell: Tell = lambda *args: None
) -> ImportReport:
    """Import the annuaire: all rows that can be, or nothing when the file itself cannot be read.

    `stream` is the CSV in bytes, `size` its length (for `tell(done, total, note)`, called as it goes). With `dry_run`
    nothing is saved. The same file twice writes nothing. Establishments missing from the file are reported, not closed. `expected` is the
    digest of the report of a preview: raises DirectoryMoved, and saves nothing, when the import would not do just that.
    """
    report = ImportReport()
    try:
        records, seen = read_directory(stream, report, lambda line: tell(min(stream.tell(), size), size + 1, f"Lecture, ligne {line}"))
    except FileError as error:
        return ImportReport(file_error=error.code, error_message=str(error))
    tell(size, size + 1, f"Comparaison de {len(records)} établissements")
    _compare_and_save(records, seen, report, dry_run=dry_run, expected=expected)
    tell(size + 1, size + 1, "Terminé")
    return report


@transaction.atomic
def _compare_and_save(records: list[Record], seen: set, report: ImportReport, *, dry_run: bool, expected: str) -> None:
    """What is saved is what was compared: the rows are held from one to the other."""
    states, said = {record.uai: record.fields["state"] for record in records}, said_in(records)
    records = keep_closed(keep_declared(records, report), report)
    rows = Establishment.objects.select_related("authority", "department")
    known = {establishment.uai: establishment for establishment in (rows if dry_run else rows.select_for_update(of=("self",)))}
    records = keep_pupils(records, known)
    changed = [record for record in records if _sort_out(record, known.get(record.uai), report)]
    report.absent = sorted(uai for uai, e in known.items() if uai not in seen and e.state != EstablishmentState.CLOSED)
    if not dry_run:
        report.agrees_with(expected)
        _write(records, changed, known)
        settle_declared(said)
        settle_closed(records, states)


def _sort_out(record: Record, known: Establishment | None, report: ImportReport) -> bool:
    """Put the record in its list of the report; whether it must be saved."""
    closed = record.fields["state"] == EstablishmentState.CLOSED
    if known is None and closed:
        report.ignored.append(Issue(record.line, record.uai, "already_closed", "Fermé, et jamais connu du portail."))
        return False
    if known is None:
        report.created.append(record.uai)
        report.changes.append(creation_of(record))
        return True
    changes = changes_of(record, known)
    if not changes:
        report.unchanged.append(record.uai)
        return False
    report.changes += changes
    newly_closed = closed and known.state != EstablishmentState.CLOSED
    (report.closed if newly_closed else report.updated).append(record.uai)
    return True


def _write(records: list[Record], changed: list[Record], known: dict[str, Establishment]) -> None:
    """Upsert by UAI. What other files bring (IPS, density) is not touched, except that a new commune has its own density."""
    _refresh_dates(records, changed, known)
    if not changed:
        return
    authorities, departments = _ensure_authorities(records), _ensure_departments(records)
    density = {e.commune_code: e.density_level for e in known.values() if e.density_level is not None}
    rows = [
        Establishment(
            uai=record.uai,
            authority_id=authorities[record.authority_code],
            department_id=departments[record.department[0]],
            density_level=density.get(record.fields["commune_code"]),
            **record.fields,
        )
        for record in changed
    ]
    imported = [*changed[0].fields, "authority", "department"]
    moved = {r.uai for r in changed if r.uai in known and known[r.uai].commune_code != r.fields["commune_code"]}
    with wide_statements():
        _upsert([row for row in rows if row.uai not in moved], imported)
        _upsert([row for row in rows if row.uai in moved], [*imported, "density_level"])
    follow_again()


def _upsert(rows: list[Establishment], fields: list[str]) -> None:
    Establishment.objects.bulk_create(rows, batch_size=BATCH, update_conflicts=True, unique_fields=["uai"], update_fields=fields)


def _refresh_dates(records: list[Record], changed: list[Record], known: dict[str, Establishment]) -> None:
    """What a newer file confirms is as fresh as that file."""
    rewritten = {record.uai for record in changed}
    confirmed = defaultdict(list)
    for record in records:
        fresh = tuple(record.fields[name] for name in UNCOMPARED)
        if record.uai not in known or record.uai in rewritten or fresh[0] is None:
            continue
        if fresh != tuple(getattr(known[record.uai], name) for name in UNCOMPARED):
            confirmed[fresh].append(known[record.uai].pk)
    for fresh, keys in confirmed.items():
        for start in range(0, len(keys), BATCH):
            Establishment.objects.filter(pk__in=keys[start : start + BATCH]).update(**dict(zip(UNCOMPARED, fresh, strict=True)))


def _ensure_authorities(records: list[Record]) -> dict[str, int]:
    """Académies of the file, the DRAAF and the Région of each region in it. Returns ids by code."""
    wanted: dict[str, Authority] = {}
    for code, name in dict(record.academy for record in records).items():
        label = name or code
        full = f"Académie {of(label)}"
        wanted[f"academie-{code}"] = Authority(kind=AuthorityKind.ACADEMY, name=full[:80], short_name=label[:30])
    for code, name in dict(record.region for record in records).items():
        service = "DAAF" if code in OVERSEAS else "DRIAAF" if code == "11" else "DRAAF"
        region = settings.REGION_NAME if code == settings.REGION_CODE else f"Région {name or code}"
        wanted[f"draaf-{code}"] = Authority(kind=AuthorityKind.DRAAF, name=f"{service} {name or code}"[:80], short_name=service)
        wanted[f"region-{code}"] = Authority(kind=AuthorityKind.REGION, name=region[:80], short_name="Région")
    ids = dict(Authority.objects.values_list("code", "pk"))
    if missing := wanted.keys() - ids.keys():
        for code in missing:
            wanted[code].code = code
        Authority.objects.bulk_create([wanted[code] for code in sorted(missing)])
        ids = dict(Authority.objects.values_list("code", "pk"))
    return ids


def _ensure_departments(records: list[Record]) -> dict[str, int]:
    """Départements of the file. Returns ids by INSEE code."""
    departments = Territory.objects.filter(kind=Territory.Kind.DEPARTMENT)
    ids = dict(departments.values_list("code", "pk"))
    names = dict(record.department for record in records)
    if missing := sorted(names.keys() - ids.keys()):
        kind = Territory.Kind.DEPARTMENT
        Territory.objects.bulk_create([Territory(kind=kind, code=code, name=(names[code] or code)[:80]) for code in missing])
        ids = dict(departments.values_list("code", "pk"))
    return ids


@contextmanager
def wide_statements() -> Iterator[None]:
    """Let SQLite take as many values per statement as it can.

    Django 5.2 still counts on 999, the limit of SQLite before 3.32 (2020); the library reports its real one.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    features, usual = connection.features, connection.features.max_query_params
    features.max_query_params = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    try:
        yield
    finally:
        features.max_query_params = usual
