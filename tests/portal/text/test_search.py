import pytest
from django.http import QueryDict

from portal.directory.models import Establishment
from portal.text.folding import fold
from portal.text.search import LONGEST, matching, words
from portal.ui.filters import FilterForm, SearchField
from tests.factories.directory import EstablishmentFactory


class Filters(FilterForm):
    q = SearchField()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Lycée  Jean-Baptiste\nKLÉBER", "lycee jean-baptiste kleber"),
        ("Cœur d’Æsculape", "coeur d'aesculape"),
        ("e\u0301te\u0301", "ete"),
        ("Bar\u2011le\u2010Duc", "bar-le-duc"),
        ("Coo\u00adpé\u200brer", "cooperer"),
        ("", ""),
    ],
)
def test_fold_forgets_case_accents_and_spaces(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("  Metz \t KLÉBER ", ["metz", "kleber"]),
        ("a\x00b", ["a", "b"]),
        ("\x00", []),
        (None, []),
        ("x" * (LONGEST + 50), ["x" * LONGEST]),
    ],
)
def test_words_are_what_is_looked_for(typed, found):
    assert words(typed) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("metz kleber", {"Kléber"}),
        ("KLÉBER metz", {"Kléber"}),
        ("kleber nancy", set()),
        ("%", set()),
        ("", {"Kléber", "Henri-Poincaré"}),
        (None, {"Kléber", "Henri-Poincaré"}),
    ],
)
def test_matching_wants_every_word_in_any_order(typed, found):
    EstablishmentFactory(name="Kléber", commune_name="Metz")
    EstablishmentFactory(name="Henri-Poincaré", commune_name="Nancy")

    assert {school.name for school in matching(Establishment.objects.all(), typed)} == found


def test_a_search_is_shown_as_it_was_understood():
    form = Filters(QueryDict("q=++Metz%00+Kléber+"))

    assert form.values == {"q": "Metz Kléber"}
    assert [chip.value for chip in form.in_force] == ["Metz Kléber"]


def test_too_long_a_search_is_left_out_and_said():
    form = Filters({"q": "x" * (LONGEST + 1)})

    assert form.values == {}
    assert "q" in form.errors


def test_every_search_of_a_list_has_the_same_limit_and_the_same_reading():
    from calls.forms.officer import SchoolFilterForm, StaffFilterForm
    from orders.forms.deployments import DeploymentFilter
    from orders.forms.lists import DocumentFilter
    from portal.accounts.forms import PeopleFilter
    from portal.directory.forms import EstablishmentFilter
    from portal.journal.forms import JournalFilter
    from portal.notifications.forms import MessageFilter
    from scoring.forms.decision import DecisionFilters
    from scoring.forms.filters import PileFilters, RankingFilters, ReadingFilters

    lists = [
        SchoolFilterForm, StaffFilterForm, DeploymentFilter, DocumentFilter, PeopleFilter, EstablishmentFilter,
        JournalFilter, MessageFilter, DecisionFilters, PileFilters, RankingFilters, ReadingFilters,
    ]  # fmt: skip

    assert {type(form.base_fields["q"]) for form in lists} == {SearchField}
    assert {form.base_fields["q"].max_length for form in lists} == {LONGEST}
