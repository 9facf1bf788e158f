"""A vote typed wrongly, corrected before anybody outside knows of it."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from scoring import rules
from scoring.actions.decision import date_gaps
from scoring.models import Vote
from scoring.queries.decision import closed_session


@transaction.atomic
def correct_vote(*, call: Call, number: str, held_on: date, reason: str, actor: User) -> Vote:
    """Change the number or the date of a recorded vote, with a reason: the journal keeps both.

    Raises PermissionDenied, and TransitionRefused when there is no vote, once its letters are out, for a date that cannot be, or when
    nothing changes.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not rules.decides_funding(locked, actor):
        raise PermissionDenied("correct_vote")
    vote = Vote.objects.select_for_update(of=("self",)).filter(call=locked).first()
    if vote is None:
        raise TransitionRefused(["Le vote de cet appel n’est pas enregistré."], wrong_state=True)
    if locked.has_results:
        raise TransitionRefused(["Les lettres de notification portent cette délibération : elle ne se corrige plus ici."], wrong_state=True)
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
