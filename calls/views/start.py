"""Starting a file from the page of a call."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls import checks
from calls.actions.personal import start_personal
from calls.actions.start import start_application
from calls.enums import ApplicationState
from calls.models import Application, Call
from calls.queries.resuming import time_to_write
from portal.accounts.models import JoinRequest, User
from portal.accounts.queries import requests_of
from portal.accounts.rules import may_ask_to_join
from portal.directory.enums import Fact
from portal.directory.models import Establishment, FactDeclaration
from portal.workflow.gate import TransitionRefused


@dataclass(frozen=True)
class Chance:
    """What one lycée may do at this call: why not, and the files that it already has."""

    establishment: Establishment
    gaps: list[str]
    files: list[Application]
    is_full: bool
    declared: FactDeclaration | None  # where the directory says no pathway

    @property
    def lacks_pathways(self) -> bool:
        """The directory says no pathway, and the call wants one."""
        return bool(self.gaps) and not self.establishment.knows_pathways and not self.establishment.is_closed

    @property
    def may_start(self) -> bool:
        return not self.gaps and not self.is_full


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), slug=slug)
    schools = list(Establishment.objects.filter(pk__in=request.user.writing_ids).order_by("name"))
    refusal: list[str] = []
    if request.method == "POST":
        begin, school = _asked_of(request, schools)
        try:
            application = begin(call=call, establishment=school, actor=request.user)
            return redirect("calls:section", application.reference, application.questionnaire.schema.sections[0].key)
        except TransitionRefused as error:
            refusal = error.reasons
    context = {
        "call": call,
        "chances": chances(call, schools),
        "opening_gaps": opening_gaps(call, schools),
        "duration": time_to_write(form.schema.questions) if (form := call.questionnaire) else "",
        "refusal": refusal,
        "may_join": may_ask_to_join(request.user),
        "join_url": f"{reverse('accounts:join')}?{urlencode({'next': request.path})}",
        "waiting": waits(call, request.user),
        "reads_only": not schools and bool(request.user.establishment_ids),
    }
    return render(request, "calls/applicant/start.html", context, status=409 if refusal else 200)


def opening_gaps(call: Call, schools: list[Establishment]) -> list[str]:
    """Why none of these lycées can begin a file now; empty as soon as one can, by a closing granted to it."""
    found = checks.opening_gaps(call)
    return [] if any(not checks.opening_gaps(call, school) for school in schools) else found


def _asked_of(request: HttpRequest, schools: list[Establishment]) -> tuple[Callable[..., Application], Establishment]:
    """What begins at this press, and for which lycée: its file for one's own, a personal draft for one that has not answered yet."""
    uai = request.POST.get("establishment")
    if school := next((school for school in schools if school.uai == uai), None):
        return start_application, school
    if asked := next((asked for asked in requests_of(request.user) if asked.is_open and asked.establishment.uai == uai), None):
        return start_personal, asked.establishment
    raise Http404("establishment")


@dataclass(frozen=True)
class Waiting:
    """A lycée that has not answered yet, or no more: the draft begun meanwhile, and why none can be."""

    establishment: Establishment
    asked: JoinRequest | None
    draft: Application | None
    gaps: list[str]
    refused: JoinRequest | None = None


def waits(call: Call, user: User) -> list[Waiting]:
    """The requests of this person that await their answer, then the personal drafts whose request has ended."""
    drafts = {
        draft.establishment_id: draft for draft in Application.everything.filter(call=call, kept_for=user).select_related("establishment")
    }
    requests = list(requests_of(user))
    asked = [one for one in requests if one.is_open]
    refused = {one.establishment_id: one for one in reversed(requests) if one.is_refused}
    found = [
        Waiting(one.establishment, one, drafts.pop(one.establishment_id, None), checks.eligibility_gaps(call, one.establishment))
        for one in asked
    ]
    return found + [Waiting(draft.establishment, None, draft, [], refused.get(school)) for school, draft in drafts.items()]


def chances(call: Call, schools: list[Establishment]) -> list[Chance]:
    """For each lycée of the reader, whether it may apply and what it has already."""
    silent = [school for school in schools if not school.knows_pathways]
    declared = (
        {each.establishment_id: each for each in FactDeclaration.objects.to_answer().filter(establishment__in=silent, fact=Fact.PATHWAYS)}
        if silent
        else {}
    )
    files = Application.objects.filter(call=call, establishment__in=schools).select_related("establishment", "call").order_by("reference")
    files = files.prefetch_related("completion_requests")  # what their badges say
    by_school = {school.pk: [file for file in files if file.establishment_id == school.pk] for school in schools}
    return [
        Chance(
            establishment=school,
            gaps=(checks.opening_gaps(call, school) if call.has_extensions else []) + checks.eligibility_gaps(call, school),
            files=by_school[school.pk],
            is_full=sum(file.state != ApplicationState.WITHDRAWN for file in by_school[school.pk]) >= call.max_per_establishment,
            declared=declared.get(school.pk),
        )
        for school in schools
    ]
