"""What an import would change of a lycée, field by field, in the words that people read."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.text import capfirst

from portal.directory.importers.annuaire import Record
from portal.directory.importers.report import Change
from portal.directory.models import Establishment, comparison_keys
from portal.text.dates import figures
from portal.text.french import NOTHING, number

UNCOMPARED = ("source_updated_on", "pupils_year")  # the same on every row of an export: by itself it is not a change
_KEYS = tuple(comparison_keys("", "", ""))
NEW, KEYS = "new", "search"


def changes_of(record: Record, known: Establishment) -> list[Change]:
    """The fields of a known lycée that the record would change, in the order of the directory; reads its authority and its département."""
    found = column_changes(known, {name: value for name, value in record.fields.items() if name not in (*UNCOMPARED, *_KEYS)})
    pairs = (
        ("authority", "Autorité", known.authority.code, record.authority_code),
        ("department", "Département", known.department.code, record.department[0]),
    )
    found += [Change(record.uai, known.name, name, label, before, after) for name, label, before, after in pairs if before != after]
    if any(getattr(known, name) != record.fields[name] for name in _KEYS) and not found:
        found.append(Change(record.uai, known.name, KEYS, "Mots de recherche", NOTHING, "calculés de nouveau"))
    return found


def column_changes(known: Establishment, values: Mapping[str, object]) -> list[Change]:
    """The columns that hold something else than these values."""
    return [
        Change(known.uai, known.name, name, _label(name), shown(name, getattr(known, name)), shown(name, value))
        for name, value in values.items()
        if getattr(known, name) != value
    ]


def creation_of(record: Record) -> Change:
    place = f"{record.fields['name']}, {record.fields['commune_name']} ({record.department[0]})"
    return Change(record.uai, record.fields["name"], NEW, "Nouveau lycée", NOTHING, place)


def by_field(changes: Iterable[Change]) -> list[dict]:
    """How many changes there are of each field, the most frequent first: {field, label, count}."""
    counted: dict[str, dict] = {}
    for change in changes:
        counted.setdefault(change.field, {"field": change.field, "label": change.label, "count": 0})["count"] += 1
    return sorted(counted.values(), key=lambda each: (-each["count"], each["label"]))


def _label(name: str) -> str:
    return capfirst(str(Establishment._meta.get_field(name).verbose_name))


def shown(name: str, value: object) -> str:
    """A value of a column as its page shows it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if labels := dict(Establishment._meta.get_field(name).flatchoices):
        return str(labels.get(value, value))
    if isinstance(value, date):
        return figures(value)
    if isinstance(value, Decimal):
        return str(value) if name in ("latitude", "longitude") else number(value, 1)
    return number(value) if isinstance(value, int) and name == "pupils" else str(value)
