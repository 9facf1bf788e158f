"""Operations on the definition of a form: what they give, what they refuse, and that any sequence of them leaves a form that can be read."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.building import limits, parts, sections
from calls.building.dependents import renamed, users_of
from calls.building.outline import outline_of
from calls.building.places import EditRefused, PartGone, copied, part_in, parts_of, proposed_key
from calls.questionnaire import errors_in, parse
from tests.factories.calls import DEFINITION
from tests.factories.conditions import CONDITIONAL, form_with

TEXT = {"kind": "text", "label": "Votre projet", "help": "", "required": False, "max_length": 250}


def keys(definition: dict) -> list[str]:
    return [part["key"] for part in parts_of(copied(definition))]


def refused(operation, *args) -> list[str]:
    with pytest.raises(EditRefused) as error:
        operation(*args)
    return error.value.sentences


# -- Add, change ------------------------------------------------------------------------------------------------------


def test_the_first_section_of_a_form_asks_the_title_of_the_project():
    made = sections.add_section({}, {"title": "Votre projet", "help": ""})

    assert made.key == "votre-projet"
    assert keys(made.definition) == ["titre"]
    assert errors_in(made.definition) == []


def test_a_section_without_question_is_readable_and_told():
    made = sections.add_section(DEFINITION, {"title": "Suite", "help": "", "shown_if": None})

    assert parse(made.definition).section("suite").parts == ()
    assert errors_in(made.definition) == ["La section « Suite » ne pose aucune question."]
    assert "shown_if" not in made.definition["sections"][-1]


def test_the_key_of_a_question_is_made_of_its_label_and_stays():
    made = parts.add_part(DEFINITION, "projet", TEXT | {"label": "Élèves concernés"}, reserved={"eleves-concernes"})
    changed = parts.change_part(made.definition, made.key, TEXT | {"label": "Autre intitulé"})

    assert made.key == changed.key == "eleves-concernes-2"
    assert part_in(copied(changed.definition), made.key)["label"] == "Autre intitulé"
    assert made.said == "La question « Élèves concernés » est ajoutée."


@pytest.mark.parametrize(
    "label, taken, key",
    [
        ("Élèves  concernés ?", (), "eleves-concernes"),
        ("Œuvre d’art", (), "oeuvre-d-art"),
        ("Élèves", ("eleves", "eleves-2"), "eleves-3"),
        ("???", (), "question"),
        ("x" * 80, (), "x" * 50),
    ],
)
def test_keys_are_proposed_from_labels(label, taken, key):
    assert proposed_key(label, taken) == key


def test_what_a_change_leaves_unreadable_is_refused_with_who_counts_on_it():
    form = form_with(eleves={"shown_if": {"answer": "niveau", "equals": "1re"}})
    niveau = part_in(copied(form), "niveau")
    one = {name: value for name, value in niveau.items() if name != "key"} | {"choices": [{"value": "2nde", "label": "Seconde"}]}

    told = refused(parts.change_part, form, "niveau", one)

    assert told[0] == "La question « Niveau principal » sert à : la question « Élèves concernés »."
    assert told[1].endswith("« 1re » n’est pas, ou n’est plus, parmi les choix.")
    retyped = refused(parts.change_part, form, "niveau", TEXT)
    assert retyped[0] == told[0] and "Élèves concernés" in retyped[1]


def test_what_was_not_there_to_change_is_gone():
    for operation in (parts.remove_part, sections.remove_section, limits.remove_limit, parts.copy_part):
        with pytest.raises(PartGone):
            operation(DEFINITION, "ailleurs")


# -- Remove, move -----------------------------------------------------------------------------------------------------


def test_what_others_depend_on_is_not_removed():
    told = refused(parts.remove_part, CONDITIONAL, "niveau")

    assert told[0] == "La question « Niveau principal » sert à : la question « Élèves concernés » et la section « Besoins »."
    assert refused(sections.remove_section, CONDITIONAL, "besoins")[0].endswith(
        "sert à : la limite « La part du lycée ne dépasse pas le total des besoins. »."
    )


def test_a_section_goes_with_what_depends_on_it_inside():
    first = {"answer": "organisation", "equals": "oui"}
    inner = [
        {"key": "organisation", "kind": "choice", "label": "Organisation", "choices": [{"value": "oui", "label": "Oui"}]},
        {"key": "qui", "kind": "text", "label": "Qui ?", "shown_if": first},
    ]
    form = deepcopy(DEFINITION)
    form["sections"].append({"key": "comite", "title": "Comité", "help": "", "questions": inner})

    assert "comite" not in [section["key"] for section in sections.remove_section(form, "comite").definition["sections"]]


def test_a_computed_figure_counts_on_its_terms():
    total = {"kind": "computed", "label": "Total", "operation": "sum", "terms": ["cofinancement", "besoins"], "unit": "euros"}
    form = parts.add_part(DEFINITION, "pieces", total).definition

    assert refused(parts.remove_part, form, "cofinancement")[0] == "La question « Part du lycée » sert à : la question « Total »."
    assert "« Total » calcule à partir de « cofinancement »" in refused(parts.move_part, form, "cofinancement", "pieces", 9)[1]


def test_nothing_moves_below_what_depends_on_it():
    told = refused(parts.move_part, CONDITIONAL, "niveau", "pieces", 0)

    assert told[0].startswith("La question « Niveau principal » sert à :")
    assert any("vient après" in sentence for sentence in told)
    assert any(
        "« Niveau principal », qui vient après" in sentence for sentence in refused(sections.move_section, CONDITIONAL, "besoins", 0)
    )


def test_the_title_of_the_project_is_not_removed():
    assert "titre du projet" in refused(parts.remove_part, DEFINITION, "titre")[0]
    assert "titre du projet" in refused(sections.remove_section, DEFINITION, "projet")[0]


def test_a_question_moves_to_another_section():
    moved = parts.move_part(DEFINITION, "cofinancement", "pieces", 99)

    assert keys(moved.definition)[-1] == "cofinancement"
    assert moved.said == "La question « Part du lycée » est maintenant 2e sur 2, dans la section « Pièces jointes »."


# -- Copy -------------------------------------------------------------------------------------------------------------


def test_a_section_is_copied_with_new_keys_and_its_conditions_follow_the_copies():
    asked = {"answer": "eleves", "at_least": 10}
    form = form_with(cofinancement={"required_if": asked}, besoins={"shown_if": asked})
    form["limits"] = [{"key": "part", "condition": {"answer": "cofinancement", "at_most": 10}, "message": "Dix au plus."}]
    inner = {"kind": "computed", "label": "Total", "operation": "sum", "terms": ["besoins", "cofinancement"], "unit": "euros"}
    form = parts.add_part(form, "besoins", inner).definition
    form = parts.add_part(form, "besoins", TEXT | {"shown_if": {"not": {"answer": "cofinancement", "is_answered": True}}}).definition

    made = sections.copy_section(form, "besoins", reserved={"besoins-2"})
    copy = {part["key"]: part for part in made.definition["sections"][2]["questions"]}

    assert list(copy) == ["besoins-3", "cofinancement-2", "total-2", "votre-projet-2"]
    assert copy["total-2"]["terms"] == ["besoins-3", "cofinancement-2"]
    assert copy["votre-projet-2"]["shown_if"] == {"not": {"answer": "cofinancement-2", "is_answered": True}}
    assert copy["cofinancement-2"]["required_if"] == asked  # what is asked outside stays as it was
    assert len(made.definition["limits"]) == 1
    parse(made.definition)


def test_the_title_of_the_project_is_not_copied():
    made = sections.copy_section(DEFINITION, "projet")

    assert keys(made.definition).count("titre") == 1
    assert "titre-2" not in keys(made.definition)


def test_references_inside_lines_and_operands_follow():
    condition = {
        "all": [{"answer": "a", "at_most": {"answer": "b", "part": "lines"}}, {"answer": "t", "has_a_line": {"column": "c", "equals": "a"}}]
    }

    assert renamed(condition, {"a": "x", "b": "y"}) == {
        "all": [{"answer": "x", "at_most": {"answer": "y", "part": "lines"}}, {"answer": "t", "has_a_line": {"column": "c", "equals": "a"}}]
    }


# -- Limits -----------------------------------------------------------------------------------------------------------


def test_limits_are_added_changed_moved_copied_and_removed():
    values = {"condition": {"answer": "eleves", "at_most": 500}, "message": "Cinq cents au plus."}
    form = limits.add_limit(DEFINITION, values).definition
    form = limits.copy_limit(form, "cinq-cents-au-plus").definition
    form = limits.move_limit(form, "cinq-cents-au-plus-2", 0).definition
    form = limits.change_limit(form, "cinq-cents-au-plus-2", values | {"message": "Autre message."}).definition

    assert [limit["message"] for limit in form["limits"]] == ["Autre message.", "Cinq cents au plus."]
    assert users_of(copied(form), "eleves") == ["la limite « Autre message. »", "la limite « Cinq cents au plus. »"]
    for key in ("cinq-cents-au-plus", "cinq-cents-au-plus-2"):
        form = limits.remove_limit(form, key).definition
    assert form == DEFINITION


def test_a_limit_on_what_does_not_exist_is_refused():
    assert "n’existe pas" in refused(limits.add_limit, DEFINITION, {"condition": {"answer": "rien", "at_most": 5}, "message": "Non."})[0]


# -- Outline ----------------------------------------------------------------------------------------------------------


def test_the_outline_says_what_decides_what_serves_and_what_is_wrong():
    never = {"all": [{"answer": "niveau", "equals": "1re"}, {"answer": "niveau", "equals": "2nde"}]}
    outline = outline_of(form_with(eleves={"shown_if": never}, resume={"criterion": "projet"}), {"projet": "Le projet"})
    by_key = {part.key: part for section in outline.sections for part in section.parts}

    assert outline.question_count == 7
    assert by_key["niveau"].used_by == ["la question « Élèves concernés »"]
    assert by_key["eleves"].conditions[0].startswith("Posée si ")
    assert "ne peut jamais être vraie" in by_key["eleves"].problems[0]
    assert by_key["resume"].criterion == "Le projet"
    assert (by_key["niveau"].kind_name, by_key["niveau"].offers) == ("Choix", ["Seconde", "Première"])


def test_the_outline_of_nothing_is_empty_and_that_of_a_broken_form_is_drawn():
    assert outline_of({}).sections == ()
    broken = form_with(eleves={"shown_if": {"answer": "gone", "equals": "x"}})
    outline = outline_of(broken)
    assert len(outline.sections) == 3 and "n’existe pas" in outline.problems[0]
    assert "gone" not in str(keys(parts.change_part(broken, "eleves", TEXT).definition))  # may be mended


# -- Any sequence -----------------------------------------------------------------------------------------------------

KINDS = [
    TEXT,
    {"kind": "number", "label": "Combien ?", "minimum": 0, "maximum": 9},
    {"kind": "yes_no", "label": "Oui ou non ?"},
    {"kind": "notice", "label": "À savoir", "text": "Un texte."},
    {"kind": "choice", "label": "Lequel ?", "choices": [{"value": "a", "label": "A"}]},
]


def drawn_operation(data: st.DataObject, form: dict):
    """One operation on a form, and its arguments, drawn among all those that there are."""
    section_keys = [section["key"] for section in form["sections"]]
    section, part = data.draw(st.sampled_from(section_keys)), data.draw(st.sampled_from(keys(form)))
    place = data.draw(st.integers(-1, 5))
    condition = data.draw(st.sampled_from([None, {"answer": part, "is_answered": True}]))
    values = data.draw(st.sampled_from(KINDS)) | ({} if condition is None else {"shown_if": condition})
    return data.draw(
        st.sampled_from(
            [
                (sections.add_section, {"title": "Encore", "help": "", "shown_if": condition}),
                (sections.change_section, section, {"title": "Autrement", "help": "", "shown_if": condition}),
                (sections.move_section, section, place),
                (sections.copy_section, section),
                (sections.remove_section, section),
                (parts.add_part, section, values),
                (parts.change_part, part, values),
                (parts.move_part, part, section, place),
                (parts.copy_part, part),
                (parts.remove_part, part),
                (limits.add_limit, {"condition": {"answer": part, "is_answered": True}, "message": "Non."}),
            ]
        )
    )


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_sequence_of_operations_leaves_a_form_that_can_be_read(data):
    form = CONDITIONAL
    for _ in range(data.draw(st.integers(1, 12))):
        before = deepcopy(form)
        operation, *args = drawn_operation(data, form)
        try:
            edited = operation(form, *args)
        except EditRefused as refusal:
            assert refusal.sentences and all(refusal.sentences)
        else:
            parse(edited.definition)
            assert len(keys(edited.definition)) == len(set(keys(edited.definition)))
            outline_of(edited.definition)
            assert form == before  # nothing is changed in place
            form = edited.definition
