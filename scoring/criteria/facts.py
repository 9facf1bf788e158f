"""What a computed criterion knows, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from portal.text.french import share


@dataclass(frozen=True)
class FileFacts:
    """A file's lycée, as the official directory describes it, and the vote that the file tells. None: not known."""

    uai: str
    commune: str
    department: str
    department_name: str
    category: str
    category_label: str
    sector: str
    pathways: frozenset[str]
    density_level: int | None = None
    ips: Decimal | None = None
    ips_year: str = ""
    ips_definition: str = ""  # what the index counts: two definitions do not compare
    priority_education: str = ""  # rep, rep_plus, zep, none; empty: not known
    voted_on: date | None = None  # the vote of the board, as the file that was sent gives it
    vote_is_carried: bool = False


@dataclass(frozen=True)
class CallFacts:
    """The Région around the call: how many eligible lycées and how many files of each kind, and the quartiles of the IPS.

    The three mappings count by code. `ips_quartiles` are the first quartile, the median and the third quartile of the
    eligible lycées whose index is published under one definition, the newest that enough lycées have; None when none has.
    """

    lycees_by_department: Mapping[str, int] = field(default_factory=dict)
    files_by_department: Mapping[str, int] = field(default_factory=dict)
    lycees_by_category: Mapping[str, int] = field(default_factory=dict)
    files_by_category: Mapping[str, int] = field(default_factory=dict)
    ips_quartiles: tuple[Decimal, Decimal, Decimal] | None = None
    ips_definition: str = ""  # that of the quartiles
    opens_on: date | None = None
    closes_on: date | None = None


@dataclass(frozen=True)
class Mark:
    """Points on the criterion's own maximum, or None when the fact is absent; always a sentence in French."""

    points: Decimal | None
    reason: str


def share_of(maximum: int, share: Fraction) -> Decimal:
    """`share` (0 to 1) of the maximum, to the hundredth, half up."""
    exact = min(max(share, Fraction(0)), Fraction(1)) * maximum
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def part_of(part: int, whole: int) -> str:
    """How much `part` is of `whole`, as a whole percentage: 38 %. Of nothing: 0 %."""
    return share(Fraction(part, whole) if whole else Fraction(0))


def balance_mark(lycees: Mapping[str, int], files: Mapping[str, int], code: str, maximum: int, *, named: str, unknown: str) -> Mark:
    """The mark of a group by how much it is under-represented among the files of the call.

    `named` begins the sentence ("Statut « Public »"), `unknown` is the whole sentence when the share is not known.
    """
    share = balance(lycees, files, code)
    if share is None:
        return Mark(None, unknown)
    return Mark(
        share_of(maximum, share),
        f"{named} : {part_of(files.get(code, 0), sum(files.values()))} des dossiers recevables, "
        f"pour {part_of(lycees[code], sum(lycees.values()))} des lycées éligibles.",
    )


def balance(lycees: Mapping[str, int], files: Mapping[str, int], code: str) -> Fraction | None:
    """How much a group is under-represented among the files: 1 when absent from them, 1/2 at par, 0 at twice its share.

    Linear in files' share over lycées' share. None when the group has no eligible lycée or the call no file.
    """
    all_lycees, all_files = sum(lycees.values()), sum(files.values())
    if not lycees.get(code) or not all_files:
        return None
    ratio = Fraction(files.get(code, 0) * all_lycees, lycees[code] * all_files)
    return max(Fraction(0), 1 - ratio / 2)
