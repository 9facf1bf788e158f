"""Files as the jury opens and closes them: attachments of one's pile, nothing of a file with which one has declared a link, work that begins."""

from django.db.models import Exists, OuterRef, Q

from calls import files_by_need, hidden_files, scored_files
from calls.conditioned import retained
from calls.enums import CallState
from calls.models import Attachment
from calls.models.application import before_jury_at
from calls.queries.content import was_received
from portal.accounts.models import User
from portal.files import access
from portal.files.models import StoredFile
from scoring import rules
from scoring.enums import AssessmentState, DecisionState
from scoring.models import Assessment
from scoring.queries import assessment
from scoring.queries.jury import decided_calls

PURPOSE = "attachment"


@access.share(PURPOSE)
def juror_reads_attachment(user: User, stored_file: StoredFile) -> bool:
    """What the juror's frozen file lists: attachments of a file in the pile, whatever was added or removed since."""
    if not rules.sits_in_jury(user):
        return False
    owners = Attachment.objects.filter(file=stored_file).values("application")
    application = assessment.visible_to_juror(user).filter(pk__in=owners).first()
    return application is not None and was_received(application, stored_file)


@hidden_files.register
def declared_by(user: User) -> Q:
    """Staff who also sit in a jury no longer see a file with which they have declared a link."""
    return Q(interests__user_id=user.pk)


@scored_files.register
def evaluations_are_in() -> Q:
    """Somebody's marks count and nobody's are awaited; once the jury deliberates, whose marks were awaited is no more (a waiver says why)."""
    readings = Assessment.objects.filter(application=OuterRef("pk"))
    awaited = readings.live().with_conflicts().filter(is_counted=None, in_conflict=False).exclude(state__in=AssessmentState.DONE)
    in_time = Q(call__state__in=CallState.DELIBERATED) | ~Exists(awaited)
    return before_jury_at() & Exists(readings.counted()) & in_time


@retained.register_declined
def aid_is_declined() -> Q:
    return Q(decision__state=DecisionState.DECLINED)


files_by_need.register(
    rules.reads_closed_sittings,
    lambda: Q(call__in=decided_calls()),
    "Les dossiers d’un appel s’ouvrent à vous dès que la séance de son jury est close : vous proposez alors les décisions.",
)
