"""What a person may still read of the workbooks they asked for: asked again each time one is shown or taken."""

from functools import cached_property

from django.db.models import QuerySet

from calls.models import Call
from exports.registry import WorkbookKind, workbook_kind
from portal.accounts.models import User
from portal.jobs.models import Job
from scoring.queries.conflicts import hidden_applications


def offered_calls(kind: WorkbookKind, user: User) -> QuerySet[Call]:
    """The calls for which this person may ask for a workbook of this kind."""
    return kind.calls(user) if kind.calls else Call.objects.visible_to(user)


def kept_rights(user: User) -> dict[str, list]:
    """The rights under which a workbook is made, as JSON values: roles in force with their perimeter, files (ids) hidden by a conflict."""
    return {"grants": sorted(map(list, _grants(user)), key=str), "hidden": sorted(hidden_applications(user).values_list("pk", flat=True))}


def _grants(user: User) -> set[tuple[str, int | None, int | None, int | None]]:
    return {(grant.role, grant.establishment_id, grant.authority_id, grant.department_id) for grant in user.grants}


def _as_now(kept: list) -> tuple[str, int | None, int | None, int | None]:
    """A grant as a workbook kept it: those of before grants had departments were of the whole Région."""
    role, establishment, authority, department = (*kept, None)[:4]
    return role, establishment, authority, department


class Rights:
    """What one person may ask for at this moment. Reads each thing once, whatever the number of workbooks that are looked at."""

    def __init__(self, user: User):
        self.user = user
        self._calls: dict[str, frozenset[str]] = {}
        self._asks: dict[str, bool] = {}

    def may_ask(self, kind: WorkbookKind, call: str = "") -> bool:
        """Whether the person may ask for such a workbook of this call (its reference; "" for a kind without call)."""
        if kind.code not in self._asks:
            self._asks[kind.code] = kind.may_ask(self.user)
        return self._asks[kind.code] and (not kind.needs_call or call in self._offered(kind))

    def open(self, job: Job) -> bool:
        """Whether the workbook that a job made may still be read by the person who asked for it.

        It closes when the person could no longer ask for it, when a role under which it was made has ended or lost its perimeter, and
        when a file that it may hold has been hidden from the person since, by a declaration of interest or a link with its school.
        """
        kind, kept = workbook_kind(job.params.get("workbook", "")), job.result.get("rights")
        if job.owner_id != self.user.pk or kind is None or kept is None or job.result_file is None:
            return False
        call = job.params.get("call", "")
        if not self.may_ask(kind, call) or not {_as_now(grant) for grant in kept["grants"]} <= _grants(self.user):
            return False
        concerned = (
            pk for pk, of, filed_at in self._hidden if (not call or of == call) and filed_at and filed_at <= job.result_file.created_at
        )
        return set(concerned) <= set(kept["hidden"])

    def _offered(self, kind: WorkbookKind) -> frozenset[str]:
        if kind.code not in self._calls:
            self._calls[kind.code] = frozenset(offered_calls(kind, self.user).values_list("reference", flat=True))
        return self._calls[kind.code]

    @cached_property
    def _hidden(self) -> list[tuple]:
        return list(hidden_applications(self.user).values_list("pk", "call__reference", "submitted_at"))
