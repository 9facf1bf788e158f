"""The head says which file of the lycée comes first, where a call takes several of them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.checks import sending_gaps
from calls.enums import ApplicationState
from calls.models import Application
from portal.accounts.models import User
from portal.journal import recorder
from portal.signing import SignedAct, mention
from portal.workflow.gate import TransitionRefused


def ranking_gaps(application: Application) -> list[str]:
    """Why the order of priority cannot change now; empty when it can."""
    if application.call.max_per_establishment < 2:
        return ["Cet appel ne prend qu’un dossier par lycée : il n’y a rien à ranger."]
    return sending_gaps(application)


@transaction.atomic
def move_file(*, application: Application, past: str, up: bool, actor: User) -> bool:
    """Put a file just before (`up`) or just after the file of reference `past`, its neighbour as the person read the order.

    Sent twice, it is done once: whether anything moved is returned. Two people who move at the same time each move over the order that the
    other has just written. Raises PermissionDenied, and TransitionRefused: the call is closed, one of the files has left.
    """
    files = _lock(application, actor)
    order = [file.reference for file in files]
    if application.reference not in order or past not in order:
        raise TransitionRefused(["Un de ces dossiers vient d’être retiré : relisez l’ordre."], wrong_state=True)
    mine, other = order.index(application.reference), order.index(past)
    if up != (mine < other):
        files.insert(other, files.pop(mine))
    return _write({file.pk: rank for rank, file in enumerate(files, start=1)}, files, actor)


@transaction.atomic
def forget_order(*, application: Application, actor: User) -> None:
    """No file of the lycée comes first any more. Raises PermissionDenied, and TransitionRefused once the call is closed."""
    _write({}, _lock(application, actor), actor)


def _lock(application: Application, actor: User) -> list[Application]:
    """The files of the lycée for this call, locked in one order, as they are ranked."""
    if not rules.ranks_files(application, actor):
        raise PermissionDenied("rank_files")
    if gaps := ranking_gaps(application):
        raise TransitionRefused(gaps, wrong_state=True)
    files = Application.objects.select_for_update(of=("self",)).filter(call=application.call_id, establishment=application.establishment_id)
    found = list(files.exclude(state=ApplicationState.WITHDRAWN).select_related("establishment").order_by("pk"))
    last = len(found) + max((file.school_rank or 0 for file in found), default=0)
    return sorted(found, key=lambda file: (file.school_rank or last, file.reference))


def _write(ranks: dict[int, int], files: list[Application], actor: User) -> bool:
    """Give each file its rank (by its key; none: it has no rank any more); whether anything changed.

    The journal says the place that the Région reads, among filed files: a draft counts for nothing there, and its own line says so.
    """
    before, after = _places({file.pk: file.school_rank for file in files if file.school_rank}, files), _places(ranks, files)
    changed = [file for file in files if file.school_rank != ranks.get(file.pk)]
    for file in changed:
        Application.objects.filter(pk=file.pk).update(school_rank=ranks.get(file.pk))
    for file in files:
        moved = {"before": before.get(file.pk), "after": after.get(file.pk)} if file.is_filed else {"draft": True}
        if (before.get(file.pk) != after.get(file.pk)) if file.is_filed else (file in changed):
            signed = mention(actor, file.establishment, SignedAct.PRIORITY, file)
            recorder.record(file, "rank_file", actor=actor, data={**moved, **signed})
    return bool(changed)


def _places(ranks: dict[int, int], files: list[Application]) -> dict[int, int]:
    """The place of each filed file among those that have a rank."""
    filed = sorted((file.pk for file in files if file.is_filed and file.pk in ranks), key=lambda key: ranks[key])
    return {key: place for place, key in enumerate(filed, start=1)}
