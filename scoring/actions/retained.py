"""What a decision retains of a file: its needs, which are ordered, and the amounts that it asks for, which are paid."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from calls.models import Application, RequestLine
from calls.queries.content import AskedAmount, asked_amounts, asked_needs
from portal.text.french import euros
from portal.workflow.gate import TransitionRefused
from scoring.allocation.units import buy
from scoring.models import DecisionLine, FundingDecision, ScenarioLine
from scoring.optimiser.units import line_amount, lots_of
from scoring.wording.parts import AMOUNT, ESSENTIAL_NEED, OTHER_NEED, Cause, Unretained, part_sentence


def funded_lines(line: ScenarioLine) -> list[DecisionLine]:
    """What a scenario funds of a file, as lines that belong to no decision yet: all that is asked, its indispensable needs alone, or what
    holds in the amount that the rule of the call gives it: whole needs, what is indispensable first, then amounts.

    An amount is never said indispensable: a scenario that funds what is indispensable leaves it out, as its own figure does.
    """
    file = line.application
    if line.is_reduced and not line.is_partial:
        return _within(file, line.amount)
    needs = [need for need in asked_needs(file) if need.is_essential or not line.is_partial]
    amounts = [] if line.is_partial else asked_amounts(file)
    return [*(_of_need(need, need.quantity) for need in needs), *(_of_amount(asked, asked.amount) for asked in amounts)]


def _within(file: Application, budget: Decimal) -> list[DecisionLine]:
    """What these euros fund of a file."""
    needs, asked = {str(need.pk): need for need in asked_needs(file)}, {one.key: one for one in asked_amounts(file)}
    bought = buy(lots_of(needs.values()), [(one.key, int(one.amount * 100)) for one in asked.values()], int(budget * 100))
    lines = [_of_need(needs[key], quantity) for key, quantity in bought.quantities.items()]
    return lines + [_of_amount(asked[key], Decimal(cents).scaleb(-2)) for key, cents in bought.sums.items()]


def chosen_lines(file: Application, quantities: Mapping[int, int], amounts: Mapping[str, Decimal]) -> list[DecisionLine]:
    """The lines that finance retains: need id → quantity, question of an amount → euros; what is missing or zero is not retained.

    Raises TransitionRefused when more is retained than what was asked.
    """
    kept = []
    for need in asked_needs(file):
        quantity = quantities.get(need.pk, 0)
        if not 0 <= quantity <= need.quantity:
            raise TransitionRefused([f"« {need.label} » : retenez de 0 à {need.quantity}."])
        if quantity:
            kept.append(_of_need(need, quantity))
    for asked in asked_amounts(file):
        amount = amounts.get(asked.key, Decimal(0))
        if not 0 <= amount <= asked.amount:
            raise TransitionRefused([f"« {asked.label} » : retenez de 0 à {euros(asked.amount)}."])
        if amount:
            kept.append(_of_amount(asked, amount))
    return kept


def is_whole(file: Application, kept: Iterable[DecisionLine]) -> bool:
    """Whether these lines are all that the file asks for."""
    asked = {need.pk: need.quantity for need in asked_needs(file)} | {asked.key: asked.amount for asked in asked_amounts(file)}
    return {line.question_key or line.request_line_id: line.granted_amount if line.is_amount else line.quantity for line in kept} == asked


def need_key(need: RequestLine) -> str:
    """What the line of a need is known by, among those of its file; that of an amount is the key of its question."""
    return f"besoin-{need.pk}"


def left_by(file: Application, kept: Iterable[DecisionLine]) -> list[Unretained]:
    """What a file asks for that these lines do not retain, or not whole: its needs, then its amounts."""
    lines = list(kept)
    units = {line.request_line_id: line.quantity for line in lines if not line.is_amount}
    paid = {line.question_key: line.granted_amount for line in lines if line.is_amount}
    needs = [
        Unretained(
            ESSENTIAL_NEED if need.is_essential else OTHER_NEED,
            need.label,
            need.quantity - units.get(need.pk, 0),
            need.quantity,
            need_key(need),
        )
        for need in asked_needs(file)
    ]
    amounts = [
        Unretained(AMOUNT, asked.label, asked.amount - paid.get(asked.key, Decimal(0)), asked.amount, asked.key)
        for asked in asked_amounts(file)
    ]
    return [one for one in (*needs, *amounts) if one.missing]


def motive_kept_true(decision: FundingDecision, kept: Sequence[DecisionLine], typed: str, untouched: str) -> str:
    """The motive `typed` by whoever changes a decision from its stored lines to `kept`: the sentence that told what is not retained follows.

    It is added where the motive is still `untouched`; what somebody wrote is left as it is.
    """
    before, after = left_by(decision.application, decision.lines.all()), left_by(decision.application, kept) if kept else []
    if before == after:
        return typed
    now = part_sentence(after, Cause.REGION)
    said = next((sentence for cause in Cause if (sentence := part_sentence(before, cause)) and sentence in typed), "")
    if said:
        return typed.replace(said, now).strip()
    return f"{typed} {now}".rstrip() if typed == untouched else typed


def granted_by(lines: Iterable[DecisionLine]) -> Decimal:
    """Euros incl. VAT of these lines together."""
    return sum((line.granted_amount for line in lines), Decimal(0))


def paid_by(lines: Iterable[DecisionLine]) -> Decimal:
    """Euros incl. VAT of those that are paid to the lycée, and not ordered."""
    return granted_by(line for line in lines if line.is_amount)


def write_lines(retained: Iterable[tuple[FundingDecision, list[DecisionLine]]]) -> None:
    """Write the lines of these decisions, which are saved already."""
    for decision, lines in retained:
        for line in lines:
            line.decision = decision
    DecisionLine.objects.bulk_create(line for _, lines in retained for line in lines)


def _of_need(need: RequestLine, quantity: int) -> DecisionLine:
    return DecisionLine(request_line=need, quantity=quantity, granted_amount=line_amount(need, quantity))


def _of_amount(asked: AskedAmount, amount: Decimal) -> DecisionLine:
    return DecisionLine(question_key=asked.key, label=asked.label, asked_amount=asked.amount, granted_amount=amount)
