"""Two administrators who end each other's role or account at one instant: the portal keeps one, nobody meets an error."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from portal.accounts.actions import ActionRefused, close_account, end_grant, grant_role, people, roles
from portal.accounts.models import RoleGrant, User
from portal.roles import Role
from tests.factories.accounts import UserFactory, person
from tests.rivals import in_the_middle


def close(target: User, actor: User) -> None:
    close_account(user=target, reason="Départ", actor=actor)


def end(target: User, actor: User) -> None:
    end_grant(grant=target.role_grants.get(role=Role.ADMIN), reason="Départ", actor=actor)


def said(act: Callable, target: User, actor: User) -> str:
    try:
        act(target, actor)
    except (ActionRefused, PermissionDenied) as refused:
        return type(refused).__name__
    return "done"


def running() -> int:
    return RoleGrant.objects.in_force().filter(role=Role.ADMIN, user__is_active=True).count()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", [close, end])
@pytest.mark.parametrize(("first", "module"), [(close, people), (end, roles)])
def test_two_who_put_each_other_out_at_once_leave_one(monkeypatch, first, module, second):
    ada, bob = person(Role.ADMIN), person(Role.ADMIN)

    outcomes = in_the_middle(monkeypatch, module, "record", of=lambda: said(first, bob, ada), comes=lambda: said(second, ada, bob))

    assert outcomes == ["done", "PermissionDenied"]
    assert running() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_with_a_third_whoever_has_just_lost_the_role_ends_nobody(monkeypatch):
    ada, bob, _third = (person(Role.ADMIN) for _ in range(3))

    outcomes = in_the_middle(monkeypatch, roles, "record", of=lambda: said(end, bob, ada), comes=lambda: said(close, ada, bob))

    assert (outcomes, running()) == (["done", "PermissionDenied"], 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_end_another_role_of_each_other_meet_no_deadlock(monkeypatch):
    ada, bob = person(Role.ADMIN), person(Role.ADMIN)
    for user in (ada, bob):
        grant_role(user=user, role=Role.AUDITOR, actor=UserFactory(is_superuser=True))

    def end_audit(target: User, actor: User) -> None:
        end_grant(grant=target.role_grants.get(role=Role.AUDITOR), actor=actor)

    outcomes = in_the_middle(monkeypatch, roles, "record", of=lambda: said(end_audit, bob, ada), comes=lambda: said(end_audit, ada, bob))

    assert outcomes == ["done", "done"]


@pytest.mark.django_db
def test_the_account_of_the_last_administrator_is_not_closed():
    ada, root = person(Role.ADMIN), UserFactory(is_superuser=True)
    grant_role(user=UserFactory(), role=Role.ADMIN, until=ada.date_joined.date().replace(year=2099), actor=root)

    with pytest.raises(ActionRefused, match="garde toujours une personne"):
        close(ada, root)

    assert User.objects.get(pk=ada.pk).is_active
    person(Role.ADMIN)
    close(ada, root)
    assert not User.objects.get(pk=ada.pk).is_active
