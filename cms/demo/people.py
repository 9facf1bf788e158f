"""Heads and teachers of the other lycées: accounts without a password, so that each file has its author and its head."""

import random
from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from cms.demo.clock import days_from_now
from portal.accounts.models import RoleGrant, User
from portal.directory.demo import FIRST_NAMES, SURNAMES
from portal.directory.models import Establishment
from portal.roles import Role

Team = dict[int, tuple[User, User]]  # establishment id: (author, head)


def since() -> datetime:
    """When the roles of the demonstration begin: before the first act that is told."""
    return days_from_now(-400)


def teams_of(schools: Sequence[Establishment], rng: random.Random) -> Team:
    """Author and head of each school, created when the school has none."""
    have = {
        (g.establishment_id, g.role): g.user for g in RoleGrant.objects.in_force().filter(establishment__in=schools).select_related("user")
    }
    people, grants = [], []
    for school in schools:
        for role, job in ((Role.MEMBER, "Référent numérique"), (Role.HEAD, "Chef d’établissement")):
            if (school.pk, role) not in have:
                user = User(
                    email=f"{role}.{school.uai.lower()}@preau.example", first_name=rng.choice(FIRST_NAMES), last_name=rng.choice(SURNAMES),
                    job_title=job, password=make_password(None), date_joined=since(),
                )  # fmt: skip
                people.append(user)
                grants.append(RoleGrant(user=user, role=role, establishment=school, started_at=since()))
                have[school.pk, role] = user
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people)
    RoleGrant.objects.bulk_create(grants)
    return {school.pk: (have[school.pk, Role.MEMBER], have[school.pk, Role.HEAD]) for school in schools}
