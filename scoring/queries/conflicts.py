"""Which files are hidden from which reader in the work of a jury; the rule itself is in `scoring.models.interest`.

Every list, count, total, rank and export of the jury leaves out the files hidden from its reader. A team reads its own file elsewhere,
as applicant.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from calls.models import Application, Call
from portal.accounts.models import User
from scoring.models import InterestDeclaration
from scoring.models.interest import in_conflict_with, links


def hidden_applications(user: User) -> QuerySet[Application]:
    """Files of any call that do not exist for this person in the jury's work."""
    return Application.objects.filter(in_conflict_with(user)).order_by()


def hidden_ids(call: Call, user: User) -> frozenset[int]:
    """Their ids in one call."""
    return frozenset(hidden_applications(user).filter(call=call).values_list("pk", flat=True))


def hidden_keys(user: User) -> frozenset[int]:
    """Their ids in all calls. Looks up that person's own links alone: the cost does not grow with the number of files."""
    declared = InterestDeclaration.objects.filter(user_id=user.pk).order_by().values_list("application_id")
    linked = Application.objects.filter(establishment__in=links([user.pk]).values("establishment_id")).order_by().values_list("pk")
    return frozenset(key for (key,) in declared.union(linked))


def conflict_pairs(call: Call, people: Iterable[int] | None = None, *, until: datetime | None = None) -> set[tuple[int, int]]:
    """(user id, file id) of every conflict of this call's panel, or of these people (ids) alone; `until`: those known at that moment."""
    people = list(call.panel.values_list("user_id", flat=True)) if people is None else list(people)
    declared, held = InterestDeclaration.objects.filter(application__call=call, user_id__in=people), links(people)
    if until is not None:
        declared, held = declared.filter(declared_at__lte=until), held.filter(started_at__lte=until)
    pairs = set(declared.values_list("user_id", "application_id"))
    linked = defaultdict(set)
    for user_id, establishment_id in held.values_list("user_id", "establishment_id"):
        linked[establishment_id].add(user_id)
    if linked:
        for file_id, establishment_id in call.applications.filter(establishment__in=linked).values_list("pk", "establishment_id"):
            pairs |= {(user_id, file_id) for user_id in linked[establishment_id]}
    return pairs
