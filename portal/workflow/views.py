"""How a page carries out an act: the button that a workflow draws, the press without a form, the form; and what a refusal shows.

A refusal because somebody acted before, or because it is too late, is a page of its own with 409 where nothing was typed; where something was,
it is the form, with what was typed. Any other refusal of a form goes on the form with 422.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from portal.journal.models import JournalEntry
from portal.roles import Person
from portal.workflow import sent
from portal.workflow.forms import ReasonForm
from portal.workflow.gate import TransitionRefused, check_person, is_ready, option_for, perform, signature_of
from portal.workflow.machine import transitions_of
from portal.workflow.readiness import ReadinessLine, effects_of, readiness_of
from portal.workflow.seen import SEEN
from portal.workflow.told import Told, ToldOtherwise, told

DOUBLE_PRESS = timedelta(minutes=1)
JUST_BEFORE = timedelta(hours=1)  # as long as a page stays open before it is sent: what others did since is worth saying


def run_transition(
    request: HttpRequest, obj: models.Model, name: str, *, success: str | None = None, reason_as: str = "",
    hidden: frozenset[int] = frozenset(), back: str = "", form_class: Callable[..., ReasonForm] = ReasonForm,
) -> HttpResponse:  # fmt: skip
    """GET says what the act does and what is missing (and asks a reason where the workflow wants one); POST carries it out.

    `custom["sure"](obj)` gives the sentence of a box to tick first, or "": what was ticked for another sentence comes back with 422.
    Nothing is asked where the act is not possible. What is acted on is what the page named: changed since, it is refused with what stands.

    `hidden`: keys of the files that this reader must not know of, which no line names.
    `reason_as` names the argument of the transition's body that takes the reason, besides the journal.
    `back`: where the act and its refusal lead, when not to the page of `obj` alone. `form_class`: what asks the reason.
    `obj` has passed its `visible_to` queryset. Hidden transitions have a form of their own: 404 here.
    """
    if not any(t.name == name and not t.custom.get("hidden") for t in transitions_of(obj)):
        raise Http404(name)
    transition = check_person(obj, request.user, name)
    custom = transition.custom
    to_confirm = custom["sure"](obj) if "sure" in custom and is_ready(obj, request.user, name) else ""
    form = form_class(request.POST if request.method == "POST" else None, required=bool(custom.get("needs_reason")), to_confirm=to_confirm)
    if form.is_valid():
        said = {reason_as: form.text} if reason_as else {}
        data = {**said, **form.carried, "check": _check_of(request.POST.get(SEEN), name, hidden)}
        return _carry_out(request, obj, name, form, success=success or custom.get("done"), data=data, label=custom["label"], back=back)
    option = option_for(obj, request.user, name)
    effects, lines = effects_of(obj, name), _lines_of(obj, name, hidden) if option.possible else []
    context = {
        "effects": effects, "lines": lines, "told": _told(effects, lines), "object": obj, "name": name,
        "transition": {"needs_reason": False, "danger": False, "notify": (), **custom},
        "signature": signature_of(obj, transition, request.user).get("delegation", ""),
        "missing": option.missing, "possible": option.possible, "back": back or obj.get_absolute_url(),
        "form": form, "reason": request.POST.get("reason", ""), "reason_error": " ".join(form.errors.get("reason", [])),
    }  # fmt: skip
    return render(request, "workflow/confirm.html", context, status=422 if form.errors else 200)


def _lines_of(obj: models.Model, name: str, hidden: frozenset[int]) -> list[ReadinessLine]:
    """The lines that a reader from whom these files are hidden may read."""
    lines = readiness_of(obj, name)
    return [line.without(hidden) for line in lines if not line.of_all] if hidden else lines


def _check_of(seen: str | None, name: str, hidden: frozenset[int]) -> Callable[[models.Model], None] | None:
    """What the gate asks of the locked object: that it is what the page named; None for a page that kept nothing of it."""
    return (lambda locked: _told_of(locked, name, hidden).refuse_other(seen)) if seen else None


def _told_of(obj: models.Model, name: str, hidden: frozenset[int]) -> Told:
    """What the page of this act would name now."""
    return _told(effects_of(obj, name), _lines_of(obj, name, hidden))


def _told(effects: list[str], lines: list[ReadinessLine]) -> Told:
    said = [f"{line.label} : {line.sentence}" if line.label else line.sentence for line in lines]
    return told([*effects, *said], [(line.of, *(item.text for item in line.items)) for line in lines])


def _carry_out(
    request: HttpRequest, obj: models.Model, name: str, form: ReasonForm, *, success: str | None, data: dict, label: str, back: str
) -> HttpResponse:
    try:
        fresh = perform(obj, name, actor=request.user, reason=form.text, **data)
    except ToldOtherwise as refusal:
        return refused(request, obj, refusal, label=label, form=form)
    except TransitionRefused as refusal:
        return _pressed_again(request, obj, (name,), refusal) or refused(request, obj, refusal, label=label, form=form, back=back)
    messages.success(request, success or f"« {label} » : c’est fait.")
    return redirect(back or fresh.get_absolute_url())


def attempt(
    request: HttpRequest,
    obj: models.Model,
    label: str,
    do: Callable,
    *,
    success: str | Callable = "",
    then: object = None,
    back: str = "",
    names: tuple[str, ...] = (),
) -> HttpResponse:
    """Carry out an act asked by a press alone, and redirect; or say why it did not happen.

    `names` are the transitions behind it: pressed again by the person who has just done it, it shows what is done.

    `do()` calls one action. `success` is the sentence said afterwards, `then` where to go (an address, a model, by default `obj`): both may
    be functions of what `do` returned. `back` is where the page of a refusal leads, by default to `obj`.
    """
    try:
        done = do()
    except TransitionRefused as refusal:
        # A press holds nothing typed: one that lacks something now is a new one, not the first again.
        again = refusal.wrong_state and (
            _pressed_again(request, obj, names, refusal) or sent_twice(request, obj, to=_same_place(then, back))
        )
        return again or refused(request, obj, refusal, label=label, back=back)
    sent.remember(request, obj)
    return _done(request, obj, done, success, then)


def attempt_form(
    request: HttpRequest,
    obj: models.Model,
    label: str,
    form: forms.BaseForm,
    do: Callable,
    *,
    field: str | None = None,
    success: str | Callable = "",
    then: object = None,
    back: str = "",
) -> HttpResponse | None:
    """Carry out the act of a form that was sent and is valid; None when its page is to be shown, with what was typed and why.

    What the refusal does not give to a field goes on `field`, or on the whole form. Sent twice, it shows what is done. Otherwise as `attempt`.
    """
    if request.method != "POST":
        return None
    subject = copy(obj)  # as the second press finds it: a new object has no key yet
    if not form.is_valid():
        return sent_twice(request, subject, to=_same_place(then, back))
    try:
        done = do()
    except TransitionRefused as refusal:
        if answer := sent_twice(request, subject, to=_same_place(then, back)):
            return answer
        if refusal.wrong_state:
            return refused(request, obj, refusal, label=label, back=back, form=form)
        _say_on(form, refusal, field)
        return None
    sent.remember(request, subject)
    return _done(request, obj, done, success, then)


def form_page(request: HttpRequest, template: str, form: forms.BaseForm, context: dict) -> HttpResponse:
    """The page of a form: 422 when something is wrong in it, 409 when somebody has written meanwhile."""
    status = 409 if getattr(form, "is_stale", False) else 422 if form.errors else 200
    return render(request, template, context | {"form": form}, status=status)


def _done(request: HttpRequest, obj: models.Model, done: object, success: str | Callable, then: object) -> HttpResponse:
    if said := success(done) if callable(success) else success:
        messages.success(request, said)
    return redirect((then(done) if callable(then) else then) or obj)


@dataclass(frozen=True)
class Act:
    """An act with a page of its own: the transitions behind it, its title and its template."""

    names: tuple[str, ...]
    title: str
    template: str
    success: str


def offered(obj: models.Model, user: Person, *names: str) -> bool:
    """Whether one of these transitions starts from the present state and `user` may make it."""
    return any(t.name in names and t.source == obj.state and t.has_perm(obj, user) for t in transitions_of(obj))


def carry_out(request: HttpRequest, obj: models.Model, act: Act, form: forms.BaseForm, do: Callable, **context) -> HttpResponse:
    """GET shows the form of an act; POST does it, or says what is wrong and keeps what was typed.

    `do(form)` calls one action and returns the fresh object. The template reads `document`, `form`, `title` and the context given.
    Raises PermissionDenied when the act is not this person's.
    """
    if not any(t.name in act.names and t.has_perm(obj, request.user) for t in transitions_of(obj)):
        raise PermissionDenied(act.title)
    effects = next(filter(None, (effects_of(obj, name) for name in act.names)), [])
    page = {"document": obj, "title": act.title, "effects": effects, **context}
    if not offered(obj, request.user, *act.names):
        sentence = f"« {act.title} » n’est pas possible : état actuel « {obj.get_state_display()} »."
        return _too_late(request, obj, act, form, page, TransitionRefused([sentence], wrong_state=True))
    if request.method == "POST" and form.is_valid():
        try:
            fresh = do(form)
        except TransitionRefused as refusal:
            if refusal.wrong_state:
                return _too_late(request, obj, act, form, page, refusal)
            _say_on(form, refusal)
        else:
            sent.remember(request, obj)
            return _done(request, obj, fresh, act.success, fresh)
    return _done_before(request, obj, act) or form_page(request, act.template, form, page)


def _done_before(request: HttpRequest, obj: models.Model, act: Act) -> HttpResponse | None:
    """The same content sent again by the person whose act was the last on `obj`: a double press."""
    if request.method != "POST" or not _is_own(_last_move(obj), request, act.names) or not sent.was_sent(request, obj):
        return None
    messages.info(request, "C’est déjà fait.")
    return redirect(obj)


def _too_late(
    request: HttpRequest, obj: models.Model, act: Act, form: forms.BaseForm, page: dict, refusal: TransitionRefused
) -> HttpResponse:
    """Somebody acted before. Whatever was typed stays on the page, unless it is what the same person has just sent.

    422 when it is that person's own second sending, 409 when the document is elsewhere for another reason.
    """
    if request.method != "POST":
        return refused(request, obj, refusal, label=act.title)
    if answer := _done_before(request, obj, act):
        return answer
    entry = _last_move(obj)
    own = _is_own(entry, request, act.names)
    kept = TransitionRefused([*refusal.reasons, *_what_stands(obj, refusal, own=own, by_another=_is_of_another(entry, request))])
    form.errors.clear()  # what is wrong in it does not matter any more, and its bounds are those of another state
    if form.is_bound:
        _say_on(form, kept)
    else:
        messages.error(request, " ".join(kept.reasons))
    return render(request, act.template, page | {"form": form}, status=422 if own else 409)


def _what_stands(obj: models.Model, refusal: TransitionRefused, *, own: bool, by_another: bool) -> Iterator[str]:
    """What the document is now, and what became of what was sent."""
    state = type(obj)._base_manager.only("state").get(pk=obj.pk).get_state_display()
    if not any("état actuel" in reason for reason in refusal.reasons):
        yield f"État actuel : « {state} »."
    if by_another:
        yield "Quelqu’un a agi avant vous."
    yield "Votre premier envoi est enregistré ; rien de celui-ci ne l’est." if own else "Rien de cet envoi n’est enregistré."
    yield "Ce que vous avez saisi est gardé ci-dessous, pour être relu ou recopié."


def _say_on(form: forms.BaseForm, refusal: TransitionRefused, field: str | None = None) -> None:
    for name, sentence in refusal.gaps:
        form.add_error(name or field, sentence)


def _pressed_again(request: HttpRequest, obj: models.Model, names: tuple[str, ...], refusal: TransitionRefused) -> HttpResponse | None:
    """A press without anything typed, made again by the person who made the last act: nothing else can have been meant."""
    if not (refusal.wrong_state and _is_own(_last_move(obj), request, names)):
        return None
    messages.info(request, "C’est déjà fait.")
    return redirect(obj)


def sent_twice(request: HttpRequest, obj: models.Model, *, to: object = None) -> HttpResponse | None:
    """The answer to the very content that this session has last carried out on `obj`, where nobody moved it since; None otherwise.

    Asked once it is refused, or would be done a second time. `to`: where it leads, by default to the object, then to the page itself.
    """
    at = sent.sent_at(request, obj)
    if at is None or (obj.pk and (entry := _last_move(obj)) is not None and entry.at > at):  # whoever moved it: the act is a new one
        return None
    messages.info(request, "C’est déjà fait.")
    return redirect(to or (obj if obj.pk else request.path))


def _same_place(then: object, back: str) -> object:
    """Where a second press leads: as the first, unless that depends on what was done; then where a refusal would."""
    return back if callable(then) or not then else then


def is_last_act_of(request: HttpRequest, obj: models.Model, name: str) -> bool:
    """Whether this person is who moved `obj` last, by this transition."""
    return _is_own(_last_move(obj), request, (name,))


def _last_move(obj: models.Model) -> JournalEntry | None:
    """The last act that moved it: a document is also issued, for instance."""
    about = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(obj), subject_id=str(obj.pk))
    return about.exclude(target="").order_by("-pk").first()


def _is_own(entry: JournalEntry | None, request: HttpRequest, names: tuple[str, ...]) -> bool:
    return entry is not None and entry.action in names and entry.actor_id == request.user.pk


def _is_of_another(entry: JournalEntry | None, request: HttpRequest) -> bool:
    return entry is not None and entry.actor_id not in (None, request.user.pk)


def refused(
    request: HttpRequest, obj: models.Model, refusal: TransitionRefused, *, label: str, back: str = "", form: forms.BaseForm | None = None
) -> HttpResponse:
    """The page that says why an act did not happen; nothing was changed. 409: somebody acted before, or it is too late.

    The texts typed in `form` are on it, to be copied: the page where they were may not be open any more.
    One that is pressed on what its page no longer names leads back to that page.
    That somebody acted is said only where the journal has it: another person moved this very object a moment ago.
    """
    entry = _last_move(obj) if refusal.wrong_state else None
    context = {
        "object": obj,
        "label": label,
        "reasons": refusal.reasons,
        "wrong_state": refusal.wrong_state,
        "somebody_acted": _is_of_another(entry, request) and timezone.now() - entry.at < JUST_BEFORE,
        "moved_at": entry.at if entry else None,
        "back": request.path if isinstance(refusal, ToldOtherwise) else back or obj.get_absolute_url(),
        "typed": _typed_in(form) if form else [],
    }
    return render(request, "workflow/refused.html", context, status=409)


def _typed_in(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Each text, number or day typed in a form that was sent, under its label."""
    typed = (bound for bound in form if isinstance(bound.field.widget, forms.Textarea | forms.TextInput | forms.DateInput))
    return [(bound.label, bound.value()) for bound in typed if form.is_bound and not bound.is_hidden and bound.value()]
