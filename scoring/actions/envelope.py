"""The money of a call: envelopes, and the one way in which a decision takes from them."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Round

from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.journal.queries import last_act
from portal.text.french import money
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed, refuse_unseen
from scoring import rules
from scoring.models import Envelope


def commit_amount(*, envelope_id: int, delta: Decimal) -> None:
    """Take `delta` euros from an envelope (give back when negative), or raise TransitionRefused when they are not there.

    One conditional UPDATE, so that two officers who decide at once can never overspend it, whatever each has read; the
    database's own constraint stands behind. Rounding keeps SQLite, which counts in floating point, exact to the cent.
    """
    after = Round(F("committed_amount") + delta, precision=2)
    updated = Envelope.objects.filter(pk=envelope_id, amount__gte=after).update(committed_amount=after)
    if not updated:
        envelope = Envelope.objects.get(pk=envelope_id)
        raise TransitionRefused(
            [f"L’enveloppe « {envelope.label} » ne suffit pas : il reste {money(envelope.remaining_amount)}, il en faut {money(delta)}."]
        )


def move_commitment(*, taken: dict[int, Decimal], given_back: dict[int, Decimal]) -> None:
    """Change several envelopes (id → euros) at once, always in the same order: two changes never wait for each other."""
    changes: dict[int, Decimal] = {}
    for sign, amounts in ((1, taken), (-1, given_back)):
        for envelope_id, amount in amounts.items():
            changes[envelope_id] = changes.get(envelope_id, Decimal(0)) + sign * amount
    for envelope_id in sorted(changes):
        if changes[envelope_id]:
            commit_amount(envelope_id=envelope_id, delta=changes[envelope_id])


@transaction.atomic
def create_envelope(*, call: Call, label: str, budget_code: str, amount: Decimal, actor: User) -> Envelope:
    """Open an envelope of `amount` euros. Raises PermissionDenied and TransitionRefused."""
    _check(call, actor)
    try:
        with transaction.atomic():
            envelope = Envelope.objects.create(call=call, label=label, budget_code=budget_code, amount=amount)
    except IntegrityError as clash:
        raise TransitionRefused([f"Cet appel a déjà une enveloppe « {label} »."]) from clash
    recorder.record(envelope, "create_envelope", actor=actor, data={"label": label, "budget_code": budget_code, "amount": amount})
    return envelope


@transaction.atomic
def edit_envelope(*, envelope: Envelope, label: str, budget_code: str, amount: Decimal, actor: User, check: Check = believed) -> Envelope:
    """Change an envelope; never below what decisions have taken.

    Raises PermissionDenied, and TransitionRefused, also when it was removed or when `check` refuses what the page showed.
    """
    _check(envelope.call, actor)
    kept = Envelope.objects.select_for_update(of=("self",)).filter(pk=envelope.pk).first()
    if kept is None:
        raise TransitionRefused([f"L’enveloppe « {envelope.label} » vient d’être supprimée."], wrong_state=True)
    check()
    if Envelope.objects.filter(call=envelope.call_id, label=label).exclude(pk=envelope.pk).exists():
        raise TransitionRefused([f"Cet appel a déjà une enveloppe « {label} »."])
    try:
        with transaction.atomic():
            rows = Envelope.objects.filter(pk=envelope.pk, committed_amount__lte=amount)
            updated = rows.update(label=label, budget_code=budget_code, amount=amount)
    except IntegrityError as clash:
        raise TransitionRefused([f"Cet appel a déjà une enveloppe « {label} »."]) from clash
    fresh = Envelope.objects.select_related("call").get(pk=envelope.pk)
    if not updated:
        raise TransitionRefused(
            [f"Les décisions prennent déjà {money(fresh.committed_amount)} sur « {fresh.label} » : le montant ne peut pas être inférieur."]
        )
    before = {"label": kept.label, "budget_code": kept.budget_code, "amount": kept.amount}
    after = {"label": label, "budget_code": budget_code, "amount": amount}
    if before != after:
        recorder.record(fresh, "edit_envelope", actor=actor, data={"before": before, "after": after})
    return fresh


@transaction.atomic
def remove_envelope(*, envelope: Envelope, actor: User, seen: str | None = None) -> None:
    """Remove an envelope from which nothing has been taken; done twice, nothing happens.

    Raises PermissionDenied, and TransitionRefused when it is not what the page had `seen`.
    """
    _check(envelope.call, actor)
    locked = Envelope.objects.select_for_update(of=("self",)).filter(pk=envelope.pk).first()
    if locked is None:
        return
    if locked.committed_amount or locked.decisions.exists():
        raise TransitionRefused([f"Des décisions prennent sur l’enveloppe « {locked.label} » : elle reste."])
    now = f"« {locked.label} », {money(locked.amount)}, imputation {locked.budget_code or 'non précisée'}"
    refuse_unseen(seen, locked, now=now, act=last_act(locked, "edit_envelope", "create_envelope"))
    kept = {"label": locked.label, "amount": locked.amount, "call": envelope.call.reference}
    recorder.record(locked, "remove_envelope", actor=actor, data=kept)
    locked.delete()


def _check(call: Call, actor: User) -> None:
    if not rules.decides_funding(call, actor):
        raise PermissionDenied("envelope")
    refuse_settled(call)


def refuse_settled(call: Call) -> None:
    """Raises TransitionRefused once the results are public: the money of a call no longer changes."""
    if call.state in CallState.SETTLED:
        raise TransitionRefused(["Les résultats de cet appel sont publiés : ses enveloppes ne changent plus."], wrong_state=True)
