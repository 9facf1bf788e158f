"""Who may read the attachments of a file: its team, and the staff who may see the file (jurors: scoring shares them)."""

from django.db.models import Q

from calls.actions.files import PURPOSE
from calls.models import Application, Attachment
from calls.queries.content import was_received
from portal.accounts.models import User
from portal.files import access
from portal.files.models import StoredFile


@access.allow(PURPOSE)
def reads_attachment(user: User, stored_file: StoredFile) -> bool:
    """The lycée reads all that its file holds or held; staff, what was sent to them.

    A person reads those of their own personal draft. What was taken away before the file was first frozen is retired, hence closed to all.
    """
    attachments = Attachment.objects.filter(file=stored_file)
    seen = Q(kept_for=user) | Q(pk__in=Application.objects.visible_to(user).values("pk"))
    application = Application.everything.filter(seen, pk__in=attachments.values("application")).first()
    if application is None:
        return False
    return application.is_personal or application.establishment_id in user.establishment_ids or was_received(application, stored_file)
