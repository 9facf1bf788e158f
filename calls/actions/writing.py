"""What every change of a file's content goes through: one lock, one set of rules."""

from django.core.exceptions import PermissionDenied

from calls import rules
from calls.models import Application
from calls.queries.content import requested_amount
from portal.accounts.models import User


class WritingRefused(Exception):
    """The content cannot change now; `reasons` says why, in French. Nothing was written."""

    def __init__(self, reasons: list[str]):
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def lock_for_writing(application: Application, key: str, actor: User) -> Application:
    """The file, fresh and locked for this transaction, once sure that `actor` may change the answer to `key` now.

    The lock is that of the gate: an answer can never slip in after the version that a transition freezes. Raises
    PermissionDenied (not of this lycée) and WritingRefused (wrong state, closed call, point not asked for).
    """
    rows = Application.objects.select_for_update(of=("self",)).select_related("call", "establishment", "questionnaire")
    fresh = rows.get(pk=application.pk)
    if not rules.writes_file(fresh, actor):
        raise PermissionDenied("writing")
    if gaps := rules.writing_gaps(fresh, key):
        raise WritingRefused(gaps)
    return fresh


def keep_amount(application: Application, fresh: Application) -> None:
    """`requested_amount` is what lists sort on and envelopes compare with: always what the content says."""
    application.requested_amount = fresh.requested_amount = requested_amount(fresh)
    fresh.save(update_fields=["requested_amount"])
