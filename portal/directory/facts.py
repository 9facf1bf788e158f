"""The facts of a lycée that the official directory may leave empty, and that the lycée then declares: columns, comparison, words. Pure."""

from collections.abc import Mapping
from datetime import date

from portal.directory.enums import DECLARABLE, Fact, PriorityEducation
from portal.text.french import count

Values = Mapping[str, object]

# The columns of each fact, the same in an establishment and in a declaration, and what they hold when nobody has said it.
SILENT: dict[Fact, dict[str, object]] = {
    Fact.PATHWAYS: {f"has_{pathway.value}": False for pathway in DECLARABLE},
    Fact.PUPILS: {"pupils": None, "pupils_year": ""},
    Fact.BOARDING: {"has_boarding": None},
    Fact.PRIORITY: {"priority_education": ""},
}
FIRST_MONTH = 9  # of a school year


def columns(fact: str) -> tuple[str, ...]:
    return tuple(SILENT[Fact(fact)])


def values_of(fact: str, holder: object) -> dict[str, object]:
    """What an establishment or a declaration says of this fact, by column."""
    return {name: getattr(holder, name) for name in columns(fact)}


def is_said(fact: str, values: Values) -> bool:
    """Whether these columns say anything."""
    return any(values[name] != empty for name, empty in SILENT[Fact(fact)].items())


def outdates(fact: str, official: Values, declared: Values) -> bool:
    """Whether the directory takes over from a declaration: it says the fact, of the same school year or a later one where it is of a year."""
    if not is_said(fact, official):
        return False
    return fact != Fact.PUPILS or str(official["pupils_year"]) >= str(declared["pupils_year"])


def worded(fact: str, values: Values) -> str:
    """« générale, technologique », « 820 élèves à la rentrée 2026-2027 », « internat », « REP+ »; empty when nothing is said."""
    if not is_said(fact, values):
        return ""
    if fact == Fact.PATHWAYS:
        return ", ".join(pathway.label.lower() for pathway in DECLARABLE if values[f"has_{pathway.value}"])
    if fact == Fact.PUPILS:
        year = f", année scolaire {values['pupils_year']}" if values["pupils_year"] else ""
        return f"{count(int(str(values['pupils'])), 'élève')}{year}"
    if fact == Fact.BOARDING:
        return "avec internat" if values["has_boarding"] else "sans internat"
    return str(PriorityEducation(values["priority_education"]).label)


def school_year(day: date) -> str:
    """« 2026-2027 », the school year that holds this day; it begins in September."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{first + 1}"


def years_to_declare(today: date, official: Values) -> list[str]:
    """The school years of which pupils may be declared, the latest first: this one and the last, after the one that the directory says."""
    last = today.replace(year=today.year - 1, day=1)
    return [year for year in (school_year(today), school_year(last)) if year > str(official["pupils_year"])]
