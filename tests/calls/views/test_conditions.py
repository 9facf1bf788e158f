"""Writing a form whose questions depend on one another: what appears and disappears as one answers, and without JavaScript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls.forms.applicant import token_of
from calls.models import Answer
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, AnswerFactory, ApplicationFactory, CallFactory
from tests.factories.conditions import CONDITIONAL, FIRST, LIMIT, form_with
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db

PROJECT = "/dossiers/AAP-0001/section/projet/"
NEEDS = "/dossiers/AAP-0001/section/besoins/"
HTMX = {"HX-Request": "true"}


def written(client, definition=CONDITIONAL, niveau="", **answers):
    """The member of the lycée of a complete draft of this form, signed in; the draft."""
    call = CallFactory(with_questionnaire=definition)
    draft = ApplicationFactory(reference="AAP-0001", call=call, complete=True)
    for key, value in ({"niveau": niveau} | answers).items():
        if value:
            AnswerFactory(application=draft, question_key=key, value=value)
    client.force_login(person(Role.MEMBER, at=draft.establishment, first_name="Sonia", last_name="Vautrin"))
    return draft


def choose(client, niveau, shown="eleves?", **headers):
    stored = Answer.objects.filter(question_key="niveau").first()
    token = token_of(stored.version, stored.value) if stored else token_of(0, "")
    data = {"q-niveau": niveau, "v-niveau": token}
    return client.post(
        "/dossiers/AAP-0001/reponses/niveau/", data, headers=HTMX | ({"X-Posees": shown} if shown is not None else {}) | headers
    )


def swapped(response) -> set[str]:
    return {element.get("id") for element in elements_of(response, "[data-hx-swap-oob]")}


@pytest.mark.parametrize(
    ("niveau", "displayed", "words"),
    [("", "eleves?", "Dépend de la question 3."), ("1re", "eleves", "(obligatoire)")],
)
def test_the_page_says_what_it_shows_and_what_decides_the_rest(client, niveau, displayed, words):
    written(client, niveau=niveau)

    page = client.get(PROJECT)

    assert the(page, "#posees").get("data-shown") == displayed
    assert words in words_of(the(page, "#bloc-eleves"))


def test_a_question_that_is_not_asked_keeps_an_empty_place(client):
    written(client, niveau="2nde")

    place = the(client.get(PROJECT), "#bloc-eleves")

    assert place.get("hidden") is not None
    assert (words_of(place), place.find_all()) == ("", [])


def test_a_page_that_shows_nothing_that_depends_says_so_too(client):
    written(client, niveau="2nde")

    assert the(client.get(PROJECT), "#posees").get("data-shown") == ""
    assert "bloc-eleves" in swapped(choose(client, "1re", shown=""))


def test_a_form_without_conditions_says_nothing_of_what_it_shows(client):
    written(client, DEFINITION)

    assert elements_of(client.get(PROJECT), "#posees") == []


def test_answering_sends_the_question_that_appears_and_says_so(client):
    written(client)

    response = choose(client, "1re")

    assert response.status_code == 200
    assert swapped(response) >= {"bloc-eleves", "posees", "suite", "etapes", "manque"}
    assert the(response, "#bloc-eleves input[name=q-eleves]").get("value") == "180"
    assert the(response, "#posees").get("data-shown") == "eleves"
    assert "1\u00a0question apparaît" in words_of(the(response, "#enregistre"))
    assert "Besoins" in words_of(the(response, "#suite"))


def test_answering_otherwise_takes_the_question_away_and_says_so(client):
    written(client, niveau="1re")

    response = choose(client, "2nde", shown="eleves")

    assert the(response, "#bloc-eleves").get("hidden") is not None
    assert "1\u00a0question n’est plus posée" in words_of(the(response, "#enregistre"))
    assert "Besoins" not in words_of(the(response, "#etapes"))
    assert Answer.objects.get(question_key="eleves").value == 180


def test_what_the_page_shows_already_is_not_sent_again_so_that_nothing_being_typed_is_lost(client):
    written(client, niveau="1re")

    assert "bloc-eleves" not in swapped(choose(client, "1re", shown="eleves"))


def test_what_a_colleague_has_made_appear_is_sent_to_a_page_that_does_not_show_it(client):
    written(client, niveau="1re")

    assert "bloc-eleves" in swapped(choose(client, "1re", shown="eleves?"))


def test_an_answer_that_decides_nothing_sends_nothing_of_the_others(client):
    written(client, niveau="1re")
    stored = Answer.objects.get(question_key="resume")
    data = {"q-resume": "Autre", "v-resume": token_of(stored.version, stored.value)}

    response = client.post("/dossiers/AAP-0001/reponses/resume/", data, headers=HTMX | {"X-Posees": "eleves?"})

    assert {"bloc-eleves", "posees"} & swapped(response) == set()


def test_the_mark_of_what_becomes_required_moves_without_touching_what_is_typed(client):
    definition = form_with(eleves={"required": False, "required_if": FIRST})
    written(client, definition)

    response = choose(client, "1re", shown="")

    assert words_of(the(response, "#obligatoire-eleves")) == "(obligatoire)"
    assert "bloc-eleves" not in swapped(response)
    assert words_of(the(choose(client, "2nde", shown=""), "#obligatoire-eleves")) == ""


def test_a_table_appears_with_its_rows(client):
    definition = form_with(sections={"besoins": {}}, besoins={"shown_if": FIRST})
    definition["sections"][0]["questions"].append(definition["sections"][1]["questions"].pop(0))
    written(client, definition)

    assert words_of(the(client.get(PROJECT), "#q-besoins")) == "Équipements et câblage Dépend de la question 3."
    response = choose(client, "1re", shown="besoins?")

    assert the(response, "#q-besoins").get("data-hx-swap-oob") == "true"
    assert len(elements_of(response, "#q-besoins tr[id^=ligne-]")) == 2


def test_a_need_makes_a_question_appear(client):
    cabling = {"answer": "besoins", "has_a_line": {"column": "quantity", "at_least": 500}}
    draft = written(client, form_with(cofinancement={"shown_if": cabling}))
    line = draft.lines.first()
    data = {
        "question": "besoins",
        f"n-{line.pk}-version": line.version,
        f"n-{line.pk}-quantity": 600,
        f"n-{line.pk}-priority": 1,
    }

    response = client.post(f"/dossiers/AAP-0001/lignes/{line.pk}/", data, headers=HTMX | {"X-Posees": ""})

    assert response.status_code == 200
    assert {"bloc-cofinancement", f"version-{line.pk}"} <= swapped(response)


def test_without_javascript_one_comes_back_to_what_has_appeared(client):
    written(client)
    data = {"v-niveau": token_of(0, ""), "q-niveau": "1re", "next": "1"}

    response = client.post(PROJECT, data)

    assert response.url == f"{PROJECT}#q-eleves"
    assert "elles sont posées maintenant" in words_of(tree_of(client.get(PROJECT)))


def test_without_javascript_one_goes_on_when_nothing_appears(client):
    written(client)

    response = client.post(PROJECT, {"v-niveau": token_of(0, ""), "q-niveau": "2nde", "next": "1"})

    assert response.url == "/dossiers/AAP-0001/section/pieces/"


def test_a_section_that_is_not_asked_leads_back_to_the_file_with_a_word(client):
    written(client, niveau="2nde")

    response = client.get(NEEDS, follow=True)

    assert response.redirect_chain == [("/dossiers/AAP-0001/", 302)]
    told = words_of(tree_of(response)).replace("\u00a0", " ")
    assert "La section « Besoins » n’est pas demandée à votre lycée. Ce qui y était écrit est gardé." in told


def test_an_answer_typed_while_a_colleague_hides_its_question_is_kept(client):
    written(client, niveau="2nde")
    stored = Answer.objects.get(question_key="eleves")
    data = {"q-eleves": "200", "v-eleves": token_of(stored.version, stored.value)}

    assert client.post("/dossiers/AAP-0001/reponses/eleves/", data, headers=HTMX).status_code == 200
    assert Answer.objects.get(question_key="eleves").value == 200


def test_a_limit_is_told_among_what_is_missing(client):
    written(client, form_with(limits=[LIMIT]), cofinancement="99999.00")

    page = client.get(PROJECT)

    assert LIMIT["message"] in words_of(the(page, "#manque"))


def queries_of(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def test_conditions_add_no_query_to_a_page_nor_to_an_answer(client):
    counts = []
    for definition in (DEFINITION, CONDITIONAL):
        draft = written(client, definition, niveau="1re")
        client.get(PROJECT)
        stored = draft.answers.get(question_key="resume")
        data = {"q-resume": "Autre", "v-resume": token_of(stored.version, stored.value)}
        counts.append(
            (
                queries_of(lambda: client.get(PROJECT)),
                queries_of(lambda: client.post("/dossiers/AAP-0001/reponses/resume/", data, headers=HTMX)),  # noqa: B023
            )
        )
        draft.delete()

    assert counts[0] == counts[1]


def test_another_lycee_reads_nothing_of_what_a_condition_shows(client):
    written(client, niveau="1re")
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))

    assert choose(client, "2nde").status_code == 404
    assert client.get(PROJECT).status_code == 404
