"""Documents that the questions of a call give to be filled in."""

from django.core.files.uploadedfile import UploadedFile

from calls.models import Call
from calls.queries.to_fill import PURPOSE
from calls.questions.to_fill import DocumentToFill
from portal.files import intake
from portal.roles import Actor

GIVEN_AS = ("odt", "docx", "ods", "xlsx", "pdf")


def give_document(*, call: Call, uploaded: UploadedFile, actor: Actor) -> DocumentToFill:
    """Keep a document that a question of this call will give; the form that names it decides who reads it.

    One that is replaced is kept: versions put in force, and the next wave, go on naming it. Raises intake.UploadRefused.
    """
    stored = intake.store_upload(uploaded, purpose=PURPOSE, subject=call, actor=actor, allowed=GIVEN_AS)
    return DocumentToFill(str(stored.pk), stored.name, stored.size)
