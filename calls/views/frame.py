"""What every page of a file shows to its school around its own content."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from calls import rules
from calls.actions.writing import LockedFile
from calls.admissibility import lines_to_come
from calls.asking import Asking
from calls.checks import asked_in, following_filed, following_items, given_in, missing_items, with_partners
from calls.enums import ApplicationState as State
from calls.enums import Rewriting
from calls.models import Answer, Application
from calls.models.situation import situation_of
from calls.queries import writing
from calls.queries.completion_lines import LineRow, open_rows
from calls.queries.content import requested_amount, written_title
from calls.queries.people import heads_in, mates, signers_of, team_grants
from calls.queries.progress import Notice, notice, stages, steps
from calls.views.fields import FieldState, worked_out
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import Signer
from portal.prepared import fill
from portal.signing import SignedAct
from portal.threads.panels import ThreadsOf
from portal.workflow.gate import Option, available_transitions

_ANSWERS = Prefetch("answers", Answer.objects.select_related("updated_by").order_by("pk"))


def school_files(user: User) -> QuerySet[Application]:
    """The files of one's own establishments and one's personal drafts: what the applicant's pages open, whatever else the person may see."""
    return Application.everything.of_writers(user).select_related(*writing.AROUND)


def school_file(request: HttpRequest, reference: str) -> Application:
    """One file of the reader's own lycée or one's personal draft, or 404."""
    if found := own_file(request, reference):
        return found
    raise Http404(reference)


def written_file(request: HttpRequest, reference: str) -> Application:
    """The same for what writes in it: 403 to who only reads the files of this lycée."""
    application = school_file(request, reference)
    if not rules.types_in_file(application, request.user):
        raise PermissionDenied("written_file")
    return application


def held_file(request: HttpRequest, reference: str) -> LockedFile:
    """The same, locked with its answers until the end of the transaction that is open."""
    files = school_files(request.user).select_for_update(of=("self",)).prefetch_related(_ANSWERS)
    application = get_object_or_404(files, reference=reference)
    if not rules.types_in_file(application, request.user):
        raise PermissionDenied("held_file")
    return LockedFile(application, {answer.question_key: answer for answer in application.answers.all()})


def read_content(application: Application, *more: str) -> Application:
    """The file with what its pages read of its content and was not read yet. Requests for complements: once it is filed."""
    writing.read(application, "answers", "lines", "attachments", *more)
    if application.submitted_at:
        prefetch_related_objects([application], "completion_requests__lines__former")
    else:
        fill(application, "completion_requests", [], "application")  # nothing is asked of what was never filed
    return with_partners(application)


def whole_file(request: HttpRequest, reference: str) -> Application:
    """The file of the reader's own lycée with its answers, needs, attachments and requests, prefetched; or 404."""
    return made_whole(school_file(request, reference))


def made_whole(application: Application) -> Application:
    """The same, of a file that was read as `school_file` reads it."""
    return read_content(application, "presences")


def own_file(request: HttpRequest, reference: str) -> Application | None:
    """A file of the reader's own lycée, or one's personal draft; None for whoever reads it otherwise, or not at all."""
    return writing.file_of_writer.first(request.user.pk, request.user.establishment_ids, reference)


def frame(request: HttpRequest, application: Application, current: str = "", asked: Asking | None = None) -> dict:
    """Steps, deadline, missing items, team and next stages of a whole file; `current` is the key of the step shown.

    `asked`: the form as the file is asked it, where it is known already.
    """
    asked = asked or asked_in(application, given_in(application))
    grants = _team_told(application)
    missing = what_is_missing(application, asked)
    rows = _rows(application)
    section_key = current if application.questionnaire.schema.section(current) else None
    return {
        "application": application,
        "title": written_title(application),
        "amount": requested_amount(application, asked),
        "visa_given_at": application.reapproved_at if application.is_rewritten else application.approved_at,
        "call": application.call,
        "reads_only": not rules.types_in_file(application, request.user),
        "missing": missing,
        "looked_at": lines_to_come(application, asked) if application.state in State.UNFILED or application.is_rewritten else [],
        "following": following_filed(application)
        if application.submitted_at and not application.is_rewritten
        else following_items(application, asked.given, asked),
        "steps": steps(application, missing, current, asked, rows),
        "notice": notice_for(application, request.user, grants),
        "mates": mates(application, grants, viewer=request.user, section_key=section_key),
        "stages": stages(application),
        "situation": situation_of(application, timezone.localdate()),
        "completion": application.open_completion_request if application.state == State.SUBMITTED else None,
        "main_option": main_option(application, request.user),
        "current_section": section_key or "",
        "talk": ThreadsOf(application, request.user) if section_key and not application.is_personal else None,
        "max_upload": settings.UPLOAD_MAX_BYTES,
        "polled": False,
        "saved_note": "",
        "asked_questions": [],
        **_points(rows),
        "worked_out": figures_of(application, section_key, asked),
        "swapped": False,  # a block is drawn in its page, not sent out of band
        "changed": None,  # what an answer makes appear or disappear (calls.views.standing)
    }


