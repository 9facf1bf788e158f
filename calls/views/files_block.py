"""A question answered by files, as a screen shows it."""

from dataclasses import dataclass

from calls.models import Application, Attachment
from calls.questions.joined import JoinsFiles
from calls.rules import may_type
from portal.accounts.models import User
from portal.files.formats import accept_of


@dataclass(frozen=True)
class FilesBlock:
    """A question answered by files, and those given."""

    question: JoinsFiles
    attachments: tuple[Attachment, ...]
    editable: bool
    slug: str  # of the call, which gives the document to fill in
    errors: tuple[str, ...] = ()  # what a request has just been refused

    @property
    def accept(self) -> str:
        """Value of the accept attribute of the file input."""
        return accept_of(self.question.accept)


def files_block(application: Application, question: JoinsFiles, viewer: User) -> FilesBlock:
    given = tuple(attachment for attachment in application.attachments.all() if attachment.question_key == question.key)
    return FilesBlock(question, given, may_type(application, question.key, viewer), application.call.slug)
