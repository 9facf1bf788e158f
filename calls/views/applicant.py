"""The pages of a file for its school, outside its sections: overview, reading, visa, submission, receipt."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from calls import rules
from calls.actions.presence import note_presence
from calls.checks import asked_in, given_in, newly_asked
from calls.enums import ApplicationState, VersionReason
from calls.models import Application, CompletionRequest, VisaRemark
from calls.queries.completion_lines import answered_rows
from calls.queries.content import Difference, differences_with, display
from calls.queries.new_versions import last_unfiled, replaced_by
from calls.queries.people import mates, school_grants, signers_of
from calls.queries.priorities import place_of
from calls.queries.resuming import last_written, time_still_to_write
from calls.queries.retention import erasures_of
from calls.queries.reuse import earlier_files
from calls.queries.silence import silence_of
from calls.views.frame import frame, made_whole, school_file, whole_file
from calls.views.personal import prospects
from calls.views.withdrawals import withdrawal_context
from portal.signing import SignedAct, mention
from portal.text.appeals import WAYS_OF_APPEAL
from portal.workflow.arrival import arrived_at
from portal.workflow.gate import TransitionRefused, check_person, option_for, perform
from portal.workflow.views import attempt, refused


def overview(request: HttpRequest, application: Application) -> HttpResponse:
    """The file at a glance: where it stands, what it lacks, who is in it, what happened. `application` is one of the reader's own lycée."""
    application = made_whole(application)
    asked = asked_in(application, given_in(application))
    context = {
        **frame(request, application, asked=asked),
        "time_still_to_write": time_still_to_write(asked),
        "last_written": last_written(application, asked, request.user),
        "versions": application.versions.with_visa().select_related("created_by").defer("content"),
        "asked_questions": asked_questions(application),
        "answered": answered_rows(application),
        "taken_back": taken_back_request(application) if application.submitted_at else None,
        "reusable": rules.types_in_file(application, request.user)
        and application.is_being_written
        and earlier_files(application, request.user).exists(),
        "remarks": visa_remarks(application),
        "ranked": place_of(application),
        "unfiled": last_unfiled(application),
        "appeal": WAYS_OF_APPEAL if application.inadmissibility_reason or application.state == ApplicationState.INADMISSIBLE else "",
        "erasures": erasures_of(application),
        "may_send": rules.writes_file(application, request.user)
        and application.state in ApplicationState.FOLLOWED_UP
        and not application.is_rewritten,
        "received": application.submitted_version if application.is_rewritten else None,
        **withdrawal_context(application, request.user),
        "personal": prospects(request, application) if application.is_personal else None,
    }
    return render(request, "calls/applicant/overview.html", context)


@require_safe
def identity(request: HttpRequest, reference: str) -> HttpResponse:
    """What the directory says of the lycée: read, never typed."""
    application = whole_file(request, reference)
    return render(request, "calls/applicant/identity.html", frame(request, application, "etablissement/"))


@require_safe
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole file as others will read it: as it stands, or as last frozen once filed."""
    application = whole_file(request, reference)
    received = application.submitted_version if application.submitted_at else None
    version = None if application.is_rewritten else received
    context = {
        **frame(request, application, "apercu/"),
        "sections": display(application, version),
        "version": version,
        "received": received,
    }
    return render(request, "calls/applicant/preview.html", context)


@require_safe
def version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One frozen version, as it was approved, submitted or completed."""
    application = school_file(request, reference)
    frozen = get_object_or_404(application.versions.select_related("created_by"), number=number)
    context = {"application": application, "call": application.call, "version": frozen, "sections": display(application, frozen)}
    return render(request, "calls/applicant/version.html", context)


def approve(request: HttpRequest, application: Application, name: str = "approve") -> HttpResponse:
    """GET shows the head what the visa is given to; POST gives it. `application` is one of the reader's own lycée."""
    if request.method == "POST":
        check_person(application, request.user, name)
        give = partial(perform, application, name, actor=request.user)
        return attempt(request, application, "Donner le visa", give, success="Le visa est donné.", names=(name,))
    application = made_whole(application)
    option = option_for(application, request.user, name)
    context = {
        "sections": display(application),
        "changes": changes_since_filing(application),
        "missing_now": option.missing,
        "possible": option.possible,
        "signers": signers_of(application, SignedAct.VISA),
        "remarks": visa_remarks(application),
        "signature": mention(request.user, application.establishment, SignedAct.VISA, application).get("delegation", ""),
    }
    return render(request, "calls/applicant/approve.html", {**frame(request, application), **context})


