"""Opinions as the people of an authority read and give them, and their page for the Région."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from calls import rules
from calls.actions.opinions import write_opinion, writing_gaps
from calls.forms.opinions import DueForm, OpinionForm, OpinionsFilters
from calls.models import Opinion
from calls.queries.content import display
from portal.journal.queries import last_act
from portal.ui.paginate import paginate
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.views import Act, attempt_form, carry_out, form_page, refused, run_transition

AROUND = (
    "application__call", "application__establishment__department", "application__establishment__authority", "application__questionnaire",
    "authority", "asked_by", "given_by", "written_by",
)  # fmt: skip
EXTEND = Act(("extend",), "Changer la date", "calls/opinions/extend.html", "La date est changée.")


@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """Those that one's authority is asked for, the nearest day first, and those that it has given."""
    if not rules.advises(request.user):
        raise PermissionDenied("opinions")
    form = OpinionsFilters(request.GET)
    mine = Opinion.objects.of_body(request.user)
    # What is awaited comes first: « asked » before « given ».
    found = form.narrow(mine).select_related(*AROUND).order_by("state", "due_on", "pk")
    context = {"form": form, "page_obj": paginate(request, found), "is_filtered": bool(form.in_force)}
    return render(request, "calls/opinions/list.html", context)


def _opinion(request: HttpRequest, pk: int) -> Opinion:
    return get_object_or_404(Opinion.objects.visible_to(request.user).select_related(*AROUND), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """For the people of the authority, the file beside the opinion that they write; for the Région, the opinion."""
    gone = Opinion.objects.once_of_body(request.user).exclude(pk__in=Opinion.objects.current().values("pk")).select_related(*AROUND)
    if request.method == "POST" and (left := gone.filter(pk=pk).first()):
        return _too_late(request, left, [], back=reverse("calls:opinions"))
    found = _opinion(request, pk)
    if not rules.gives_opinion(found, request.user):
        if request.method == "POST":
            raise PermissionDenied("write_opinion")
        return render(request, "calls/opinions/sheet.html", {"opinion": found, "application": found.application})
    gaps = writing_gaps(found) if found.is_asked else []
    form = _form(found, request) if found.is_asked and not gaps else None
    if request.method == "POST" and form is None:
        return _too_late(request, found, gaps)
    answer = _written(request, found, form) if form else None
    version = found.application.submitted_version
    context = {
        "opinion": found, "application": found.application, "call": found.application.call, "gaps": gaps,
        "version": version, "sections": display(found.application, version),
    }  # fmt: skip
    return answer or (form_page(request, PAGE, form, context) if form else render(request, PAGE, context | {"form": None}))


PAGE = "calls/opinions/write.html"


def _form(found: Opinion, request: HttpRequest) -> OpinionForm:
    form = OpinionForm(request.POST if request.method == "POST" else None, opinion=found)
    fresh = Opinion.objects.select_related("application__call")
    return form.watch(lambda: OpinionForm(opinion=fresh.get(pk=found.pk)), lambda: last_act(found, "write_opinion"))


def _written(request: HttpRequest, found: Opinion, form: OpinionForm) -> HttpResponse | None:
    gives = "rendre" in request.POST
    return attempt_form(
        request, found, "Écrire l’avis", form,
        lambda: write_opinion(opinion=found, actor=request.user, check=form.check, **form.written),
        success="" if gives else "Le brouillon est enregistré. L’avis n’est pas encore rendu.",
        then=reverse("calls:opinion_act", args=[found.pk, "give"]) if gives else found.get_absolute_url(),
    )  # fmt: skip


def _too_late(request: HttpRequest, found: Opinion, gaps: list[str], back: str = "") -> HttpResponse:
    """Given, cancelled or closed since the page was opened: what was typed is on the page of the refusal, to be copied."""
    form = OpinionForm(request.POST, opinion=found)
    reasons = gaps or [f"L’avis ne s’écrit plus : il est « {found.get_state_display()} »."]
    return refused(request, found, TransitionRefused(reasons, wrong_state=True), label="Écrire l’avis", form=form, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def opinion_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """What the buttons of the workflow lead to."""
    found = _opinion(request, pk)
    if name != "extend":
        back = reverse("calls:file", args=[found.application.reference]) if name == "cancel" else ""
        return run_transition(request, found, name, back=back)
    form = DueForm(request.POST or None, initial={"due_on": found.due_on})

    def do(form: DueForm) -> Opinion:
        return perform(found, "extend", actor=request.user, due_on=form.cleaned_data["due_on"])

    return carry_out(request, found, EXTEND, form, do, application=found.application)
