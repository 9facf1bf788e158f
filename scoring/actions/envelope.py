"""The money of a call: envelopes, and the one way in which a decision takes from them."""

from dataclasses import asdict, dataclass, replace
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
from scoring.queries.envelope import group_names, is_for

# -- Taking and giving back -----------------------------------------------------------------------------------------------------


def commit_amount(*, envelope_id: int, delta: Decimal) -> None:
    """Take `delta` euros from an envelope (give back when negative), or raise TransitionRefused when they are not there.

    One conditional UPDATE, so that two officers who decide at once can never overspend it, whatever each has read; the
    database's own constraint stands behind. Rounding keeps SQLite, which counts in floating point, exact to the cent.
    """
    _take("committed_amount", envelope_id, delta)


def delegate_amount(*, envelope_id: int, delta: Decimal) -> None:
    """The same for what is delegated of an envelope."""
    _take("delegated_amount", envelope_id, delta)


def _take(column: str, envelope_id: int, delta: Decimal) -> None:
    """The one conditional UPDATE of both; `column` is what takes."""
    held = Round(F("committed_amount") + F("delegated_amount") + delta, precision=2)
    rows = Envelope.objects.filter(pk=envelope_id, amount__gte=held)
    if not rows.update(**{column: Round(F(column) + delta, precision=2)}):
        raise _too_short(envelope_id, delta)


def resize(*, envelope_id: int, delta: Decimal) -> None:
    """Add `delta` euros to what an envelope holds (take away when negative), never below what is taken or delegated of it."""
    after = Round(F("amount") + delta, precision=2)
    least = Round(F("committed_amount") + F("delegated_amount") - delta, precision=2)
    updated = Envelope.objects.filter(pk=envelope_id, amount__gte=least).update(amount=after)
    if not updated:
        raise _too_short(envelope_id, -delta)


