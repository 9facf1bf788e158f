"""Answers made of several fields: a record of named columns, each one a simple question; see `board_vote` and `group`.

A record is stored as an object of JSON, its columns left out where nothing was answered. What is typed and is not valid is kept whole, as
JSON text.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from calls.questions.base import FieldQuestion, Given, is_blank
from portal.text.typed import as_typed

if TYPE_CHECKING:
    from django.http import QueryDict

Typed = dict[str, Any]  # by column, what its field shows
Record = dict[str, Any]  # by column, what is stored


class RecordField(forms.Field):
    """What a record is read by: `read` gives the typed values of what was typed, or raises ValidationError."""

    def __init__(self, read: Callable[[Any], Any], **options):
        self.reading = read
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> Any:
        return self.reading(value)


@dataclass(frozen=True)
class Cell:
    """One field of a record, as a page draws it."""

    column: FieldQuestion  # its key is that of the field
    value: Any

    @property
    def id(self) -> str:
        return f"q-{self.column.key}"

    @property
    def label(self) -> str:
        return self.column.label

    @property
    def boxes(self) -> list[tuple[str, str, bool]]:
        """What is offered to choose from: value, label, whether it is chosen."""
        return [(value, label, value == self.value) for value, label in self.column.offered]


def placed(columns: Sequence[FieldQuestion], prefix: str) -> list[FieldQuestion]:
    """The columns under the names that their fields have in a page."""
    return [replace(column, key=f"{prefix}-{column.key}") for column in columns]


def posted_record(columns: Sequence[FieldQuestion], prefix: str, data: "QueryDict") -> Typed:
    return {column.key: field.posted(data) for column, field in zip(columns, placed(columns, prefix), strict=True)}


def typed_record(columns: Sequence[FieldQuestion], record: Mapping[str, Any]) -> Typed:
    return {column.key: column.typed(record.get(column.key)) for column in columns}


def cells(columns: Sequence[FieldQuestion], prefix: str, typed: Mapping[str, Any]) -> list[Cell]:
    return [Cell(field, typed.get(column.key, "")) for column, field in zip(columns, placed(columns, prefix), strict=True)]


def clean_record(columns: Sequence[FieldQuestion], typed: Mapping[str, Any], place: str = "") -> tuple[Record, list[str]]:
    """The values typed, blanks left out, and what is wrong, each sentence begun by `place` and the column."""
    values, errors = {}, []
    for column in columns:
        try:
            value = column.read(column.clean(typed.get(column.key, "")))
        except ValidationError as error:
            errors += [f"{place}« {column.label} » : {message[:1].lower()}{message[1:]}" for message in error.messages]
        else:
            if value is not None:
                values[column.key] = value
    return values, errors


def read_record(columns: Sequence[FieldQuestion], record: Mapping[str, Any]) -> Record:
    """The typed values of a record."""
    return {column.key: column.read(record[column.key]) for column in columns if column.key in record}


def store_record(columns: Sequence[FieldQuestion], values: Mapping[str, Any]) -> Record:
    return {column.key: column.store(values[column.key]) for column in columns if column.key in values}


def said_record(columns: Sequence[FieldQuestion], record: Mapping[str, Any]) -> str:
    """« Date : 12 mars 2027 ; Voix pour : 14 »; nothing of what was not answered."""
    found = [(column.label, column.text(Given(record.get(column.key)))) for column in columns]
    return " ; ".join(f"{label} : {text}" for label, text in found if text)


def lacking(columns: Sequence[FieldQuestion], record: Mapping[str, Any]) -> list[str]:
    """The labels of the required columns that are not answered."""
    return [column.label for column in columns if column.required and is_blank(record.get(column.key))]


def said_typed(columns: Sequence[FieldQuestion], typed: Mapping[str, Any]) -> str:
    """How what was typed reads, valid or not."""
    found = [(column.label, str(typed.get(column.key) or "")) for column in columns]
    return " ; ".join(f"{label} : {text}" for label, text in found if text)


def kept_text(typed: Typed | list[Typed]) -> str:
    """What is kept of fields that are not all valid, without the signs that nobody sees."""
    return json.dumps(_plain(typed), ensure_ascii=False)


def _plain(typed: Any) -> Any:
    if isinstance(typed, list):
        return [_plain(one) for one in typed]
    if isinstance(typed, dict):
        return {key: _plain(value) for key, value in typed.items()}
    return as_typed(str(typed), multiline=False).text
