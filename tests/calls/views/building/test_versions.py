"""A new version of a form in force: begun, looked at, put in force; what becomes of drafts, of files at the visa, of filed ones."""

from copy import deepcopy

import pytest
from django.utils import timezone

from calls.actions.steering import renew_questionnaire
from calls.building.versions import changes_between
from calls.enums import ApplicationState
from calls.forms.applicant import token_of
from calls.models import Answer, Application, Questionnaire
from calls.questionnaire import parse
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, ApplicationFactory, CallFactory
from tests.reading import text_of
from tests.stale import signed_in

pytestmark = pytest.mark.django_db


def changed() -> dict:
    """« Résumé » has gone, « Commune » is new."""
    form = deepcopy(DEFINITION)
    form["sections"][0]["questions"][1] = {"key": "commune", "kind": "text", "label": "Commune", "max_length": 80}
    return form


@pytest.fixture
def call():
    return CallFactory(reference="L40-V3")


@pytest.fixture
def renewed(call, manager):
    made = renew_questionnaire(questionnaire=call.questionnaire, actor=manager)
    Questionnaire.objects.filter(pk=made.pk).update(definition=changed())
    return made


def test_a_new_version_is_begun_from_the_page_of_the_form(as_manager, call, at):
    assert "Écrire une nouvelle version" in text_of(as_manager.get(at()))

    as_manager.post(at("form_renew"))
    as_manager.post(at("form_renew"))

    assert list(call.questionnaires.values_list("version", "frozen_at"))[0] == (2, None) and call.questionnaires.count() == 2
    assert "Vous écrivez la version 2" in text_of(as_manager.get(at())).replace("\u00a0", " ")
    as_manager.post(at("form_act"), {"retirer": "question:niveau"})
    assert call.questionnaire.version == 1  # the files go on answering to the version in force


def test_its_page_says_what_becomes_of_each_file(as_manager, call, at, renewed):
    ApplicationFactory(call=call, complete=True)
    ApplicationFactory(call=call)
    ApplicationFactory(call=call, submitted=True, complete=True)
    ApplicationFactory(call=call, state=ApplicationState.AWAITING_APPROVAL)

    read = text_of(as_manager.get(at("form_force"))).replace("\u00a0", " ")

    for told in ("2 brouillons sur la version 1", "Commune", "Résumé", "1 brouillon a répondu à une question retirée"):
        assert told in read
    assert "1 dossier déposé ne change pas" in read and "1 dossier au visa ne change pas" in read


def test_drafts_follow_with_their_answers_and_nothing_else_moves(as_manager, call, at, renewed):
    draft = ApplicationFactory(call=call, complete=True)
    filed = ApplicationFactory(call=call, submitted=True, complete=True)
    before = sorted(draft.answers.values_list("question_key", "value"))

    assert as_manager.post(at("form_force"), {}).status_code == 422
    done = as_manager.post(at("form_force"), {"drafts": "follow"}, follow=True)

    assert "1 brouillon y est passé" in text_of(done).replace("\u00a0", " ")
    draft.refresh_from_db(), filed.refresh_from_db()
    assert (draft.questionnaire.version, filed.questionnaire.version) == (2, 1)
    assert sorted(draft.answers.values_list("question_key", "value")) == before  # kept, unseen
    assert JournalEntry.objects.filter(action="follow_form", subject_id=str(draft.pk)).count() == 1
    assert call.questionnaire.frozen_at and not renewed.revisions.exists()


def test_drafts_may_keep_their_version(as_manager, call, at, renewed):
    draft = ApplicationFactory(call=call)

    as_manager.post(at("form_force"), {"drafts": "stay"})

    assert Application.objects.get(pk=draft.pk).questionnaire.version == 1 and call.questionnaire.version == 2
    assert as_manager.get(at("form_force")).status_code == 409


