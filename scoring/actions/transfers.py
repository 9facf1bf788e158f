"""Money that moves between envelopes, and what a call announces of the whole."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.french import money
from portal.workflow.gate import TransitionRefused
from scoring import rules
from scoring.actions.envelope import delegate_amount, refuse_settled, resize
from scoring.models import AnnouncedAmount, Envelope, EnvelopeTransfer
from scoring.models.envelope import MOST
from scoring.queries.announced import announced_of
from scoring.queries.session import envelopes_total


@transaction.atomic
def transfer(*, source: Envelope, target: Envelope, amount: Decimal, reason: str, actor: User) -> EnvelopeTransfer:
    """Move euros between two lines, of one call or of two, between two parts of one line, or between a line and its part.

    Raises PermissionDenied, and TransitionRefused: not enough is free, another section of the budget, a call whose results are public.
    """
    return _moved(source=source, target=target, amount=amount, reason=reason, actor=actor)


@transaction.atomic
def take_back(*, made: EnvelopeTransfer, reason: str, actor: User) -> EnvelopeTransfer:
    """Undo a transfer by another one the other way, as long as what was moved is still free. Raises as `transfer`."""
    locked = EnvelopeTransfer.objects.select_for_update(of=("self",)).select_related("source__call", "target__call").get(pk=made.pk)
    if locked.reverses_id:
        raise TransitionRefused(["Ce virement en annule déjà un autre : faites-en un nouveau."], wrong_state=True)
    if locked.is_taken_back:
        raise TransitionRefused(["Ce virement est déjà annulé."], wrong_state=True)
    return _moved(source=locked.target, target=locked.source, amount=locked.amount, reason=reason, actor=actor, reverses=locked)


def _moved(
    *, source: Envelope, target: Envelope, amount: Decimal, reason: str, actor: User, reverses: EnvelopeTransfer | None = None
) -> EnvelopeTransfer:
    keys = sorted({source.pk, target.pk, source.parent_id or source.pk, target.parent_id or target.pk})
    rows = Envelope.objects.select_for_update(of=("self",)).select_related("call").filter(pk__in=keys).order_by("pk")
    locked = {row.pk: row for row in rows}
    if source.pk not in locked or target.pk not in locked:
        raise TransitionRefused(["L’une des deux enveloppes vient d’être supprimée."], wrong_state=True)
    source, target = locked[source.pk], locked[target.pk]
    for one in (source, target):
        if not rules.decides_funding(one.call, actor):
            raise PermissionDenied("transfer")
    _refuse(source, target, amount)
    _move(source, target, amount)
    made = EnvelopeTransfer.objects.create(
        source=source, target=target, amount=amount, reason=reason, made_by=actor, made_at=timezone.now(), reverses=reverses
    )
    act = "transfer_taken_back" if reverses else "transfer_given"
    kept = {"amount": amount, "from": _named(source, target), "to": _named(target, source), "reason": reason}
    recorder.record(source, act, actor=actor, data=kept)
    recorder.record(target, act if reverses else "transfer_received", actor=actor, data=kept)
    return made


def _refuse(source: Envelope, target: Envelope, amount: Decimal) -> None:
    """Raises TransitionRefused, with each reason for which this money cannot go there."""
    gaps = []
    if amount <= 0:
        gaps.append("Un virement porte sur un montant plus grand que zéro.")
    if source.pk == target.pk:
        gaps.append("Choisissez une autre enveloppe que celle d’où vient le montant.")
    elif not _are_near(source, target):
        gaps.append("Une sous-enveloppe ne reçoit que de sa ligne, ou d’une autre sous-enveloppe de la même ligne.")
    if source.section and target.section and source.section != target.section:
        gaps.append(
            f"« {source.label} » est en {source.get_section_display().lower()}, « {target.label} » en {target.get_section_display().lower()} : "
            "le vote du budget peut seul passer d’une section à l’autre."
        )
    if target.call.state in CallState.SETTLED:
        gaps.append(f"Les résultats de « {target.call.title} » sont publiés : ses enveloppes ne reçoivent plus rien.")
    if source.call.state in CallState.SETTLED and source.call_id == target.call_id:
        gaps.append("Les résultats de cet appel sont publiés : ce qui reste ne va plus qu’à un autre appel.")
    if target.amount + amount > MOST and target.pk != source.parent_id:
        gaps.append(f"« {target.label} » ne peut pas tenir plus de {money(MOST)}.")
    if amount > source.remaining_amount:
        gaps.append(f"« {source.label} » n’a plus que {money(source.remaining_amount)} de libres.")
    if gaps:
        raise TransitionRefused(list(dict.fromkeys(gaps)))


def _are_near(source: Envelope, target: Envelope) -> bool:
    """Two lines, two parts of one line, a line and its part."""
    return source.parent_id == target.parent_id or source.pk == target.parent_id or target.pk == source.parent_id


def _move(source: Envelope, target: Envelope, amount: Decimal) -> None:
    """The same change under the guard of the database; a line holds as much before and after when one of its parts gives or receives."""
    if target.parent_id == source.pk:
        delegate_amount(envelope_id=source.pk, delta=amount)
    else:
        resize(envelope_id=source.pk, delta=-amount)
    if source.parent_id == target.pk:
        delegate_amount(envelope_id=target.pk, delta=-amount)
    else:
        resize(envelope_id=target.pk, delta=amount)


def _named(one: Envelope, other: Envelope) -> str:
    """An envelope as the journal names it: with its call where the other is of another one."""
    return one.label if one.call_id == other.call_id else f"{one.label} ({one.call.reference})"


# -- What the call announces ------------------------------------------------------------------------------------------------------


@transaction.atomic
def announce_amount(*, call: Call, reason: str, actor: User, seen: str | None = None) -> AnnouncedAmount:
    """Announce what the envelopes hold: the call page says it from then on, with the day and the reason.

    Raises PermissionDenied, and TransitionRefused when there is nothing to announce, or when the envelopes are not those that the page had `seen`.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not rules.decides_funding(locked, actor):
        raise PermissionDenied("announce_amount")
    refuse_settled(locked)
    amount = envelopes_total(locked)
    if seen:
        announced_of(locked).refuse_other(seen)
    if not amount:
        raise TransitionRefused(["Aucune enveloppe n’est ouverte : il n’y a rien à annoncer."], wrong_state=True)
    if amount > MOST:
        raise TransitionRefused([f"Un appel n’annonce pas plus de {money(MOST)} : ses enveloppes font {money(amount)}."])
    if amount == locked.budget_amount:
        raise TransitionRefused([f"L’appel annonce déjà {money(amount)}."], wrong_state=True)
    made = AnnouncedAmount.objects.create(
        call=locked, before_amount=locked.budget_amount, amount=amount, reason=reason, announced_by=actor, announced_at=timezone.now()
    )
    locked.budget_amount = amount
    locked.save(update_fields=["budget_amount"])
    recorder.record(locked, "announce_amount", actor=actor, data={"before": made.before_amount, "after": amount, "reason": reason})
    return made
