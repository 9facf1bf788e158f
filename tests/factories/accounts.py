from datetime import timedelta

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.accounts.models import Delegation, RoleGrant, User
from portal.roles import SECOND_FACTOR_ROLES, Role
from portal.signing import SignedAct


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@preau.example")
    first_name = "Sonia"
    last_name = factory.Sequence(lambda n: f"Vautrin{n}")
    password = factory.django.Password("Demonstration-2026!")


class RoleGrantFactory(DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.MEMBER


def person(role: Role | str | None = None, *, at=None, authority=None, department=None, second_factor: bool = True, **fields) -> User:
    """A user, with one role in force when given: `person(Role.HEAD, at=school)`, `person(Role.OFFICER)`, `person(Role.TECHNICIAN, department=moselle)`.

    Whoever must have a second factor has one, so that `client.force_login` opens every page; `second_factor=False` leaves it out.
    """
    user = UserFactory(**fields)
    if role:
        RoleGrantFactory(user=user, role=role, establishment=at, authority=authority, department=department)
    if second_factor and role in SECOND_FACTOR_ROLES:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "tests only"})
    return user


class DelegationFactory(DjangoModelFactory):
    """A head gives a member of the team every act, for a month around today. Give `establishment`; traits: `past`, `to_come`, `ended`."""

    class Meta:
        model = Delegation

    head = factory.LazyAttribute(lambda o: person(Role.HEAD, at=o.establishment, first_name="Delphine", last_name="Roussel"))
    delegate = factory.LazyAttribute(lambda o: person(Role.MEMBER, at=o.establishment, first_name="Mehdi", last_name="Lakhal"))
    head_name = factory.LazyAttribute(lambda o: o.head.get_full_name() if o.head else "Delphine Roussel")
    acts = factory.LazyFunction(lambda: [act.value for act in SignedAct])
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=15))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=15))
    signed_on = factory.SelfAttribute("starts_on")
    given_by = factory.SelfAttribute("head")

    class Params:
        past = factory.Trait(
            starts_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=9)),
            ends_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1)),
        )
        to_come = factory.Trait(starts_on=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=1)))
        ended = factory.Trait(ended_at=factory.LazyFunction(timezone.now))


def is_member(user, school) -> bool:
    return User.objects.get(pk=user.pk).holds(Role.MEMBER, at=school)
