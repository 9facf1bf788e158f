"""The envelope of a sitting shared among the files that a scenario chose: what each gets, why, and the account from which it is made again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from calls.models import Application
from portal.workflow.gate import TransitionRefused
from scoring.allocation.sharing import Allotment, Claimant, Why, share
from scoring.allocation.units import PricedLot
from scoring.enums import Motive
from scoring.models import AmountPolicy, ScenarioLine, SelectionScenario, SelectionSession
from scoring.optimiser.instance import euros
from scoring.optimiser.lines import plain_reason
from scoring.optimiser.offers import Ask, asks_of, claimant, no_part
from scoring.queries.amounts import policy_of, scale_of
from scoring.queries.balance import MoneyLine, groups_written, is_eligible, line_of, money_lines
from scoring.queries.ranking import RankedFile, ranking
from scoring.selection.said_again import UNREADABLE
from scoring.wording.amounts import amount_sentence, leftover_sentence, pooled_sentence, too_little_sentence

TOLD_BY_OTHERS = (Motive.MERIT, Motive.RULE_IN, Motive.RULE_OUT, Motive.OVERALL_OUT, Motive.OUTSCORED, Motive.BUDGET)
EARLIER = 6  # figures of a file in an account that knew nothing of its needs
WHY = {Why.ASKED: "tout ce qu’il demande", Why.CEILING: "le plafond par dossier", Why.SHARE: "sa part de l’enveloppe"}


def share_out(
    session: SelectionSession, policy: AmountPolicy, rows: Sequence[ScenarioLine], drawn: Mapping[str, str], lines: Sequence[MoneyLine]
) -> dict:
    """Give each selected row its amount and its reason; a row that would get too little is selected no more. The account of the sharing.

    `rows`: in order of merit, unsaved; `drawn`: the line of money (code) of each selected file (reference). Raises TransitionRefused when
    one of these lines is no longer offered.
    """
    if not set(drawn.values()) <= {line.code for line in lines}:
        raise TransitionRefused(["Les enveloppes de la séance ont changé pendant le calcul : relancez-le."])
    chosen = [row for row in rows if row.is_selected]
    asks = asks_of(session.call_id, {row.application_id: row.application for row in chosen})
    accounts = []
    for line in lines:
        of_line = {row.application.reference: row for row in chosen if drawn[row.application.reference] == line.code}
        claimants = [_claimant(session, policy, asks[row.application_id], row) for row in of_line.values()]
        shared = share(claimants, int(line.amount * 100), step=policy.step)
        for part in shared.shares:
            row = of_line[part.claimant.key]
            _settle(row, part, scale_of(session.call))
        if claimants:
            files = [[*_frozen(part.claimant), part.amount, part.part] for part in shared.shares]
            accounts.append(
                {"line": line.code, "envelope": int(line.amount * 100), "step": policy.step, "left": shared.left, "files": files}
            )
    if not all(row.is_selected for row in chosen):
        _tell_plainly(rows)
    return {"lines": accounts}


def _tell_plainly(rows: Sequence[ScenarioLine]) -> None:
    """Once a file has left the sharing, what the optimiser told of the others still counts it: each is told by its own motive alone."""
    for row in rows:
        if row.motive in TOLD_BY_OTHERS:
            row.reason = plain_reason(row, row.motive)


def _claimant(session: SelectionSession, policy: AmountPolicy, ask: Ask, row: ScenarioLine) -> Claimant:
    file = row.application
    return claimant(policy, session.call, ask, key=file.reference, score=row.score, pupils=file.establishment.pupils)


def _settle(row: ScenarioLine, part: Allotment, scale: int) -> None:
    """What a file gets, or why it leaves."""
    if part.why == Why.TOO_LITTLE:
        row.is_selected, row.granted_amount, row.envelope, row.motive = False, None, None, Motive.TOO_LITTLE
        row.reason = too_little_sentence(least=part.claimant.floor, score=row.score, scale=scale, weight=part.claimant.weight)
        return
    row.granted_amount = euros(part.amount)
    row.amount_reason = amount_sentence(
        amount=row.granted_amount, asked=row.requested_amount, due=part.part, why=WHY[part.why], score=row.score, scale=scale
    )


@dataclass(frozen=True)
class Sharer:
    """A file that may be retained, before anybody chose: its line of money, what it claims."""

    file: RankedFile
    line: str
    claimant: Claimant


def sharers_of(session: SelectionSession, policy: AmountPolicy) -> list[Sharer]:
    """The files that may be retained in order of merit, each as it would share the envelope: not those that weigh nothing in it."""
    lines, found = money_lines(session), []
    groups_of_school = groups_written(session, lines, ())
    eligible = [file for file in ranking(session.call) if is_eligible(file)]
    asks = asks_of(session.call_id, {file.application.pk: file.application for file in eligible})
    for file in eligible:
        line, ask = line_of(groups_of_school(file.application.establishment), lines), asks[file.application.pk]
        if line:
            pupils = file.application.establishment.pupils
            own = claimant(policy, session.call, ask, key=file.application.reference, score=file.score, pupils=pupils)
            if own.weight:
                found.append(Sharer(file, line.code, own))
    return found


def weightless(session: SelectionSession, application: Application) -> str:
    """Why this file would take a place and get nothing, however it is put in; empty when its mark gives it a part, or nothing is shared."""
    policy = policy_of(session.call)
    file = next((one for one in ranking(session.call) if one.application.pk == application.pk), None) if policy.is_shared else None
    if file is None or not is_eligible(file):
        return ""
    return no_part(policy, session.call, file.score, file.application.establishment.pupils)


@dataclass(frozen=True)
class ForeseenPart:
    """What one of the first files would get: euros it uses, and why, or why it would leave."""

    sharer: Sharer
    amount: Decimal | None
    reason: str


def foreseen(
    session: SelectionSession, policy: AmountPolicy, sharers: Sequence[Sharer], count: int, lines: Sequence[MoneyLine]
) -> list[ForeseenPart]:
    """What each of the first `count` files would get, in order of merit, before any rule of balance."""
    scale, given = scale_of(session.call), dict[str, Allotment]()
    for line in lines:
        claimants = [one.claimant for one in sharers[:count] if one.line == line.code]
        given |= {part.claimant.key: part for part in share(claimants, int(line.amount * 100), step=policy.step).shares}
    return [_foreseen(one, given[one.claimant.key], scale) for one in sharers[:count]]


def _foreseen(one: Sharer, part: Allotment, scale: int) -> ForeseenPart:
    if part.why == Why.TOO_LITTLE:
        return ForeseenPart(
            one, None, too_little_sentence(least=one.claimant.floor, score=one.file.score, scale=scale, weight=one.claimant.weight)
        )
    used, asked = euros(part.amount), one.file.application.requested_amount
    told = amount_sentence(amount=used, asked=asked, due=part.part, why=WHY[part.why], score=one.file.score, scale=scale)
    return ForeseenPart(one, used, told)


@dataclass(frozen=True)
class FrozenPart:
    """What the account of a scenario says of one file, in euros: its part, and what it gets."""

    part: Decimal
    amount: Decimal

    @property
    def unused(self) -> Decimal:
        """Euros of its part that pay no whole need."""
        return max(Decimal(0), self.part - self.amount)


def lines_then(scenario: SelectionScenario) -> list[MoneyLine]:
    """The lines of money as they were shared in this scenario, whatever its decisions have taken since; none where its account does not tell."""
    held = {account["line"]: euros(account["envelope"]) for account in _accounts(scenario)}
    lines = money_lines(scenario.session)
    return [replace(line, amount=held[line.code]) for line in lines] if held.keys() == {line.code for line in lines} else []


def _accounts(scenario: SelectionScenario) -> list[dict]:
    """The accounts that a scenario has frozen; none where what is stored is none."""
    accounts = (scenario.printed.get("sharing") or {}).get("lines", [])
    try:
        readable = all(isinstance(account["left"], int) and [_thawed(file) for file in account["files"]] for account in accounts)
    except UNREADABLE:
        return []
    return accounts if readable else []


def frozen_parts(scenario: SelectionScenario) -> dict[str, FrozenPart]:
    """The parts of the files (reference) that share in a scenario; none where its account does not tell them from what is given."""
    rows = [file for account in _accounts(scenario) for file in account["files"] if len(file) > EARLIER and file[7]]
    return {file[0]: FrozenPart(euros(file[7]), euros(file[6])) for file in rows}


def leftover_of(scenario: SelectionScenario) -> str:
    """What became of the parts that pay no whole need, in French; empty where nothing is to be said of it."""
    accounts = _accounts(scenario)
    rows = [(_thawed(file)[0], file[6], file[7]) for account in accounts for file in account["files"] if len(file) > EARLIER]
    sharing = [(claimant, amount, part) for claimant, amount, part in rows if part or amount]
    return leftover_sentence(
        unused=sum(max(0, part - amount) for _, amount, part in sharing),
        again=sum(max(0, amount - part) for _, amount, part in sharing),
        left=sum(account["left"] for account in accounts),
        is_full=bool(sharing) and all(amount == claimant.most for claimant, amount, _ in sharing),
    )


def pooled_told(session: SelectionSession) -> str:
    """In French, that envelopes which every lycée draws on are shared as one; empty where there is one, or none."""
    return pooled_sentence(next((line.pooled for line in money_lines(session) if not line.group), ()))


def _frozen(one: Claimant) -> list:
    return [one.key, one.asked, one.weight, one.ceiling, one.floor, [[lot.quantity, str(lot.unit)] for lot in one.lots]]


def _thawed(file: Sequence) -> tuple[Claimant, int]:
    """(a file of a frozen account, what it gets); its needs are those of the account, none before what is left was shared again."""
    lots, amount = (file[5], file[6]) if len(file) > EARLIER else ([], file[5])
    return Claimant(*file[:5], lots=tuple(PricedLot(quantity, Fraction(unit)) for quantity, unit in lots)), amount


def is_same_sharing(scenario: SelectionScenario) -> bool:
    """Whether the shares made again from the frozen account are the same, and its lines select those who share and give no more to each."""
    granted = dict(scenario.lines.filter(is_selected=True).values_list("application__reference", "granted_amount"))
    try:
        parts = _shared_again(scenario.result["sharing"]["lines"])
    except UNREADABLE:  # an account that cannot be read
        return False
    if parts is None or parts.keys() != granted.keys():
        return False
    return all(amount is not None and amount <= parts[key] for key, amount in granted.items())


def is_claimed_alike(scenario: SelectionScenario) -> bool:
    """Whether each file that shared the envelope would claim the same of it today: what it asks, weighs, gets at most and at least."""
    call, policy = scenario.session.call, policy_of(scenario.session.call)
    lines = scenario.lines.filter(score__isnull=False).select_related("application__establishment")
    rows = {line.application.reference: line for line in lines}
    asks = asks_of(call.pk, {row.application_id: row.application for row in rows.values()})
    try:
        for account in scenario.result["sharing"]["lines"]:
            now = [_frozen(_claimant(scenario.session, policy, asks[rows[key].application_id], rows[key])) for key, *_ in account["files"]]
            then = [list(file[: EARLIER if len(file) > EARLIER else EARLIER - 1]) for file in account["files"]]
            if account["step"] != policy.step or [one[: len(was)] for one, was in zip(now, then, strict=True)] != then:
                return False
    except UNREADABLE:  # an account that cannot be read
        return False
    return True


def _shared_again(accounts: Sequence[Mapping]) -> dict[str, Decimal] | None:
    """Euros of each file that shares (reference), made again; None where they are not those of the account."""
    parts = {}
    for account in accounts:
        thawed = [_thawed(file) for file in account["files"]]
        again = share([claimant for claimant, _ in thawed], account["envelope"], step=account["step"])
        if [part.amount for part in again.shares] != [amount for _, amount in thawed] or again.left != account["left"]:
            return None
        parts |= {part.claimant.key: euros(part.amount) for part in again.shares if part.why != Why.TOO_LITTLE}
    return parts
