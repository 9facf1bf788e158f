"""A call whose results are known, and all that it gathered about four files and a draft: words, pieces, versions, messages, notes of the jury."""

from dataclasses import dataclass

from django.utils import timezone

from calls.actions.retention import confirm, due_under, fingerprint_of, propose
from calls.actions.versions import freeze_version
from calls.enums import TickAnswer, VersionReason
from calls.models import (
    AdmissibilityTick,
    Answer,
    Application,
    Attachment,
    Call,
    CompletionLine,
    CompletionRequest,
    RetentionProposal,
)
from calls.retention import RULES
from orders.models import CablingWork, PendingNeed, PurchaseOrder
from portal.accounts.models import User
from portal.files.intake import store_bytes
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform
from scoring.models import Assessment, InterestDeclaration
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.deliberation import deliberation, release
from tests.factories.threads import talk
from tests.portal.files.samples import pdf

SECRET = "Ce que seul ce dossier disait"
EVERY = [rule.key for rule in RULES]


@dataclass
class Gathered:
    call: Call
    kept: Application  # retained, and closed
    refused: Application
    draft: Application
    first: User  # two who may propose and confirm
    second: User

    @property
    def files(self) -> list[Application]:
        return [self.kept, self.refused, self.draft]

    def of(self, rule: str) -> Application:
        """A file under this rule."""
        return {"drafts": self.draft, "retained": self.kept}.get(rule, self.refused)


def fill(file: Application, author: User) -> None:
    """An answer, a piece, a version that has both, a message and its mail."""
    words = {"value": f"{SECRET}, {file.reference}", "updated_by": author}
    Answer.objects.update_or_create(application=file, question_key="resume", defaults=words)
    stored = store_bytes("deliberation.pdf", pdf(), "application/pdf", purpose="attachment", subject=file, actor=author)
    Attachment.objects.create(application=file, question_key="deliberation", file=stored)
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=author)
    now = timezone.now()
    asked = CompletionRequest.objects.create(
        application=file, fields=["resume"], message=SECRET, due_on=now, answered_at=now, answered_by=author
    )
    CompletionLine.objects.create(request=asked, position=1, question_key="resume", text=SECRET, reply=SECRET, replied_by=author)
    AdmissibilityTick.objects.create(application=file, line_key="projet", answer=TickAnswer.YES, remark=SECRET)
    talk(file, author, SECRET)
    Message.objects.update(state=Message.State.SENT)


def gathered() -> Gathered:
    made = release(deliberation(marks=(90, 60), amounts=(100, 100), money=100))
    draft = ApplicationFactory(call=made.call, complete=True)
    kept, refused = Application.objects.get(pk=made.files[0].pk), Application.objects.get(pk=made.files[1].pk)
    for file in (kept, refused, draft):
        fill(file, person(Role.MEMBER, at=file.establishment))
    Assessment.objects.filter(application=refused).update(comment=SECRET)
    InterestDeclaration.objects.create(application=refused, user=person(Role.JUROR), reason=SECRET)
    _settle_orders(kept)
    kept = perform(kept, "accept_award", actor=person(Role.HEAD, at=kept.establishment))
    kept = perform(kept, "close", actor=made.manager)
    call = Call.objects.get(pk=made.call.pk)
    return Gathered(call, kept, refused, draft, made.manager, person(Role.ADMIN))


def _settle_orders(file: Application) -> None:
    for model in (PurchaseOrder, CablingWork):
        assert not model.objects.filter(decision__application=file).exists()
    PendingNeed.objects.filter(decision_line__decision__application=file).update(settled_at=timezone.now(), settlement="Sans objet.")


def proposed(made: Gathered, *keys: str) -> RetentionProposal:
    """What is due under these rules (all of them by default), proposed by the first."""
    keys = keys or EVERY
    seen = fingerprint_of(due_under(made.call, keys, made.first))
    return propose(call=made.call, keys=keys, seen=seen, actor=made.first)


def agreed(made: Gathered, *keys: str) -> RetentionProposal:
    """The same, confirmed by the second, its delay over."""
    proposal = confirm(proposal=proposed(made, *keys), actor=made.second)
    RetentionProposal.objects.filter(pk=proposal.pk).update(runs_at=timezone.now())
    proposal.refresh_from_db()
    return proposal


def lines_about(file: Application) -> list[str]:
    return list(JournalEntry.objects.filter(subject_id=str(file.pk)).order_by("pk").values_list("action", flat=True))


__all__ = ["EVERY", "SECRET", "SYSTEM", "Gathered", "agreed", "gathered", "lines_about", "proposed"]