def _too_short(envelope_id: int, wanted: Decimal) -> TransitionRefused:
    envelope = Envelope.objects.get(pk=envelope_id)
    return TransitionRefused(
        [f"L’enveloppe « {envelope.label} » ne suffit pas : il reste {money(envelope.remaining_amount)}, il en faut {money(wanted)}."]
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


# -- Envelopes ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EnvelopeTerms:
    """What is said of an envelope: its name, its place in the budget (section, year, programme, code), the group of lycées that it is for
    (none: all), and its amount in euros."""

    label: str
    amount: Decimal
    section: str = ""
    year: int | None = None
    programme: str = ""
    budget_code: str = ""
    group: str = ""


@transaction.atomic
def create_envelope(*, call: Call, terms: EnvelopeTerms, actor: User, parent: Envelope | None = None) -> Envelope:
    """Open an envelope, or delegate a part of `parent`, whose place in the budget it then has.

    Raises PermissionDenied and TransitionRefused.
    """
    _check(call, actor)
    if parent is not None:
        terms = _delegated(parent, call, terms)
    named = {**asdict(terms), "group_label": _group_label(terms.group)}
    try:
        with transaction.atomic():
            envelope = Envelope.objects.create(call=call, parent=parent, **named)
    except IntegrityError as clash:
        raise TransitionRefused([f"Cet appel a déjà une enveloppe « {terms.label} »."]) from clash
    recorder.record(envelope, "create_envelope", actor=actor, data=_kept(envelope))
    return envelope


def _delegated(parent: Envelope, call: Call, terms: EnvelopeTerms) -> EnvelopeTerms:
    """The terms of a part of `parent`, whose money it takes; it stands at the same place of the budget. Locks the line."""
    parent = _locked(parent)
    if parent.call_id != call.pk or parent.parent_id:
        raise TransitionRefused(["Une sous-enveloppe se délègue d’une ligne budgétaire de l’appel."])
    if not terms.group:
        raise TransitionRefused(["Une sous-enveloppe s’adresse à un groupe de lycées : choisissez-le."])
    delegate_amount(envelope_id=parent.pk, delta=terms.amount)
    return replace(terms, **_place_of(parent))


def _place_of(envelope: Envelope) -> dict:
    """Where it stands in the budget: what a part has of its line."""
    return {name: getattr(envelope, name) for name in ("section", "year", "programme", "budget_code")}


@transaction.atomic
def edit_envelope(*, envelope: Envelope, terms: EnvelopeTerms, actor: User, check: Check = believed) -> Envelope:
    """Change an envelope; never below what decisions have taken and what is delegated. What it has delegated follows its place in the budget.

    Raises PermissionDenied, and TransitionRefused, also when it was removed or when `check` refuses what the page showed.
    """
    _check(envelope.call, actor)
    kept = _locked(envelope)
    check()
    if Envelope.objects.filter(call=envelope.call_id, label=terms.label).exclude(pk=envelope.pk).exists():
        raise TransitionRefused([f"Cet appel a déjà une enveloppe « {terms.label} »."])
    if kept.used_amount > terms.amount:
        raise TransitionRefused([_too_little(kept)])
    if kept.parent_id:
        if not terms.group:
            raise TransitionRefused(["Une sous-enveloppe s’adresse à un groupe de lycées : choisissez-le."])
        delegate_amount(envelope_id=kept.parent_id, delta=terms.amount - kept.amount)
        terms = replace(terms, **_place_of(kept))
    _refuse_others(kept, terms.group)
    before = _kept(kept)
    fresh = Envelope.objects.select_related("call").get(pk=kept.pk)
    for name, value in asdict(terms).items():
        setattr(fresh, name, value)
    fresh.group_label = kept.group_label if terms.group == kept.group else _group_label(terms.group)
    try:
        with transaction.atomic():
            fresh.save(update_fields=[*asdict(terms), "group_label"])
    except IntegrityError as clash:
        twice = Envelope.objects.filter(call=envelope.call_id, label=terms.label).exclude(pk=envelope.pk).exists()
        said = f"Cet appel a déjà une enveloppe « {terms.label} »." if twice else _too_little(Envelope.objects.get(pk=kept.pk))
        raise TransitionRefused([said]) from clash
    fresh.delegated.update(**_place_of(fresh))
    if before != _kept(fresh):
        recorder.record(fresh, "edit_envelope", actor=actor, data={"before": before, "after": _kept(fresh)})
    return fresh


def _locked(envelope: Envelope) -> Envelope:
    """The row under its lock, after that of what it is delegated of: the order of every change of several envelopes."""
    family = [pk for pk in (envelope.parent_id, envelope.pk) if pk]
    rows = {row.pk: row for row in Envelope.objects.select_for_update(of=("self",)).filter(pk__in=family).order_by("pk")}
    if envelope.pk not in rows:
        raise TransitionRefused([f"L’enveloppe « {envelope.label} » vient d’être supprimée."], wrong_state=True)
    return rows[envelope.pk]


def _too_little(envelope: Envelope) -> str:
    if not envelope.delegated_amount:
        taken = f"Les décisions prennent déjà {money(envelope.committed_amount)} sur « {envelope.label} »"
    else:
        taken = (
            f"Les décisions prennent {money(envelope.committed_amount)} sur « {envelope.label} », et {money(envelope.delegated_amount)} en "
            "sont délégués"
        )
    return f"{taken} : le montant ne peut pas être inférieur."


def _refuse_others(envelope: Envelope, group: str) -> None:
    """Raises TransitionRefused when decisions for lycées outside of `group` take from it already."""
    if not group or group == envelope.group:
        return
    decisions = envelope.decisions.select_related("application__establishment__department", "application__establishment__authority")
    others = [one.application.reference for one in decisions if not is_for(group, one.application.establishment)]
    if others:
        raise TransitionRefused(
            [f"Des décisions d’autres lycées prennent déjà sur « {envelope.label} » : {', '.join(sorted(others)[:5])}."]
        )


@transaction.atomic
def remove_envelope(*, envelope: Envelope, actor: User, seen: str | None = None) -> None:
    """Remove an envelope from which nothing has been taken, delegated nor moved; done twice, nothing happens. A delegated part goes back.

    Raises PermissionDenied, and TransitionRefused when it is not what the page had `seen`.
    """
    _check(envelope.call, actor)
    try:
        locked = _locked(envelope)
    except TransitionRefused:
        return
    if locked.committed_amount or locked.decisions.exists():
        raise TransitionRefused([f"Des décisions prennent sur l’enveloppe « {locked.label} » : elle reste."])
    if locked.delegated.exists():
        raise TransitionRefused([f"Des sous-enveloppes sont déléguées de « {locked.label} » : supprimez-les d’abord."])
    if locked.given.exists() or locked.received.exists():
        raise TransitionRefused([f"Des virements ont été faits de ou vers « {locked.label} » : elle reste, avec leur histoire."])
    now = f"« {locked.label} », {money(locked.amount)}, imputation {locked.budget_code or 'non précisée'}"
    refuse_unseen(seen, locked, now=now, act=last_act(locked, "edit_envelope", "create_envelope"))
    if locked.parent_id:
        delegate_amount(envelope_id=locked.parent_id, delta=-locked.amount)
    kept = {"label": locked.label, "amount": locked.amount, "call": envelope.call.reference}
    recorder.record(locked, "remove_envelope", actor=actor, data=kept)
    locked.delete()


def _kept(envelope: Envelope) -> dict:
    """What the journal keeps of an envelope: what is said of it, and nothing of what is not."""
    said = {"label": envelope.label, "budget_code": envelope.budget_code, "amount": envelope.amount}
    more = {
        "section": envelope.get_section_display(),
        "year": envelope.year,
        "programme": envelope.programme,
        "group": envelope.group_label,
    }
    parent = {"delegated_of": envelope.parent.label} if envelope.parent_id else {}
    return said | {key: value for key, value in more.items() if value} | parent


def _group_label(group: str) -> str:
    """The name of a group of lycées. Raises TransitionRefused for one that the directory does not know."""
    if not group:
        return ""
    names = group_names()
    if group not in names:
        raise TransitionRefused(["Ce groupe n’existe pas dans l’annuaire : choisissez-en un autre."])
    return names[group]


def _check(call: Call, actor: User) -> None:
    if not rules.decides_funding(call, actor):
        raise PermissionDenied("envelope")
    refuse_settled(call)


def refuse_settled(call: Call) -> None:
    """Raises TransitionRefused once the results are public: the money of a call no longer changes."""
    if call.state in CallState.SETTLED:
        raise TransitionRefused(["Les résultats de cet appel sont publiés : ses enveloppes ne changent plus."], wrong_state=True)
