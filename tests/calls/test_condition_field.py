"""A condition composed with lists: what the page shows is sent back as the same condition, and nothing that is typed is lost on the way."""

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given, settings

from calls.conditions.reading import as_json, read_condition
from calls.forms.conditions import ComposingForm, ConditionField
from tests.calls.conditions.terms import CATALOGUE, conditions
from tests.reading import elements_of, texts_of, tree_of, values_of


class Trial(ComposingForm, forms.Form):
    title = forms.CharField()
    when = ConditionField(CATALOGUE, lead="Posée")


def sent(form, **more) -> QueryDict:
    """What a browser sends of the page of this form, and `more`."""
    page = tree_of(str(form["when"]))
    names = dict.fromkeys(control["name"] for control in elements_of(page, "input[name], select[name]"))
    data = QueryDict(mutable=True)
    data["title"] = "Un titre"
    for name in names:
        data.setlist(name, values_of(page, name))
    for name, value in more.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def plain(texts) -> list[str]:
    return [text.replace("\u00a0", " ").replace("\u202f", " ") for text in texts]


def opened(raw) -> Trial:
    return Trial(initial={"when": raw})


def composed_by(*steps) -> Trial:
    """The form after these presses and choices, from nothing."""
    form = opened(None)
    for step in steps:
        form = Trial(sent(form, **step))
    return form


@given(conditions())
@settings(max_examples=60, deadline=None)
def test_the_page_sends_back_the_condition_that_it_shows(condition):
    form = Trial(sent(opened(as_json(condition))))

    assert form.is_valid(), form.errors
    assert read_condition(form.cleaned_data["when"], CATALOGUE, "Ici", []) == condition


def test_without_a_condition_there_is_none():
    form = Trial(sent(opened(None)))

    assert form.is_valid()
    assert form.cleaned_data["when"] is None
    assert "Aucune condition." in texts_of(str(opened(None)["when"]), "p")


def test_a_condition_is_composed_press_by_press():
    form = composed_by(
        {"when-do": "row"},
        {"when-0-subject": "lycee:pupils", "when-do": "follow"},
        {"when-0-value": "1 200", "when-0-way": "at_least", "when-do": "group"},
        {"when-1-0-subject": "answer:niveaux", "when-do": "follow"},
        {"when-1-0-way": "contains_any", "when-do": "follow"},
        {"when-1-0-value": ["2nde", "cap"], "when-1-mode": "not any"},
    )

    assert form.is_valid(), form.errors
    assert form.cleaned_data["when"] == {
        "all": [
            {"lycee": "pupils", "at_least": 1200},
            {"not": {"any": [{"answer": "niveaux", "contains_any": ["2nde", "cap"]}]}},
        ]
    }


