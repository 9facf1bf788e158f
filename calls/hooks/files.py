"""Who may read the attachments of a file: its team, and the staff who may see the file (jurors: scoring shares them)."""

from calls.actions.files import PURPOSE
from calls.models import Application, Attachment
from portal.accounts.models import User
from portal.files import access
from portal.files.models import StoredFile


@access.allow(PURPOSE)
def reads_attachment(user: User, stored_file: StoredFile) -> bool:
    """Staff never see what was taken away before the file was first frozen: such a file is retired, hence closed to all."""
    attachments = Attachment.objects.filter(file=stored_file)
    return Application.objects.visible_to(user).filter(pk__in=attachments.values("application")).exists()