def submit(request: HttpRequest, application: Application, name: str = "submit") -> HttpResponse:
    """GET says what will be sent, and what time it is; POST sends it. Once done, both show the receipt."""
    check_person(application, request.user, name)
    if application.is_filed and not application.is_rewritten:
        return redirect("calls:receipt", application.reference)
    if request.method == "POST":
        return send(request, application, name)
    application = made_whole(application)
    option = option_for(application, request.user, name)
    context = {
        "approved_version": application.approved_version,
        "missing_now": option.missing,
        "possible": option.possible,
        "server_time": arrived_at(),
    }
    return render(request, "calls/applicant/submit.html", {**frame(request, application), **context})


def send(request: HttpRequest, application: Application, name: str) -> HttpResponse:
    """Submit, at the instant of arrival. Two presses at once: the second one shows the receipt of the first."""
    try:
        perform(application, name, actor=request.user, received_at=arrived_at())
    except TransitionRefused as refusal:
        fresh = school_file(request, application.reference)
        if not fresh.is_filed or fresh.is_rewritten:
            return refused(request, application, refusal, label="Déposer le dossier")
    return redirect("calls:receipt", application.reference)


@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt on screen: reference, instant of reception, fingerprint, what follows."""
    application = whole_file(request, reference)
    if not application.submitted_at:
        raise Http404("receipt")
    version = application.versions.filter(reason=VersionReason.SUBMISSION).order_by("-number").first()
    sections = display(application, version)
    has_files = any(entry.files for section in sections for entry in section.entries)
    context = {
        "version": version,
        "sections": sections,
        "has_files": has_files,
        "silence": silence_of(application),
        "replaced": replaced_by(version),
    }
    return render(request, "calls/applicant/receipt.html", {**frame(request, application), **context})


@require_POST
def presence(request: HttpRequest, reference: str) -> HttpResponse:
    """A page of the file is open: note it, and answer with the team as it is now."""
    application = whole_file(request, reference)
    if application.is_personal:  # nobody is told who is in it
        raise PermissionDenied("presence")
    key = request.POST.get("section", "")
    shown = application.questionnaire.schema.section(key)
    if rules.writes_file(application, request.user):
        note_presence(application=application, user=request.user, section_key=shown.key if shown else "")
    grants = list(school_grants(application.establishment))
    team = mates(application, grants, viewer=request.user, section_key=shown.key if shown else None)
    context = {"application": application, "mates": team, "current_section": shown.key if shown else "", "polled": True}
    return render(request, "calls/applicant/_team.html", context)


def changes_since_filing(application: Application) -> list[Difference]:
    """What the new version of a filed file changes; nothing for a draft."""
    return (
        differences_with(application.submitted_version, application) if application.is_rewritten and application.submitted_version else []
    )


def visa_remarks(application: Application) -> list[VisaRemark]:
    """Every remark made when the file was given back, those to deal with first, each with its place in the form; no query when none was."""
    if application.remarks_left is None:
        return []
    definition = application.questionnaire.schema
    found = list(application.visa_remarks.select_related("written_by", "done_by").order_by("-written_at", "pk"))
    for remark in found:
        question = definition.question(remark.question_key) if remark.question_key else None
        remark.section = definition.section_of(remark.question_key) if question else None
        remark.label = question.label if question else "Tout le dossier"
    return sorted(found, key=lambda remark: remark.is_done)


def taken_back_request(application: Application) -> CompletionRequest | None:
    """The last request for complements, when the Région has taken it back or it ended with the file; None otherwise."""
    last = application.completion_requests.select_related("cancelled_by", "unsent_version").order_by("-opened_at", "-pk").first()
    return last if last and last.is_cancelled else None


def asked_questions(application: Application) -> list[dict]:
    """The questions that may change and that no point of the open request is about: those that the new answers have asked, with their place.

    Those that are asked no more are left out.
    """
    request = application.open_completion_request
    asked = asked_in(application) if request else None
    keys = dict.fromkeys([*request.fields, *newly_asked(application, asked)]) if request else {}
    told = {line.question_key for line in request.lines.all()} if request else set()
    found = [asked.question(key) for key in keys if asked.is_asked(key) and key not in told]
    return [{"question": question, "section": asked.section_of(question.key)} for question in found if question]
