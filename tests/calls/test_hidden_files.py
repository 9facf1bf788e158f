"""Files hidden from a person: a rule that higher apps bring, and without which calls stand alone."""

import pytest
from django.db.models import Q

from calls import hidden_files
from calls.models import Application
from portal.roles import Role
from scoring.models import InterestDeclaration
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed():
    return ApplicationFactory(submitted=True)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CALL_MANAGER, Role.AUDITOR])
def test_staff_do_not_see_a_file_with_which_they_declared_a_link(filed, role):
    user = person(role)
    InterestDeclaration.objects.create(user=user, application=filed, reason="Ancien collègue")

    assert not Application.objects.visible_to(user).exists()
    assert Application.objects.visible_to(person(role)).get() == filed


def test_without_any_restriction_staff_see_what_their_role_opens(filed, monkeypatch):
    monkeypatch.setattr(hidden_files, "_restrictions", [])
    user = person(Role.OFFICER)
    InterestDeclaration.objects.create(user=user, application=filed, reason="Ancien collègue")

    assert Application.objects.visible_to(user).get() == filed


def test_restrictions_add_up(filed, monkeypatch):
    monkeypatch.setattr(hidden_files, "_restrictions", [])
    other = ApplicationFactory(submitted=True, call=filed.call)
    hidden_files.register(lambda user: Q(pk=filed.pk))
    assert Application.objects.visible_to(person(Role.OFFICER)).get() == other
    hidden_files.register(lambda user: Q(pk=other.pk))

    assert not Application.objects.visible_to(person(Role.OFFICER)).exists()


def test_school_sees_its_own_file_whatever_is_hidden(filed, monkeypatch):
    monkeypatch.setattr(hidden_files, "_restrictions", [lambda user: Q()])
    head = person(Role.HEAD, at=filed.establishment)
    InterestDeclaration.objects.create(user=head, application=filed, reason="Son lycée")

    assert Application.objects.visible_to(head).get() == filed
