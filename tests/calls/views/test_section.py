import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from calls.actions.answers import save_answer
from calls.forms.applicant import token_of
from calls.models import Answer, Application, CompletionRequest
from calls.queries.content import build_content
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import elements_of, texts_of, the, values_of, words_of

pytestmark = pytest.mark.django_db

PROJECT = "/dossiers/AAP-0001/section/projet/"
ANSWER = "/dossiers/AAP-0001/reponses/resume/"
HTMX = {"HX-Request": "true"}
OLD = "Les six classes de seconde coopèrent."


def text_of(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def answers() -> dict:
    return dict(Answer.objects.values_list("question_key", "value"))


def page_of(**typed) -> dict:
    """A whole section as a browser sends it: what the page had shown, and what was typed."""
    shown = {"titre": "Parler, produire, coopérer avec le numérique", "resume": OLD, "niveau": "", "eleves": 180}
    data = {f"v-{key}": token_of(0 if key == "niveau" else 1, value) for key, value in shown.items()}
    data |= {f"q-{key}": value for key, value in shown.items() if value != ""}
    return data | {f"q-{key}": value for key, value in typed.items()}


def by_colleague(draft, colleague, value, key="resume"):
    question = draft.questionnaire.schema.question(key)
    seen = Answer.objects.get(question_key=key).version
    save_answer(application=draft, question=question, value=value, seen_version=seen, actor=colleague)


def test_the_page_shows_each_question_with_its_answer(as_member):
    response = as_member.get(PROJECT)

    blocks = [(block.question.key, block.typed) for block in response.context["groups"][0].blocks]
    assert blocks == [("titre", "Parler, produire, coopérer avec le numérique"), ("resume", OLD), ("niveau", ""), ("eleves", "180")]


def test_saving_without_javascript_saves_every_answer_and_comes_back(as_member):
    response = as_member.post(PROJECT, page_of(resume="Nouveau résumé", niveau="1re", eleves="1 200"))

    assert (response.status_code, response.url) == (302, PROJECT)
    assert answers() == {
        "titre": "Parler, produire, coopérer avec le numérique",
        "resume": "Nouveau résumé",
        "niveau": "1re",
        "eleves": 1200,
    }


def test_saving_and_going_on_leads_to_the_next_section_and_at_the_end_to_the_reading(as_member):
    assert as_member.post(PROJECT, page_of(next="1") | {"next": "1"}).url == "/dossiers/AAP-0001/section/besoins/"
    assert as_member.post("/dossiers/AAP-0001/section/pieces/", {"next": "1"}).url == "/dossiers/AAP-0001/apercu/"


def test_an_error_keeps_what_was_typed_and_saves_the_rest(as_member):
    response = as_member.post(PROJECT, page_of(resume="Gardé", eleves="douze"))

    assert response.status_code == 422
    assert answers()["resume"] == "Gardé"
    assert answers()["eleves"] == 180
    assert values_of(response, "q-eleves") == ["douze"]
    assert "Gardé tel quel, mais pas valable. Indiquez un nombre entier, par exemple 1 200." in text_of(response)
    assert texts_of(response, "head title")[0].startswith("Erreur\u00a0: Projet pédagogique")


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("niveau", "terminale", False),
        ("eleves", "-3", True),
        ("eleves", "1e309", True),
        ("eleves", "１２", True),
        ("resume", "x" * 1201, True),
        ("titre", "x" * 100_000, False),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_changes_no_answer(as_member, key, typed, kept):
    before = answers()

    response = as_member.post(f"/dossiers/AAP-0001/reponses/{key}/", page_of(**{key: typed}), headers=HTMX)

    assert response.status_code == 422
    assert ("Gardé tel quel, mais pas valable." if kept else "Pas enregistré.") in text_of(response)
    assert response.headers.get("X-Kept") == ("1" if kept else None)
    assert answers() == before | ({} if key in before or not kept else {key: None})


@pytest.mark.parametrize(("key", "typed"), [("resume", "Un résumé\nbien trop long. " * 60), ("eleves", "environ douze")])
def test_what_is_not_valid_is_still_there_for_everybody_and_holds_the_visa_back(as_member, draft, member, colleague, key, typed):
    as_member.post(f"/dossiers/AAP-0001/reponses/{key}/", page_of(**{key: typed}), headers=HTMX)

    team = Client()
    team.force_login(colleague)
    page = team.get(PROJECT)
    [block] = [block for block in page.context["groups"][0].blocks if block.question.key == key]
    assert block.typed == typed.strip()
    assert "Gardé tel quel, mais pas valable." in text_of(page)
    label = draft.questionnaire.schema.question(key).label
    with pytest.raises(TransitionRefused, match=f"« {label} » : ce qui est écrit n’est pas valable"):
        perform(draft, "request_approval", actor=member)
    assert typed.strip() not in str(build_content(draft))


def test_a_valid_answer_takes_the_place_of_what_was_not(as_member, draft):
    as_member.post("/dossiers/AAP-0001/reponses/eleves/", page_of(eleves="environ douze"), headers=HTMX)
    token = values_of(as_member.get(PROJECT), "v-eleves")[0]

    response = as_member.post("/dossiers/AAP-0001/reponses/eleves/", {"q-eleves": "180", "v-eleves": token}, headers=HTMX)

    assert response.status_code == 200
    answer = Answer.objects.get(question_key="eleves")
    assert (answer.value, answer.unsound) == (180, "")
    assert values_of(as_member.get(PROJECT), "q-eleves") == ["180"]


def test_what_a_colleague_typed_is_not_lost_under_what_is_not_valid(as_member, draft, colleague):
    by_colleague(draft, colleague, "Le texte de Mehdi")

    response = as_member.post(ANSWER, page_of(resume="x" * 1201), headers=HTMX)

    assert response.status_code == 409
    assert "Le texte de Mehdi" in text_of(response)
    assert Answer.objects.get(question_key="resume").unsound == ""


@pytest.mark.parametrize(
    ("typed", "stored", "said"),
    [
        ("Premier point\x0bdeuxième point", "Premier point\ndeuxième point", ""),
        ("a\r\nb", "a\nb", ""),
        (
            "nul\x00 et \u202eretourné",
            "nul et retourné",
            "2 caractères invisibles, venus d’un copier-coller, ont été retirés de « Résumé ».",
        ),
        ("e\u0301" * 1200, "é" * 1200, ""),
    ],
)
def test_what_nobody_sees_is_not_kept_and_is_said(as_member, typed, stored, said):
    saved = as_member.post(ANSWER, page_of(resume=typed), headers=HTMX)

    assert saved.status_code == 200
    assert answers()["resume"] == stored
    assert [message["text"] for message in json.loads(saved.headers.get("HX-Trigger", "{}")).values()] == [
        said.replace("2 ", "2\xa0")
    ] * bool(said)


def test_without_javascript_what_was_dropped_is_said_on_the_next_page(as_member):
    response = as_member.post(PROJECT, page_of(resume="a\x07b"), follow=True)

    assert answers()["resume"] == "ab"
    assert "1 caractère invisible, venu d’un copier-coller, a été retiré de « Résumé »." in text_of(response)


def test_autosave_answers_with_the_new_version_and_what_is_missing(as_member):
    Answer.objects.filter(question_key="eleves").delete()

    response = as_member.post(ANSWER, {"q-resume": "Un autre", "v-resume": token_of(1, OLD)}, headers=HTMX)

    assert response.status_code == 200
    assert values_of(response, "v-resume") == [token_of(2, "Un autre")]
    assert "8 signes sur 1 200" in text_of(response)
    assert "Il manque un élément" in text_of(response)
    assert answers()["resume"] == "Un autre"


def test_saved_is_never_written_beside_what_was_not_saved(as_member, draft):
    """The note stays on the page and is written into; an answer refused or kept as it is says so in the same place."""

    def noted(typed: str, seen: str) -> str:
        answer = as_member.post(ANSWER, {"q-resume": typed, "v-resume": seen}, headers=HTMX)
        note = the(answer, "#enregistre")
        assert note["data-hx-swap-oob"] == "innerHTML"
        return words_of(note).replace("\N{NO-BREAK SPACE}", " ")

    assert re.fullmatch(r"Enregistré à \d+ h \d\d par vous", noted("Un autre", token_of(1, OLD)))
    assert noted("x" * 1201, token_of(2, "Un autre")) == "Gardé, mais pas valable"
    assert noted("Un tiers", token_of(1, "Autre chose")) == "Non enregistré"


def test_autosaves_follow_one_another(as_member):
    as_member.post(ANSWER, {"q-resume": "Un", "v-resume": token_of(1, OLD)}, headers=HTMX)
    response = as_member.post(ANSWER, {"q-resume": "Deux", "v-resume": token_of(2, "Un")}, headers=HTMX)

    assert response.status_code == 200
    assert answers()["resume"] == "Deux"


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_colleague_s_change_is_shown_with_both_texts_and_never_written_over(as_member, draft, colleague, headers):
    by_colleague(draft, colleague, "Le texte de Mehdi")

    response = as_member.post(ANSWER, {"q-resume": "Le mien", "v-resume": token_of(1, OLD)}, headers=headers)

    page = text_of(response)
    assert response.status_code == 409
    assert "Mehdi Lakhal a changé cette réponse pendant que vous écriviez." in texts_of(response, "strong")
    assert "Le texte de Mehdi" in page
    assert ("Le mien" in page) is (headers == {})  # with htmx the field is not replaced: the text typed is still in it
    assert answers()["resume"] == "Le texte de Mehdi"


def test_a_conflict_keeps_coming_back_until_it_is_settled(as_member, draft, colleague):
    by_colleague(draft, colleague, "Le texte de Mehdi")
    data = {"q-resume": "Le mien", "v-resume": token_of(1, OLD)}

    as_member.post(ANSWER, data, headers=HTMX)

    assert as_member.post(ANSWER, data, headers=HTMX).status_code == 409
    assert answers()["resume"] == "Le texte de Mehdi"


def test_putting_mine_replaces_the_text_that_i_have_read(as_member, draft, colleague):
    by_colleague(draft, colleague, "Le texte de Mehdi")
    read = token_of(2, "Le texte de Mehdi")

    response = as_member.post(ANSWER, {"q-resume": "Le mien", "v-resume": token_of(1, OLD), "over-resume": read}, headers=HTMX)

    assert response.status_code == 200
    assert response["HX-Retarget"] == "#bloc-resume"
    assert json.loads(response["HX-Trigger-After-Settle"]) == {"preau:focus": {"id": "q-resume"}}
    assert answers()["resume"] == "Le mien"


def test_putting_mine_over_a_text_that_changed_again_is_a_conflict_again(as_member, draft, colleague):
    by_colleague(draft, colleague, "Premier")
    read = token_of(2, "Premier")
    by_colleague(draft, colleague, "Second")

    response = as_member.post(ANSWER, {"q-resume": "Le mien", "over-resume": read}, headers=HTMX)

    assert response.status_code == 409
    assert answers()["resume"] == "Second"


def test_taking_theirs_shows_it_and_writes_nothing(as_member, draft, colleague):
    by_colleague(draft, colleague, "Le texte de Mehdi")

    response = as_member.post(ANSWER, {"q-resume": "Le mien", "take-resume": "1"}, headers=HTMX)

    assert values_of(response, "q-resume") == ["Le texte de Mehdi"]
    assert Answer.objects.get(question_key="resume").version == 2


def test_a_field_that_i_did_not_touch_never_conflicts(as_member, draft, colleague):
    by_colleague(draft, colleague, "Le texte de Mehdi")

    response = as_member.post(PROJECT, page_of(eleves="200"))

    assert response.status_code == 302
    assert (answers()["resume"], answers()["eleves"]) == ("Le texte de Mehdi", 200)


def test_without_javascript_a_conflict_saves_the_other_answers_and_offers_the_choice(as_member, draft, colleague):
    by_colleague(draft, colleague, "Le texte de Mehdi")

    response = as_member.post(PROJECT, page_of(resume="Le mien", eleves="200"))

    assert response.status_code == 409
    assert answers()["eleves"] == 200
    assert values_of(response, "q-resume") == ["Le mien"]
    assert "Le texte de Mehdi" in text_of(response)
    assert len(elements_of(response, '[name="take-resume"]')) == 1
    assert len(elements_of(response, '[name="over-resume"]')) == 1


@pytest.mark.parametrize("state", ["awaiting_approval", "submitted", "admissible", "decided"])
def test_a_file_that_left_the_draft_shows_no_field_and_takes_no_answer(as_member, draft, state):
    filed = state != "awaiting_approval"
    Application.objects.filter(pk=draft.pk).delete()
    application = ApplicationFactory(
        reference="AAP-0001",
        establishment=draft.establishment,
        complete=True,
        state=state,
        submitted_at=timezone.now() if filed else None,
    )

    page = as_member.get(PROJECT)
    posted = as_member.post(ANSWER, {"q-resume": "Après coup", "v-resume": token_of(1, OLD)}, headers=HTMX)

    assert elements_of(page, "textarea") == []
    assert posted.status_code == 422
    assert application.answers.get(question_key="resume").value == OLD


def test_complements_open_only_the_questions_asked(as_member, draft):
    Application.objects.all().delete()
    application = ApplicationFactory(reference="AAP-0001", establishment=draft.establishment, complete=True, submitted=True)
    CompletionRequest.objects.create(
        application=application, fields=["resume"], message="Précisez <b>tout</b>.", due_on=timezone.localdate()
    )

    page = as_member.get(PROJECT)
    as_member.post(PROJECT, page_of(resume="Précisé", eleves="4000"))

    assert [block.editable for block in page.context["groups"][0].blocks] == [False, True, False, False]
    assert "Précisez &lt;b&gt;tout&lt;/b&gt;." in text_of(page)
    assert (answers()["resume"], answers()["eleves"]) == ("Précisé", 180)


@pytest.mark.parametrize("question", ["besoins", "deliberation", "inconnue"])
def test_only_simple_questions_answer_at_this_address(as_member, question):
    assert as_member.post(f"/dossiers/AAP-0001/reponses/{question}/", {f"q-{question}": "x"}).status_code == 404


def test_an_unknown_section_is_not_found(as_member):
    assert as_member.get("/dossiers/AAP-0001/section/inconnue/").status_code == 404


def test_a_crafted_token_is_never_up_to_date(as_member):
    for token in ("", "abc", "-1.x", "999999999999.x", "1.", "²."):
        response = as_member.post(ANSWER, {"q-resume": "Le mien", "v-resume": token}, headers=HTMX)
        assert response.status_code == (200 if token == "1." else 409)
        Answer.objects.filter(question_key="resume").update(value=OLD, version=1)


def test_no_field_beyond_the_questions_is_written(as_member, draft):
    as_member.post(
        PROJECT, page_of() | {"state": "submitted", "establishment": "1", "requested_amount": "1", "q-inconnue": "x", "v-inconnue": "0."}
    )

    fresh = Application.objects.get()
    assert (fresh.state, fresh.establishment, fresh.requested_amount) == ("draft", draft.establishment, draft.requested_amount)
    assert "inconnue" not in answers()


def test_a_notice_is_read_between_the_questions_that_one_form_saves(client):
    told = {"key": "prix", "kind": "notice", "label": "Les prix", "text": "Ils sont ceux du marché."}
    questions = [{"key": "titre", "kind": "text", "label": "Titre"}, told, {"key": "resume", "kind": "long_text", "label": "Résumé"}]
    definition = {"sections": [{"key": "projet", "title": "Projet", "questions": questions}]}
    file = ApplicationFactory(call=CallFactory(with_questionnaire=definition), reference="AAP-0009")
    client.force_login(person(Role.MEMBER, at=file.establishment))

    page = client.get("/dossiers/AAP-0009/section/projet/")

    assert "Ils sont ceux du marché." in words_of(the(page, "#q-prix"))
    assert len(elements_of(page, "form[data-autosave]")) == 1
    assert [entry["key"] for entry in build_content(file)["sections"][0]["entries"]] == ["titre", "resume"]
