"""Who may read the attachments of a file: its team, and the staff who may see the file (jurors: scoring shares them)."""

from calls.actions.files import PURPOSE
from calls.models import Application, Attachment
from portal.files import access


@access.allow(PURPOSE)
def reads_attachment(user, stored_file) -> bool:
    """Staff never see what was taken away before the file was first frozen: such a file is retired, hence closed to all."""
    attachments = Attachment.objects.filter(file=stored_file)
    return Application.objects.visible_to(user).filter(pk__in=attachments.values("application")).exists()
