"""Reference data read: a file brought for a table, who uses what, what an edition holds."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.text import slugify

from calls.conditioned.citations import cited_in
from calls.conditioned.data_cells import WrongCell, cell_name, kept_value, kind_that_fits
from calls.conditioned.data_terms import LISTED
from calls.conditions.references import Reference, Source
from calls.conditions.tree import Condition, references_in
from calls.models import Call, ReferenceSet
from calls.questionnaire import Definition, DefinitionError, citing_texts
from portal.directory.importers.report import FileError
from portal.directory.importers.table import Table, column_key
from portal.directory.models import Establishment
from portal.directory.uai import is_uai, normalise_uai

MOST_ROWS = 6000  # more than there are lycées in France
MOST_COLUMNS = 30
MOST_LABEL = 80  # signs of the title of a column
MOST_FAULTS = 200  # told one by one; beyond, counted
UAI = "uai"
RESERVED = ("ajouter",)  # said otherwise by the addresses of tables
ALIASES = dict.fromkeys(
    (
        "code_uai", "numero_uai", "n°_uai", "uai_etablissement", "uai_lycee", "uai_de_l_etablissement", "code_uai_etablissement",
        "identifiant_de_l_etablissement", "code_etablissement", "rne", "code_rne",
    ),
    UAI,
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One row that is left out, and why; `cell` as a spreadsheet names it."""

    cell: str
    uai: str
    told: str


