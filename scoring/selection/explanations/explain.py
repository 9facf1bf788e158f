"""All that is said of one result, as the JSON that the command prints. The same input gives the same text, byte for byte.

What a search could not settle in the time given is null, a loss `unknown`, and its sentence says so; nothing else depends on the clock.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from portal.text.canonical import plain
from scoring.selection.explanations.case import Case
from scoring.selection.explanations.conflicts import conflicts
from scoring.selection.explanations.evidence import Evidence
from scoring.selection.explanations.losses import IMPOSSIBLE, UNKNOWN, Loss, Losses
from scoring.selection.explanations.merit import Bars
from scoring.selection.explanations.names import Names
from scoring.selection.explanations.pairs import Exchanges
from scoring.selection.explanations.prices import Looser, Marginal, Price, has_marginal, price, rule_ids
from scoring.selection.explanations.refusals import Barred, Displaced, Equal, Forced, Ground, Grounds, files_of, rules_of
from scoring.selection.explanations.relaxations import relaxations
from scoring.selection.explanations.robustness import BodyMark, robustness
from scoring.selection.explanations.sentences import FileSentences
from scoring.selection.explanations.summaries import Summaries, bands_told
from scoring.selection.explanations.ties import Tie, ties
from scoring.selection.explanations.waiting import Withdrawal, replacement
from scoring.selection.instance import Instance
from scoring.selection.phases import OutOfTime
from scoring.selection.proof.explained import marked
from scoring.selection.result import WORDING
from scoring.selection.solve import Doctrine, Result, Status

SECONDS = 300.0  # for all searches together, but the draws
SHARES = {"waiting": 0.3, "ties": 0.1, "prices": 0.4, "files": 0.2}  # of that time, so that no question starves the others
MOST_CONFLICTS, MOST_WAYS = 3, 2
_DRAWS = "Tirages des notes"

Progress = Callable[[int, int, str], None]
Json = dict[str, Any]


@dataclass(frozen=True)
class JuryMarks:
    """The marks of a jury, to say how sure each place is: see `robustness`."""

    marks: Mapping[str, Sequence[BodyMark]]
    weights: Mapping[str, Decimal | int]
    draws: int = 200
    seed: int = 0


def explain(
    instance: Instance,
    result: Result,
    *,
    full: bool = False,
    panel: JuryMarks | None = None,
    seconds: float | None = SECONDS,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    evidence: Evidence | None = None,
) -> Json:
    """The explanations of a result. `full`: what keeping each refused file would cost is sought even where that is long.

    `evidence` receives the proofs. What is `proved` is what the checker has accepted, or mere arithmetic on the selection.
    `progress(done, total, note)` is called as the work goes on. Raises ValueError for a result of another instance, Cancelled, SolverFailed.
    """
    answer: Json = {"prices": [], "files": {}, "waiting": no_waiting(), "ties": [], "conflicts": [], "relaxations": [], "robustness": None}
    answer["wording"] = WORDING
    answer["ties_known"] = False  # none may be printed because nobody looked for them to the end
    if result.status is Status.INFEASIBLE:
        answer |= _contradictions(instance, result, progress, cancelled, evidence)
    elif result.selection is not None:
        case = Case(instance, result, solver_name=result.solver, cancelled=cancelled, evidence=evidence)
        answer |= Explainer(case, seconds, full, panel, progress or (lambda done, total, note: None)).answer()
    return marked(instance.to_dict(), result.to_dict() | {"explanations": answer}, evidence.claims if evidence else {})


def sureness(
    instance: Instance,
    result: Result,
    panel: JuryMarks,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Json:
    """Only how sure each place is: what `explain` says under `robustness`.

    Raises ValueError for a result without a selection, or of another instance; Cancelled, SolverFailed.
    """
    case = Case(instance, result, solver_name=result.solver, cancelled=cancelled)
    tell = progress or (lambda done, total, note: None)
    return _drawn(case, panel, lambda done, total: tell(done, total, _DRAWS))


def _drawn(case: Case, panel: JuryMarks, progress: Callable[[int, int], None]) -> Json:
    found = robustness(case, panel.marks, draws=panel.draws, seed=panel.seed, weights=panel.weights, progress=progress)
    return bands_told(case, found)


def _contradictions(
    instance: Instance,
    result: Result,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    evidence: Evidence | None,
) -> Json:
    said = Summaries(Names(instance), result.doctrine)
    found = conflicts(instance, limit=MOST_CONFLICTS, solver_name=result.solver, cancelled=cancelled, evidence=evidence)
    if progress is not None:
        progress(1, 2, "Assouplissements possibles")
    ways = relaxations(instance, limit=MOST_WAYS, solver_name=result.solver, cancelled=cancelled, evidence=evidence)
    return {
        "conflicts": [{"sides": list(sides), "sentence": said.conflict(sides)} for sides in found],
        "relaxations": [
            {"cost": plain(way.cost), "steps": [step.to_dict() for step in way.steps], "sentence": said.relaxation(way)} for way in ways
        ],
    }


class Explainer:
    """One pass over a case, reported step by step."""

    def __init__(self, case: Case, seconds: float | None, full: bool, panel: JuryMarks | None, progress: Progress) -> None:
        self.case, self.seconds, self.full, self.panel, self.progress = case, seconds, full, panel, progress
        self.is_proven = case.result.status is Status.PROVEN
        self.exchanges = Exchanges(case)
        self.said, self.files_said = Summaries(case.names, case.doctrine), FileSentences(case.names)
        self.done, self.total = (
            0,
            len(rule_ids(case)) + 1 + len(case.instance.applications) + len(case.chosen) + (panel.draws if panel else 0),
        )

    def answer(self) -> Json:
        prices = {one.rule: one for one in self._prices()} if self.is_proven else {}
        found_ties = self._ties() if self.is_proven else None
        motives = self._motives(prices)
        files = {self.case.id(position): self._file(position, motive) for position, motive in motives.items()}
        withdrawals = self._withdrawals()  # the most numerous: proved with the time that is left
        return {
            "prices": [self._price(one) for one in prices.values()],
            "files": files,
            "waiting": self._waiting(withdrawals, prices),
            "ties": [self._tie(one) for one in found_ties or []],
            "ties_known": found_ties is not None,
            "robustness": self._robustness(),
        }

    def _step(self, note: str, steps: int = 1) -> None:
        self.done += steps
        self.progress(self.done, self.total, note)

    def _within(self, question: str) -> Case:
        """The case with the time of one question."""
        return self.case.within(None if self.seconds is None else self.seconds * SHARES[question])

    # -- What is sought ---------------------------------------------------------------------------------------------------

    def _prices(self) -> Iterator[Price]:
        case = self._within("prices")
        for rule in rule_ids(case):
            try:
                yield price(case, rule)
            except OutOfTime:
                yield Price(rule)
            self._step("Prix des règles")

    def _ties(self) -> list[Tie] | None:
        """None when time ran out."""
        try:
            return ties(self._within("ties"))
        except OutOfTime:
            return None
        finally:
            self._step("Égalités")

    def _withdrawn(self) -> Iterator[Withdrawal]:
        """Who would replace each selected file, as far as time allows."""
        case = self._within("waiting")
        for position in case.column_of:
            try:
                yield replacement(case, self.exchanges, position)
            except OutOfTime:
                return

    def _bars(self) -> Bars:
        return Bars(self._files_case, self.exchanges)

    def _motives(self, prices: Mapping[str, Price]) -> dict[int, Ground]:
        motives = Grounds(self._files_case, self.exchanges, prices, self._bars())
        return {position: motives.motive(position) for position in range(len(self.case.instance.applications))}

    @cached_property
    def _files_case(self) -> Case:
        return self._within("files")

    @cached_property
    def _losses(self) -> Losses:
        return Losses(self._files_case, self.exchanges)

    @cached_property
    def _lowest(self) -> Decimal:
        """The lowest selected score."""
        applications = self.case.instance.applications
        return min((applications[position].score for position in self.case.column_of), default=Decimal("Infinity"))

    @cached_property
    def _is_quick(self) -> bool:
        """With a fixed number of places, one search takes an instant."""
        return any(self.case.names.is_places(rule) and not rule.is_soft for rule in self.case.instance.rules)

    def _loss(self, position: int) -> Loss | None:
        """What the file would cost, for the doctrine that counts points: by arithmetic, by a search where it matters or was asked."""
        if self.case.doctrine is not Doctrine.SUM or not self.is_proven:
            return None
        passed_over = self._is_quick and self._is_passed_over(position)
        try:
            return self._losses.loss(position, search=position not in self.case.column_of and (self.full or passed_over))
        except OutOfTime:
            return None

    def _is_passed_over(self, position: int) -> bool:
        """Does some selected file score as little, or less?"""
        return self.case.instance.applications[position].score >= self._lowest

    # -- What is printed --------------------------------------------------------------------------------------------------

    def _price(self, found: Price) -> Json:
        return {
            "rule": found.rule,
            "label": self.case.names.label(found.rule),
            "points": _text(found.points),
            "marginal": None if found.marginal is None else _marginal(found.marginal),
            "enters": list(found.enters),
            "leaves": list(found.leaves),
            "looser": None if found.looser is None else _looser(found.looser),
            "proof": found.proof.value if found.proof else None,
            "sentence": self.said.price(found),
        }

    def _file(self, position: int, motive: Ground) -> Json:
        key, is_selected = self.case.id(position), position in self.case.column_of
        loss = self._loss(position)
        is_open = loss is None and self.case.doctrine is Doctrine.SUM and self.is_proven and self._is_passed_over(position)
        self._step("Raisons des dossiers")
        return {
            "selected": is_selected,
            "rules": [rule for rule in rules_of(motive) if not (is_selected and has_marginal(self.case, rule))],
            "in_place": list(files_of(motive, is_selected)),
            "loss": _printed(loss),
            "rests_on": self._rests_on(key, motive, None if is_selected else loss),
            "sentence": self.files_said.told(key, motive, loss, is_selected=is_selected, is_open=is_open),
        }

    def _rests_on(self, key: str, motive: Ground, loss: Loss | None) -> list[str]:
        """The claims, other than arithmetic on the selection, that the sentence of a file makes."""
        match motive:
            case Forced() | Equal():
                return []
            case Displaced(prices):
                claims = [f"price:{price.rule}" for price in prices]
                claims += [f"looser:{price.rule}" for price in prices if price.letting_in(key) is not price.reached]
            case Barred(_, prices):
                claims = [f"bar:{key}", *(f"price:{price.rule}" for price in prices[:1])]
            case _:
                claims = []
        return claims if loss is None else [*claims, f"loss:{key}"]

    def _withdrawals(self) -> list[Json]:
        """One row for each selected file, as far as time allowed."""
        rows = []
        for found in self._withdrawn():
            enters = None if found.enters is None else list(found.enters)
            rows.append({"leaves": found.leaves, "enters": enters, "sentence": self.said.withdrawal(found)})
            self._step("Liste complémentaire")
        if len(rows) < len(self.case.column_of):
            self._step("Liste complémentaire", len(self.case.column_of) - len(rows))
        return rows

    def _waiting(self, withdrawals: list[Json], prices: Mapping[str, Price]) -> Json:
        places = next((one.marginal for rule, one in prices.items() if one.marginal and self.case.names.counts_all_files(rule)), None)
        return {
            "by_withdrawal": withdrawals,
            "one_more": [] if places is None else list(places.enters),
            "rests_on": [] if places is None else [f"margin:{rule}" for rule, one in prices.items() if one.marginal is places],
            "sentence": self.said.one_more(places, self._nearest()),
        }

    def _nearest(self) -> tuple[str, int] | None:
        """The refused file that lacks the least money, and nothing else, to be added: (id, cents)."""
        exchanges, program = self.exchanges, self.case.program
        left = exchanges.spare[:, None] + exchanges.table[:, exchanges.entering]
        broken = (left < 0) & exchanges.hard[:, None]
        money = [line for line, row in enumerate(program.rows) if self.case.names.is_money_ceiling(row.side)]
        missing = -left[money].min(axis=0, initial=0)
        able = np.flatnonzero(broken[money].any(axis=0) & (broken.sum(axis=0) == 1))
        if not len(able):
            return None
        first = able[missing[able].argmin()]
        return program.application(int(exchanges.entering[first])).id, int(missing[first])

    def _tie(self, found: Tie) -> Json:
        selected = {pair[0] for pair in self.case.result.selection or ()}
        sentence = self.said.tie(found, is_selected=found.id in selected)
        return {"id": found.id, "decided_by": found.decided_by.value, "sentence": sentence}

    def _robustness(self) -> Json | None:
        if self.panel is None or not self.is_proven:
            return None
        return _drawn(self.case, self.panel, lambda done, total: self._step(_DRAWS))


def _marginal(found: Marginal) -> Json:
    return {
        "step": found.step,
        "more": _text(found.more),
        "less": _text(found.less),
        "enters": list(found.enters),
        "leaves": list(found.leaves),
    }


def _looser(found: Looser) -> Json:
    return {
        "side": found.reached.side,
        "bound": found.reached.value,
        "points": _text(found.points),
        "enters": list(found.enters),
        "leaves": list(found.leaves),
    }


def _printed(loss: Loss | None) -> str:
    """A number of points, or which of the two reasons there is for having none."""
    if loss is None:
        return UNKNOWN
    return IMPOSSIBLE if loss.points is None else plain(loss.points)


def _text(points: Decimal | None) -> str | None:
    return None if points is None else plain(points)


def no_waiting() -> Json:
    """Nobody waits."""
    return {"by_withdrawal": [], "one_more": [], "rests_on": [], "sentence": ""}
