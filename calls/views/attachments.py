"""Attachments of a file: give, replace, remove."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from calls.actions.files import attach_file, remove_file
from calls.actions.writing import WritingRefused
from calls.models import Application, Attachment
from calls.questions.base import Question
from calls.questions.file import FileQuestion
from calls.rules import writing_gaps
from calls.views.frame import school_file
from portal.accounts.models import User
from portal.files.intake import UploadRefused


@dataclass(frozen=True)
class FilesBlock:
    """A question answered by files, and those given."""

    question: FileQuestion
    attachments: tuple[Attachment, ...]
    editable: bool

    @property
    def accept(self) -> str:
        """Value of the accept attribute of the file input."""
        return ",".join(f".{extension}" for extension in self.question.accept)


def files_block(application: Application, question: FileQuestion, viewer: User) -> FilesBlock:
    given = tuple(attachment for attachment in application.attachments.all() if attachment.question_key == question.key)
    return FilesBlock(question, given, not writing_gaps(application, question.key))


@require_POST
def upload(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """Receive one or several files in answer to a question."""
    application = school_file(request, reference)
    asked = application.questionnaire.schema.question(question)
    if not isinstance(asked, FileQuestion):
        raise Http404(question)
    received = request.FILES.getlist("file")
    if not received:
        messages.error(request, f"« {asked.label} » : choisissez d’abord un fichier, puis appuyez sur « Joindre ».")
    for uploaded in received if asked.multiple else received[:1]:
        try:
            attachment = attach_file(application=application, question=asked, uploaded=uploaded, actor=request.user)
            messages.success(request, f"« {attachment.file.name} » est joint.")
        except (UploadRefused, WritingRefused) as refusal:
            messages.error(request, str(refusal))
    return back(application, asked)


@require_POST
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take one attachment away."""
    application = school_file(request, reference)
    attachment = get_object_or_404(application.attachments.select_related("file"), pk=pk)
    asked = application.questionnaire.schema.question(attachment.question_key)
    try:
        remove_file(application=application, attachment=attachment, actor=request.user)
        messages.success(request, f"« {attachment.file.name} » est retiré du dossier.")
    except WritingRefused as refusal:
        messages.error(request, str(refusal))
    return back(application, asked)


def back(application: Application, question: Question) -> HttpResponse:
    """To the block of the question, in its section."""
    key = application.questionnaire.schema.section_of(question.key).key
    return redirect(f"{reverse('calls:section', args=[application.reference, key])}#q-{question.key}")