def test_what_the_new_version_could_not_read_stays_behind(as_manager, call, at, renewed):
    draft = ApplicationFactory(call=call, complete=True)
    form = changed()
    form["sections"][0]["questions"][3] = {"key": "eleves", "kind": "yes_no", "label": "Élèves concernés"}
    Questionnaire.objects.filter(pk=renewed.pk).update(definition=form)

    read = text_of(as_manager.get(at("form_force"))).replace("\u00a0", " ")
    as_manager.post(at("form_force"), {"drafts": "follow"})

    assert "la nature de « Élèves concernés » a changé" in read
    assert Application.objects.get(pk=draft.pk).questionnaire.version == 1


def test_a_form_that_is_not_ready_or_that_changed_is_not_put_in_force(as_manager, call, at, renewed):
    mark = as_manager.get(at("form_force")).context["mark"]
    as_manager.post(at("form_act"), {"monter": "question:eleves"})
    assert as_manager.post(at("form_force"), {"seen": mark}).status_code == 422

    as_manager.post(at("form_section_add"), {"title": "Vide"})
    page = as_manager.post(at("form_force"), {})
    assert page.status_code == 422 and "ne pose aucune question" in text_of(page)
    assert Questionnaire.objects.filter(call=call, frozen_at=None).exists()


def test_a_call_being_prepared_puts_its_form_in_force_by_its_publication(as_manager):
    call = CallFactory(state="draft")
    Questionnaire.objects.filter(call=call).update(frozen_at=None)

    assert as_manager.get(f"/pilotage/{call.reference}/formulaire/mettre-en-vigueur/").status_code == 409


def test_a_group_whose_column_has_another_kind_is_not_read():
    def form(kind):
        columns = [{"key": "salle", "kind": kind, "label": "Salle"}]
        return parse(
            {"sections": [{"key": "a", "title": "A", "questions": [{"key": "g", "kind": "group", "label": "G", "columns": columns}]}]}
        )

    assert changes_between(form("text"), form("text")).is_readable
    assert [q.key for q in changes_between(form("text"), form("number")).retyped] == ["g"]


def test_the_answer_kept_comes_back_with_its_question(as_manager, call, at, renewed, manager):
    draft = ApplicationFactory(call=call, complete=True)
    as_manager.post(at("form_force"), {"drafts": "follow"})
    again = renew_questionnaire(questionnaire=call.questionnaire, actor=manager)
    Questionnaire.objects.filter(pk=again.pk).update(definition=DEFINITION, frozen_at=timezone.now())
    Application.objects.filter(pk=draft.pk).update(questionnaire=again)

    assert Answer.objects.get(application=draft, question_key="resume").value


def test_a_page_of_the_version_before_is_told_what_is_asked_no_more(call, renewed, as_manager, at):
    """Typed in a page open since before: said, given back, and the rest is saved. What the call never asked stays a 404."""
    file = ApplicationFactory(call=call, reference="AAP-0009")
    client = signed_in(person(Role.MEMBER, at=file.establishment))
    as_manager.post(at("form_force"), {"drafts": "follow"})
    file.refresh_from_db()
    assert file.questionnaire.version == 2
    key = parse(DEFINITION).sections[0].key
    typed = {"v-resume": "0.e3b0c44298fc", "q-resume": "Un texte à ne pas perdre", "v-titre": "0.", "q-titre": "Un titre"}

    alone = client.post(f"/dossiers/{file.reference}/reponses/resume/", typed, HTTP_HX_REQUEST="true")
    never = client.post(f"/dossiers/{file.reference}/reponses/inconnue/", {}, HTTP_HX_REQUEST="true")
    whole = client.post(f"/dossiers/{file.reference}/section/{key}/", typed, follow=True)

    assert alone.status_code == 409 and "Cette question n’est plus posée" in alone.content.decode()
    assert never.status_code == 404
    read = text_of(whole).replace("\u00a0", " ")
    assert "« Résumé » n’est plus posée" in read and "copiez-le si vous y tenez : Un texte à ne pas perdre" in read
    assert not Answer.objects.filter(application=file, question_key="resume").exists()


