"""What the pages of acts share: who may, whether it is still time, the form, the refusal."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.journal.models import JournalEntry
from portal.workflow.gate import TransitionRefused, available_transitions
from portal.workflow.machine import transitions_of
from portal.workflow.views import refused


@dataclass(frozen=True)
class Act:
    """An act with a page of its own: the transitions behind it, its title and its template."""

    names: tuple[str, ...]
    title: str
    template: str
    success: str


@dataclass(frozen=True)
class ActLink:
    """An act as the page of the object offers it."""

    label: str
    url: str
    icon: str
    css: str


def offered(document, user, *names: str) -> bool:
    """One of these transitions starts from the present state and `user` may make it."""
    return any(t.name in names and t.source == document.state and t.has_perm(document, user) for t in transitions_of(document))


def links_for(document, user, pages: dict[str, tuple[tuple[str, ...], str, str]]) -> list[ActLink]:
    """The acts that have a page of their own and are possible now: {url name: (transitions, label, icon)}.

    The first one is the main button, unless the workflow draws one of its own beside.
    """
    drawn = any(not option.custom.get("danger") for option in available_transitions(document, user))
    possible = [(name, label, icon) for name, (names, label, icon) in pages.items() if offered(document, user, *names)]
    return [
        ActLink(label, reverse(f"orders:{name}", args=[document.number]), icon, "btn-outline-primary" if drawn or rank else "btn-primary")
        for rank, (name, label, icon) in enumerate(possible)
    ]


def carry_out(request, document, act: Act, form: forms.Form, do: Callable, **context) -> HttpResponse:
    """GET shows the form; POST does the act, or says what is wrong and keeps what was typed.

    `do(form)` calls one action and returns the fresh document. Raises PermissionDenied when the act is not this person's.
    """
    if not any(t.name in act.names and t.has_perm(document, request.user) for t in transitions_of(document)):
        raise PermissionDenied(act.title)
    if not offered(document, request.user, *act.names):
        return _too_late(request, document, act)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = do(form)
        except TransitionRefused as refusal:
            if refusal.wrong_state:
                return _too_late(request, document, act, refusal)
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, act.success)
            return redirect(fresh.get_absolute_url())
    context = {"document": document, "form": form, "title": act.title, **context}
    return render(request, act.template, context, status=422 if form.is_bound and form.errors else 200)


def _too_late(request, document, act: Act, refusal: TransitionRefused | None = None) -> HttpResponse:
    """Somebody acted before. When it was the same person (a double press), the page simply shows what is done."""
    about = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(document), subject_id=str(document.pk))
    entry = about.exclude(target="").order_by("-pk").first()  # acts that move it: a document is also issued, for instance
    if request.method == "POST" and entry and entry.action in act.names and entry.actor_id == request.user.pk:
        messages.info(request, "C’est déjà fait.")
        return redirect(document.get_absolute_url())
    said = refusal or TransitionRefused(
        [f"« {act.title} » n’est pas possible : état actuel « {document.get_state_display()} »."], wrong_state=True
    )
    return refused(request, document, said, label=act.title)
