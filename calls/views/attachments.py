"""Attachments of a file: give, replace, remove."""

import hashlib

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from calls.actions.files import attach_file, remove_file
from calls.actions.writing import WritingRefused
from calls.models import Application
from calls.questions.base import Question
from calls.questions.joined import JoinsFiles
from calls.views.frame import whole_file, written_file
from calls.views.page import section_context
from portal.accounts.models import User
from portal.files.intake import UploadRefused


@require_POST
def upload(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """Receive one or several files in answer to a question. What is refused is said under the field, by the name of the file."""
    application = written_file(request, reference)
    asked = application.questionnaire.schema.question(question)
    if not isinstance(asked, JoinsFiles):
        raise Http404(question)
    received = request.FILES.getlist("file")
    if not received:
        return refused_page(request, reference, asked, ["Choisissez d’abord un fichier, puis appuyez sur « Joindre »."])
    sending = request.headers.get("X-Sending", "")
    refusals, status, joined = [], 422, 0
    for uploaded in received if asked.multiple else received[:1]:
        if sending == "again" and _is_joined(application, asked, uploaded, request.user):
            joined += 1
            messages.success(request, f"« {uploaded.name} » est joint.")
            continue
        try:
            attachment = attach_file(application=application, question=asked, uploaded=uploaded, actor=request.user)
            joined += 1
            messages.success(request, f"« {attachment.file.name} » est joint. {attachment.file.changes}".strip())
        except UploadRefused as refusal:
            refusals.append(str(refusal))
        except WritingRefused as refusal:
            refusals.append(str(refusal))
            status = 409
    if sending:
        return _to_the_script(request, application, asked, refusals, status=status, joined=joined)
    return refused_page(request, reference, asked, refusals, status=status) if refusals else back(application, asked)


def _to_the_script(
    request: HttpRequest, application: Application, asked: Question, refusals: list[str], *, status: int, joined: int
) -> JsonResponse:
    """What calls/sending.js reads: where the page is shown again, or why nothing was joined. Some joined, the page says the others' reasons."""
    if refusals and not joined:
        return JsonResponse({"errors": refusals}, status=status)
    for refusal in refusals:
        messages.error(request, refusal)
    return JsonResponse({"to": back(application, asked).url})


def _is_joined(application: Application, asked: Question, uploaded: UploadedFile, user: User) -> bool:
    """Whether a sending that a cut stopped had come whole: this person has joined that very file, as it was sent, to the question."""
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    mine = application.attachments.current().filter(question_key=asked.key, file__uploaded_by=user)
    sent = digest.hexdigest()
    return mine.filter(Q(file__sha256=sent) | Q(file__original_sha256=sent)).exists()


@require_POST
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take one attachment away."""
    application = written_file(request, reference)
    attachment = get_object_or_404(application.attachments.select_related("file"), pk=pk)
    asked = application.questionnaire.schema.question(attachment.question_key)
    try:
        remove_file(application=application, attachment=attachment, actor=request.user)
        messages.success(request, f"« {attachment.file.name} » est retiré du dossier.")
    except WritingRefused as refusal:
        return refused_page(request, reference, asked, [str(refusal)], status=409)
    return back(application, asked)


def refused_page(request: HttpRequest, reference: str, question: Question, errors: list[str], *, status: int = 422) -> HttpResponse:
    """The section again, with what was refused under its field, where the focus goes."""
    whole = whole_file(request, reference)
    shown = whole.questionnaire.schema.section_of(question.key)
    context = section_context(request, whole, shown, {})
    for group in context["groups"]:
        group.refuse(question.key, errors)
    return render(request, "calls/applicant/section.html", context | {"refused_files": errors}, status=status)


def back(application: Application, question: Question) -> HttpResponse:
    """To the block of the question, in its section."""
    key = application.questionnaire.schema.section_of(question.key).key
    return redirect(f"{reverse('calls:section', args=[application.reference, key])}#q-{question.key}")
