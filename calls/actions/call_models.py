"""Models of calls: made from a call, renamed, retired; and the calls that begin from one, or from what comes with the portal.

A model is a call that is never opened, so that every app carries into it, and out of it, what it carries from a wave to the next.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from calls import rules
from calls.actions.next_wave import KEPT, Carried, carry, dates_of
from calls.conditioned.wave_terms import is_of_a_wave
from calls.conditions.reading import keys_in
from calls.models import Call, CallModel, Programme, Questionnaire, slug_of
from calls.reasons import shipped_reasons
from calls.shipped.offered import SHIPPED, ShippedModel
from portal import working_days
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.dates import moment
from portal.text.french import count
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

SHIPPED_DAYS = 40  # working days from the opening to the closing of a call that begins from a shipped model: two months
SHIPPED_CLOSING = time(18)
CHOSEN = ("programme", "summary", "contact_email")  # among what a wave keeps, what is chosen anew for a call made from a model

Beginner = Callable[[str, Call, User], Iterator[Carried]]
_beginners: list[tuple[int, Beginner]] = []


def begun(order: int) -> Callable[[Beginner], Beginner]:
    """Register what an app gives to a call that begins from a shipped model: `beginner(key, call, actor)` writes, and gives lines of the report."""

    def keep(beginner: Beginner) -> Beginner:
        _beginners.append((order, beginner))
        _beginners.sort(key=lambda one: one[0])
        return beginner

    return keep


@dataclass(frozen=True)
class NewCall:
    """What is chosen for a call made from a model; `budget_amount` in euros, dates aware. Without `closes_at`, that of the model is moved."""

    programme: Programme
    title: str
    reference: str
    opens_at: datetime
    budget_amount: Decimal
    closes_at: datetime | None = None
    summary: str = ""
    contact_email: str = ""


def _makes_calls(actor: User, act: str) -> None:
    if not rules.makes_calls(actor):
        raise PermissionDenied(act)


def _named_once(save: Callable[[], object], sentence: str) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        raise TransitionRefused([sentence]) from error


# -- A model -------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_as_model(*, call: Call, name: str, actor: User) -> CallModel:
    """Keep of a call all that another may begin from: no people, no date, no reference. The call does not change; its journal tells it.

    Raises PermissionDenied, and TransitionRefused when a model has this name.
    """
    _makes_calls(actor, "save_as_model")
    dated = {"opens_at": call.opens_at, "closes_at": call.closes_at, "jury_on": call.jury_on, "results_on": call.results_on}
    code = uuid4().hex[:12]
    content = Call(
        **{each: getattr(call, each) for each in KEPT}, **dated, is_model=True,
        reference=f"M-{code.upper()}", slug=f"m-{code}", title=name, budget_amount=call.budget_amount,
    )  # fmt: skip
    of_waves = any(is_of_a_wave(each) for each in keys_in(call.eligibility))
    if of_waves:
        content.eligibility = None
    content.save()
    model = CallModel(call=content, name=name, made_from=call.title, owner=actor)
    _named_once(model.save, f"Un modèle s’appelle déjà « {name} » : donnez-lui un autre nom.")
    report = carry(call, content, actor)
    if of_waves:
        told = "Elle parle des vagues précédentes de cet appel, qu’un appel fait du modèle n’aurait pas."
        report.append({"label": "Condition d’éligibilité", "told": told, "left": True})
    recorder.record(model, "save_model", actor=actor, reason=str(call), data={"from": call.reference, "report": report})
    recorder.record(call, "saved_as_model", actor=actor, reason=name)
    return model


@transaction.atomic
def rename_model(*, model: CallModel, name: str, actor: User, check: Check = believed) -> CallModel:
    """Raises PermissionDenied, and TransitionRefused when another model has this name, or when `check` refuses what the page showed."""
    _makes_calls(actor, "rename_model")
    locked = CallModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    check()
    before, locked.name = locked.name, name
    if before != name:
        _named_once(lambda: locked.save(update_fields=["name"]), f"Un modèle s’appelle déjà « {name} » : donnez-lui un autre nom.")
        Call.everything.filter(pk=locked.call_id).update(title=name)
        recorder.record(locked, "rename_model", actor=actor, data={"before": before, "after": name})
    return locked


@transaction.atomic
def retire_model(*, model: CallModel, actor: User) -> CallModel:
    """Offer it no more; calls made from it do not change, and it can come back. Raises PermissionDenied, TransitionRefused when it is so already."""
    return _set_retired(model, timezone.now(), "retire_model", "Ce modèle est déjà retiré.", actor)


@transaction.atomic
def restore_model(*, model: CallModel, actor: User) -> CallModel:
    """Offer it again. Raises PermissionDenied, TransitionRefused when it is offered already."""
    return _set_retired(model, None, "restore_model", "Ce modèle est déjà proposé.", actor)


def _set_retired(model: CallModel, at: datetime | None, act: str, already: str, actor: User) -> CallModel:
    _makes_calls(actor, act)
    locked = CallModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    if (locked.retired_at is None) is (at is None):
        raise TransitionRefused([already], wrong_state=True)
    locked.retired_at = at
    locked.save(update_fields=["retired_at"])
    recorder.record(locked, act, actor=actor)
    return locked


# -- A call that begins from one ---------------------------------------------------------------------------------------------------


@transaction.atomic
def call_from_model(*, model: CallModel, new: NewCall, actor: User) -> Call:
    """The draft of a call with all that a model holds. Raises PermissionDenied, and TransitionRefused as `_begin`, or when the model is retired."""
    _makes_calls(actor, "call_from_model")
    source = CallModel.objects.select_for_update(of=("self",)).select_related("call").get(pk=model.pk)
    if source.retired_at:
        raise TransitionRefused([f"Le modèle « {source} » est retiré : il ne sert plus à créer d’appel."], wrong_state=True)
    dates = dates_of(source.call, new.opens_at)
    kept = {name: getattr(source.call, name) for name in KEPT if name not in CHOSEN}
    call = _begin(new, closes_at=new.closes_at or dates.closes_at, jury_on=dates.jury_on, results_on=dates.results_on, **kept)
    report = carry(source.call, call, actor)
    recorder.record(call, "create", actor=actor, reason=f"Modèle : {source}", data={"report": report})
    return call


@transaction.atomic
def call_from_shipped(*, shipped: ShippedModel, new: NewCall, actor: User) -> Call:
    """The draft of a call with what a model of the portal holds. Raises PermissionDenied, and TransitionRefused as `_begin`."""
    _makes_calls(actor, "call_from_shipped")
    call = _begin(new, closes_at=new.closes_at or usual_closing(new.opens_at))
    lines = [line for _, beginner in _beginners for line in beginner(shipped.key, call, actor)]
    report = [{"label": line.label, "told": line.told, "left": line.is_left} for line in lines]
    recorder.record(call, "create", actor=actor, reason=f"Modèle : {shipped.label}", data={"report": report})
    return call


def usual_closing(opens_at: datetime) -> datetime:
    """When a call closes whose model says nothing of it: in the evening, two months of working days after its opening."""
    day = working_days.moved(timezone.localdate(opens_at) + timedelta(days=1), SHIPPED_DAYS - 1)
    return timezone.make_aware(datetime.combine(day, SHIPPED_CLOSING))


def _begin(new: NewCall, *, closes_at: datetime, **fields: object) -> Call:
    """The row of a new call, in the next wave of its programme. Raises TransitionRefused: its reference or its address is taken, or it closes first."""
    if closes_at <= new.opens_at:
        raise TransitionRefused([f"La clôture serait le {moment(closes_at)}, avant l’ouverture : choisissez une autre date."])
    last = Call.objects.filter(programme=new.programme).aggregate(wave=models.Max("wave"))["wave"] or 0
    call = Call(
        **fields, programme=new.programme, title=new.title, reference=new.reference, slug=slug_of(new.title), wave=last + 1,
        opens_at=new.opens_at, closes_at=closes_at, budget_amount=new.budget_amount,
        summary=new.summary, contact_email=new.contact_email,
    )  # fmt: skip
    _named_once(call.save, "Un appel porte déjà cette référence ou cette adresse : changez la référence ou l’intitulé.")
    return call


@begun(25)
def reasons(key: str, call: Call, actor: User) -> Iterator[Carried]:
    """Those that come with the portal, and those of the model."""
    call.reasons = shipped_reasons(key)
    call.save(update_fields=["reasons"])
    yield Carried("Motifs", f"{count(len(call.reasons), 'motif proposé', 'motifs proposés')} aux actes qui en demandent un.")


@begun(20)
def dates(key: str, call: Call, actor: User) -> Iterator[Carried]:
    yield Carried("Calendrier", f"Ouverture le {moment(call.opens_at)}, clôture le {moment(call.closes_at)}.")
    yield Carried("Jury et résultats", "Leurs dates sont à annoncer.", is_left=True)


@begun(30)
def form(key: str, call: Call, actor: User) -> Iterator[Carried]:
    """The form of a shipped model, as a first version that may still change."""
    definition = SHIPPED[key].definition
    if definition is None:
        yield Carried("Formulaire", "Il est à composer.", is_left=True)
        return
    made = Questionnaire.objects.create(call=call, version=1, definition=definition)
    yield Carried("Formulaire", f"{count(len(made.schema.questions), 'question')} ; il se modifie jusqu’à la publication.")