def test_what_was_typed_to_a_question_that_another_section_has_now_is_saved_there(call, as_manager, manager, at):
    """A page open since before, without JavaScript: each answer goes where its question is, or is said; those only shown say nothing."""
    form = deepcopy(DEFINITION)
    moved = [question for question in form["sections"][0]["questions"] if question["key"] in ("resume", "eleves", "niveau")]
    form["sections"][0]["questions"] = [each for each in form["sections"][0]["questions"] if each not in moved]
    form["sections"].append({"key": "suite", "title": "Suite", "questions": moved})
    made = renew_questionnaire(questionnaire=call.questionnaire, actor=manager)
    Questionnaire.objects.filter(pk=made.pk).update(definition=form)
    file = ApplicationFactory(call=call, reference="AAP-0009")
    client = signed_in(person(Role.MEMBER, at=file.establishment))
    as_manager.post(at("form_force"), {"drafts": "follow"})
    here = f"/dossiers/{file.reference}/section/{parse(DEFINITION).sections[0].key}/"
    typed = {"v-titre": "0.", "q-titre": "Un titre", "v-resume": "0.", "q-resume": "Mon texte", "v-eleves": "0.", "q-eleves": "beaucoup"}
    shown = {"v-niveau": token_of(0, None), "q-niveau": ""}

    told = text_of(client.post(here, typed | shown, follow=True)).replace("\u00a0", " ")
    late = text_of(client.post(here, {"v-resume": "0.", "q-resume": "Un autre texte"}, follow=True)).replace("\u00a0", " ")

    assert "La question « Résumé » est passée dans la section « Suite » : votre réponse y est enregistrée." in told
    assert "« Élèves concernés » est passée dans la section « Suite ». Votre réponse y est gardée, mais n’est pas valable. Indiquez" in told
    assert "Niveau" not in told.split("est passée")[0] and told.count("est passée") == 2
    kept = dict(Answer.objects.filter(application=file).values_list("question_key", "value"))
    assert (kept["titre"], kept["resume"]) == ("Un titre", "Mon texte") and Answer.objects.get(question_key="eleves").unsound == "beaucoup"
    assert (
        "y a écrit entre-temps autre chose : « Mon texte ». Ce que vous aviez tapé n’est pas enregistré" in late
        and "Un autre texte" in late
    )


def test_what_was_chosen_and_has_left_the_form_is_said_in_words(call, as_manager, manager, at):
    """Not letters alone: the votes of a board, what was ticked."""
    form = deepcopy(DEFINITION)
    rest = form["sections"][0]["questions"]
    form["sections"][0]["questions"] = [*rest, {"key": "vote", "kind": "board_vote", "label": "Vote"}]
    Questionnaire.objects.filter(call=call).update(definition=form)
    made = renew_questionnaire(questionnaire=call.questionnaire, actor=manager)
    Questionnaire.objects.filter(pk=made.pk).update(definition=form | {"sections": [form["sections"][0] | {"questions": rest[:2]}]})
    file = ApplicationFactory(call=call, reference="AAP-0009")
    client = signed_in(person(Role.MEMBER, at=file.establishment))
    as_manager.post(at("form_force"), {"drafts": "follow"})
    typed = {"v-vote": token_of(0, None), "q-vote-held_on": "2026-11-12", "q-vote-for": "14", "v-niveau": "0.", "q-niveau": "2nde"}

    told = text_of(client.post(f"/dossiers/{file.reference}/section/{parse(form).sections[0].key}/", typed, follow=True)).replace(
        "\u00a0", " "
    )

    assert "« Vote » n’est plus posée" in told and "Date de la séance : 2026-11-12 ; Voix pour : 14" in told
    assert "copiez-le si vous y tenez : Seconde" in told
