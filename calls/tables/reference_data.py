"""Columns of a table of reference data, as its pages show its rows."""

from collections.abc import Callable

from calls.conditioned.citations import value_in_words
from calls.conditioned.data_terms import datum, terms_of_data, typed_value
from calls.enums import ColumnKind
from calls.models import ReferenceRow
from portal.ui.tables import Column

_FIGURES = (ColumnKind.NUMBER, ColumnKind.AMOUNT)


def columns_of_rows(columns: list[dict]) -> list[Column]:
    """The lycée, then what the table says of it."""
    terms = {term.reference: term for term in terms_of_data([{"key": "table", "label": "", "columns": columns}])}

    def told(column: dict) -> Callable[[ReferenceRow], str]:
        term = terms[datum(column["key"])]
        return lambda row: value_in_words(term, typed_value(column["kind"], row.values.get(column["key"])))

    return [
        Column("uai", "UAI", "establishment.uai", css="w", row_header=True),
        Column("lycee", "Lycée", "establishment.name", css="w", narrow=""),
        *(Column(column["key"], column["label"], told(column), css="n" if column["kind"] in _FIGURES else "w") for column in columns),
    ]
