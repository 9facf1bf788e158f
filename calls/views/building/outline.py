"""The whole form on one page: its sections, questions and limits, moved, copied, removed and put back by one press each."""

from collections.abc import Callable, Mapping
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from calls.actions.building import Change, edit_form, undo_edit
from calls.building import limits, parts, sections
from calls.building.outline import outline_of
from calls.building.places import Edited, Raw, copied, limit_at, part_at, section_at, sections_of
from calls.forms.building.sections import QuestionPlaceForm
from calls.models import Call
from calls.queries.form_building import criteria_of, latest_form, relying_on, used_keys
from calls.views.building.frame import form_address, form_of, last_edit, managed_call
from portal.text.canonical import fingerprint
from portal.text.dates import moment
from portal.ui.notices import note
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN
from portal.workflow.views import refused

TEMPLATE = "calls/pilotage/form/outline.html"
PART, SECTION, LIMIT = "question", "section", "limite"


@require_safe
def form(request: HttpRequest, reference: str) -> HttpResponse:
    """The form as it stands, with what may be done to it."""
    call = managed_call(request, reference)
    return render(request, TEMPLATE, outline_context(call, request.GET.get("sur", "")))


def outline_context(call: Call, pressed: str = "") -> dict:
    """What the outline shows. `pressed`: the button that was pressed last, to which the focus comes back."""
    questionnaire = latest_form(call)
    definition = questionnaire.definition if questionnaire else {}
    may_edit = questionnaire is None or questionnaire.frozen_at is None
    edit = last_edit(call)
    return {
        "call": call,
        "questionnaire": questionnaire,
        "outline": outline_of(definition, criteria_of(call), {each.name: each.keys for each in relying_on(call, definition)}),
        "has_grid": bool(criteria_of(call)),
        "may_edit": may_edit,
        "revision": questionnaire.revisions.first() if questionnaire and may_edit else None,
        "edited": f"{edit.actor_label}, {moment(edit.at)}" if edit else "",
        "mark": mark_of_form(definition),
        "pressed": pressed,
        "refused": [],
        "is_renewed": may_edit and not call.is_draft and questionnaire is not None,
    }


def mark_of_form(definition: Raw) -> str:
    """What the page keeps of the form that it shows."""
    return fingerprint(definition)[:16]


@require_POST
def act(request: HttpRequest, reference: str) -> HttpResponse:
    """One press on the outline: `monter`, `descendre`, `copier`, `retirer` a thing named `question:key`; `deplacer` it with the pointer, `ranger` it by a
    list; or `annuler` the last change.
    """
    call = managed_call(request, reference)
    pressed, back = pressed_in(request.POST), form_address(call)
    try:
        if "annuler" in request.POST and "deplacer" not in request.POST:
            number = request.POST["annuler"]
            said = f"Annulé : {undo_edit(call=call, actor=request.user, revision=int(number) if number.isdecimal() else None)}"
            target = ""
        else:
            name, what, key = pressed or ("", "", "")
            done = edit_form(
                call=call, change=change_of(call, name, what, key, request.POST), actor=request.user, check=_seen(request, call, name)
            )
            said, target = done.said, f"{what}-{done.key if name == 'copier' else key}"
    except TransitionRefused as refusal:
        return _refused(request, call, refusal)
    name = pressed[0] if pressed else ""
    return _done(request, call, said, name, target, back)


def pressed_in(data: QueryDict) -> tuple[str, str, str] | None:
    """The act, what it bears on and its key; None when the request names none.

    The pointer first: a script sends the button that has the focus with it.
    """
    for name in ("deplacer", "ranger", "monter", "descendre", "copier", "retirer"):
        what, colon, key = data.get(name, "").partition(":")
        if colon:
            return name, what, key
    return None


