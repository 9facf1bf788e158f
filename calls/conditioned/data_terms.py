"""What the reference data of a call say of each lycée, as terms of the conditions of its form. No model is imported.

The form keeps the list of its columns (`known` in its definition): it is read without the tables, and a frozen form keeps the columns that it
was written with. Only the form of a lycée reads its row: eligibility, which anybody may ask of any lycée, never does.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from calls.conditions.catalogue import Term
from calls.conditions.references import Reference, Source
from calls.enums import ColumnKind
from calls.questions.amount import AMOUNT
from calls.questions.comparison import ANYTHING, BOOLEAN, DAY, FLAG, Domain, ValueType
from calls.questions.number import NUMBER
from calls.questions.reading import key_in, text_in
from calls.questions.text import TEXT

if TYPE_CHECKING:
    from calls.models import Call
    from portal.directory.models import Establishment

LISTED = "liste-"  # how the key begins of the fact that a lycée has a row in a table
_TYPES: dict[str, tuple[ValueType, Domain]] = {
    ColumnKind.TEXT: (TEXT, ANYTHING),
    ColumnKind.NUMBER: (NUMBER, ANYTHING),
    ColumnKind.AMOUNT: (AMOUNT, Domain(is_money=True)),
    ColumnKind.YES_NO: (BOOLEAN, ANYTHING),
    ColumnKind.DAY: (DAY, ANYTHING),
}


def datum(key: str) -> Reference:
    """The fact of one column: keys of columns are one only in a call."""
    return Reference(Source.DATA, key)


def terms_of_data(tables: object, errors: list[str] | None = None) -> list[Term]:
    """The terms of these tables, as a definition keeps them: [{"key", "label", "columns": [{"key", "label", "kind"}]}].

    What cannot be read is left out, and told to `errors`.
    """
    errors = [] if errors is None else errors
    found: list[Term] = []
    for table in tables if isinstance(tables, list) else []:
        if not isinstance(table, Mapping):
            errors.append("Les données par lycée se donnent en tables.")
            continue
        label, place = text_in(table, "label"), f"La table « {text_in(table, 'label')} »"
        says = (f"le lycée figure dans « {label} »", f"le lycée ne figure pas dans « {label} »")
        found.append(Term(datum(LISTED + key_in(table, place, errors)), f"la présence dans « {label} »", FLAG, feminine=True, says=says))
        columns = table.get("columns")
        for column in columns if isinstance(columns, list) else []:
            if not isinstance(column, Mapping) or column.get("kind") not in _TYPES:
                errors.append(f"{place} a une colonne dont la nature est inconnue.")
                continue
            type_, domain = _TYPES[column["kind"]]
            name = f"la donnée « {text_in(column, 'label')} »"
            found.append(Term(datum(key_in(column, place, errors)), name, type_, domain, feminine=True))
    return found


def facts_of_data(call: "Call", establishment: "Establishment", wanted: Iterable[Reference]) -> dict[Reference, Any]:
    """The facts wanted of the tables in force for a lycée; None where its row says nothing, or where it has none. One query, if any is wanted."""
    asked = [each for each in wanted if each.source is Source.DATA]
    if not asked:
        return {}
    found: dict[Reference, Any] = {each: False if each.key.startswith(LISTED) else None for each in asked}
    rows = establishment.reference_rows.in_force().filter(edition__of__call=call)
    for key, columns, values in rows.values_list("edition__of__key", "edition__of__columns", "values"):
        present = datum(LISTED + key)
        found |= {present: True} if present in found else {}
        kinds = {column["key"]: column["kind"] for column in columns}
        found |= {datum(name): typed_value(kinds[name], value) for name, value in values.items() if name in kinds and datum(name) in found}
    return found


def typed_value(kind: str, value: Any) -> Any:
    """What a row keeps in a column, as conditions compare it."""
    if value is None:
        return None
    return {ColumnKind.AMOUNT: Decimal, ColumnKind.DAY: date.fromisoformat}.get(ColumnKind(kind), lambda kept: kept)(value)
