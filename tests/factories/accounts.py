import factory
from factory.django import DjangoModelFactory

from portal.accounts.enums import Role
from portal.accounts.models import RoleGrant, User


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


def person(role: Role | str | None = None, *, at=None, authority=None, **fields) -> User:
    """A user, with one role in force when given: `person(Role.HEAD, at=school)`, `person(Role.OFFICER)`."""
    user = UserFactory(**fields)
    if role:
        RoleGrantFactory(user=user, role=role, establishment=at, authority=authority)
    return user
