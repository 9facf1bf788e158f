"""What a computed criterion knows, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portal.text.french import share
from scoring.criteria.parameters import LEFT_ASIDE, Values, share_of
from scoring.ips_bands import IpsScale


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
    """The Région around the call: how many eligible lycées and how many files of each kind, and the bands of the IPS.

    The mappings count by code. `ips_scale` are the bands of the call; None while too few indices are known.
    """

    lycees_by_department: Mapping[str, int] = field(default_factory=dict)
    files_by_department: Mapping[str, int] = field(default_factory=dict)
    lycees_by_category: Mapping[str, int] = field(default_factory=dict)
    files_by_category: Mapping[str, int] = field(default_factory=dict)
    ips_scale: IpsScale | None = None
    opens_on: date | None = None
    closes_on: date | None = None


@dataclass(frozen=True)
class Mark:
    """Points on the criterion's own maximum, or None when the fact is absent; always a sentence in French."""

    points: Decimal | None
    reason: str


def part_of(part: int, whole: int) -> str:
    """How much `part` is of `whole`, as a whole percentage: 38 %. Of nothing: 0 %."""
    return share(Fraction(part, whole) if whole else Fraction(0))


def share_given(values: Values, key: str) -> Fraction:
    """The share that a parameter gives; of one that may not be left aside."""
    return values[key] or Fraction(0)


def mark_without_fact(maximum: int, values: Values, why: str) -> Mark:
    """The mark of a file whose fact is absent: left aside, or the share that the grid says. `why` is a sentence without its stop."""
    unknown = values.get("unknown")
    if unknown is None:
        return Mark(None, f"{why} : {LEFT_ASIDE}.")
    return Mark(share_of(maximum, unknown), f"{why} : la grille lui donne {share(unknown, 2)} des points.")


def balance_mark(
    lycees: Mapping[str, int], files: Mapping[str, int], code: str, maximum: int, values: Values, *, named: str, unknown: str
) -> Mark:
    """The mark of a group by how much it is under-represented among the files of the call.

    `named` begins the sentence ("Statut « Public »"), `unknown` is the sentence, without its stop, when the share is not known.
    """
    share = balance(lycees, files, code, share_given(values, "par"))
    if share is None:
        return mark_without_fact(maximum, values, unknown)
    return Mark(
        share_of(maximum, share),
        f"{named} : {part_of(files.get(code, 0), sum(files.values()))} des dossiers recevables, "
        f"pour {part_of(lycees[code], sum(lycees.values()))} des lycées éligibles.",
    )


def balance(lycees: Mapping[str, int], files: Mapping[str, int], code: str, par: Fraction = Fraction(1, 2)) -> Fraction | None:
    """How much a group is under-represented among the files: 1 when absent from them, `par` when it has its share, then less, down to 0.

    Linear in files' share over lycées' share: with `par` at one half, 0 from twice the share on. None when the group has no eligible lycée or the call no file.
    """
    all_lycees, all_files = sum(lycees.values()), sum(files.values())
    if not lycees.get(code) or not all_files:
        return None
    ratio = Fraction(files.get(code, 0) * all_lycees, lycees[code] * all_files)
    return max(Fraction(0), 1 - ratio * (1 - par))


__all__ = ["CallFacts", "FileFacts", "Mark", "balance", "balance_mark", "mark_without_fact", "part_of", "share_given", "share_of"]
