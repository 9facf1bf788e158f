"""From what the optimiser answered to the lines of a scenario: who is in, for how much, from which money, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.text.french import NBSP, number, typo
from scoring.enums import LineMotive
from scoring.models import ScenarioLine, SelectionRun
from scoring.optimiser.instance import ESSENTIAL, euros
from scoring.queries.balance import COMMON_LINE, MoneyLine
from scoring.queries.ranking import RankedFile

MONEY_RULES = "argent-"


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one file: option, cents by line."""

    option: str
    amounts: Mapping[str, int]

    @property
    def amount(self) -> Decimal:
        return euros(sum(self.amounts.values()))


def proposals(instance: Mapping, result: Mapping) -> dict[str, Proposal]:
    """Each selected file (reference) and what it would receive."""
    options = {}
    for application in instance["applications"]:
        for option in application.get("options") or [{"id": "full", "amounts": application.get("amounts", {})}]:
            options[application["id"], option["id"]] = option["amounts"]
    return {reference: Proposal(option, options[reference, option]) for reference, option in result["selected"]}


def scenario_lines(
    run: SelectionRun, result: Mapping, files: Sequence[RankedFile], lines: Iterable[MoneyLine], waiting: int
) -> list[ScenarioLine]:
    """Unsaved lines of an optimised scenario in order of merit, every file of the ranking included."""
    chosen = proposals(run.instance, result)
    explained = (result.get("explanations") or {}).get("files", {})
    left_out = {row["application"]: row["reason"] for row in run.left_out}
    envelopes = {line.code: line.envelope_id for line in lines}
    reserve = _reserve(result, files, waiting)
    given = {lock["application"]: f" {lock['reason']} ({lock['author']})" for lock in run.locks}
    lowest = min((file.score for file in files if file.application.reference in chosen), default=None)
    rows = []
    for position, file in enumerate(files, start=1):
        reference = file.application.reference
        proposal, told = chosen.get(reference), explained.get(reference, {})
        motive = _motive(run, file, told, selected=proposal is not None, excluded=file.application.pk in left_out)
        if motive == LineMotive.OVERALL_OUT and lowest is not None and file.score <= lowest:
            motive = LineMotive.OUTSCORED
        rows.append(
            ScenarioLine(
                application=file.application,
                position=position,
                rank=file.rank,
                score=file.score,
                marks=[str(mark.score) for mark in file.jurors],
                requested_amount=file.application.requested_amount,
                granted_amount=proposal.amount if proposal else None,
                is_partial=bool(proposal and proposal.option == ESSENTIAL),
                envelope_id=_envelope(proposal, envelopes) if proposal else None,
                is_selected=proposal is not None,
                waiting_rank=reserve.get(reference),
                motive=motive,
                reason=left_out.get(file.application.pk)
                or typo(told.get("sentence") or _plain_reason(file, motive)) + given.get(file.application.pk, ""),
            )
        )
    return rows


def _envelope(proposal: Proposal, envelopes: Mapping[str, int | None]) -> int | None:
    """The envelope of a file whose money comes from one only."""
    return next((envelopes.get(line) for line in proposal.amounts if line != COMMON_LINE or envelopes.get(line)), None)


def _motive(run: SelectionRun, file: RankedFile, told: Mapping, *, selected: bool, excluded: bool) -> str:
    """Why, in one word. `told` is what the optimiser explains of this file."""
    if excluded:
        return LineMotive.NO_SCORE if file.score is None else LineMotive.NO_AMOUNT
    reference = file.application.reference
    if reference in run.instance["forced_in"]:
        return LineMotive.FORCED_IN
    if reference in run.instance["forced_out"]:
        return LineMotive.FORCED_OUT
    rules = told.get("rules") or []
    if selected:
        return LineMotive.RULE_IN if rules else LineMotive.MERIT
    if any(not rule.startswith(MONEY_RULES) for rule in rules):
        return LineMotive.RULE_OUT
    return LineMotive.BUDGET if rules else LineMotive.OVERALL_OUT


def _plain_reason(file: RankedFile, motive: str) -> str:
    """What is said of a file that the optimiser does not explain on its own."""
    if motive == LineMotive.MERIT:
        return f"Retenu, rang{NBSP}{file.rank}, note{NBSP}{number(file.score, 2)}."
    return f"{LineMotive(motive).label}, rang{NBSP}{file.rank}, note{NBSP}{number(file.score, 2)}."


def _reserve(result: Mapping, files: Sequence[RankedFile], places: int) -> dict[str, int]:
    """Ranks on the waiting list: in order of merit, the files that could replace at least one that withdraws, or enter first."""
    told = (result.get("explanations") or {}).get("waiting") or {}
    able = set(told.get("one_more") or [])
    for row in told.get("by_withdrawal") or []:
        able |= set(row.get("enters") or [])
    taken = {reference for reference, _ in result["selected"]}
    ordered = [file.application.reference for file in files if file.application.reference in able - taken]
    return {reference: rank for rank, reference in enumerate(ordered[:places], start=1)}