def _team_told(application: Application) -> list[RoleGrant]:
    """The team of a file; of a personal draft nobody yet, since no lycée has said who this person is."""
    return [] if application.is_personal else team_grants(application.establishment_id, timezone.now())


def around_answer(application: Application, current: str, asked: Asking) -> dict:
    """What an answer that was saved changes on the page of its section `current`: what is missing, the steps, the figures worked out."""
    missing, rows = what_is_missing(application, asked), _rows(application)
    return {
        "application": application,
        "missing": missing,
        "steps": steps(application, missing, current, asked, rows),
        "completion": application.open_completion_request if application.state == State.SUBMITTED else None,
        "worked_out": figures_of(application, current, asked),
        "swapped": False,
        "changed": None,
        **_points(rows),
    }


def _rows(application: Application) -> list[LineRow]:
    return open_rows(application) if application.state == State.SUBMITTED and not application.is_rewritten else []


def _points(rows: list[LineRow]) -> dict:
    """The points of the open request for complements, and how many of them are still to deal with."""
    return {"asked_rows": rows, "points_left": sum(row.is_left for row in rows)}


def figures_of(application: Application, section_key: str | None, asked: Asking) -> list[FieldState]:
    """The figures of a section that follow what is being written around them."""
    shown = application.questionnaire.schema.section(section_key) if section_key else None
    figures = [question for question in shown.questions if not question.is_written] if shown else []
    return [worked_out(application, question, asked.given) for question in figures if asked.is_asked(question.key)]


_SIGNED_NEXT = {
    State.DRAFT: SignedAct.VISA, State.AWAITING_APPROVAL: SignedAct.VISA, State.DECIDED: SignedAct.AWARD,
}  # fmt: skip
_SIGNED_NOW = {state: act for state, act in _SIGNED_NEXT.items() if state != State.DRAFT}
_SIGNED_REWRITING = {Rewriting.VISA: SignedAct.VISA}


def notice_for(application: Application, user: User, grants: Iterable[RoleGrant]) -> Notice:
    """What everybody of the team (`grants`) reads first; who holds a delegation that does not reach the signature awaited reads why besides."""
    told = notice(application, signers_now(application, grants))
    act = _SIGNED_NOW.get(State(application.state)) if not application.is_rewritten else _SIGNED_REWRITING.get(application.rewriting)
    given = application.reapproved_at if application.is_rewritten else application.approved_at
    if act is None or given and not application.is_awarded:
        return told
    why = user.unsigned_because(application.establishment, act, application)
    return replace(told, text=f"{told.text} {why}") if why else told


def signers_now(application: Application, grants: Iterable[RoleGrant]) -> list[Signer]:
    """Who, of the team, may sign what comes next for the school; nobody where nothing is to be signed, or nobody is told yet who they are."""
    act = SignedAct.VISA if application.is_rewritten else _SIGNED_NEXT.get(State(application.state))
    act = None if application.is_personal else act
    return signers_of(application, act, heads_in(grants)) if act else []


def what_is_missing(application: Application, asked: Asking) -> list:
    """Before the submission, what the form lacks; while complements are awaited, what lacks among them."""
    if application.state in State.UNFILED or application.is_rewritten:
        return missing_items(application, asked=asked)
    request = application.open_completion_request if application.state == State.SUBMITTED else None
    return missing_items(application, only=request.fields, asked=asked) if request else []


def main_option(application: Application, user: User) -> Option | None:
    """The next step that the workflow offers to this person, dangers and what is rarely done apart; None when it is somebody else's turn."""
    options = [o for o in available_transitions(application, user) if not (o.custom.get("danger") or o.custom.get("aside"))]
    return next((option for option in options if option.ready), options[0] if options else None)
