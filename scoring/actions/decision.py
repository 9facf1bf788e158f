"""From the scenario that the jury retained to decisions with amounts, then to the vote of the Commission permanente."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from calls.enums import ApplicationState, CallState, Outcome
from calls.models import Application, Call
from calls.reasons import NOTHING_SAID, Wording
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.text.dates import day
from portal.text.french import count, money
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused, perform
from scoring import rules
from scoring.actions.cuts import NO_CUTS, cuts_by_hand, cuts_of, write_cuts
from scoring.actions.envelope import move_commitment
from scoring.actions.given_reasons import give_reasons
from scoring.actions.retained import chosen_lines, funded_lines, granted_by, is_whole, left_by, motive_kept_true, paid_by, write_lines
from scoring.actions.share_out import share_out
from scoring.enums import AmountWay, DecisionState, Motive
from scoring.models import (
    AmountPolicy,
    DecisionCut,
    DecisionLine,
    Envelope,
    FundingDecision,
    ScenarioLine,
    SelectionScenario,
    SelectionSession,
    Vote,
    Waiver,
)
from scoring.optimiser.lines import barred_by_money
from scoring.optimiser.offers import floor_amount
from scoring.queries.amounts import policy_of, scale_of
from scoring.queries.announced import proposed_from, voted_on
from scoring.queries.applying import without_criterion
from scoring.queries.decision import reasons_by_file, vote_obstacles
from scoring.queries.envelope import is_for
from scoring.queries.given_reasons import given_with, own_motive
from scoring.queries.readiness import unread_without_waiver
from scoring.queries.scenario import retained_scenario
from scoring.wording.amounts import revised_sentence
from scoring.wording.motives import motive_for_school
from scoring.wording.parts import Cause, part_sentence

AT_ONCE = 500  # decisions voted within one request; above, a background job does it


# -- Proposals ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_decisions(*, session: SelectionSession, actor: User, seen: str | None = None) -> list[FundingDecision]:
    """One decision per file of the retained scenario: all that a selected file asks for is retained, needs and amounts, or its
    indispensable needs where the scenario funds no more.

    Each selected file takes one envelope: that of the scenario, otherwise the first in order of label that still covers it.
    Nothing is known to schools.
    Raises PermissionDenied, and TransitionRefused when the sitting is not closed, when it has been done, or when an
    envelope does not suffice, or when what stands is not what the page had `seen`; nothing is written then.
    """
    if not rules.decides_funding(session, actor):
        raise PermissionDenied("propose_decisions")
    call = Call.objects.select_for_update(of=("self",)).get(pk=session.call_id)
    scenario = _to_propose(call, session, seen)
    still_there = scenario.lines.exclude(application__state=ApplicationState.WITHDRAWN)
    asked = ("application__lines", "application__answers", "application__questionnaire")
    lines = list(
        still_there.select_related("application__establishment__authority", "application__establishment__department").prefetch_related(
            *asked
        )
    )
    retained = {line.application_id: funded_lines(line) if line.is_selected else [] for line in lines}
    chosen = share_out(call, lines, retained)
    reasons, waived = reasons_by_file(call, [line.application_id for line in lines]), _unmarked(call, lines)
    policy, scale, barred = policy_of(call), scale_of(call), barred_by_money(scenario)
    decisions = FundingDecision.objects.bulk_create(
        _proposal(
            line, chosen.get(line.application_id), retained[line.application_id], reasons[line.application_id],
            _motive(line, retained[line.application_id], policy, scale, waived.get(line.application_id, ""), barred), actor,
        )
        for line in lines
    )  # fmt: skip
    write_lines([(decision, retained[decision.application_id]) for decision in decisions])
    _write_cuts(decisions, lines, retained, policy)
    move_commitment(taken=_taken_by(decisions), given_back={})
    for decision in decisions:
        recorder.record(decision, "propose", actor=actor, target=DecisionState.PROPOSED, data=_account(decision))
    recorder.record(session, "propose_decisions", actor=actor, data={"scenario": scenario.name, "decisions": len(decisions)})
    return decisions


def _taken_by(decisions: Iterable[FundingDecision]) -> dict[int, Decimal]:
    """What they take of each envelope (id), in euros."""
    taken: dict[int, Decimal] = {}
    for decision in decisions:
        if decision.envelope_id:
            taken[decision.envelope_id] = taken.get(decision.envelope_id, Decimal(0)) + decision.granted_amount
    return taken


def _write_cuts(
    decisions: Iterable[FundingDecision], lines: Iterable[ScenarioLine], retained: Mapping[int, list[DecisionLine]], policy: AmountPolicy
) -> None:
    """Each line that the scenario cuts, by the rule that sets the amount of its file."""
    by_file = {line.application_id: line for line in lines if line.is_selected}
    cut = []
    for decision in decisions:
        if line := by_file.get(decision.application_id):
            cut.append((decision, cuts_of(line.application, retained[line.application_id], _cause(line, policy))))
    write_cuts(cut)


def _to_propose(call: Call, session: SelectionSession, seen: str | None) -> SelectionScenario:
    """The scenario from which decisions are proposed. Raises TransitionRefused when none may be now."""
    scenario = retained_scenario(call)
    if scenario is None or scenario.session_id != session.pk:
        raise TransitionRefused(["La séance n’est pas close : ses décisions se proposent ensuite."], wrong_state=True)
    if FundingDecision.objects.filter(application__call=call).exists():
        raise TransitionRefused(["Les décisions de cet appel sont déjà proposées."], wrong_state=True)
    if seen:
        proposed_from(call).refuse_other(seen)
    if unread := unread_without_waiver(call):
        named = ", ".join(file.reference for file in unread)
        raise TransitionRefused([f"Personne n’a lu {named} : une dérogation dit pourquoi avant toute décision."])
    return scenario


def _proposal(
    line: ScenarioLine, envelope: Envelope | None, retained: list[DecisionLine], reasons: list[dict], motive: str, actor: User
) -> FundingDecision:
    awarded = Outcome.PARTLY_AWARDED if line.is_partial or line.is_reduced else Outcome.AWARDED
    refused = Outcome.RESERVE if line.waiting_rank else Outcome.REJECTED
    return FundingDecision(
        application=line.application,
        outcome=awarded if envelope else refused,
        rank=line.rank,
        score=line.score,
        envelope=envelope,
        granted_amount=granted_by(retained),
        to_pay_amount=paid_by(retained),
        motive=motive,
        amount_reason=line.amount_reason,
        reasons=reasons,
        decided_by=actor,
    )


def _motive(
    line: ScenarioLine, retained: list[DecisionLine], policy: AmountPolicy, scale: int, waived: str, barred: Collection[str]
) -> str:
    """Why the file is where it is, and what is not retained of one that is retained in part. `barred`: files that money keeps out too."""
    in_part = part_sentence(left_by(line.application, retained), _cause(line, policy)) if line.is_selected else ""
    of_amounts = line.reason if line.motive == Motive.TOO_LITTLE else ""
    return motive_for_school(
        motive=line.motive, rank=line.rank, score=line.score, scale=scale,
        waiting_rank=line.waiting_rank, unread_because=waived, in_part=in_part, of_amounts=of_amounts,
        with_money=line.application.reference in barred,
    )  # fmt: skip


def _unmarked(call: Call, lines: Sequence[ScenarioLine]) -> dict[int, str]:
    """Why nobody marked a file, by file (id): the waiver of its evaluations, or no criterion that applies to it."""
    told = dict(Waiver.objects.filter(application__call=call).values_list("application_id", "reason"))
    keys = [line.application_id for line in lines if line.score is None and line.application_id not in told]
    outside = without_criterion(call, call.grid.criteria.all(), keys) if keys and hasattr(call, "grid") else ()
    return told | dict.fromkeys(outside, "aucun des critères que le jury note ne s’y applique")


def _cause(line: ScenarioLine, policy: AmountPolicy) -> Cause:
    """What makes a selected file retained in part, when it is."""
    if line.is_partial and policy.way != AmountWay.ESSENTIAL:
        return Cause.ROOM
    by_way = {AmountWay.ESSENTIAL: Cause.ESSENTIAL, AmountWay.RATE: Cause.RATE, AmountWay.SHARED: Cause.SHARED}
    return by_way.get(AmountWay(policy.way), Cause.REGION)


# -- One decision -------------------------------------------------------------------------------------------------------------


class StaleDecision(Exception):
    """Somebody changed the decision since it was read; `current` is what it has become."""

    def __init__(self, current: FundingDecision):
        self.current = current
        super().__init__(str(current))


@transaction.atomic
def revise_decision(
    *,
    decision: FundingDecision,
    version: int,
    outcome: str,
    envelope: Envelope | None,
    quantities: Mapping[int, int],
    amounts: Mapping[str, Decimal],
    motive: str,
    actor: User,
    wording: Wording = NOTHING_SAID,
    cuts: Mapping[str, Wording] = NO_CUTS,
) -> FundingDecision:
    """Change a proposal: its outcome, its envelope, its motive, the quantities retained (need id → quantity, 0 removes) and the
    amounts retained (question key → euros incl. VAT, 0 removes).

    An award of all that is requested is whole, otherwise partial: the lines say which, and the motive too where it told what is not
    retained. The reasons of `wording` are said after it. `cuts` says why of each line that is not retained whole, by its key. `version` is
    that of the decision as read.
    Raises PermissionDenied, StaleDecision, and TransitionRefused (voted already, not enough money, nothing retained, more than requested).
    """
    if not rules.decides_funding(decision, actor):
        raise PermissionDenied("revise_decision")
    current = FundingDecision.objects.select_for_update(of=("self",)).select_related("application__call", "envelope").get(pk=decision.pk)
    if not current.is_open or Vote.objects.filter(call=current.application.call_id).exists():
        raise TransitionRefused(["Cette décision est votée : elle ne change plus."], wrong_state=True)
    if current.version != version:
        raise StaleDecision(current)
    before, given_back = _account(current), _taken_by([current])
    kept = chosen_lines(current.application, quantities, amounts) if outcome in Outcome.GRANTING else []
    _settle(current, outcome, envelope, kept)
    cut = cuts_by_hand(current, kept, cuts) if kept else []
    own = motive_kept_true(current, kept, motive, untouched=own_motive(current, given_with(current)))
    current.motive, current.decided_by, current.decided_at = give_reasons(current, own, wording), actor, timezone.now()
    current.amount_reason = _amount_reason(current)
    current.version += 1
    move_commitment(taken=_taken_by([current]), given_back=given_back)
    _rewrite(current, kept, cut)
    recorder.record(current, "revise", actor=actor, data={"before": before, "after": _account(current)})
    return current


def _rewrite(decision: FundingDecision, kept: list[DecisionLine], cut: list[DecisionCut]) -> None:
    """Save a decision with its lines in the place of those it had."""
    decision.lines.all().delete()
    decision.cuts.all().delete()
    decision.save()
    write_lines([(decision, kept)])
    write_cuts([(decision, cut)])


def _amount_reason(decision: FundingDecision) -> str:
    """Why it has its amount: as the scenario said, or by the hand of whoever changed it. Nothing where the call gives what is asked."""
    scenario = retained_scenario(decision.application.call)
    line = scenario.lines.filter(application=decision.application_id).first() if scenario and scenario.amounts_rule else None
    if line is None or not decision.is_granted:
        return ""
    if line.is_selected and line.amount == decision.granted_amount:
        return line.amount_reason
    computed = line.amount if line.is_selected else Decimal(0)
    return revised_sentence(amount=decision.granted_amount, computed=computed)


def _settle(decision: FundingDecision, outcome: str, envelope: Envelope | None, kept: list[DecisionLine]) -> None:
    """Outcome, envelope and amount that go together. Raises TransitionRefused when they do not."""
    if outcome not in Outcome.GRANTING:
        decision.outcome, decision.envelope, decision.granted_amount, decision.to_pay_amount = outcome, None, Decimal(0), Decimal(0)
        return
    if envelope is None or envelope.call_id != decision.application.call_id:
        raise TransitionRefused(["Un dossier retenu prend sur une enveloppe de son appel : choisissez-la."])
    if not is_for(envelope.group, decision.application.establishment):
        raise TransitionRefused([f"« {envelope.label} » est réservée ({envelope.group_label}) : ce lycée prend sur une autre."])
    amount = granted_by(kept)
    if not amount:
        raise TransitionRefused(["Un dossier retenu garde au moins une ligne : sinon, choisissez une autre issue."])
    call = decision.application.call
    policy = policy_of(call)
    ceiling = min(filter(None, (call.ceiling_amount, policy.cap_amount)), default=None)
    if ceiling and amount > ceiling:
        raise TransitionRefused([f"Le montant ({money(amount)}) dépasse le plafond par dossier de l’appel ({money(ceiling)})."])
    floor = floor_amount(policy, decision.application)
    if amount < floor:
        raise TransitionRefused([f"Le montant ({money(amount)}) est au-dessous du minimum par dossier de l’appel ({money(floor)})."])
    decision.outcome = Outcome.AWARDED if is_whole(decision.application, kept) else Outcome.PARTLY_AWARDED
    decision.envelope, decision.granted_amount, decision.to_pay_amount = envelope, amount, paid_by(kept)


@transaction.atomic
def drop_proposal(*, application: Application, actor: User | SystemActor) -> None:
    """A file that its lycée withdraws is not put to the vote: its proposal goes, and its money returns to the envelope.

    To be called under the lock of the transition. Raises TransitionRefused once the vote is recorded.
    """
    call = Call.objects.select_for_update(of=("self",)).get(pk=application.call_id)
    if Vote.objects.filter(call=call).exists():
        raise TransitionRefused(["L’examen de cet appel est terminé : attendez la décision de la Région."], wrong_state=True)
    decision = FundingDecision.objects.select_for_update(of=("self",)).filter(application=application).first()
    if decision is None:
        return
    account = _account(decision)
    if decision.envelope_id:
        move_commitment(taken={}, given_back={decision.envelope_id: decision.granted_amount})
    decision.delete()
    recorder.record(application, "drop_proposal", actor=actor, data=account)


def _account(decision: FundingDecision) -> dict:
    """What the journal keeps of a decision."""
    return {
        "outcome": decision.outcome, "amount": decision.granted_amount, "to_pay": decision.to_pay_amount,
        "envelope": decision.envelope, "motive": decision.motive,
    }  # fmt: skip


# -- The vote -----------------------------------------------------------------------------------------------------------------


def date_gaps(session: SelectionSession | None, held_on: date) -> list[str]:
    """Why this day cannot be that of the vote."""
    if held_on > timezone.localdate():
        return ["La date du vote est à venir : enregistrez-le une fois qu’il a eu lieu."]
    if session and session.closed_at and held_on < timezone.localdate(session.closed_at):
        return [f"Le vote ne peut pas précéder la séance du jury, close le {day(session.closed_at)}."]
    return []


@transaction.atomic
def record_vote(*, call: Call, number: str, held_on: date, actor: User, seen: str | None = None) -> Job | None:
    """Write the vote of the Commission permanente, on the call and on each of its decisions, in one transaction.

    Beyond 500 decisions the vote is written at once and a job, which is returned, carries it to each decision; nothing
    can be revised meanwhile. Raises PermissionDenied, and TransitionRefused, also when the decisions are not those that the page had `seen`.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not rules.decides_funding(locked, actor):
        raise PermissionDenied("record_vote")
    if locked.state != CallState.DELIBERATION or Vote.objects.filter(call=locked).exists():
        raise TransitionRefused(["Le vote de cet appel est déjà enregistré, ou sa délibération n’est pas ouverte."], wrong_state=True)
    if seen:
        voted_on(locked).refuse_other(seen)
    scenario = retained_scenario(locked)
    missing = vote_obstacles(locked) + date_gaps(scenario.session if scenario else None, held_on)
    if missing:
        raise TransitionRefused(missing)
    vote = Vote.objects.create(call=locked, number=number, held_on=held_on, recorded_by=actor)
    recorder.record(vote, "record_vote", actor=actor, data={"number": number, "held_on": held_on})
    if FundingDecision.objects.filter(application__call=locked).count() > AT_ONCE:
        return _enqueue_vote(locked, actor)
    carry_vote(call=locked, actor=actor)
    return None


