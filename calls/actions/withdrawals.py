"""A team asks for the withdrawal of a filed file; whoever signs for the lycée agrees or refuses (docs/adr/0052)."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.enums import ApplicationState, ReasonUse, WithdrawalAnswer
from calls.models import Application, Call, GivenReason, WithdrawalRequest
from calls.reasons import Wording
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.roles import Actor
from portal.signing import SignedAct, mention
from portal.workflow.gate import TransitionRefused, perform


@transaction.atomic
def ask_withdrawal(*, application: Application, reason: str, actor: User, chosen: Sequence[dict[str, str]] = ()) -> WithdrawalRequest:
    """Ask whoever signs for the lycée to withdraw the file; nothing changes in it. Who signs withdraws, and asks nobody.

    `reason` is the whole text, `chosen` the reasons of the list that it begins with, as `Wording.kept` gives them.

    Raises PermissionDenied, and TransitionRefused: not filed or decided, asked already.
    """
    fresh = _lock(application)
    if not rules.asks_withdrawal(fresh, actor):
        raise PermissionDenied("ask_withdrawal")
    if fresh.state not in ApplicationState.WITHDRAWABLE:
        raise TransitionRefused([f"Le retrait ne se demande plus : le dossier est « {fresh.applicant_label} »."], wrong_state=True)
    if fresh.withdrawal_requests.still_open().exists():
        raise TransitionRefused(["Le retrait de ce dossier est déjà demandé."], wrong_state=True)
    asked = WithdrawalRequest.objects.create(application=fresh, reason=reason, chosen=list(chosen), asked_by=actor)
    recorder.record(fresh, "ask_withdrawal", actor=actor)  # never why: the Région reads this line
    outbox.post("withdrawal_asked", about=fresh, actor=actor)
    return asked


@transaction.atomic
def agree_to_withdrawal(*, asked: WithdrawalRequest, actor: User) -> Application:
    """Withdraw the file for the reason that its team gave: the request ends with the withdrawal (calls.hooks.receivers).

    The call is locked before the file, as the gate does for this act. Raises PermissionDenied, and TransitionRefused: answered or taken back
    already, decided.
    """
    Call.objects.select_for_update(of=("self",), no_key=True).get(pk=asked.application.call_id)
    fresh = _lock(asked.application)
    if not rules.signs_withdrawal(fresh, actor):
        raise PermissionDenied("agree_to_withdrawal")
    if not fresh.withdrawal_requests.still_open().filter(pk=asked.pk).exists():
        raise TransitionRefused(["Cette demande de retrait n’attend plus de réponse."], wrong_state=True)
    given = GivenReason.of(fresh, ReasonUse.WITHDRAWAL, Wording.read(asked.reason, asked.chosen))
    return perform(fresh, "withdraw_filed", actor=actor, reason=asked.reason, given=given)


@transaction.atomic
def refuse_withdrawal(*, asked: WithdrawalRequest, reason: str, actor: User) -> None:
    """The file stays as it is, and its team reads why; it may ask again. Raises PermissionDenied and TransitionRefused."""
    fresh = _lock(asked.application)
    if not rules.signs_withdrawal(fresh, actor):
        raise PermissionDenied("refuse_withdrawal")
    _end(fresh, asked, WithdrawalAnswer.REFUSED, actor, reason)
    signed = mention(actor, fresh.establishment, SignedAct.WITHDRAWAL, fresh)
    recorder.record(fresh, "refuse_withdrawal", actor=actor, data=signed)
    outbox.post("withdrawal_refused", about=fresh, actor=actor)


@transaction.atomic
def take_back_request(*, asked: WithdrawalRequest, actor: User) -> None:
    """The team asks for the withdrawal no more. Raises PermissionDenied, and TransitionRefused once answered."""
    fresh = _lock(asked.application)
    if not rules.asks_withdrawal(fresh, actor):
        raise PermissionDenied("take_back_request")
    _end(fresh, asked, WithdrawalAnswer.TAKEN_BACK, actor)
    recorder.record(fresh, "take_back_withdrawal", actor=actor)
    outbox.post("withdrawal_taken_back", about=fresh, actor=actor)


def end_requests(application: Application, answer: WithdrawalAnswer, actor: Actor) -> None:
    """What was asked ends with the act that settles it. To be called under the lock of a transition."""
    by = actor if actor.pk else None
    application.withdrawal_requests.still_open().update(ended_at=timezone.now(), ended_by=by, answer=answer)


def _end(application: Application, asked: WithdrawalRequest, answer: WithdrawalAnswer, actor: User, text: str = "") -> None:
    found = application.withdrawal_requests.still_open().filter(pk=asked.pk)
    if not found.update(ended_at=timezone.now(), ended_by=actor, answer=answer, answer_text=text):
        raise TransitionRefused(["Cette demande de retrait n’attend plus de réponse."], wrong_state=True)


def _lock(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).select_related("establishment", "call").get(pk=application.pk)
