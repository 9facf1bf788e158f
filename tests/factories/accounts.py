import factory
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory

from portal.accounts.models import RoleGrant, User
from portal.roles import SECOND_FACTOR_ROLES, Role


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


def is_member(user, school) -> bool:
    return User.objects.get(pk=user.pk).holds(Role.MEMBER, at=school)
