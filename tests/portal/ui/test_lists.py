import pytest
from django.test import RequestFactory

from portal.ui.paginate import paginate
from portal.ui.sorting import chosen_sort, sort_queryset

COLUMNS = {"name": ("last_name", "first_name"), "email": "email"}


@pytest.mark.parametrize(("asked", "number"), [("", 1), ("2", 2), ("abc", 1), ("-4", 3), ("999", 3), ("1e3", 1)])
def test_paginate_tolerates_any_number(asked, number):
    page = paginate(RequestFactory().get("/", {"page": asked}), range(120))

    assert page.number == number


def test_pagination_keeps_filters_and_marks_the_page(draw):
    rows = list(range(1190))
    page = paginate(RequestFactory().get("/", {"page": "12"}), rows)

    html = draw('{% pagination page "dossier" %}', {"page": page}, url="/liste/?etat=depose&q=a%26b&page=12")

    assert "551 à 600 sur 1\u00a0190\u00a0dossiers" in html
    assert '<a href="?etat=depose&amp;q=a%26b&amp;page=12" aria-current="page" aria-label="Page 12">12</a>' in html
    assert 'rel="next"' in html


def test_pagination_of_one_page_only_counts(draw):
    page = paginate(RequestFactory().get("/"), [1, 2])

    assert draw('{% pagination page "dossier" %}', {"page": page}).strip() == '<p class="pr-meta p-3 mb-0">2\u00a0dossiers</p>'


def test_pagination_of_an_empty_list_leaves_the_word_to_the_empty_state(draw):
    assert draw("{% pagination page %}", {"page": paginate(RequestFactory().get("/"), [])}).strip() == ""


@pytest.mark.parametrize(
    ("asked", "kept"), [("email", "email"), ("-email", "-email"), ("password", "name"), ("--email", "name"), ("", "name")]
)
def test_sort_only_by_what_is_allowed(asked, kept):
    assert chosen_sort(RequestFactory().get("/", {"tri": asked}), COLUMNS, "name") == kept


@pytest.mark.django_db
def test_sort_orders_by_every_lookup_then_by_key():
    from portal.accounts.models import User

    ascending, key = sort_queryset(RequestFactory().get("/"), User.objects.all(), COLUMNS, "name")
    descending, _ = sort_queryset(RequestFactory().get("/", {"tri": "-name"}), User.objects.all(), COLUMNS, "name")

    assert key == "name"
    assert ascending.query.order_by == ("last_name", "first_name", "pk")
    assert descending.query.order_by == ("-last_name", "-first_name", "pk")
