"""A query composed once per process gives what the query itself would give, for each value, on each engine."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import Delegation, RoleGrant, User
from portal.directory.models import Establishment
from portal.prepared import NotPrepared, fill, is_filled, prepared
from portal.roles import Role
from tests.factories.accounts import DelegationFactory, UserFactory, person
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


@prepared
def grants_at(schools: tuple[int, ...], now) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.in_force(now).filter(establishment__in=schools).select_related("user").order_by("pk")


@prepared
def lycee(uai: str) -> QuerySet[Establishment]:
    return Establishment.objects.filter(uai=uai)


@prepared
def running(day: date) -> QuerySet[Delegation]:
    return Delegation.objects.filter(starts_on__lte=day, ends_on__gte=day)


def test_it_gives_the_rows_of_each_value_and_of_each_length():
    head, other = (person(role, at=EstablishmentFactory()) for role in (Role.HEAD, Role.MEMBER))
    first, second = head.grants[0].establishment_id, other.grants[0].establishment_id
    now = timezone.now()

    assert [grant.user for grant in grants_at((first,), now)] == [head]
    assert [grant.user for grant in grants_at((second,), now)] == [other]
    assert [grant.user for grant in grants_at(frozenset({second, first}), now)] == [head, other]
    assert [grant.user for grant in grants_at((second, first), now - timedelta(days=4000))] == []
    assert grants_at((), now) == []
    assert len(grants_at(tuple(range(first, first + 20)), now)) >= 1  # longer than what is prepared


def test_texts_and_days_are_values_and_first_is_none_without_a_row():
    school = EstablishmentFactory()
    held = DelegationFactory(establishment=school)

    assert (lycee.first(school.uai), lycee.first("0000000X")) == (school, None)
    assert running(held.starts_on) == [held]
    assert running(held.ends_on + timedelta(days=1)) == []


def test_it_asks_one_query_each_time_and_nothing_is_kept_of_the_rows():
    school = EstablishmentFactory()
    lycee(school.uai)
    Establishment.objects.filter(pk=school.pk).update(name="Lycée changé")

    with CaptureQueriesContext(connection) as asked:
        found = lycee.first(school.uai)

    assert (found.name, len(asked)) == ("Lycée changé", 1)


@pytest.mark.parametrize(
    "build",
    [
        lambda key: User.objects.filter(pk=key + 1),
        lambda key: User.objects.filter(pk__gt=0),
        lambda key: User.objects.filter(pk=key, date_joined__lte=timezone.now()),
        lambda key: User.objects.filter(pk=key, role_grants__started_at__date=timezone.localdate()),
        lambda key: User.objects.filter(pk=key).prefetch_related("role_grants"),
        lambda key: User.objects.filter(pk=key).none(),
    ],
)
def test_a_query_that_would_not_be_the_same_next_time_is_refused(build):
    with pytest.raises(NotPrepared):
        prepared(build)(1)


@pytest.mark.parametrize("value", [True, None, 1.5])
def test_it_takes_no_other_kind_of_value(value):
    with pytest.raises(NotPrepared):
        prepared(lambda key: User.objects.filter(pk=key))(value)


def test_rows_that_are_known_are_given_as_a_prefetch_gives_them(django_assert_num_queries):
    user = UserFactory()
    grant = RoleGrant(user_id=user.pk, role=Role.ADMIN)

    assert not is_filled(user, "role_grants")
    fill(user, "role_grants", [grant], "user")

    with django_assert_num_queries(0):
        assert list(user.role_grants.all()) == [grant]
        assert grant.user is user
    assert is_filled(user, "role_grants")
