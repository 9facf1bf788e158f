"""The guard itself: which rows it turns round, which it leaves."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Subquery

from calls.models import Call
from portal.accounts.models import RoleGrant, User
from portal.roles import Role
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.calls import CallFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def grants():
    """Three grants of one person: a model that has no order of its own."""
    user = UserFactory()
    return [RoleGrantFactory(user=user, role=role) for role in (Role.FINANCE, Role.ADMIN, Role.ORDERS)]


def test_rows_without_order_come_back_reversed(grants):
    assert list(RoleGrant.objects.all()) == grants[::-1]
    assert list(RoleGrant.objects.filter(user__is_active=True).select_related("user")) == grants[::-1]
    assert list(RoleGrant.objects.iterator(chunk_size=2)) == grants[::-1]
    assert RoleGrant.objects.all()[0] == grants[2]


def test_so_do_their_values(grants):
    assert list(RoleGrant.objects.values_list("role", flat=True)) == ["orders", "admin", "finance"]
    assert [row["role"] for row in RoleGrant.objects.values("role")] == ["orders", "admin", "finance"]


def test_an_order_taken_away_counts_for_none():
    first, second = CallFactory(reference="A"), CallFactory(reference="B")
    Call.objects.filter(pk=first.pk).update(opens_at=second.opens_at)

    assert list(Call.objects.order_by()) == [second, first]


def test_rows_of_a_relation_and_rows_fetched_ahead_come_back_reversed(grants):
    user = grants[0].user
    fetched = User.objects.prefetch_related("role_grants").get(pk=user.pk)
    chosen = User.objects.prefetch_related(Prefetch("role_grants", RoleGrant.objects.filter(role__in=["finance", "admin"]))).get(pk=user.pk)

    assert list(user.role_grants.all()) == grants[::-1]
    assert list(fetched.role_grants.all()) == grants[::-1]
    assert list(chosen.role_grants.all()) == [grants[1], grants[0]]


def test_an_order_that_is_given_is_kept(grants):
    users = [UserFactory(last_name=name) for name in ("Aubry", "Zola", "Morel")]

    assert list(RoleGrant.objects.order_by("pk")) == grants
    assert list(RoleGrant.objects.order_by("role").values_list("role", flat=True)) == ["admin", "finance", "orders"]
    assert [user.last_name for user in User.objects.filter(pk__in=[user.pk for user in users])] == ["Aubry", "Morel", "Zola"]
    assert (RoleGrant.objects.first(), RoleGrant.objects.last()) == (grants[0], grants[2])


def sql_of(queries) -> list[str]:
    """Without what SQLite and PostgreSQL write each in their way."""
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize(
    "read",
    [
        lambda: RoleGrant.objects.count(),
        lambda: RoleGrant.objects.exists(),
        lambda: RoleGrant.objects.all()[:2].count(),
        lambda: RoleGrant.objects.all()[1:].exists(),
        lambda: RoleGrant.objects.aggregate(last=Max("pk"), number=Count("user", distinct=True)),
        lambda: RoleGrant.objects.annotate(again=F("pk")).aggregate(last=Max("again")),
        lambda: RoleGrant.objects.values("user").distinct().count(),
        lambda: list(RoleGrant.objects.values_list("user", flat=True).distinct()),
        lambda: list(RoleGrant.objects.distinct()),
        lambda: list(RoleGrant.objects.values("user").annotate(number=Count("pk"))),
        lambda: list(RoleGrant.objects.annotate(number=Count("user__role_grants"))),
        lambda: list(RoleGrant.objects.values("user").annotate(number=Count("pk")).filter(number__gt=1)),
        lambda: list(RoleGrant.objects.values_list("pk").union(RoleGrant.objects.values_list("user_id"))),
        lambda: list(RoleGrant.objects.filter(role="admin").values_list("pk").intersection(RoleGrant.objects.values_list("pk"))),
        lambda: RoleGrant.objects.filter(role="admin").update(ended_at=None),
        lambda: list(ContentType.objects.all()),
    ],
)
def test_counts_sets_groups_unions_and_what_is_not_ours_are_as_they_were(grants, django_assert_num_queries, read):
    with django_assert_num_queries(1) as done:
        read()

    assert [sql for sql in sql_of(done.captured_queries) if "ORDER BY" in sql] == []


def test_rows_under_a_lock_keep_the_order_in_which_they_are_locked(grants, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1) as done:
        assert len(RoleGrant.objects.select_for_update()) == 3

    assert "ORDER BY" not in done.captured_queries[0]["sql"]


def test_inner_queries_are_as_they_were(grants, django_assert_num_queries):
    inner = RoleGrant.objects.filter(user=OuterRef("pk"))

    with django_assert_num_queries(1) as done:
        found = User.objects.filter(Exists(inner), pk__in=RoleGrant.objects.values("user")).annotate(
            role=Subquery(inner.values("role")[:1])
        )
        assert [user.pk for user in found] == [grants[0].user_id]

    assert done.captured_queries[0]["sql"].count("ORDER BY") == 1  # people have an order of their own


def test_a_dictionary_of_rows_holds_the_same(grants):
    assert RoleGrant.objects.in_bulk() == {grant.pk: grant for grant in grants}
    assert RoleGrant.objects.in_bulk([grants[1].pk]) == {grants[1].pk: grants[1]}


def test_a_row_alone_is_found_as_ever(grants):
    assert RoleGrant.objects.get(pk=grants[1].pk) == grants[1]
    with pytest.raises(RoleGrant.MultipleObjectsReturned):
        RoleGrant.objects.get(user=grants[0].user)


def test_no_query_is_added(grants, django_assert_num_queries):
    with django_assert_num_queries(2):
        list(User.objects.prefetch_related("role_grants"))
    with django_assert_num_queries(1):
        list(RoleGrant.objects.all())


def test_rows_of_which_the_key_is_no_number_are_put_in_order_too():
    keys = sorted((JobFactory().pk for _ in range(4)), reverse=True)

    assert [job.pk for job in type(JobFactory.build()).objects.order_by().all()] == keys
