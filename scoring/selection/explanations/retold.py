"""All the words of a result said again from its figures, without any search: what does not come out the same was changed.

Each motive is worked out again from the selection by arithmetic, from the prices by their figures, from a proof by its selection; each sentence
is written again. What nothing here can establish is listed: it was not checked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.explain import Explainer, no_waiting
from scoring.selection.explanations.losses import IMPOSSIBLE, UNKNOWN, Loss
from scoring.selection.explanations.merit import Bars, MeritBar
from scoring.selection.explanations.names import BrokenRule, Names
from scoring.selection.explanations.prices import Looser, Marginal, Price, PriceProof, is_loosened_first, reached_by, rule_ids
from scoring.selection.explanations.relaxations import Relaxation, RelaxationStep
from scoring.selection.explanations.robustness import Robustness
from scoring.selection.explanations.summaries import Summaries, bands_told
from scoring.selection.explanations.ties import Decider, Tie
from scoring.selection.explanations.waiting import Withdrawal
from scoring.selection.instance import Instance
from scoring.selection.program import Chosen
from scoring.selection.result import WORDING, Result, Status

Json = dict[str, Any]

EARLIER_WORDS = "les phrases et les motifs, d’une rédaction antérieure"
EXAMPLE = ", par exemple "  # what follows is one way among others, which only a proof keeps
HOW_FOUND = "comment le prix d’une règle a été trouvé"
OMITTED = "qu’aucune ligne n’est omise (prix, désistements, ex æquo, contradictions)"
DRAWS = "les tirages des notes"
ALWAYS = (HOW_FOUND, OMITTED)


@dataclass(frozen=True)
class Retelling:
    """`changed`: what the figures do not say so; `unchecked`: what nothing establishes. Both in the order of the result."""

    changed: tuple[str, ...]
    unchecked: tuple[str, ...]


def retold(instance: Instance, printed: Mapping[str, Any]) -> Retelling:
    """The explanations of a printed result, whose selection and figures are checked elsewhere, said again.

    Raises LookupError, TypeError, ValueError, AttributeError or ArithmeticError for what cannot be read.
    """
    told, result = printed["explanations"], Result.from_dict(printed)
    if told.get("wording") != WORDING:
        return Retelling((), (EARLIER_WORDS,))
    if result.selection is None:
        return _compared(told, _contradictions(instance, result, told), {})
    claims = (printed.get("proof") or {}).get("explanations", {})
    case = Case(instance, result)
    found = _told_again(case, told, claims, is_proven=result.status is Status.PROVEN)
    if found.changed and result.status is Status.PROVEN:  # explained before a longer proof settled it
        earlier = _told_again(case, told, claims, is_proven=False)
        return found if earlier.changed else earlier
    return found


def _told_again(case: Case, told: Json, claims: Mapping[str, Any], *, is_proven: bool) -> Retelling:
    teller = _Teller(case, told, claims, is_proven=is_proven)
    again = {"conflicts": [], "relaxations": [], "wording": WORDING, **teller.answer()}
    return _compared(told, again, teller.open)


def _compared(told: Json, again: Json, open_rows: Mapping[str, "_Open"]) -> Retelling:
    changed = [name for name, said, expected in _rows(told, again) if not _is_same(said, expected, open_rows.get(name))]
    robust = [DRAWS] if told.get("robustness") is not None else []
    left = [f"{'la fin du' if kept is _Open.EXAMPLE else 'le'} motif de {name}" for name, kept in sorted(open_rows.items())]
    return Retelling(tuple(changed), (*left, *ALWAYS, *robust))


class _Open(StrEnum):
    """What nothing establishes of the row of a file."""

    EXAMPLE = "example"  # who would enter or leave, by example
    MOTIVE = "motive"  # which rules leave it out


WITHOUT = {_Open.EXAMPLE: {"proved"}, _Open.MOTIVE: {"proved", "sentence", "rules", "in_place"}, None: {"proved"}}


def _rows(told: Json, again: Json) -> Iterator[tuple[str, Any, Any]]:
    """(name, what is said, what should be) of each part; a row that one side alone has is against None."""
    for key in sorted({*told, *again} - {"ties_known", "files", "waiting"}):
        yield from _listed(key, told.get(key), again.get(key))
    yield from ((name, told["files"].get(name), again["files"].get(name)) for name in sorted({*told["files"], *again["files"]}))
    mine, theirs = dict(told["waiting"]), dict(again["waiting"])
    yield from _listed("by_withdrawal", mine.pop("by_withdrawal"), theirs.pop("by_withdrawal"))
    yield "waiting", mine, theirs


def _listed(key: str, said: Any, expected: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(said, list) and isinstance(expected, list):
        yield f"{key} (nombre)", len(said), len(expected)
        yield from ((f"{key} {place}", *pair) for place, pair in enumerate(zip_longest(said, expected), start=1))
    else:
        yield key, said, expected


def _is_same(said: Any, expected: Any, kept: _Open | None) -> bool:
    """Whatever is said but `proved`, which the proofs tell. Of an open row, the sentence may go on with an example."""
    if not isinstance(said, Mapping) or not isinstance(expected, Mapping):
        return bool(said == expected)
    mine, theirs = ({key: value for key, value in row.items() if key not in WITHOUT[kept]} for row in (said, expected))
    if kept is _Open.EXAMPLE and isinstance(mine.get("sentence"), str):
        mine["sentence"] = mine["sentence"].partition(EXAMPLE)[0].removesuffix(".")
        theirs["sentence"] = theirs["sentence"].removesuffix(".")
    return mine == theirs


class _Teller(Explainer):
    """One pass over a case in which every search is replaced by the figures of the result, and by the selections of its proof."""

    def __init__(self, case: Case, told: Mapping[str, Any], claims: Mapping[str, Any], *, is_proven: bool) -> None:
        super().__init__(case, None, full=False, panel=None, progress=lambda done, total, note: None)
        self.told, self.claims, self.is_proven = told, claims, is_proven
        self.open: dict[str, _Open] = {}
        self.prices_told = {row["rule"]: row for row in told["prices"]}

    # -- What is not sought again -------------------------------------------------------------------------------------

    def _prices(self) -> Iterator[Price]:
        known = [rule for rule in rule_ids(self.case) if rule in self.prices_told]
        return (self._read_price(rule, self.prices_told[rule]) for rule in known)

    def _ties(self) -> list[Tie]:
        return [Tie(row["id"], Decider(row["decided_by"])) for row in self.told["ties"]]

    def _withdrawn(self) -> Iterator[Withdrawal]:
        rows = {row["leaves"]: row for row in self.told["waiting"]["by_withdrawal"]}
        for position in self.case.column_of:
            if (row := rows.get(self.case.id(position))) is not None:
                yield Withdrawal(row["leaves"], None if row["enters"] is None else tuple(row["enters"]))

    def _bars(self) -> Bars:
        return _KnownBars(self)

    def _loss(self, position: int) -> Loss | None:
        key = self.case.id(position)
        said = self.told["files"][key]["loss"]
        if said == UNKNOWN:
            return None
        if said == IMPOSSIBLE:
            return Loss(None)
        example = self._selection(f"loss:{key}")
        if example is None:
            if position not in self.case.column_of:
                self.open.setdefault(key, _Open.EXAMPLE)
            return Loss(Decimal(said))
        return Loss(Decimal(said), self.case.entering(example), self.case.leaving(example))

    # -- What is read -------------------------------------------------------------------------------------------------

    def _selection(self, name: str) -> Chosen | None:
        """The selection of a claim; None where there is none."""
        selected = (self.claims.get(name) or {}).get("selected")
        return None if selected is None else self.case.program.chosen(tuple((file, option) for file, option in selected))

    def _without(self, rule: str, row: Mapping[str, Any]) -> Chosen:
        """The selection that does without a rule: that of its proof, or the one that its figures describe."""
        if (found := self._selection(f"price:{rule}")) is not None:
            return found
        program, case = self.case.program, self.case
        place = {application.id: position for position, application in enumerate(case.instance.applications)}
        stay = [column for position, column in case.column_of.items() if case.id(position) not in row["leaves"]]
        enter = [program.columns_of[place[key]][0] for key in row["enters"]]
        if any(len(ways) > 1 for ways in program.columns_of):
            self.open |= dict.fromkeys((*row["enters"], *row["leaves"]), _Open.MOTIVE)
        return tuple(sorted([*stay, *enter]))

    def _moves(self, name: str, row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """Who enters and who leaves: by the selection of a claim, otherwise as it is said."""
        if (found := self._selection(name)) is not None:
            return {"enters": self.case.entering(found), "leaves": self.case.leaving(found)}
        return {key: tuple(row[key]) for key in ("enters", "leaves")}

    def _read_price(self, rule: str, row: Mapping[str, Any]) -> Price:
        moves = self._moves(f"price:{rule}", row)
        reached = reached_by(self.case, rule, self._without(rule, row)) if any(moves.values()) else None
        looser, marginal = (None if row[key] is None else row[key] for key in ("looser", "marginal"))
        if looser is None and reached is not None and is_loosened_first(self.case, reached):
            raise ValueError("a first step is left out")
        return Price(
            rule, _points(row["points"]), None if row["proof"] is None else PriceProof(row["proof"]), **moves, reached=reached,
            looser=None if looser is None else self._read_looser(looser, reached),
            marginal=None if marginal is None else self._read_marginal(rule, marginal),
        )  # fmt: skip

    def _read_marginal(self, rule: str, row: Mapping[str, Any]) -> Marginal:
        moves = {} if row["more"] is None else self._moves(f"more:{rule}", row)  # nobody moves where no selection keeps the rules
        return Marginal(row["step"], _points(row["more"]), _points(row["less"]), **moves)

    def _read_looser(self, row: Mapping[str, Any], reached: BrokenRule | None) -> Looser:
        side = row["side"]
        rule = self.case.names.rules[side.rpartition(":")[0]]
        limit = (rule.minimum if side.endswith(":min") else rule.maximum) or 0
        kept = reached if reached is not None and reached.side == side else BrokenRule(rule.id, side, 0, 0, limit)
        bound = BrokenRule(kept.rule, side, row["bound"], kept.total, limit, kept.penalty)
        return Looser(bound, Decimal(row["points"]), **self._moves(f"looser:{rule.id}", row))

    def _robustness(self) -> Json | None:
        """The words of the draws, whose figures are not sought again."""
        row = self.told["robustness"]
        if row is None:
            return None
        draws = row["draws"]
        times = {key: round(Decimal(one["share"]) * draws) for key, one in row["files"].items()}
        return bands_told(self.case, Robustness(draws, row["seed"], times))


class _KnownBars(Bars):
    """The bars of a case by arithmetic alone; where that is not enough, the sides that its proof excludes, if the result rests on them."""

    def __init__(self, teller: _Teller) -> None:
        super().__init__(teller.case, teller.exchanges)
        self.teller = teller

    def _search(self, entering: Sequence[int], kept: Sequence[int]) -> MeritBar | None:
        key, teller = self.case.program.application(entering[0]).id, self.teller
        if f"bar:{key}" not in teller.told["files"][key]["rests_on"]:
            return None
        claim = teller.claims.get(f"bar:{key}")
        if claim is None:
            teller.open[key] = _Open.MOTIVE
            return MeritBar((self.case.program.rows[0].side,), len(kept), alone=True)
        sides = tuple(claim["change"]["only"])
        return MeritBar(sides, len(kept), alone=len(sides) == 1)

    def holds(self, position: int, bar: MeritBar) -> bool:
        """Said of what is known: nothing is sought."""
        return True


def _contradictions(instance: Instance, result: Result, told: Mapping[str, Any]) -> Json:
    said = Summaries(Names(instance), result.doctrine)
    conflicts = [{**row, "sentence": said.conflict(row["sides"])} for row in told["conflicts"]]
    ways = [{**row, "sentence": said.relaxation(_relaxation(row))} for row in told["relaxations"]]
    empty: Json = {"prices": [], "files": {}, "waiting": no_waiting(), "ties": [], "robustness": None, "wording": WORDING}
    return empty | {"conflicts": conflicts, "relaxations": ways}


def _relaxation(row: Mapping[str, Any]) -> Relaxation:
    steps = (RelaxationStep(step["side"], step["by"], _bound(step["from"]) or 0, _bound(step["to"])) for step in row["steps"])
    return Relaxation(Decimal(row["cost"]), tuple(steps))


def _bound(said: int | str | None) -> int | Decimal | None:
    return Decimal(said) if isinstance(said, str) else said


def _points(said: str | None) -> Decimal | None:
    return None if said is None else Decimal(said)
