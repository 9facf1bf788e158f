"""From what the optimiser answered to the lines of a scenario: who is in, for how much, from which money, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.text.french import NBSP, mark
from portal.text.typography import typo
from scoring.enums import Motive
from scoring.models import ScenarioLine, SelectionRun, SelectionScenario
from scoring.optimiser.instance import ESSENTIAL, euros
from scoring.queries.balance import COMMON_LINE, MoneyLine
from scoring.queries.ranking import RankedFile

MONEY_RULES, PLACES = "argent-", "places"


@dataclass(frozen=True)
class FundedOption:
    """What one file would receive: its option, cents by line."""

    option: str
    amounts: Mapping[str, int]

    @property
    def amount(self) -> Decimal:
        return euros(sum(self.amounts.values()))


def funded_options(instance: Mapping, result: Mapping) -> dict[str, FundedOption]:
    """Each selected file (reference) and what it would receive."""
    options = {}
    for application in instance["applications"]:
        for option in application.get("options") or [{"id": "full", "amounts": application.get("amounts", {})}]:
            options[application["id"], option["id"]] = option["amounts"]
    return {reference: FundedOption(option, options[reference, option]) for reference, option in result["selected"]}


def scenario_lines(
    run: SelectionRun, result: Mapping, files: Sequence[RankedFile], lines: Iterable[MoneyLine], waiting: int
) -> list[ScenarioLine]:
    """Unsaved lines of an optimised scenario in order of merit, every file of the ranking included."""
    chosen = funded_options(run.instance, result)
    explained = (result.get("explanations") or {}).get("files", {})
    left_out = {row["application"]: row for row in run.left_out}
    envelopes = {line.code: line.envelope_id for line in lines}
    reserve = _reserve(result, files, waiting)
    given = {lock["application"]: f" {lock['reason']} ({lock['author']})" for lock in run.locks}
    lowest = min((file.score for file in files if file.application.reference in chosen), default=None)
    rows = []
    for position, file in enumerate(files, start=1):
        reference = file.application.reference
        funded, explanation = chosen.get(reference), explained.get(reference, {})
        excluded = left_out.get(file.application.pk)
        motive = _motive(run, file, explanation, selected=funded is not None, excluded=excluded)
        if motive == Motive.OVERALL_OUT and lowest is not None and file.score <= lowest:
            motive = Motive.OUTSCORED
        rows.append(
            ScenarioLine(
                application=file.application,
                position=position,
                rank=file.rank,
                score=file.score,
                marks=[str(mark.score) for mark in file.jurors],
                requested_amount=file.application.requested_amount,
                granted_amount=funded.amount if funded else None,
                is_partial=bool(funded and funded.option == ESSENTIAL),
                envelope_id=_envelope(funded, envelopes) if funded else None,
                is_selected=funded is not None,
                waiting_rank=reserve.get(reference),
                motive=motive,
                reason=excluded["reason"]
                if excluded
                else typo(explanation.get("sentence") or plain_reason(file, motive)) + given.get(file.application.pk, ""),
            )
        )
    return rows


def barred_by_money(scenario: SelectionScenario) -> frozenset[str]:
    """The files (references) that an envelope keeps out, alone or with rules of balance, as a computed scenario explains them."""
    told = (scenario.printed.get("explanations") or {}).get("files") or {}
    return frozenset(reference for reference, why in told.items() if any(rule.startswith(MONEY_RULES) for rule in why.get("rules") or ()))


def _envelope(funded: FundedOption, envelopes: Mapping[str, int | None]) -> int | None:
    """The envelope of a file whose money comes from one only."""
    return next((envelopes.get(line) for line in funded.amounts if line != COMMON_LINE or envelopes.get(line)), None)


def _motive(run: SelectionRun, file: RankedFile, explanation: Mapping, *, selected: bool, excluded: Mapping | None) -> str:
    """Why, in one word. `explanation`: what the optimiser says of this file; `excluded`: why it was left out before, if it was."""
    if excluded:
        return Motive.NO_SCORE if file.score is None else excluded.get("motive", Motive.NO_AMOUNT)
    reference = file.application.reference
    if reference in run.instance["forced_in"]:
        return Motive.FORCED_IN
    if reference in run.instance["forced_out"]:
        return Motive.FORCED_OUT
    rules = explanation.get("rules") or []
    if selected:
        return Motive.RULE_IN if rules else Motive.MERIT
    limits = [rule for rule in rules if rule == PLACES or rule.startswith(MONEY_RULES)]
    if len(limits) < len(rules):
        return Motive.RULE_OUT
    return Motive.BUDGET if set(limits) - {PLACES} else Motive.OVERALL_OUT


def plain_reason(file: RankedFile | ScenarioLine, motive: str) -> str:
    """What is said of a file that the optimiser does not explain on its own."""
    if motive == Motive.MERIT:
        return f"Retenu, rang{NBSP}{file.rank}, note{NBSP}{mark(file.score)}."
    return f"{Motive(motive).label}, rang{NBSP}{file.rank}, note{NBSP}{mark(file.score)}."


def _reserve(result: Mapping, files: Sequence[RankedFile], places: int) -> dict[str, int]:
    """Ranks on the waiting list: in order of merit, the files that could replace at least one that withdraws, or enter first."""
    waiting = (result.get("explanations") or {}).get("waiting") or {}
    able = set(waiting.get("one_more") or [])
    for row in waiting.get("by_withdrawal") or []:
        able |= set(row.get("enters") or [])
    taken = {reference for reference, _ in result["selected"]}
    ordered = [file.application.reference for file in files if file.application.reference in able - taken]
    return {reference: rank for rank, reference in enumerate(ordered[:places], start=1)}
