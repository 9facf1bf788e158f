"""Made-up files of the rehearsed call, written and sent as lycées do, from what each kind of question proposes."""

import io
from dataclasses import dataclass
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from pypdf import PdfWriter

from calls import checks
from calls.actions.files import attach_file
from calls.actions.writing import WritingRefused
from calls.models import Application, Call
from calls.questions.joined import JoinsFiles
from cms.demo.clock import clock_at, days_from_now
from cms.demo.filing import approve_and_submit, fill_file, start_file
from cms.demo.people import teams_of
from cms.rehearsal.copies import OPENED
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.files.intake import UploadRefused
from portal.workflow.gate import TransitionRefused, perform

DRAFT_SHARE = 0.6  # of the first file, which is left to play


@dataclass
class Filed:
    """How many files were sent, and what the others lacked (French sentences)."""

    sent: int = 0
    lacking: str = ""


def file_all(call: Call, lycees: list[Establishment], rng: Random) -> Filed:
    """A draft for the first lycée, sent files for the others; one that the made-up answers do not complete stays a draft."""
    teams, told = teams_of(lycees, rng), Filed()
    for rank, lycee in enumerate(lycees):
        author, head = teams[lycee.pk]
        day = OPENED + 2 + rank * (-OPENED - 4) // max(1, len(lycees))
        with clock_at(days_from_now(day, 9 + rank % 8, rank * 7 % 60)):
            application = _write(call, lycee, author, rng, share=DRAFT_SHARE if rank == 0 else 1.0)
            if rank:
                _send(application, author, head, told)
    return told


def _write(call: Call, lycee: Establishment, author: User, rng: Random, share: float) -> Application:
    with transaction.atomic():
        application = fill_file(start_file(call=call, school=lycee, author=author), author=author, rng=rng, share=share)
    if share == 1:
        asked = checks.asked_in(application)
        for question in application.questionnaire.schema.questions:
            if isinstance(question, JoinsFiles) and asked.is_asked(question.key):
                _join(application, question, author)
    return application


def _join(application: Application, question: JoinsFiles, author: User) -> None:
    """An empty page, where the question takes PDF files; nothing where it takes none."""
    if "pdf" not in question.accept:
        return
    try:
        attach_file(application=application, question=question, uploaded=_page(question.key), actor=author)
    except (UploadRefused, WritingRefused):
        return


def _page(name: str) -> SimpleUploadedFile:
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(content)
    return SimpleUploadedFile(f"{name}-inventee.pdf", content.getvalue(), "application/pdf")


def _send(application: Application, author: User, head: User, told: Filed) -> None:
    try:
        with transaction.atomic():
            if application.call.requires_approval:
                approve_and_submit(application, author=author, head=head)
            else:
                perform(application, "submit", actor=author)
        told.sent += 1
    except TransitionRefused as refusal:
        missing = [item.sentence for item in checks.missing_items(application)]
        told.lacking = told.lacking or " ".join(missing or refusal.reasons)
