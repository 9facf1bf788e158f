from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.enums import JoinOutcome
from portal.accounts.models import JoinRequest, RoleGrant, User
from portal.accounts.names import validate_person_name
from portal.roles import ADVISING_ROLES, JURY_ROLES, SCHOOL_ROLES, SITE_ROLES, STAFF_ROLES, Role
from tests.factories.accounts import RoleGrantFactory, UserFactory, person

pytestmark = pytest.mark.django_db


def test_role_holds_where_it_was_given(school, other_school):
    head = person(Role.HEAD, at=school)

    assert head.holds(Role.HEAD)
    assert head.holds(Role.HEAD, at=school)
    assert head.holds(Role.MEMBER, Role.HEAD, at=school)
    assert not head.holds(Role.HEAD, at=other_school)
    assert not head.holds(Role.MEMBER, at=school)


def test_role_of_the_region_does_not_hold_at_a_school(school):
    assert not person(Role.ADMIN).holds(Role.ADMIN, at=school)


@pytest.mark.parametrize(
    ("started", "ended", "holds"),
    [(-2, None, True), (-2, 1, True), (-2, -1, False), (1, None, False), (1, 2, False)],
)
def test_role_holds_between_its_dates(started, ended, holds):
    now = timezone.now()
    user = UserFactory()
    RoleGrantFactory(
        user=user,
        role=Role.AUDITOR,
        started_at=now + timedelta(hours=started),
        ended_at=now + timedelta(hours=ended) if ended else None,
    )

    assert user.holds(Role.AUDITOR) is holds


def test_closed_account_holds_nothing():
    user = person(Role.ADMIN, is_active=False)

    assert (user.holds(Role.ADMIN), user.roles, user.needs_second_factor) == (False, frozenset(), False)


def test_grants_are_read_once(school, django_assert_num_queries):
    user = User.objects.get(pk=person(Role.HEAD, at=school).pk)

    with django_assert_num_queries(1):
        assert [user.holds(Role.HEAD, at=school), user.is_school_user, user.needs_second_factor] == [True, True, False]
        assert [grant.establishment_id for grant in user.grants] == [school.pk]


@pytest.mark.parametrize("role", Role)
def test_second_factor_is_for_staff_jury_and_communication(role, school):
    user = person(role, at=school if role in SCHOOL_ROLES else None)

    assert user.needs_second_factor is (role in STAFF_ROLES | JURY_ROLES | ADVISING_ROLES | SITE_ROLES)
    assert user.is_region_staff is (role in STAFF_ROLES)
    assert user.may_edit_calls is (role in {Role.CALL_MANAGER, Role.ADMIN})
    assert user.may_edit_site is (role in {Role.CALL_MANAGER, Role.ADMIN, Role.COMMUNICATION})


def test_every_role_is_of_one_family():
    families = [SCHOOL_ROLES, JURY_ROLES, ADVISING_ROLES, STAFF_ROLES, SITE_ROLES]

    assert sorted(role for family in families for role in family) == sorted(Role)


def test_superuser_needs_a_second_factor():
    assert UserFactory(is_superuser=True).needs_second_factor


def test_same_role_at_the_same_place_is_in_force_once(school):
    user = person(Role.MEMBER, at=school)
    staff = person(Role.OFFICER)

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(user=user, role=Role.MEMBER, establishment=school)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(user=staff, role=Role.OFFICER)


def test_role_that_ended_may_be_given_again(school):
    user = person(Role.MEMBER, at=school)
    RoleGrant.objects.update(ended_at=timezone.now())

    RoleGrantFactory(user=user, role=Role.MEMBER, establishment=school)

    assert RoleGrant.objects.in_force().count() == 1


def test_role_of_a_school_says_which(db):
    with pytest.raises(IntegrityError, match="grant_school_role_has_establishment"), transaction.atomic():
        RoleGrantFactory(role=Role.HEAD)


def test_one_request_awaits_per_person_and_school(school):
    user = UserFactory()
    expires = timezone.now() + timedelta(days=14)
    JoinRequest.objects.create(user=user, establishment=school, token_digest="a", expires_at=expires)

    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(user=user, establishment=school, token_digest="b", expires_at=expires)


def test_answer_has_its_date(school):
    with pytest.raises(IntegrityError, match="join_answered_has_date"), transaction.atomic():
        JoinRequest.objects.create(
            user=UserFactory(), establishment=school, token_digest="a", expires_at=timezone.now(), outcome=JoinOutcome.APPROVED
        )


def test_address_is_kept_in_lower_case_and_unique(db):
    User.objects.create_user("Sylvie.Aubert@AC-Nancy.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("sylvie.aubert@ac-nancy.example")


def test_search_text_follows_the_identity(db):
    user = UserFactory(first_name="Étienne", last_name="Kœnig", email="e.k@ac.example", job_title="Proviseur")
    assert user.search_text == "etienne koenig e.k@ac.example proviseur"

    user.last_name = "Noël"
    user.save(update_fields=["last_name"])

    assert User.objects.get(pk=user.pk).search_text == "etienne noel e.k@ac.example proviseur"


def test_people_created_in_bulk_are_found_too():
    User.objects.bulk_create([User(email="E.K@AC.example", first_name="Étienne", last_name="Kœnig")])

    assert User.objects.values_list("email", "search_text").get() == ("e.k@ac.example", "etienne koenig e.k@ac.example")


@pytest.mark.parametrize("name", ["Jean-Prouvé", "D’Artagnan", "Marie-Ève", "J. P.", "Müller", "Lê Văn", "de La Tour", "Nguyễn", "O'Brien"])
def test_name_of_a_person_is_accepted(name):
    validate_person_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example",
        "evil.example",
        "www.evil",
        "a@b",
        "Jean\nBcc: x",
        "Jean\x00",
        "<b>Jean",
        "Jean2",
        "x/y",
        "\u202eevil",
        "a_b",
        "Jean\u200bPaul",
    ],
)
def test_name_that_could_carry_an_address_is_refused(name):
    with pytest.raises(ValidationError):
        validate_person_name(name)