@dataclass
class TableReading:
    """What a file says: values by id of lycée, and every row that is left out."""

    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    left_out: int = 0
    ignored: list[str] = field(default_factory=list)  # columns of the file that the table has not
    warnings: list[str] = field(default_factory=list)

    def leave(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def as_report(self) -> dict:
        faults = [{"cell": each.cell, "uai": each.uai, "told": each.told} for each in self.faults]
        return {"rows": len(self.rows), "left_out": self.left_out, "faults": faults, "ignored": self.ignored, "warnings": self.warnings}


def columns_in(stream: BinaryIO, taken: set[str]) -> list[dict]:
    """The columns of a file beside the UAI, with the kind that fits their cells; keys are not among those `taken`. Raises FileError."""
    table, lines = _opened(stream)
    cells: dict[str, list[str]] = defaultdict(list)
    for _line, row in lines:
        for name, cell in (row or {}).items():
            cells[name].append(cell)
    found, used = [], set(taken)
    for name, label in zip(table.columns, table.labels, strict=True):
        if name and name != UAI:
            found.append({"key": free_key(label, used), "label": label, "kind": kind_that_fits(cells[name]).value})
    return found


def free_key(label: str, used: set[str], most: int = 40) -> str:
    """A key made of a label, that no other has; it is added to those `used`."""
    base = slugify(label).replace("-", "_")[:most].strip("_") or "donnee"
    base = base if base[0].isalnum() else f"d{base}"
    key, number = base, 1
    while key in used or key in RESERVED or key.startswith(LISTED):
        number += 1
        key = f"{base[: most - 3]}_{number}"
    used.add(key)
    return key


def _opened(stream: BinaryIO) -> tuple[Table, list[tuple[int, dict[str, str] | None]]]:
    stream.seek(0)
    table = Table(stream, required={UAI}, aliases=ALIASES)
    names = [name for name in table.columns if name]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise FileError("header", f"Deux colonnes ont le même titre : {', '.join(twice)}.")
    if long := next((label for label in table.labels if len(label) > MOST_LABEL), ""):
        raise FileError("header", f"Le titre « {long[:40]}… » dépasse {MOST_LABEL} signes : raccourcissez-le.")
    if len(names) > MOST_COLUMNS + 1:
        raise FileError("header", f"Le fichier a plus de {MOST_COLUMNS} colonnes : gardez celles dont l’appel se sert.")
    lines = []
    for number, pair in enumerate(table.rows(), start=1):
        if number > MOST_ROWS:
            raise FileError("structure", f"Le fichier a plus de {MOST_ROWS} lignes : il n’y a qu’une ligne par lycée.")
        lines.append(pair)
    if not lines:
        raise FileError("empty", "Le fichier n’a aucune ligne sous ses titres.")
    return table, lines


def read_table(of: ReferenceSet, stream: BinaryIO) -> TableReading:
    """Read a file for a table: one row for each UAI, each cell as its column wants it. Raises FileError.

    A row with a wrong cell is left out whole; a UAI on several rows leaves them all out, for nothing says which is right.
    """
    table, lines = _opened(stream)
    places = {column_key(column["label"]): column for column in of.columns}
    missing = [column["label"] for key, column in places.items() if key not in table.columns]
    if missing:
        raise FileError("header", f"Il manque les colonnes : {', '.join(missing)}.")
    reading = TableReading(ignored=[name for name in table.columns if name and name != UAI and name not in places])
    reading.warnings += filter(None, [table.guessed])
    found = Establishment.objects.filter(uai__in={normalise_uai((row or {}).get(UAI, "")) for _line, row in lines})
    known = dict(found.values_list("uai", "pk"))
    by_uai: dict[str, list[int]] = defaultdict(list)
    for line, row in lines:
        by_uai[normalise_uai((row or {}).get(UAI, ""))].append(line)
    for line, row in lines:
        faults = list(_faults(table.columns, line, row, known, by_uai))
        values, wrong = _values(table.columns, line, row, places) if not faults else ({}, [])
        for fault in [*faults, *wrong]:
            reading.leave(fault)
        if faults or wrong:
            reading.left_out += 1
        else:
            reading.rows[known[normalise_uai(row[UAI])]] = values
    return reading


def _faults(
    columns: list[str], line: int, row: Mapping[str, str] | None, known: Mapping[str, int], by_uai: Mapping[str, list[int]]
) -> Iterator[Fault]:
    """What is wrong with the UAI of a row."""
    if row is None:
        yield Fault(cell_name(0, line), "", "La ligne n’a pas le nombre de colonnes de l’en-tête.")
        return
    cell, uai = cell_name(columns.index(UAI), line), normalise_uai(row[UAI])
    if not is_uai(uai):
        yield Fault(cell, uai[:20], f"« {row[UAI][:20]} » n’est pas un code UAI.")
    elif len(by_uai[uai]) > 1:
        others = ", ".join(str(other) for other in by_uai[uai] if other != line)
        yield Fault(cell, uai, f"Ce lycée est aussi à la ligne {others} : rien ne dit laquelle est la bonne.")
    elif uai not in known:
        yield Fault(cell, uai, "Ce lycée n’est pas dans l’annuaire du portail.")


def _values(columns: list[str], line: int, row: Mapping[str, str], places: Mapping[str, dict]) -> tuple[dict[str, Any], list[Fault]]:
    values, wrong = {}, []
    for rank, name in enumerate(columns):
        column = places.get(name)
        if column is None:
            continue
        try:
            value = kept_value(column["kind"], row[name])
        except WrongCell as reason:
            shown = row[name][:40]
            wrong.append(Fault(cell_name(rank, line), normalise_uai(row[UAI]), f"{column['label']} : « {shown} » {reason}."))
            continue
        if value is not None:
            values[column["key"]] = value
    return values, wrong


# -- Who uses what ---------------------------------------------------------------------------------------------------------------------


def uses_of(call: Call) -> dict[str, list[str]]:
    """For each key of a column, or of the presence in a table, who uses it in the forms of the call, frozen versions included."""
    found: dict[str, list[str]] = defaultdict(list)
    for questionnaire in call.questionnaires.order_by("-version"):
        try:
            definition = questionnaire.schema
        except DefinitionError:
            continue
        for name, reference in _references(definition):
            if reference.source is Source.DATA and name not in found[reference.key]:
                found[reference.key].append(name)
    return dict(found)


def _references(definition: Definition) -> Iterator[tuple[str, Reference]]:
    for section in definition.sections:
        for place, text in citing_texts(section):
            yield from ((place[0].lower() + place[1:] if place[0] == "L" else place, each) for _written, each in cited_in(text) if each)
    rules, labels = definition.rules, {question.key: question.label for question in definition.questions}
    named: list[tuple[str, Condition]] = [(f"la section « {rules.titles[key]} »", each) for key, each in rules.sections.items()]
    named += [(f"la question « {labels[key]} »", each) for group in (rules.shown, rules.required) for key, each in group.items()]
    named += [(f"la limite « {limit.key} »", limit.condition) for limit in rules.limits]
    for name, condition in named:
        yield from ((name, reference) for reference in references_in(condition))


def users_of(of: ReferenceSet, keys: list[str] | None = None) -> list[str]:
    """Who uses a table, or these columns of it."""
    uses = uses_of(of.call)
    wanted = keys if keys is not None else [LISTED + of.key, *(column["key"] for column in of.columns)]
    return list(dict.fromkeys(name for key in wanted for name in uses.get(key, ())))
