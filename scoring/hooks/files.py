"""Attachments of a file, opened to its jurors: only the files confided to them, and none in conflict."""

from calls.models import Attachment
from portal.files import access
from scoring import rules
from scoring.queries import assessment

PURPOSE = "attachment"


@access.share(PURPOSE)
def juror_reads_attachment(user, stored_file) -> bool:
    """What the juror's frozen file lists: attachments of a file in the pile, whatever was added or removed since."""
    if not rules.sits_in_jury(user):
        return False
    owners = Attachment.objects.filter(file=stored_file).values("application")
    return assessment.visible_to_juror(user).filter(pk__in=owners).exists()
