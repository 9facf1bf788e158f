"""References of accounting: the shape that the Région gives them, wherever they are typed."""

import pytest
from django import forms

from orders.forms.documents import ServiceOrderForm, TermsForm
from orders.forms.references import ReferencesForm
from portal.ui.codes import BudgetCodeField, CodeField, CommitmentNumberField, ServiceCodeField, keep_codes
from scoring.forms.envelope import EnvelopeForm


class References(forms.Form):
    budget = BudgetCodeField()
    commitment = CommitmentNumberField()
    service = ServiceCodeField()


@pytest.mark.parametrize("typed", ["902-22-21831", "902-22 · 21831", "902", "902.22.2313", ""])
def test_a_budget_code_is_a_chapter_then_its_groups(typed):
    assert References({"budget": typed}).errors == {}


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("budget", "ligne des lycées", "Ce n’est pas une imputation budgétaire : écrivez une référence comme 902-22-21831"),
        ("budget", "902 à confirmer", "Ce n’est pas une imputation budgétaire"),
        ("commitment", "à venir", "Ce n’est pas un numéro d’engagement juridique : écrivez une référence comme 2026-004512"),
        ("commitment", "EN COURS", "Ce n’est pas un numéro d’engagement juridique"),
        ("service", "demander à Mme Noël, bureau 12", "Ce n’est pas un code de service : écrivez une référence comme LYC-NUM"),
    ],
)
def test_words_are_refused_with_an_example_and_kept_on_the_page(name, typed, said):
    form = References({name: typed})

    assert said in form.errors[name][0]
    assert "ou laissez ce champ vide" in form.errors[name][0]
    assert form[name].value() == typed


@pytest.mark.parametrize(
    ("name", "typed"), [("service", "Directiondeslyceesdelarecherche"), ("commitment", "2026ENGAGEMENTJURIDIQUEPLURIANNUEL")]
)
def test_a_long_word_with_a_wrong_sign_is_refused_at_once(name, typed):
    assert References({name: typed}).errors == {}
    assert "Ce n’est pas" in References({name: f"{typed}é"}).errors[name][0]
    assert len(References({name: typed * 1000}).errors[name]) == 1


def test_each_region_gives_its_own_shape(settings):
    settings.BUDGET_CODE_PATTERN = r"P[0-9]{3}O[0-9]{3}"

    assert References({"budget": "P161O003"}).errors == {}
    assert "budget" in References({"budget": "902-22"}).errors


def test_what_was_typed_before_does_not_stop_a_correction_of_something_else():
    form = References({"budget": "ligne des lycées", "service": "LYC"}, initial={"budget": "ligne des lycées"})
    keep_codes(form)

    assert form.errors == {}


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (TermsForm, {"budget_code", "commitment_number", "service_code"}),
        (ReferencesForm, {"budget_code", "commitment_number", "service_code"}),
        (ServiceOrderForm, {"commitment_number", "service_code"}),
        (EnvelopeForm, {"budget_code"}),
    ],
)
def test_every_form_that_asks_for_a_reference_checks_it(form, names):
    assert {name for name, field in form.base_fields.items() if isinstance(field, CodeField)} == names
