"""A group of columns answered as many times as there are things to describe: the rooms to equip, the teachers of the project."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from calls.questions.amount import AmountQuestion
from calls.questions.base import FieldQuestion, Gap, Given, Json, is_blank
from calls.questions.choice import ChoiceQuestion
from calls.questions.comparison import ANYTHING, Domain, LineColumn, Operator, ValueType
from calls.questions.date import DateQuestion
from calls.questions.number import NUMBER, NumberQuestion
from calls.questions.reading import key_in, repeated, text_in
from calls.questions.record import (
    Cell,
    Record,
    RecordField,
    Typed,
    cells,
    clean_record,
    kept_text,
    lacking,
    posted_record,
    read_record,
    said_record,
    said_typed,
    store_record,
    typed_record,
)
from calls.questions.text import TextQuestion
from calls.questions.yes_no import YesNoQuestion
from portal.text.french import count, enumeration

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_COLUMNS, MOST_ROWS = 8, 60
SPARE = 2  # blank rows drawn after those that are filled
ROWS = ValueType("rows", tuple, (Operator.IS_ANSWERED, Operator.HAS_A_LINE))
COLUMN_KINDS: dict[str, type[FieldQuestion]] = {
    kind.kind: kind for kind in (TextQuestion, NumberQuestion, AmountQuestion, DateQuestion, YesNoQuestion, ChoiceQuestion)
}


@dataclass(frozen=True, kw_only=True)
class GroupQuestion(FieldQuestion):
    """Stored: a list of rows, each an object by column. `row_name` says what a row is: « une salle »."""

    kind = "group"
    minutes = 10
    name = "Groupe à répéter"
    sheet_format = ""

    columns: tuple[FieldQuestion, ...] = ()
    least: int = 0
    most: int = 20

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        given = raw.get("columns") if isinstance(raw.get("columns"), list) else []
        columns = tuple(_column(one, place, errors) for one in given if isinstance(one, dict))
        if not 1 <= len(columns) <= MOST_COLUMNS:
            errors.append(f"{place} : un groupe a de 1 à {MOST_COLUMNS} colonnes.")
        errors += repeated([column.key for column in columns], f"{place} : la clé de colonne")
        least, most = raw.get("least") or 0, raw.get("most") or 20
        if not all(isinstance(one, int) for one in (least, most)) or not 0 <= least <= most <= MOST_ROWS:
            errors.append(f"{place} : le nombre de lignes va de 0 à {MOST_ROWS}, le plus petit d’abord.")
            least, most = 0, 20
        return {"columns": columns, "least": least, "most": most}

    def field(self) -> RecordField:
        return RecordField(self._clean)

    def _clean(self, typed: list[Typed]) -> tuple[Record, ...] | None:
        rows, errors = [], []
        for rank, one in enumerate(typed, 1):
            values, wrong = clean_record(self.columns, one, f"Ligne {rank}, ")
            errors += wrong
            rows += [values] * bool(values)
        if len(rows) > self.most:
            errors.append(f"{count(self.most, 'ligne')} au plus : retirez-en {len(rows) - self.most}.")
        if errors:
            raise ValidationError(errors)
        return tuple(rows) or None

    def read(self, value: Json) -> tuple[Record, ...] | None:
        return None if is_blank(value) else tuple(read_record(self.columns, row) for row in value)

    def store(self, cleaned: Any) -> Json:
        return [store_record(self.columns, row) for row in cleaned] if cleaned else None

    def taken_again(self, value: Json) -> Json:
        """The rows, without what their columns do not take again: amounts, choices that are gone, columns that are no more."""
        rows = [{column.key: column.taken_again(row.get(column.key)) for column in self.columns} for row in value or []]
        return super().taken_again([row for row in rows if any(not is_blank(cell) for cell in row.values())][: self.most])

    def typed(self, value: Json) -> list[Typed]:
        return [typed_record(self.columns, row) for row in value or []]

    def posted(self, data: "QueryDict") -> list[Typed]:
        """The rows that say something; `drop-<key>` is the rank of one to take away."""
        dropped = data.get(f"drop-{self.key}", "")
        rows = [posted_record(self.columns, self._prefix(rank), data) for rank in range(self.most + SPARE) if str(rank) != dropped]
        return [row for row in rows if any(row.values())]

    def _prefix(self, rank: int) -> str:
        return f"{self.key}-{rank}"

    def input_names(self, typed: Any) -> list[str]:
        return [f"q-{cell.column.key}" for row in self.rows(typed) for cell in row]

    def rows(self, typed: list[Typed]) -> list[list[Cell]]:
        """The fields, row after row: those filled, then a few blank ones."""
        shown = [*typed, *[{}] * min(SPARE, max(0, self.most - len(typed)))]
        return [cells(self.columns, self._prefix(rank), row) for rank, row in enumerate(shown)]

    def kept(self, typed: Any) -> str:
        return kept_text(typed)

    def typed_again(self, kept: str) -> list[Typed]:
        return json.loads(kept)

    def said(self, kept: str) -> str:
        return "\n".join(said_typed(self.columns, row) for row in json.loads(kept))

    def column(self, key: str) -> FieldQuestion | None:
        return next((column for column in self.columns if column.key == key), None)

    def added(self, given: Given, column: FieldQuestion) -> Decimal | None:
        """The figures of a column, all rows added up; None when no row holds one."""
        found = [column.figure(Given(row.get(column.key))) for row in given.value or []]
        known = [figure for figure in found if figure is not None]
        return sum(known, Decimal(0)) if known else None

    def text(self, given: Given) -> str:
        return "" if is_blank(given.value) else "\n".join(said_record(self.columns, row) for row in given.value)

    def cell(self, given: Given) -> str | None:
        return self.text(given) or None

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        rows = given.value or []
        if self.required and len(rows) < max(1, self.least):
            wanted = f"{count(max(1, self.least), 'ligne')} au moins"
            return Gap(f"« {self.label} » : {wanted}, {count(len(rows), 'remplie')}." if rows else f"« {self.label} » n’est pas rempli.")
        for rank, row in enumerate(rows, 1):
            if missing := lacking(self.columns, row):
                return Gap(f"« {self.label} », ligne {rank} : il manque {enumeration([f'« {label} »' for label in missing])}.")
        return None

    @property
    def asks(self) -> str:
        least = f"{count(self.least, 'ligne')} au moins, " if self.least else ""
        return f"Un tableau de {least}{count(self.most, 'ligne')} au plus ; pour chacune :"

    @property
    def possible(self) -> list[str]:
        asked = [(f"{one.label}{' (obligatoire)' * one.required}", one) for one in self.columns]
        return [f"{label} : {_lowered(one.asks)} {', '.join(one.possible)}".rstrip(" .") for label, one in asked]

    @property
    def always_filled(self) -> str:
        """The columns that every row fills, for the help of the question; "" when there is none."""
        return enumeration([f"« {column.label} »" for column in self.columns if column.required])

    @property
    def offers(self) -> list[str]:
        return [f"{column.label} ({column.name.lower()}, {column.key})" for column in self.columns]

    def sample(self, rng: Random) -> list[Record]:
        return [{column.key: column.sample(rng) for column in self.columns} for _ in range(max(1, self.least))]

    @property
    def value_type(self) -> ValueType:
        return ROWS

    @property
    def domain(self) -> Domain:
        columns = [LineColumn(column.key, f"« {column.label} »", column.value_type, column.domain) for column in self.columns]
        figures = [
            LineColumn(column.key, f"la somme de « {column.label} » de {{}}", column.value_type, ANYTHING, feminine=True)
            for column in self.columns
            if column.holds_figure
        ]
        rows = LineColumn("lines", "le nombre de lignes de {}", NUMBER, Domain(minimum=1, maximum=self.most))
        return Domain(columns=tuple(columns), figures=(rows, *figures))

    @property
    def named(self) -> str:
        return f"le tableau « {self.label} »"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _column(raw: Mapping[str, Any], place: str, errors: list[str]) -> FieldQuestion:
    """One column: a simple question, with the options of its kind."""
    label = text_in(raw, "label")
    where = f"{place}, colonne « {label} »"
    if not label:
        errors.append(f"{place} a une colonne sans titre.")
    code = raw.get("kind")
    kind = COLUMN_KINDS.get(code) if isinstance(code, str) else None
    if kind is None:
        errors.append(f"{where} : une colonne est {enumeration([one.name.lower() for one in COLUMN_KINDS.values()])}, pas {code}.")
        kind = TextQuestion
    options = kind.options_from(raw, where, errors)
    if options.get("multiple"):
        errors.append(f"{where} : une colonne n’a qu’un choix par ligne.")
    return kind(key=key_in(raw, where, errors), label=label, help=text_in(raw, "help"), required=raw.get("required") is True, **options)
