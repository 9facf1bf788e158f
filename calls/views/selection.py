"""Which files an act on several is about: ticked, of the whole list, or those of an earlier act.

Whatever the address says, a file is looked for among those that the person sees. The page that is confirmed carries the files as it showed them,
signed, so that what has changed since is known, and that a second sending is the first.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from calls.actions.bulk import MOST, BulkKind, FileAsShown, Preflight
from calls.enums import BulkResult
from calls.models import Application, BulkAct, BulkItem
from calls.queries.bulk import stamps_of
from calls.views.listing import LONGEST, carried, listing_of
from calls.views.places import carry
from portal.accounts.models import User

TICKED, ALL, LIST, LOT = "dossier", "tous", "liste", "lot"
MOST_TICKED = 200  # a page has fifty boxes; a crafted address stays small
SALT = "calls.selection"


@dataclass(frozen=True)
class Selection:
    """The files chosen: their keys, the list that they come from, the earlier act whose files they are ("" for none)."""

    keys: list[int]
    query: str = ""
    lot: str = ""
    is_whole_list: bool = False
    total: int = 0  # how many were asked for, when that is too many

    @property
    def back(self) -> str:
        if self.lot:
            return reverse("calls:bulk_act", args=[self.lot])
        return f"{reverse('calls:files')}?{self.query}" if self.query else reverse("calls:files")


def selected(request: HttpRequest) -> Selection:
    """What the address chooses. Beyond MOST files nothing is chosen, and `total` says how many there were."""
    query = request.GET.get(LIST, "")[:LONGEST]
    visible = Application.objects.visible_to(request.user)
    if lot := _lot(request.GET.get(LOT, ""), request.user):
        done = BulkItem.objects.filter(act=lot, result=BulkResult.DONE, application__in=visible.order_by().values("pk"))
        return Selection(list(done.values_list("application_id", flat=True)), lot.query, str(lot.pk))
    if request.GET.get(ALL):
        keys = list(_listed(request.user, query)[: MOST + 1])
        return _bounded(Selection(keys, query, is_whole_list=True), request.user)
    ticked = visible.filter(reference__in=request.GET.getlist(TICKED)[:MOST_TICKED]).order_by().values_list("pk", flat=True)
    return Selection(list(ticked), query)


def _listed(user: User, query: str) -> QuerySet:
    return listing_of(user, carried(query), timezone.localdate()).applications.values_list("pk", flat=True)


def _bounded(chosen: Selection, user: User) -> Selection:
    if len(chosen.keys) <= MOST:
        return chosen
    return replace(chosen, keys=[], total=_listed(user, chosen.query).count())


def _lot(key: str, user: User) -> BulkAct | None:
    try:
        return BulkAct.objects.visible_to(user).filter(pk=UUID(key)).first()
    except ValueError:
        return None


def signed(selection: Selection, kind: BulkKind, user: User, found: Preflight) -> str:
    """The files as this page shows them, for the form that confirms it."""
    ready = {file.pk for file in found.ready}
    keys = [*ready, *(file.pk for file, _ in found.held)]
    stamps = stamps_of(keys)
    shown = [[key, stamps[key], int(key in ready)] for key in keys]
    value = {"user": user.pk, "kind": kind.name, "act": str(uuid4()), "files": shown, "query": selection.query, "lot": selection.lot}
    return signing.dumps(value, salt=SALT, compress=True)


@dataclass(frozen=True)
class Confirmed:
    """What a signed selection holds: the key of the act to come, and the files as they were shown."""

    act: UUID
    shown: list[FileAsShown]
    selection: Selection


def confirmed(given: str, kind: BulkKind, user: User) -> Confirmed | None:
    """What this person was shown for this act; None for anything else."""
    try:
        value = signing.loads(given, salt=SALT)
    except signing.BadSignature:
        return None
    if value["user"] != user.pk or value["kind"] != kind.name:
        return None
    shown = [FileAsShown(key, stamp, bool(ready)) for key, stamp, ready in value["files"]]
    return Confirmed(UUID(value["act"]), shown, Selection([each.key for each in shown], value["query"], value["lot"]))


def by_call(kind: BulkKind, selection: Selection, files: list[Application]) -> list[tuple[str, int, str]]:
    """For each call of these files: its title, how many of them it has, and the address of the same act on these alone."""
    groups: dict[int, list[Application]] = {}
    for file in files:
        groups.setdefault(file.call_id, []).append(file)
    found = []
    for of_call in groups.values():
        call = of_call[0].call
        if selection.is_whole_list:
            query = carried(selection.query).copy()
            query["appel"] = call.reference
            asked = {LIST: carry(query), ALL: "1"}
        else:
            asked = {LIST: selection.query, TICKED: [file.reference for file in of_call]}
        found.append((call.title, len(of_call), f"{reverse('calls:bulk', args=[kind.name])}?{urlencode(asked, doseq=True)}"))
    return found
