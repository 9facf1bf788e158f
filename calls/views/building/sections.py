"""The page of a section, and that of a limit."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from calls.actions.building import edit_form
from calls.building import limits, sections
from calls.building.places import PartGone, Raw, copied, limit_at, limits_of, section_at, sections_of
from calls.forms.building.sections import LimitForm, SectionForm
from calls.models import Call
from calls.questions.base import TITLE_KEY
from calls.views.building.frame import (
    catalogue_with,
    citations_in,
    form_address,
    form_of,
    last_edit,
    managed_call,
    pressed_twice,
    questions_in,
    too_late,
    written_form,
)
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt_form, form_page


@require_http_methods(["GET", "HEAD", "POST"])
def section_add(request: HttpRequest, reference: str) -> HttpResponse:
    """A section put last; the first one begins the form."""
    call = managed_call(request, reference)
    definition, is_frozen = form_of(call), written_form(call).frozen_at is not None
    takes = bool(sections_of(definition))
    form = SectionForm(request.POST or None, catalogue=catalogue_with(questions_in(definition), definition), takes_condition=takes)
    if is_frozen:
        return too_late(request, call, "Ajouter une section", form, frozen=True)
    if done := pressed_twice(request, call):
        return done
    answer = attempt_form(
        request, call, "Ajouter une section", form,
        lambda: edit_form(call=call, change=lambda raw: sections.add_section(raw, form.values), actor=request.user),
        success=lambda done: done.said, then=lambda done: form_address(call, f"section-{done.key}"), back=form_address(call),
    )  # fmt: skip
    context = {"call": call, "section": None, "citations": citations_in(definition)}
    return answer or form_page(request, "calls/pilotage/form/section.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """A section, changed."""
    call = managed_call(request, reference)
    definition = form_of(call)
    try:
        raw = sections_of(definition)[section_at(definition, key)]
    except PartGone:
        typed = SectionForm(request.POST, catalogue=catalogue_with((), {})) if request.method == "POST" else None
        return too_late(request, call, "Modifier une section", typed, frozen=False)
    form = _section_form(definition, key, request.POST or None)
    if written_form(call).frozen_at:
        return too_late(request, call, "Modifier une section", form, frozen=True)
    form.watch(lambda: _fresh(call, lambda now: _section_form(now, key)), lambda: last_edit(call))
    answer = attempt_form(
        request, call, "Modifier une section", form,
        lambda: edit_form(
            call=call, change=lambda now: sections.change_section(now, key, form.values), actor=request.user, check=form.check
        ),
        success=lambda done: done.said, then=form_address(call, f"section-{key}"), back=form_address(call),
    )  # fmt: skip
    context = {"call": call, "section": raw, "citations": citations_in(definition)}
    return answer or form_page(request, "calls/pilotage/form/section.html", form, context)


def _section_form(definition: Raw, key: str, data: object = None) -> SectionForm:
    raw = sections_of(definition)[section_at(definition, key)]
    asks_title = any(part.get("key") == TITLE_KEY for part in raw["questions"])
    catalogue = catalogue_with(questions_in(definition, below=key), definition)
    return SectionForm(data, catalogue=catalogue, raw=raw, takes_condition=not asks_title)


def _fresh(call: Call, build: Callable[[Raw], SectionForm | LimitForm]) -> SectionForm | LimitForm:
    """The same form on the definition as it stands now. Raises TransitionRefused when what it writes has gone."""
    try:
        return build(form_of(call))
    except PartGone:
        raise TransitionRefused(["Ce que vous modifiez n’est plus dans le formulaire."], wrong_state=True) from None


@require_http_methods(["GET", "HEAD", "POST"])
def limit_add(request: HttpRequest, reference: str) -> HttpResponse:
    """A limit across answers."""
    call = managed_call(request, reference)
    definition = form_of(call)
    form = LimitForm(request.POST or None, catalogue=catalogue_with(questions_in(definition), definition))
    if written_form(call).frozen_at:
        return too_late(request, call, "Ajouter une limite", form, frozen=True)
    if done := pressed_twice(request, call):
        return done
    answer = attempt_form(
        request, call, "Ajouter une limite", form,
        lambda: edit_form(call=call, change=lambda raw: limits.add_limit(raw, form.values), actor=request.user),
        success=lambda done: done.said, then=lambda done: form_address(call, f"limite-{done.key}"), back=form_address(call),
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/form/limit.html", form, {"call": call, "limit": None})


@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """A limit, changed."""
    call = managed_call(request, reference)
    definition = copied(form_of(call))
    try:
        raw = limits_of(definition)[limit_at(definition, key)]
    except PartGone:
        typed = LimitForm(request.POST, catalogue=catalogue_with((), {})) if request.method == "POST" else None
        return too_late(request, call, "Modifier une limite", typed, frozen=False)
    form = _limit_form(definition, key, request.POST or None)
    if written_form(call).frozen_at:
        return too_late(request, call, "Modifier une limite", form, frozen=True)
    form.watch(lambda: _fresh(call, lambda now: _limit_form(now, key)), lambda: last_edit(call))
    answer = attempt_form(
        request, call, "Modifier une limite", form,
        lambda: edit_form(call=call, change=lambda now: limits.change_limit(now, key, form.values), actor=request.user, check=form.check),
        success=lambda done: done.said, then=form_address(call, f"limite-{key}"), back=form_address(call),
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/form/limit.html", form, {"call": call, "limit": raw})


def _limit_form(definition: Raw, key: str, data: object = None) -> LimitForm:
    raw = limits_of(definition)[limit_at(definition, key)]
    return LimitForm(data, catalogue=catalogue_with(questions_in(definition), definition), raw=raw)
