"""Reference data of a call: tables, their columns, the files brought for them, and which edition is in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from calls import rules
from calls.enums import ColumnKind
from calls.models import Call, ReferenceEdition, ReferenceRow, ReferenceSet
from calls.queries.knowledge import refresh_forms
from calls.queries.reference_data import MOST_COLUMNS, columns_in, free_key, read_table, users_of
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.french import enumeration
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

BATCH = 500


@dataclass(frozen=True)
class BroughtFile:
    """A file that has passed the checks of the portal."""

    name: str
    sha256: str
    content: BinaryIO


@dataclass(frozen=True)
class TypedColumn:
    """A column as it is typed; `key` is that of a column that exists, "" for a new one."""

    label: str
    kind: ColumnKind
    key: str = ""


def _managed(call: Call, actor: User, act: str) -> Call:
    """The call, locked. Raises PermissionDenied."""
    if not rules.manages_call(call, actor):
        raise PermissionDenied(act)
    return Call.objects.select_for_update(of=("self",)).get(pk=call.pk)


def _keys_of(tables: Iterable[ReferenceSet]) -> set[str]:
    """The keys of their columns: one is one only in the call."""
    return {column["key"] for each in tables for column in each.columns}


@transaction.atomic
def add_table(*, call: Call, name: str, file: BroughtFile | None, actor: User) -> tuple[ReferenceSet, ReferenceEdition | None]:
    """A new table, with the columns of a file where one is brought: its first edition is then read, and not in force yet.

    Raises PermissionDenied, TransitionRefused when the call has a table of this name, and FileError.
    """
    locked = _managed(call, actor, "add_table")
    if locked.reference_sets.filter(name__iexact=name).exists():
        raise TransitionRefused([f"L’appel a déjà une table « {name} » : donnez-lui un autre nom."])
    tables = list(locked.reference_sets.all())
    key = free_key(name, {each.key for each in tables})
    columns = columns_in(file.content, _keys_of(tables)) if file else []
    made = ReferenceSet.objects.create(call=locked, key=key, name=name, columns=columns)
    recorder.record(locked, "add_table", actor=actor, reason=name, data={"columns": [column["label"] for column in columns]})
    edition = _bring(made, file, actor) if file else None
    refresh_forms(locked)
    return made, edition


@transaction.atomic
def set_columns(*, of: ReferenceSet, name: str, columns: Sequence[TypedColumn], actor: User, check: Check = believed) -> ReferenceSet:
    """Give a table its name and its columns: one may be renamed, added, removed. Its kind does not change once a file is in force.

    Files read with another kind, and never in force, are forgotten.

    Raises PermissionDenied, and TransitionRefused when a column that is used would go or change its kind, or when `check` refuses what the page
    showed.
    """
    call = _managed(of.call, actor, "set_columns")
    table = ReferenceSet.objects.select_for_update(of=("self",)).get(pk=of.pk)
    check()
    if call.reference_sets.exclude(pk=table.pk).filter(name__iexact=name).exists():
        raise TransitionRefused([f"L’appel a déjà une table « {name} » : donnez-lui un autre nom."])
    if len(columns) > MOST_COLUMNS:
        raise TransitionRefused([f"Une table a {MOST_COLUMNS} colonnes au plus."])
    kept = {column["key"]: column for column in table.columns}
    _refuse_changes(table, kept, columns)
    if any(typed.key in kept and typed.kind != kept[typed.key]["kind"] for typed in columns):
        table.editions.all().delete()  # none was ever in force: they are read again with the new kinds
    used = _keys_of(call.reference_sets.exclude(pk=table.pk)) | kept.keys()
    before = [column["label"] for column in table.columns]
    table.name = name
    table.columns = [
        {"key": typed.key if typed.key in kept else free_key(typed.label, used), "label": typed.label, "kind": typed.kind.value}
        for typed in columns
    ]
    table.save(update_fields=["name", "columns"])
    data = {"before": before, "after": [column["label"] for column in table.columns]}
    recorder.record(call, "set_columns", actor=actor, reason=name, data=data)
    refresh_forms(call)
    return table


def _refuse_changes(table: ReferenceSet, kept: dict[str, dict], columns: Sequence[TypedColumn]) -> None:
    typed = {column.key: column for column in columns if column.key in kept}
    gone = [key for key in kept if key not in typed]
    if users := users_of(table, gone) if gone else []:
        labels = enumeration([f"« {kept[key]['label']} »" for key in gone])
        raise TransitionRefused([f"{labels} ne s’enlève pas : s’en {_serve(users)} {enumeration(users)}."])
    retyped = [key for key, column in typed.items() if column.kind != kept[key]["kind"]]
    if not retyped:
        return
    labels = enumeration([f"« {kept[key]['label']} »" for key in retyped])
    if table.in_force:
        raise TransitionRefused(
            [f"{labels} : des données sont en vigueur avec cette nature, elle ne change plus. Ajoutez une autre colonne."]
        )
    if users := users_of(table, retyped):
        raise TransitionRefused([f"{labels} garde sa nature : s’en {_serve(users)} {enumeration(users)}."])


def _serve(users: list[str]) -> str:
    return "servent" if len(users) > 1 else "sert"


@transaction.atomic
def bring_edition(*, of: ReferenceSet, file: BroughtFile, actor: User) -> ReferenceEdition:
    """Read a file for a table: a new edition, which is not in force yet. Raises PermissionDenied, FileError."""
    _managed(of.call, actor, "bring_edition")
    return _bring(ReferenceSet.objects.select_for_update(of=("self",)).get(pk=of.pk), file, actor)


def _bring(table: ReferenceSet, file: BroughtFile, actor: User) -> ReferenceEdition:
    reading = read_table(table, file.content)
    number = (table.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    edition = ReferenceEdition.objects.create(
        of=table, number=number, file_name=file.name[:200], sha256=file.sha256, report=reading.as_report(), brought_by=actor
    )
    rows = [ReferenceRow(edition=edition, establishment_id=lycee, values=values) for lycee, values in reading.rows.items()]
    ReferenceRow.objects.bulk_create(rows, batch_size=BATCH)
    data = {"file": file.name, "sha256": file.sha256, "rows": len(rows), "left_out": reading.left_out}
    recorder.record(table.call, "bring_edition", actor=actor, reason=f"{table}, édition {number}", data=data)
    return edition


@transaction.atomic
def put_edition_in_force(*, edition: ReferenceEdition, actor: User) -> ReferenceEdition:
    """Have the forms read this edition, the latest or an earlier one. Raises PermissionDenied, TransitionRefused when it is already, or is empty."""
    call = _managed(edition.of.call, actor, "put_edition_in_force")
    table = ReferenceSet.objects.select_for_update(of=("self",)).get(pk=edition.of_id)
    if table.in_force == edition.number:
        raise TransitionRefused(["Cette édition est déjà en vigueur."], wrong_state=True)
    if not edition.rows.exists():
        raise TransitionRefused(["Cette édition n’a aucune ligne valable : elle ne se met pas en vigueur."])
    before, table.in_force = table.in_force, edition.number
    table.save(update_fields=["in_force"])
    data = {"before": before, "after": edition.number, "rows": edition.rows.count()}
    recorder.record(call, "put_edition_in_force", actor=actor, reason=f"{table}, édition {edition.number}", data=data)
    edition.of = table
    return edition


@transaction.atomic
def remove_table(*, of: ReferenceSet, actor: User) -> None:
    """Take a table away, with its editions. Raises PermissionDenied, and TransitionRefused while a form uses it: its users are named."""
    call = _managed(of.call, actor, "remove_table")
    table = ReferenceSet.objects.select_for_update(of=("self",)).get(pk=of.pk)
    if users := users_of(table):
        raise TransitionRefused([f"« {table} » ne se supprime pas : s’en {_serve(users)} {enumeration(users)}."])
    recorder.record(call, "remove_table", actor=actor, reason=str(table), data={"columns": [column["label"] for column in table.columns]})
    table.delete()
    refresh_forms(call)