@transaction.atomic
def resume_vote(*, call: Call, actor: User) -> Job:
    """Have the worker carry a vote already written to the decisions that it has not reached. Raises PermissionDenied."""
    if not rules.decides_funding(call, actor):
        raise PermissionDenied("record_vote")
    return _enqueue_vote(call, actor)


def _enqueue_vote(call: Call, actor: User) -> Job:
    waiting = FundingDecision.objects.filter(application__call=call, state=DecisionState.PROPOSED).count()
    return enqueue(
        "scoring.vote", label=f"Vote de {count(waiting, 'décision')}, {call.title}", owner=actor, params={"call": call.pk},
        dedupe_key=f"vote-{call.pk}", return_url=f"{reverse('scoring:decisions')}?appel={call.reference}",
    )  # fmt: skip


def carry_vote(*, call: Call, actor: User, progress: Callable = lambda done, total, note="": None) -> int:
    """Carry a vote already written to every decision, then to the call. Safe to start again; returns how many were done."""
    vote = Vote.objects.get(call=call)
    waiting = list(FundingDecision.objects.filter(application__call=call, state=DecisionState.PROPOSED).order_by("pk"))
    for done, decision in enumerate(waiting):
        progress(done, len(waiting))
        perform(decision, "record_vote", actor=actor, at=vote.recorded_at)
    if Call.objects.get(pk=call.pk).state == CallState.DELIBERATION:
        perform(call, "record_vote", actor=actor, number=vote.number, held_on=vote.held_on)
    progress(len(waiting), len(waiting))
    return len(waiting)
