"""What the rule of amounts of a call makes of each file: what it is offered, or what it weighs in a shared envelope. Cents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from calls.models import Application, Call, RequestLine
from scoring.allocation.sharing import Claimant
from scoring.allocation.units import PricedLot, UnitsAsked, buy, least
from scoring.allocation.weighing import MarkBand, by_band, linear, with_pupils
from scoring.enums import AmountFloor, AmountWay, WeightBy
from scoring.models import AmountPolicy
from scoring.optimiser.units import lots_of, priced_lots
from scoring.queries.amounts import scale_of
from scoring.wording.amounts import no_part_sentence


@dataclass(frozen=True)
class Ask:
    """What one file asks for, in cents: all, what is indispensable, its needs as lots (`priced`: as figures), and the money beside them."""

    asked: int
    essential: int
    lots: Sequence[UnitsAsked]
    priced: tuple[PricedLot, ...] = ()

    @property
    def sums(self) -> list[tuple[str, int]]:
        """The amounts asked beside the needs, as one."""
        beside = self.asked - sum(lot.cost(lot.quantity) for lot in self.lots)
        return [("", beside)] if beside > 0 else []

    def spent_of(self, budget: int) -> int:
        """What it uses of a budget: whole needs, then money."""
        return buy(self.lots, self.sums, budget).spent

    @property
    def least(self) -> int:
        """Below this, it can use nothing."""
        return least(self.lots, self.sums)


def asks_of(call_id: int, files: Mapping[int, Application]) -> dict[int, Ask]:
    """What each of these files (by id) asks for. One query."""
    needs: dict[int, list[RequestLine]] = {key: [] for key in files}
    for need in RequestLine.objects.filter(application__call=call_id, is_asked=True).order_by("pk"):
        if need.application_id in needs:
            needs[need.application_id].append(need)
    return {
        key: Ask(
            asked=int(file.requested_amount * 100),
            essential=sum(int(need.gross_amount * 100) for need in needs[key] if need.is_essential),
            lots=lots_of(needs[key]),
            priced=priced_lots(needs[key]),
        )
        for key, file in files.items()
    }


def cap_of(policy: AmountPolicy, call: Call) -> int | None:
    """Cents that a file of this call gets at most, whatever it asks."""
    caps = [int(cap * 100) for cap in (policy.cap_amount, call.ceiling_amount) if cap is not None]
    return min(caps, default=None)


def floor_of(policy: AmountPolicy, ask: Ask) -> int:
    """Cents below which the rule does not fund this file."""
    match policy.floor:
        case AmountFloor.AMOUNT:
            return int((policy.floor_amount or Decimal(0)) * 100)
        case AmountFloor.PART:
            return -(-ask.asked * (policy.floor_percent or 0) // 100)
        case AmountFloor.ESSENTIAL:
            return ask.essential
    return 0


def floor_amount(policy: AmountPolicy, file: Application) -> Decimal:
    """Euros below which the rule of its call does not fund this file; 0 where the call gives what is asked, or its indispensable needs."""
    if policy.way not in AmountWay.WEIGHED:
        return Decimal(0)
    return Decimal(floor_of(policy, asks_of(file.call_id, {file.pk: file})[file.pk])).scaleb(-2)


def no_part(policy: AmountPolicy, call: Call, score: Decimal, pupils: int | None) -> str:
    """Why a file weighs nothing in the shared envelope of a call, by its true cause; empty when it weighs something."""
    if weight_of(policy, score, pupils):
        return ""
    by_pupils = policy.counts_pupils and mark_weight(policy, score) > 0
    return no_part_sentence(score=score, scale=scale_of(call), pupils=pupils, by_pupils=by_pupils)


def weight_of(policy: AmountPolicy, score: Decimal, pupils: int | None) -> int:
    """What a mark weighs, the pupils of the lycée counted where the rule says so. A rate, when it is one."""
    weight = mark_weight(policy, score)
    return with_pupils(weight, pupils or 0) if policy.is_shared and policy.counts_pupils else weight


def mark_weight(policy: AmountPolicy, score: Decimal) -> int:
    """What a mark weighs by itself, by band or above a threshold."""
    if policy.way == AmountWay.SHARED and policy.weight_by == WeightBy.LINEAR:
        return linear(score, policy.threshold or Decimal(0))
    return by_band(score, [MarkBand(Decimal(mark), value) for mark, value in policy.bands])


@dataclass(frozen=True)
class FileOffer:
    """What a rule gives a file before anything is shared: `due`, and the part of it that the file uses."""

    due: int
    used: int


def offer_of(policy: AmountPolicy, call: Call, ask: Ask, score: Decimal, pupils: int | None = None) -> FileOffer:
    """What a file is offered, cents; nothing when its mark or its request gives it too little. A shared envelope is offered whole, but to
    whom weighs nothing in it: retained, such a file would take the place of another and get nothing.
    """
    if policy.way == AmountWay.ESSENTIAL:
        return FileOffer(ask.essential, ask.essential)
    if policy.is_shared and not weight_of(policy, score, pupils):
        return FileOffer(0, 0)
    if policy.way != AmountWay.RATE:
        return FileOffer(ask.asked, ask.asked)
    rate = weight_of(policy, score, None)
    due = min(ask.asked, cap_of(policy, call) or ask.asked) if rate == 100 else ask.asked * rate // 100 // policy.step * policy.step
    due = min(due, cap_of(policy, call) or due)
    if not due or due < max(floor_of(policy, ask), ask.least):
        return FileOffer(due, 0)
    return FileOffer(due, ask.spent_of(due))


def claimant(policy: AmountPolicy, call: Call, ask: Ask, *, key: str, score: Decimal, pupils: int | None) -> Claimant:
    """A file that shares an envelope. Below what buys it anything, as below the floor of the rule, it cannot be done."""
    return Claimant(
        key=key,
        asked=ask.asked,
        weight=weight_of(policy, score, pupils),
        ceiling=cap_of(policy, call),
        floor=max(floor_of(policy, ask), ask.least),
        lots=ask.priced,
    )
