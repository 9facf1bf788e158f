import pytest
from django import forms
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from pytest_django.asserts import assertHTMLEqual, assertInHTML

from portal.ui.filters import FilterForm
from portal.ui.paginate import paginate
from portal.ui.sorting import chosen_sort, sort_queryset
from tests.reading import elements_of, texts_of, tree_of, words_of

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
    assertInHTML(
        '<a href="?etat=depose&amp;q=a%26b&amp;page=12" aria-current="page"><span class="visually-hidden">Page</span> 12</a>', html
    )
    assert len(elements_of(html, 'a[rel="next"]')) == 1


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


class CatalogueFilter(FilterForm):
    q = forms.CharField(label="Mots", required=False, max_length=40)
    kind = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), ("a&b", "<A>")])


class PlainFilter(forms.Form):
    q = CatalogueFilter.base_fields["q"]
    kind = CatalogueFilter.base_fields["kind"]


@pytest.mark.parametrize("data", [{}, {"q": '"<b>', "kind": "a&b"}, {"q": "x" * 50, "kind": "?"}])
def test_controls_of_a_filter_are_those_of_django_written_in_one_go(data):
    lean, plain = CatalogueFilter(data), PlainFilter(data)

    for name in ("q", "kind"):
        assertHTMLEqual(lean[name].as_widget(attrs={"class": "x"}), plain[name].as_widget(attrs={"class": "x"}))


def test_badges_of_one_word_never_mix_safe_markup_and_text(draw):
    html = draw('{% badge "ok" safe %}{% badge "ok" text %}', {"safe": mark_safe("<b>Oui</b>"), "text": "<b>Oui</b>"})

    assert texts_of(html, "b") == ["Oui"]
    assert words_of(tree_of(html)).count("<b>Oui</b>") == 1
