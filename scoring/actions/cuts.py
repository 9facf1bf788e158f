"""Lines that a decision cuts, each with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from calls.enums import ReasonUse
from calls.models import Application
from calls.reasons import NOTHING_SAID, Wording, offered_for
from portal.workflow.gate import TransitionRefused
from scoring.actions.retained import left_by
from scoring.models import DecisionCut, DecisionLine, FundingDecision
from scoring.wording.parts import AMOUNT, Cause, Unretained

NO_CUTS: Mapping[str, Wording] = {}


class UnsaidCuts(TransitionRefused):
    """Lines cut by hand that nobody gave a reason for: one sentence for each, at the field of its reason."""

    def __init__(self, unsaid: Sequence[Unretained], *, listed: bool):
        why = "choisissez un motif de la liste" if listed else "dites pourquoi elle n’est pas retenue entière"
        sentences = {one.key: f"« {one.label} » : {why}." for one in unsaid}
        super().__init__(list(sentences.values()))
        self.gaps = [(field_of(key), sentence) for key, sentence in sentences.items()]


def field_of(key: str) -> str:
    """The field that asks why a line is cut."""
    return f"cut-{key}"


def cuts_of(file: Application, kept: Iterable[DecisionLine], cause: Cause) -> list[DecisionCut]:
    """The lines that a scenario cuts of a file, by the rule that sets its amount; they belong to no decision yet."""
    return [_cut(one, cause=cause.name) for one in left_by(file, kept)]


def cuts_by_hand(decision: FundingDecision, kept: Iterable[DecisionLine], said: Mapping[str, Wording]) -> list[DecisionCut]:
    """The lines that finance cuts (`said`: key of a line → why). One that is cut as before keeps its reason where none is said.

    Raises UnsaidCuts when another has none, or none of the list where the call wants one of it.
    """
    call, cuts, unsaid = decision.application.call, [], []
    before = {cut.line_key: cut for cut in decision.cuts.all()}
    listed = call.reasons_only and bool(offered_for(call.reasons, ReasonUse.CUT))
    for one in left_by(decision.application, kept):
        wording, same = said.get(one.key, NOTHING_SAID), before.get(one.key)
        unchanged = same is not None and same.left == Decimal(one.missing)
        if wording.text and (wording.chosen or not listed or (unchanged and wording == same.wording)):
            cuts.append(_cut(one, chosen=wording.kept, precision=wording.precision))
        elif not wording.text and unchanged and same.cause:
            cuts.append(_cut(one, cause=same.cause))
        else:
            unsaid.append(one)
    if unsaid:
        raise UnsaidCuts(unsaid, listed=listed)
    return cuts


def write_cuts(cut: Iterable[tuple[FundingDecision, list[DecisionCut]]]) -> None:
    """Write the lines cut by these decisions, which are saved already."""
    rows = []
    for decision, cuts in cut:
        for one in cuts:
            one.decision = decision
        rows += cuts
    DecisionCut.objects.bulk_create(rows)


def _cut(one: Unretained, **why) -> DecisionCut:
    return DecisionCut(
        line_key=one.key, label=one.label, is_amount=one.kind == AMOUNT, left=Decimal(one.missing), asked=Decimal(one.asked), **why
    )