Operations = Mapping[str, Callable[..., Edited]]
_OPERATIONS: dict[str, Operations] = {
    PART: {"copier": parts.copy_part, "retirer": parts.remove_part},
    SECTION: {"copier": sections.copy_section, "retirer": sections.remove_section},
    LIMIT: {"copier": limits.copy_limit, "retirer": limits.remove_limit},
}


def change_of(call: Call, name: str, what: str, key: str, data: QueryDict) -> Change:
    """The change that a press asks for. Raises TransitionRefused for what the outline never asks."""
    if what not in _OPERATIONS:
        raise TransitionRefused(["Cette action n’existe pas."])
    if name == "ranger" and what == PART:
        return _ranged(call, key, data)
    if name == "copier" and what != LIMIT:
        return partial(_call_with_reserved, _OPERATIONS[what][name], key, used_keys(call))
    if name in _OPERATIONS[what]:
        return lambda definition: _OPERATIONS[what][name](definition, key)
    return lambda definition: moved(definition, what, key, name, data)


def _call_with_reserved(operation: Callable[..., Edited], key: str, reserved: set[str], definition: Raw) -> Edited:
    return operation(definition, key, reserved)


def _ranged(call: Call, key: str, data: QueryDict) -> Change:
    """A question put where the lists of its page say."""
    form = QuestionPlaceForm(data, sections=[(one["key"], one["title"]) for one in sections_of(form_of(call))])
    if not form.is_valid():
        raise TransitionRefused([f"{form[name].label} : {' '.join(errors)}" for name, errors in form.errors.items()])
    where, place = form.cleaned_data["section"], form.cleaned_data["place"] - 1
    return lambda definition: parts.move_part(definition, key, where, place)


def moved(definition: Raw, what: str, key: str, name: str, data: QueryDict) -> Edited:
    """One place up or down, or where a list or the pointer says (`vers`, `place` from 0)."""
    form, step = copied(definition), {"monter": -1, "descendre": 1}.get(name, 0)
    asked = int(data["place"]) if data.get("place", "").isdecimal() else 0
    if what == SECTION:
        return sections.move_section(definition, key, max(0, section_at(form, key) + step) if step else asked)
    if what == LIMIT:
        return limits.move_limit(definition, key, max(0, limit_at(form, key) + step) if step else asked)
    holder, rank = part_at(form, key)
    section = holder["key"] if step else data.get("vers", "") or holder["key"]
    return parts.move_part(definition, key, section, max(0, rank + step) if step else asked)


def _seen(request: HttpRequest, call: Call, name: str) -> Callable[[], None]:
    """Nothing is removed unseen: the page must show the form as it stands."""

    def check() -> None:
        now, shown = latest_form(call), request.POST.get(SEEN)
        if name == "retirer" and shown and now and shown != mark_of_form(now.definition):
            edit = last_edit(call)
            who = f"{edit.actor_label} a changé ce formulaire le {moment(edit.at)}" if edit else "Ce formulaire a changé"
            raise TransitionRefused([f"{who}, après l’ouverture de votre page. Relisez, puis recommencez."], wrong_state=True)

    return check


def _done(request: HttpRequest, call: Call, said: str, name: str, target: str, back: str) -> HttpResponse:
    """The outline again, the focus on the button that was pressed."""
    pressed = f"{name}-{target}" if name in ("monter", "descendre") else f"modifier-{target}" if name == "copier" else ""
    if not request.htmx:
        messages.success(request, said)
        return redirect(f"{back}?sur={pressed}#{target}" if target and name != "retirer" else back)
    note(said)
    return render(request, TEMPLATE, outline_context(call, pressed))


def _refused(request: HttpRequest, call: Call, refusal: TransitionRefused) -> HttpResponse:
    """Why nothing happened, on the outline as it stands."""
    if call.questionnaires.exists() and latest_form(call).frozen_at:
        return refused(request, call, refusal, label="Modifier le formulaire", back=form_address(call))
    context = outline_context(call) | {"refused": refusal.reasons}
    return render(request, TEMPLATE, context, status=409 if refusal.wrong_state else 422)