def test_a_press_keeps_what_was_typed_and_finds_nothing_wrong():
    form = composed_by(
        {"when-do": "row"}, {"when-0-subject": "lycee:pupils", "when-do": "follow"}, {"when-0-value": "12a", "when-do": "row"}
    )

    assert (form.is_composing, form.is_valid(), dict(form.errors)) == (True, False, {})
    page = str(form["when"])
    assert values_of(page, "when-0-value") == ["12a"]
    assert len(elements_of(page, ".pr-compose__part")) == 2
    assert [each["id"] for each in elements_of(page, "[autofocus]")] == ["id_when-1-subject"]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"when-0-subject": "lycee:pupils", "when-0-way": "at_least", "when-0-value": "12a"}, "Indiquez un nombre entier, par exemple 300."),
        ({"when-0-subject": "lycee:pupils", "when-0-way": "at_least", "when-0-value": ""}, "Donnez la valeur."),
        ({"when-0-subject": "lycee:pupils", "when-0-way": "between", "when-0-value": ["9", "3"]}, "Le nombre d’élèves : la première borne dépasse la seconde."),
        ({"when-0-subject": "lycee:sector", "when-0-way": "equals", "when-0-value": ""}, "Choisissez la valeur."),
        ({"when-0-subject": "lycee:sector", "when-0-way": "is_one_of"}, "Cochez au moins une valeur."),
        ({"when-0-subject": "answer:debut", "when-0-way": "equals", "when-0-value": "hier"}, "Indiquez une date, par exemple 31/03/2027."),
        ({"when-0-subject": "answer:perdue", "when-0-way": "equals"}, "Ce dont parle cette ligne n’existe plus : choisissez autre chose."),
        ({"when-0-subject": "lycee:pupils", "when-0-way": "contains"}, "Choisissez comment comparer."),
        ({"when-0-subject": "answer:besoins", "when-0-way": "has_a_line"}, "Dites ce que contient la ligne."),
        ({"when-0-subject": "lycee:pupils", "when-0-way": "at_least@", "when-0-value": ""}, "Choisissez à quoi comparer."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_row(row, error):
    data = QueryDict(mutable=True)
    for name, value in {"title": "x", "when-kind": "group", "when-0-kind": "row", **row}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    form = Trial(data)

    assert not form.is_valid()
    assert form.errors == {"when": ["1\u00a0ligne est à corriger dans la condition."]}
    assert plain(texts_of(str(form["when"]), "#id_when-0-erreur p")) == [error]


def test_a_condition_too_deep_for_the_lists_is_kept_and_can_be_replaced():
    deep = {"all": [{"lycee": "pupils", "at_least": 300}, {"not": {"not": {"lycee": "ips", "at_most": "90"}}}]}
    form = opened(deep)

    assert "L’IPS est d’au plus 90." in plain(texts_of(str(form["when"]), ".pr-compose__kept p"))
    kept = Trial(sent(form))
    assert kept.is_valid() and kept.cleaned_data["when"] == deep
    replaced = Trial(sent(Trial(sent(form, **{"when-do": "drop:1"}))))
    assert replaced.is_valid() and replaced.cleaned_data["when"] == {"lycee": "pupils", "at_least": 300}


def test_what_has_gone_is_said_and_stops_the_form():
    form = opened({"all": [{"answer": "perdue", "equals": "oui"}, {"lycee": "pupils", "at_least": 300}]})

    assert "« perdue » (answer) n’existe pas." in plain(texts_of(str(form["when"]), ".pr-compose__kept p"))
    assert not Trial(sent(form)).is_valid()


def test_another_subject_leaves_the_value_of_the_last_one():
    form = composed_by(
        {"when-do": "row"},
        {"when-0-subject": "lycee:sector", "when-do": "follow"},
        {"when-0-value": "private", "when-do": "follow"},
        {"when-0-subject": "lycee:pupils", "when-do": "follow"},
    )

    assert values_of(str(form["when"]), "when-0-value") == [""]


def test_what_may_be_spoken_of_is_found_by_the_first_letter_typed():
    """A list of the browser looks at the first sign of an option: no article there, no mark."""
    offered = plain(texts_of(str(composed_by({"when-do": "row"})["when"]), "#id_when-0-subject option"))

    assert {"Avez-vous un référent ?", "Niveau", "Tableau « Besoins »", "Pièce « Plan »", "Nombre d’élèves"} <= set(offered)
    assert all(name[0].isalpha() and name[0].isupper() for name in offered)


def test_a_day_is_compared_to_another_one_in_words_of_days():
    form = composed_by({"when-do": "row"}, {"when-0-subject": "answer:debut", "when-do": "follow"})
    offered = dict(zip(values_in(form, "value"), values_in(form, None), strict=True))

    assert offered["at_most@"] == "n’est pas après une autre date" and offered["not:at_most@"] == "est après une autre date"
    assert offered["equals@"] == "est le même jour qu’une autre date"


def values_in(form, attribute: str | None) -> list[str]:
    """Of each way that is offered: its code, or its words."""
    found = elements_of(str(form["when"]), "#id_when-0-way option")
    return [each[attribute] for each in found] if attribute else plain(texts_of(str(form["when"]), "#id_when-0-way option"))


@pytest.mark.parametrize("press", ["drop:9", "drop:", "row:4.4", "drop:x", "¤", "group:0"])
def test_a_press_that_means_nothing_changes_nothing(press):
    form = Trial(sent(opened({"lycee": "pupils", "at_least": 300}), **{"when-do": press}))

    assert form.is_composing
    assert values_of(str(form["when"]), "when-0-value") == ["300"]


def test_a_condition_deeper_than_any_reader_can_only_be_taken_out():
    raw = {"lycee": "pupils", "at_least": 300}
    for _rank in range(100_000):
        raw = {"not": raw}

    form = opened(raw)

    assert len(elements_of(str(form["when"]), ".pr-compose__kept")) == 1
    assert not Trial(sent(form)).is_valid()
    assert Trial(sent(Trial(sent(form, **{"when-do": "drop:0"})))).is_valid()
