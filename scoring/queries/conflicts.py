"""Who is hidden from whom in the work of a jury: declared interests, and roles held in a lycée, now or before."""

from collections import defaultdict

from django.db.models import Q, QuerySet

from calls.models import Application, Call
from portal.accounts.models import RoleGrant
from portal.roles import SCHOOL_ROLES
from scoring import rules
from scoring.models import (
    InterestDeclaration,
)


def hidden_applications(user) -> QuerySet[Application]:
    """Files that do not exist for this person in the jury's work: declared interest, or a role held at that lycée, now or before.

    Every list, count, total, rank and export of the jury leaves them out. A team reads its own file elsewhere, as applicant.
    """
    declared = InterestDeclaration.objects.filter(user_id=user.pk).values("application_id")
    return Application.objects.filter(Q(pk__in=declared) | Q(establishment__in=rules.school_links(user))).order_by()


def hidden_keys(user) -> set[int]:
    """The ids of the same, whatever the call. One query, which looks up that person's own links alone."""
    declared = InterestDeclaration.objects.filter(user_id=user.pk).order_by().values_list("application_id")
    found = Application.objects.filter(establishment__in=rules.school_links(user)).order_by().values_list("pk")
    return {key for (key,) in declared.union(found)}


def conflict_pairs(call, user_ids=None) -> set[tuple[int, int]]:
    """(user id, file id) of every conflict of this call's panel, declared or found in the roles; `user_ids` restricts.

    Three queries, one more when somebody has a link with a lycée.
    """
    people = list(call.panel.values_list("user_id", flat=True)) if user_ids is None else list(user_ids)
    declared = InterestDeclaration.objects.filter(application__call=call, user_id__in=people)
    pairs = set(declared.values_list("user_id", "application_id"))
    links = defaultdict(set)
    for user_id, establishment_id in panel_links(people).values_list("user_id", "establishment_id"):
        links[establishment_id].add(user_id)
    if links:
        for file_id, establishment_id in call.applications.filter(establishment__in=links).values_list("pk", "establishment_id"):
            pairs |= {(user_id, file_id) for user_id in links[establishment_id]}
    return pairs


def panel_links(people) -> QuerySet[RoleGrant]:
    """Roles held in a lycée, now or before, by these people (ids)."""
    return RoleGrant.objects.filter(user_id__in=people, role__in=SCHOOL_ROLES)


def hidden_ids(call: Call, user) -> frozenset[int]:
    """Files of this call that do not exist for this person."""
    return frozenset(hidden_applications(user).filter(call=call).values_list("pk", flat=True))
