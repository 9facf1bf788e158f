"""Acts on several files: the work in the background, and the message that a hand-over sends once to each person concerned."""

from collections.abc import Iterable
from dataclasses import dataclass

from calls.actions.bulk import run
from calls.actions.bulk_kinds import bulk_kind
from calls.enums import BulkResult
from calls.models import Application, BulkAct, BulkItem
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.progress import JobProgress
from portal.jobs.registry import job
from portal.notifications import reach, registry
from portal.notifications.families import Family
from portal.notifications.registry import EmailNotification

KIND = "calls.bulk"
NAMED = 30  # files that the message names one by one


@job(KIND)
def do_bulk_act(job: Job, progress: JobProgress) -> dict:
    """Do what is left of an act on several files. Started again, it goes on where it stopped."""
    act = BulkAct.objects.select_related("actor").get(pk=job.params["act"])
    run(bulk_kind(act.kind), act, progress)
    return {}


def _reached(user: User) -> object:
    """The hand-overs whose files a person still reads, every one."""
    hidden = BulkItem.objects.exclude(application__in=Application.objects.visible_to(user).order_by().values("pk"))
    return BulkAct.objects.exclude(pk__in=hidden.order_by().values("act"))


reach.register(BulkAct, _reached)


@dataclass(frozen=True)
class MovedFiles:
    """Files that went from one person to another."""

    before: str
    after: str
    files: list[Application]

    @property
    def shown(self) -> list[Application]:
        return self.files[:NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.files) - NAMED)


@registry.register("files_handed_over")
class FilesHandedOver(EmailNotification):
    """Files have another officer: to those who had them and to those who have them, once for the whole act."""

    template = "calls/email/files_handed_over"

    def recipients(self, about: BulkAct) -> Iterable[User]:
        return [user for user in self._people(about).values() if user.pk != about.actor_id]

    def context(self, about: BulkAct, actor: User) -> dict:
        people = self._people(about)
        groups: dict[tuple[int | None, int | None], list[Application]] = {}
        for item in self._done(about):
            groups.setdefault((item.kept.get("from"), item.kept.get("to")), []).append(item.application)
        moves = [MovedFiles(_name(people, before), _name(people, after), files) for (before, after), files in groups.items()]
        return {"moves": moves, "total": sum(len(move.files) for move in moves), "reason": about.params.get("reason", "")}

    def _done(self, act: BulkAct) -> list[BulkItem]:
        done = act.items.filter(result=BulkResult.DONE).select_related("application__establishment")
        return list(done.order_by("application__reference"))

    def _people(self, act: BulkAct) -> dict[int, User]:
        keys = {key for kept in act.items.filter(result=BulkResult.DONE).values_list("kept", flat=True) for key in kept.values() if key}
        return User.objects.in_bulk(keys)


def _name(people: dict[int, User], key: int | None) -> str:
    return str(people[key]) if key in people else "personne"


registry.sort_into(Family.FILES, "files_handed_over")
