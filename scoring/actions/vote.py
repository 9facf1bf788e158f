"""A vote typed wrongly or recorded by mistake, mended before anybody outside knows of it."""

from collections.abc import Callable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from calls import rules as call_rules
from calls.models import Call
from calls.workflows import passages
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.journal.queries import last_act
from portal.text.dates import day
from portal.text.french import count
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.seen import Check, believed, refuse_unseen
from scoring import rules
from scoring.actions.decision import AT_ONCE, date_gaps
from scoring.enums import DecisionState
from scoring.models import FundingDecision, Vote
from scoring.queries.decision import closed_session, is_being_released, known_decisions


@transaction.atomic
def correct_vote(*, call: Call, number: str, held_on: date, reason: str, actor: User, check: Check = believed) -> Vote:
    """Change the number or the date of a recorded vote, with a reason: the journal keeps both.

    Raises PermissionDenied, and TransitionRefused when there is no vote, once its letters are out, for a date that cannot be, when nothing
    changes, or when `check` refuses what the page showed.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not rules.decides_funding(locked, actor):
        raise PermissionDenied("correct_vote")
    vote = Vote.objects.select_for_update(of=("self",)).filter(call=locked).first()
    if vote is None:
        raise TransitionRefused(["Le vote de cet appel n’est pas enregistré."], wrong_state=True)
    if gaps := correcting_gaps(locked):
        raise TransitionRefused(gaps, wrong_state=True)
    check()
    if gaps := date_gaps(closed_session(locked), held_on):
        raise TransitionRefused(gaps)
    before = {"number": vote.number, "held_on": vote.held_on}
    if before == {"number": number, "held_on": held_on}:
        raise TransitionRefused(["Rien ne change : le numéro et la date sont ceux qui sont enregistrés."])
    vote.number, vote.held_on = number, held_on
    vote.save(update_fields=["number", "held_on"])
    recorder.record(
        vote, "correct_vote", actor=actor, reason=reason, data={"before": before, "after": {"number": number, "held_on": held_on}}
    )
    return vote


def correcting_gaps(call: Call) -> list[str]:
    """Why the number and the date of the vote no longer change, or not now; empty when they may. Two queries at most.

    A notification that was stopped has sent its first letters: the next ones carry the same number.
    """
    if call.has_results or known_decisions(call):
        return ["Les lettres de notification portent cette délibération : elle ne se corrige plus ici."]
    if is_being_released(call):
        return ["La notification est demandée : ses lettres portent cette délibération. Arrêtez-la d’abord, avant qu’une lettre ne parte."]
    return []


@transaction.atomic
def undo_vote(*, call: Call, reason: str, actor: User, seen: str | None = None) -> Job | None:
    """Take back a vote recorded by mistake: every decision is a proposal again, the call is in deliberation. The journal keeps what it was.

    Beyond 500 decisions a job, which is returned, does it. Raises PermissionDenied, and TransitionRefused once results are known or asked for,
    or when the vote is not what the page had `seen`.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not call_rules.undoes_votes(locked, actor):
        raise PermissionDenied("undo_vote")
    if gaps := undoing_gaps(locked):
        raise TransitionRefused(gaps, wrong_state=True)
    if vote := Vote.objects.select_for_update(of=("self",)).filter(call=locked).first():
        refuse_unseen(seen, vote, now=f"délibération {vote.number} du {day(vote.held_on)}", act=last_act(vote, "correct_vote"))
    waiting = FundingDecision.objects.filter(application__call=locked, state=DecisionState.VOTED).count()
    if waiting <= AT_ONCE:
        carry_undoing(call=locked, reason=reason, actor=actor)
        return None
    return enqueue(
        "scoring.undo_vote", label=f"Annulation du vote de {count(waiting, 'décision')}, {locked.title}", owner=actor,
        params={"call": locked.pk, "reason": reason}, dedupe_key=f"undo-vote-{locked.pk}",
        return_url=f"{reverse('scoring:decisions')}?appel={locked.reference}",
    )  # fmt: skip


def undoing_gaps(call: Call) -> list[str]:
    """Why the vote of this call can no longer, or not yet, be undone; empty when it can."""
    if call.is_deliberated and hasattr(call, "vote"):
        return ["Le vote est encore en train d’être porté sur les décisions : il s’annule une fois qu’il l’est."]
    if not call.is_voted:
        return ["Le vote de cet appel n’est pas enregistré, ou ses résultats sont publiés."]
    return passages.ready_to_undo_vote.missing(call)


def carry_undoing(*, call: Call, reason: str, actor: User, progress: Callable = lambda done, total, note="": None) -> int:
    """Make each voted decision a proposal again, then the call; its vote goes last. Safe to start again; returns how many were done."""
    voted = list(FundingDecision.objects.filter(application__call=call, state=DecisionState.VOTED).order_by("pk"))
    for done, decision in enumerate(voted):
        progress(done, len(voted))
        perform(decision, "undo_vote", actor=actor, reason=reason)
    with transaction.atomic():
        if vote := Vote.objects.select_for_update(of=("self",)).filter(call=call).first():
            recorder.record(call, "remove_vote", actor=actor, reason=reason, data={"number": vote.number, "held_on": vote.held_on})
            vote.delete()
            perform(call, "undo_vote", actor=actor, reason=reason)
    progress(len(voted), len(voted))
    return len(voted)
