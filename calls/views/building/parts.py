"""The page of one question or notice: its text, the options of its kind, when it is asked; and the page on which a kind is chosen."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_safe

from calls.actions.building import Change, edit_form
from calls.actions.to_fill import give_document
from calls.building import parts
from calls.building.outline import kind_of, name_of
from calls.building.places import Edited, PartGone, Raw, copied, part_at, part_in, section_at, sections_of
from calls.forms.building.kinds import PART_FORMS
from calls.forms.building.parts import Around, PartForm
from calls.forms.building.sections import QuestionPlaceForm
from calls.models import Call, Questionnaire
from calls.queries.form_building import criteria_of, used_keys
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
from portal.files.intake import UploadRefused
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt_form, form_page

TEMPLATE = "calls/pilotage/form/part.html"


@require_safe
def kinds(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Which kind of question to add to a section."""
    call = managed_call(request, reference)
    definition = form_of(call)
    try:
        holder = sections_of(definition)[section_at(definition, section)]
    except PartGone:
        return too_late(request, call, "Ajouter une question", None, frozen=False)
    if written_form(call).frozen_at:
        return too_late(request, call, "Ajouter une question", None, frozen=True)
    offered = [(kind, name_of(kind), form.told) for kind, form in PART_FORMS.items()]
    return render(request, "calls/pilotage/form/kinds.html", {"call": call, "section": holder, "kinds": offered})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, reference: str, section: str, kind: str) -> HttpResponse:
    """A question or a notice of this kind, put last in a section."""
    call = managed_call(request, reference)
    if kind not in PART_FORMS:
        raise Http404(kind)
    questionnaire = written_form(call)
    definition = copied(questionnaire.definition)
    around = Around(catalogue_with(before := questions_in(definition, upto=section), definition), criteria_of(call), before)
    form = PART_FORMS[kind](request.POST or None, request.FILES or None, around=around)
    try:
        holder = sections_of(definition)[section_at(definition, section)]
    except PartGone:
        return too_late(request, call, "Ajouter une question", form, frozen=False)
    if questionnaire.frozen_at:
        return too_late(request, call, "Ajouter une question", form, frozen=True)
    if done := pressed_twice(request, call):
        return done
    answer = attempt_form(
        request, call, "Ajouter une question", form,
        lambda: _kept(request, call, form, lambda raw: parts.add_part(raw, section, form.values, used_keys(call))),
        success=lambda done: done.said, then=partial(_after, request.POST, call),
    )  # fmt: skip
    context = {"call": call, "section": holder, "kind": kind, "kind_name": name_of(kind), "part": None, "retyped": False}
    context["citations"] = citations_in(definition)
    return answer or form_page(request, TEMPLATE, form, context)


def _after(data: QueryDict, call: Call, done: Any) -> str:
    """Back to the outline, unless other rows are wanted."""
    if more := data.get("more", ""):
        return f"{reverse('calls:form_part', args=[call.reference, done.key])}#rangs-{more}"
    return form_address(call, f"question-{done.key}")


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """A question or a notice, changed; `?nature=` writes it as one of another kind."""
    call = managed_call(request, reference)
    questionnaire = written_form(call)
    definition = copied(questionnaire.definition)
    try:
        section, rank = part_at(definition, key)
    except PartGone:
        return _gone(request, call)
    raw = section["questions"][rank]
    kind = _kind(request, call, raw)
    form = _part_form(call, definition, key, kind, request.POST or None, request.FILES or None)
    if questionnaire.frozen_at:
        return too_late(request, call, "Modifier une question", form, frozen=True)
    form.watch(lambda: _fresh(call, key, kind), lambda: last_edit(call))
    answer = attempt_form(
        request, call, "Modifier une question", form,
        lambda: _kept(request, call, form, lambda now: parts.change_part(now, key, form.values)),
        success=lambda done: done.said, then=partial(_after, request.POST, call), back=form_address(call),
    )  # fmt: skip
    place = QuestionPlaceForm(
        sections=[(one["key"], one["title"]) for one in sections_of(definition)], initial={"section": section["key"], "place": rank + 1}
    )
    context = {
        "call": call,
        "section": section,
        "kind": kind,
        "kind_name": name_of(kind),
        "part": raw,
        "place_form": place,
        "given": raw.get("to_fill"),
    }
    context["retyped"], context["citations"] = kind != kind_of(raw), citations_in(definition)
    context["other_kinds"] = _other_kinds(call, raw, kind)
    return answer or form_page(request, TEMPLATE, form, context)


def _kind(request: HttpRequest, call: Call, raw: Mapping[str, Any]) -> str:
    """The kind in which a question is written: its own, or the one that is asked for and may be taken."""
    asked = request.GET.get("nature", "")
    return asked if asked in dict(_other_kinds(call, raw, "")) else kind_of(raw)


def _other_kinds(call: Call, raw: Mapping[str, Any], but: str) -> list[tuple[str, str]]:
    """The kinds that a question may take. None where a version in force has asked it: what files have answered is read by its kind."""
    own = kind_of(raw)
    if raw.get("key") == TITLE_KEY or raw.get("key") in used_keys(call):
        return []
    return [(kind, name_of(kind)) for kind in PART_FORMS if kind not in (own, but)]


@transaction.atomic
def _kept(request: HttpRequest, call: Call, form: PartForm, change: Change) -> Edited:
    """Make the change; a document given with the page is kept with it."""
    if form.uploaded:
        try:
            form.document = give_document(call=call, uploaded=form.uploaded, actor=request.user).as_json
        except UploadRefused as error:
            refusal = TransitionRefused([str(error)])
            refusal.gaps = [("given", str(error))]
            raise refusal from error
    return edit_form(call=call, change=change, actor=request.user, check=form.check)


def _part_form(
    call: Call, definition: Raw, key: str, kind: str, data: QueryDict | None = None, files: MultiValueDict | None = None
) -> PartForm:
    before = questions_in(definition, above=key)
    raw = part_in(definition, key)
    return PART_FORMS[kind](data, files, around=Around(catalogue_with(before, definition), criteria_of(call), before), raw=raw)


def _fresh(call: Call, key: str, kind: str) -> PartForm:
    """The same form on the definition as it stands now. Raises TransitionRefused when the question has gone."""
    stored = get_object_or_404(Questionnaire.objects.order_by("-version"), call=call, frozen_at=None)
    try:
        return _part_form(call, copied(stored.definition), key, kind)
    except PartGone:
        raise TransitionRefused(["Cette question n’est plus dans le formulaire."], wrong_state=True) from None


def _gone(request: HttpRequest, call: Call) -> HttpResponse:
    """The question was removed while its page was open: what was typed is on the page that says so."""
    form = PART_FORMS.get(request.POST.get("kind", ""))
    typed = form(request.POST, around=Around(catalogue_with((), {}))) if form else None
    return too_late(request, call, "Modifier une question", typed, frozen=False)
