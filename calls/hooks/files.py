"""Who may read the attachments of a file: its team, and the staff who may see the file (jurors: scoring shares them). Whom an infected one concerns."""

from django.db.models import Q

from calls.actions.files import PURPOSE, set_infected_aside
from calls.models import Application, Attachment, Call
from calls.queries import to_fill
from calls.queries.content import was_received
from calls.queries.people import call_managers, officers_for, team_of
from portal.accounts.models import User
from portal.files import access, malware
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


@malware.concerns(PURPOSE)
def concerned_by_attachment(stored_file: StoredFile) -> malware.Concerned:
    """The team of the lycée; once the Région has received it, whoever follows the file, or the officers of its perimeter."""
    holding = Application.everything.filter(pk__in=Attachment.objects.filter(file=stored_file).values("application"))
    application = holding.select_related("call", "establishment", "officer", "kept_for").first()
    if application is None:
        return malware.Concerned(())
    if application.is_personal:
        return malware.Concerned((application.kept_for,), application.call.title, application.get_absolute_url())
    people = list(team_of(application.establishment))
    if was_received(application, stored_file):
        people += [application.officer] if application.officer else officers_for(application.establishment)
    return malware.Concerned(tuple(people), f"dossier {application.reference}", application.get_absolute_url())


@malware.concerns(to_fill.PURPOSE)
def concerned_by_document(stored_file: StoredFile) -> malware.Concerned:
    """Those who run calls: a document that a form gives is open to everybody."""
    call = Call.everything.filter(pk=stored_file.subject_id).first()
    return malware.Concerned(tuple(call_managers()), f"appel {call}" if call else "", call.get_absolute_url() if call else "")


malware.set_aside(PURPOSE, set_infected_aside)
