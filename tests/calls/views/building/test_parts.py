"""The pages of a question, a notice, a section and a limit."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from calls.actions.reference_data import BroughtFile, add_table
from calls.building.places import copied, parts_of
from calls.forms.building.kinds import PART_FORMS, forms_by_kind
from calls.models import Questionnaire
from calls.questionnaire import parse
from calls.questions.registry import KINDS
from tests.calls.questions.test_kinds import EXAMPLES
from tests.factories.calls import DEFINITION
from tests.factories.composing import composed_as
from tests.factories.conditions import CONDITIONAL, LIMIT
from tests.portal.files.samples import pdf
from tests.reading import text_of
from tests.stale import form_of, sent_by

pytestmark = pytest.mark.django_db
OWN = {
    "computed": {"operation": "share", "terms": ["cofinancement", "eleves"], "unit": "number"},
    "needs": {
        "ceiling": "140000.00",
        "items": [{"code": "prise-rj45", "label": "Prise RJ45", "kind": "cabling", "unit_price": "145.00", "vat_rate": "5.5"}],
    },
    "file": {"accept": ["pdf", "odt"], "multiple": True},
    "notice": {"text": "Un texte\nde deux lignes."},
    "amount": {"minimum": "10.00", "maximum": "1000.00", "requested": True},
}


def with_kind(kind: str, options: dict) -> dict:
    form = copied(DEFINITION)
    told = {} if kind == "notice" else {"help": "Une aide.", "required": kind != "computed"}
    form["sections"][2]["questions"].append({"key": "essai", "kind": kind, "label": "Essai", **told, **options})
    return form


def cases() -> list:
    found = [(kind, options) for kind, examples in EXAMPLES.items() for options, _values in examples]
    return [(kind, options) for kind, options in found if kind not in OWN] + list(OWN.items())


def test_every_kind_has_its_form():
    assert set(PART_FORMS) == {*KINDS, "notice"}
    with pytest.raises(Exception, match="text"):
        forms_by_kind([form for kind, form in PART_FORMS.items() if kind != "text"])
    assert {kind for kind, _options in cases()} == set(PART_FORMS)


@pytest.mark.parametrize("kind, options", cases(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_question_of_each_kind_saved_as_it_stands_is_the_same(as_manager, at, stored, kind, options):
    before = with_kind(kind, options)
    Questionnaire.objects.update(definition=before)
    address = at("form_part", "essai")

    saved = as_manager.post(address, sent_by(form_of(as_manager.get(address), address)))

    assert saved.status_code == 302, text_of(saved)
    assert saved.url == f"{at()}#question-essai"
    assert parse(stored()) == parse(before)


@pytest.mark.parametrize("kind", PART_FORMS)
def test_a_question_of_each_kind_is_refused_blank_with_what_was_typed(as_manager, at, stored, kind):
    address = at("form_part_add", "pieces", kind)
    assert as_manager.get(address).status_code == 200

    refused = as_manager.post(address, {"label": "", "help": "Une aide gardée"})

    assert refused.status_code == 422 and stored() == DEFINITION
    assert kind == "notice" or "Une aide gardée" in refused.content.decode()


def test_a_choice_is_added_with_keys_made_of_labels(as_manager, at, stored):
    typed = {"label": "Avez-vous un référent ?", "choices-0-label": "Oui", "choices-2-label": "Non, pas encore", "choices-2-position": "1"}

    saved = as_manager.post(at("form_part_add", "pieces", "choice"), typed)

    assert saved.url == f"{at()}#question-avez-vous-un-referent"
    question = stored()["sections"][2]["questions"][-1]
    assert question["choices"] == [{"value": "non-pas-encore", "label": "Non, pas encore"}, {"value": "oui", "label": "Oui"}]


def test_rows_are_emptied_renamed_and_asked_again(as_manager, at, stored):
    address = at("form_part", "niveau")
    sent = sent_by(form_of(as_manager.get(address), address))

    saved = as_manager.post(address, sent | {"choices-0-label": "", "choices-1-label": "Classe de première", "more": "choices"})

    assert saved.url == f"{address}#rangs-choices"
    assert stored()["sections"][0]["questions"][2]["choices"] == [{"value": "1re", "label": "Classe de première"}]


def test_a_wrong_row_is_told_in_its_place(as_manager, at):
    typed = {
        "label": "Besoins",
        "items-0-label": "Poste",
        "items-0-kind": "equipment",
        "items-0-unit_price": "cher",
        "items-0-vat_rate": "20",
    }

    refused = as_manager.post(at("form_part_add", "pieces", "needs"), typed)

    read = text_of(refused)
    assert refused.status_code == 422
    assert "Article 1 : corrigez ce qui est signalé." in read.replace("\u00a0", " ") and "un montant en euros" in read
    assert 'value="cher"' in refused.content.decode()


def test_a_choice_that_a_condition_counts_on_is_not_taken_away(as_manager, at, stored):
    Questionnaire.objects.update(definition=CONDITIONAL)
    address = at("form_part", "niveau")
    sent = sent_by(form_of(as_manager.get(address), address))

    refused = as_manager.post(address, sent | {"choices-1-label": ""})

    assert refused.status_code == 422 and stored() == CONDITIONAL
    assert "La question « Niveau principal » sert à" in text_of(refused).replace("\u00a0", " ")


def test_a_condition_is_written_read_and_refused(as_manager, at, stored):
    address = at("form_part", "eleves")
    sent = sent_by(form_of(as_manager.get(address), address))

    bare = {name: value for name, value in sent.items() if not name.startswith("shown_if")}
    first = {"answer": "niveau", "equals": "1re"}
    late = as_manager.post(address, bare | composed_as("shown_if", {"answer": "cofinancement", "at_least": "10"}, DEFINITION))
    composing = as_manager.post(address, sent | {"shown_if-do": "row", "label": "Gardé"})
    assert (late.status_code, composing.status_code) == (422, 200) and stored() == DEFINITION
    assert 'value="Gardé"' in composing.content.decode()
    kept = as_manager.post(address, bare | composed_as("shown_if", first, DEFINITION))
    assert kept.status_code == 302, text_of(kept)
    assert parse(stored()).rules.of_question("eleves") == ["Posée si « Niveau principal » est « Première »."]


def test_a_question_takes_another_kind_until_a_version_in_force_has_asked_it(as_manager, at, stored, call):
    address = at("form_part", "cofinancement")
    assert "?nature=number" in as_manager.get(address).content.decode()

    page = as_manager.get(f"{address}?nature=number")
    saved = as_manager.post(f"{address}?nature=number", sent_by(form_of(page, address)))
    assert saved.status_code == 302, text_of(saved)
    assert stored()["sections"][1]["questions"][1]["kind"] == "number"

    Questionnaire.objects.update(frozen_at="2026-01-01T00:00Z")
    Questionnaire.objects.create(call=call, version=2, definition=stored())
    assert "?nature=" not in as_manager.get(address).content.decode()


def test_a_new_question_never_takes_the_key_of_one_that_files_have_answered(as_manager, at, stored, call):
    Questionnaire.objects.update(frozen_at="2026-01-01T00:00Z")
    Questionnaire.objects.create(call=call, version=2, definition={"sections": [DEFINITION["sections"][0]]})

    as_manager.post(at("form_part_add", "projet", "text"), {"label": "Cofinancement", "max_length": "250"})

    assert [part["key"] for part in parts_of(copied(stored()))][-1] == "cofinancement-2"


def test_a_question_removed_meanwhile_keeps_what_was_typed_on_the_page_that_says_so(as_manager, at):
    address = at("form_part", "niveau")
    sent = sent_by(form_of(as_manager.get(address), address))
    as_manager.post(at("form_act"), {"retirer": "question:niveau"})

    refused = as_manager.post(address, sent | {"help": "Une aide déjà écrite"})

    assert refused.status_code == 409 and "Une aide déjà écrite" in refused.content.decode()
    assert as_manager.get(address).url == at()


def test_the_title_of_the_project_keeps_what_it_is(as_manager, at, stored):
    address = at("form_part", "titre")
    page = as_manager.get(address)
    assert "Posée si" not in text_of(page) and "?nature=" not in page.content.decode()

    assert as_manager.post(address, {"label": "Nom du projet", "max_length": "161"}).status_code == 422
    assert as_manager.post(address, {"label": "Nom du projet", "max_length": "100"}).status_code == 302
    assert stored()["sections"][0]["questions"][0] == {
        "key": "titre", "kind": "text", "label": "Nom du projet", "help": "", "required": True, "max_length": 100,
    }  # fmt: skip


def test_a_section_and_a_limit_are_written(as_manager, at, stored):
    pupils = composed_as("shown_if", {"lycee": "pupils", "at_least": 9}, DEFINITION)
    most = composed_as("condition", {"answer": "eleves", "at_most": 900}, DEFINITION)
    as_manager.post(at("form_section", "pieces"), {"title": "Documents", "help": "À joindre.", **pupils})
    assert stored()["sections"][2] | {"questions": []} == {
        "key": "pieces", "title": "Documents", "help": "À joindre.", "shown_if": {"lycee": "pupils", "at_least": 9}, "questions": [],
    }  # fmt: skip
    assert as_manager.post(at("form_section", "pieces"), {"title": ""}).status_code == 422
    assert as_manager.get(at("form_section", "ailleurs")).url == at()

    as_manager.post(at("form_limit_add"), {"message": LIMIT["message"], **most})
    key = stored()["limits"][0]["key"]
    as_manager.post(at("form_limit", key), {"message": "Neuf cents au plus.", **most})
    assert stored()["limits"] == [{"key": key, "condition": {"answer": "eleves", "at_most": 900}, "message": "Neuf cents au plus."}]
    assert as_manager.post(at("form_limit", key), {"message": "Rien", **composed_as("condition", None, DEFINITION)}).status_code == 422
    assert as_manager.get(at("form_limit", "ailleurs")).url == at()


def test_a_file_question_gives_a_document_to_fill_in_and_takes_it_back(as_manager, at, stored):
    address = at("form_part", "deliberation")
    sent = sent_by(form_of(as_manager.get(address), address))
    sent = {name: value for name, value in sent.items() if name != "given"}

    assert as_manager.post(address, sent | {"given": SimpleUploadedFile("modele.pdf", b"not a pdf")}).status_code == 422
    assert as_manager.post(address, sent | {"given": SimpleUploadedFile("modele.pdf", pdf())}).status_code == 302
    held = stored()["sections"][2]["questions"][0]["to_fill"]
    assert held["name"] == "modele.pdf" and "modele.pdf" in text_of(as_manager.get(address))
    assert as_manager.post(address, sent).status_code == 302
    assert stored()["sections"][2]["questions"][0]["to_fill"] == held
    now = sent_by(form_of(as_manager.get(address), address), without_document="on")
    assert as_manager.post(address, {name: value for name, value in now.items() if name != "given"}).status_code == 302
    assert "to_fill" not in stored()["sections"][2]["questions"][0]


def test_what_the_texts_may_cite_is_listed_beside_them(as_manager, at, call, manager, stored):
    page = as_manager.get(at("form_part", "resume"))
    assert "Citer dans l’aide" not in text_of(page)

    file = BroughtFile("parc.csv", "0" * 64, BytesIO(b"UAI;Postes\n0541234A;3\n"))
    add_table(call=call, name="Parc", file=file, actor=manager)

    for name, key in (("form_part", "resume"), ("form_section", "projet")):
        assert "{donnee:postes}" in text_of(as_manager.get(at(name, key)))
    assert stored()["known"]["data"][0]["label"] == "Parc"


def test_a_second_press_adds_nothing_more_and_an_addition_taken_back_may_be_made_again(as_manager, at, stored):
    address, typed = at("form_part_add", "projet", "number"), {"label": "Classes"}
    as_manager.post(address, typed)

    again = as_manager.post(address, typed, follow=True)

    assert str(stored()).count("'Classes'") == 1
    assert "seconde" in text_of(again) or "déjà" in text_of(again)
    as_manager.post(at("form_act"), {"annuler": "oui"})
    as_manager.post(address, typed)
    assert str(stored()).count("'Classes'") == 1


def test_bounds_the_wrong_way_round_are_said_with_their_numbers(as_manager, at):
    refused = as_manager.post(at("form_part_add", "projet", "number"), {"label": "Classes", "minimum": "1200", "maximum": "2"})

    assert refused.status_code == 422
    assert "le minimum, 1 200, dépasse le maximum, 2." in text_of(refused).replace("\u00a0", " ")


@pytest.mark.parametrize("second", ["Seconde", " seconde "])
def test_two_choices_of_the_same_words_are_refused(as_manager, at, stored, second):
    typed = {"label": "Niveaux", "choices-0-label": "Seconde", "choices-1-label": second}

    refused = as_manager.post(at("form_part_add", "projet", "choice"), typed)

    assert refused.status_code == 422
    assert "Choix 2 : il porte le même texte que le rang 1." in text_of(refused).replace("\u00a0", " ")
    assert "Niveaux" not in str(stored())
