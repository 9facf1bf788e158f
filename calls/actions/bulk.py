"""An act on several files: what it will do and will not, and why; then each file in its own transaction, once, whatever stops in between."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.enums import BulkResult
from calls.models import Application, BulkAct, BulkItem
from calls.queries.bulk import last_line, read_files, stamps_of
from portal.accounts.models import User
from portal.text.dates import moment
from portal.workflow.gate import TransitionRefused

MOST = 2000  # files of one act: a page names them all
AT_ONCE = 10  # files done while the person waits; more are a work in the background
CHANGED = "Le dossier a changé depuis votre vérification"
OUTSIDE = "Ce dossier n’est pas de votre périmètre"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class BulkObstacle:
    """Why one file stays as it is: `reason` in words that others share, `detail` what is its own."""

    reason: str
    detail: str = ""


class BulkKind:
    """An act that may be asked on several files. What is given with it (`params`, JSON values) is read once by `prepared`."""

    name = ""  # in the address
    label = ""  # of its button
    icon = "check-circle"
    done = ("dossier traité", "dossiers traités")
    told = ""  # what the page says before it is done, where the label does not say whom it reaches or that nothing undoes it
    undone_by = ""  # the name of the act that undoes it
    with_content = False  # whether what stands in its way reads the content of the files
    wants_params = False
    of_one_call = False  # what is given with it is of one form

    def may(self, user: User) -> bool:
        """Who is offered it, whatever the files: each file asks again."""
        raise NotImplementedError

    def prepared(self, params: dict) -> object:
        return params

    def obstacle(self, file: Application, actor: User, given: object) -> BulkObstacle | None:
        """What stands in the way for this file, None when it can be done. No query: a page asks it of hundreds of files."""
        raise NotImplementedError

    def said_of(self, files: Iterable[Application], given: object) -> list[str]:
        """What the page says of these very files before the press: to whom they go, for when. No query."""
        return []

    def carry_out(self, file: Application, actor: User, given: object, check: Callable) -> dict:
        """Do it to one file; returns what undoing it needs. `check` is asked once the file is locked. Raises TransitionRefused, PermissionDenied."""
        raise NotImplementedError

    def after(self, act: BulkAct) -> None:
        """Once, when every file has been dealt with."""


@dataclass
class Preflight:
    """What an act will do: the files that it takes, and those that it leaves, with why."""

    ready: list[Application] = field(default_factory=list)
    held: list[tuple[Application, BulkObstacle]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def groups(self) -> list[tuple[str, list[tuple[Application, str]]]]:
        """Those that it leaves by reason, the most frequent first."""
        found: dict[str, list[tuple[Application, str]]] = {}
        for file, obstacle in self.held:
            found.setdefault(obstacle.reason, []).append((file, obstacle.detail))
        return sorted(found.items(), key=lambda group: -len(group[1]))


@dataclass(frozen=True)
class FileAsShown:
    """A file as the page that was confirmed had it."""

    key: int
    stamp: int
    was_ready: bool


def preflight(kind: BulkKind, keys: Collection[int], *, actor: User, params: dict) -> Preflight:
    """What this act would do now to these files. A file that the actor does not see is in neither list. A constant number of queries."""
    found, given = Preflight(), kind.prepared(params)
    for file in read_files(actor, keys, with_content=kind.with_content):
        obstacle = kind.obstacle(file, actor, given)
        if obstacle is None:
            found.ready.append(file)
        else:
            found.held.append((file, obstacle))
    found.said = kind.said_of(found.ready, given)
    return found


@transaction.atomic
def begin(kind: BulkKind, key: UUID, shown: Iterable[FileAsShown], *, actor: User, params: dict, query: str = "") -> BulkAct:
    """Write the act with the files that its page had shown: the ready ones to be done, the others with what holds them. Sent twice, it is one act.

    A file that has become ready since the page was shown stays: the page said that it would. Raises PermissionDenied.
    """
    if not kind.may(actor):
        raise PermissionDenied(kind.name)
    act, is_new = BulkAct.objects.get_or_create(pk=key, defaults={"kind": kind.name, "params": params, "query": query, "actor": actor})
    if act.actor_id != actor.pk or act.kind != kind.name:
        raise PermissionDenied(kind.name)
    if is_new:
        known = {each.key: each for each in shown}
        now = preflight(kind, known, actor=actor, params=params)
        stamps = stamps_of(known)
        changed = {key for key, each in known.items() if stamps[key] != each.stamp}
        items = [_item(act, file, known[file.pk], None, file.pk in changed) for file in now.ready]
        items += [_item(act, file, known[file.pk], obstacle, file.pk in changed) for file, obstacle in now.held]
        BulkItem.objects.bulk_create(items)
    return act


def _item(act: BulkAct, file: Application, shown: FileAsShown, obstacle: BulkObstacle | None, is_changed: bool) -> BulkItem:
    if is_changed:
        obstacle = _changed(file.pk)
    elif obstacle is None and not shown.was_ready:
        obstacle = BulkObstacle(CHANGED)
    item = BulkItem(act=act, application=file, stamp=shown.stamp)
    return _left(item, obstacle) if obstacle else item


def _changed(key: int) -> BulkObstacle:
    line = last_line(key)
    return BulkObstacle(CHANGED, f"{line.actor_label}, le {moment(line.at)}" if line else "")


def _left(item: BulkItem, obstacle: BulkObstacle) -> BulkItem:
    item.result, item.reason, item.detail = BulkResult.LEFT, obstacle.reason[:200], obstacle.detail
    return item


def run(kind: BulkKind, act: BulkAct, progress: Progress = lambda done, total, note: None) -> None:
    """Do what is left of an act, file by file. Stopped anywhere and run again, or run by two workers, each file is done once.

    `progress` may raise: what is done stays done.
    """
    waiting = list(act.items.filter(result=BulkResult.WAITING).order_by("application__reference").values_list("pk", flat=True))
    total = act.items.count()
    given = kind.prepared(act.params)
    for rank, key in enumerate(waiting, total - len(waiting)):
        progress(rank, total, kind.label)
        _run_one(kind, act, key, given)
    _end(kind, act)
    progress(total, total, "Terminé")


@transaction.atomic
def _run_one(kind: BulkKind, act: BulkAct, key: int, given: object) -> None:
    item = BulkItem.objects.select_for_update(of=("self",)).get(pk=key)
    if item.result != BulkResult.WAITING:
        return
    file = _fresh(act.actor, item.application_id)
    if file is None:
        _left(item, BulkObstacle(OUTSIDE)).save()
        return

    def check(locked: object = None) -> None:
        if _stamp(file.pk) != item.stamp:
            raise TransitionRefused([CHANGED])

    try:
        with transaction.atomic():
            item.kept = kind.carry_out(file, act.actor, given, check)
            item.result = BulkResult.DONE
    except TransitionRefused as refusal:
        _left(item, _changed(file.pk) if _stamp(file.pk) != item.stamp else BulkObstacle(refusal.reasons[0], " ".join(refusal.reasons[1:])))
    except PermissionDenied:
        _left(item, BulkObstacle(OUTSIDE))
    item.save()


def _fresh(actor: User, key: int) -> Application | None:
    return Application.objects.visible_to(actor).select_related("call", "establishment", "officer").filter(pk=key).first()


def _stamp(key: int) -> int:
    return stamps_of([key])[key]


@transaction.atomic
def _end(kind: BulkKind, act: BulkAct) -> None:
    locked = BulkAct.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if locked.is_over or locked.items.filter(result=BulkResult.WAITING).exists():
        return
    locked.finished_at = timezone.now()
    locked.save(update_fields=["finished_at"])
    kind.after(locked)
