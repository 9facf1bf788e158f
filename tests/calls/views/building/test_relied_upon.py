"""What is not of the form and counts on its questions: no change of the form takes away what it reads."""

import pytest
from django.utils import timezone

from calls.enums import CallState
from calls.models import Call
from tests.reading import text_of

pytestmark = pytest.mark.django_db
LINE = {"key": "effectif", "label": "Effectif suffisant", "condition": {"answer": "eleves", "at_least": 20}, "message": "Voyez le projet."}
SERVES = "sert à : la ligne de recevabilité « Effectif suffisant »."


@pytest.fixture
def lined(call):
    Call.objects.filter(pk=call.pk).update(admissibility_lines=[LINE])
    return Call.objects.get(pk=call.pk)


def said(page) -> str:
    return text_of(page).replace("\u00a0", " ")


def test_a_question_that_a_line_reads_is_not_removed_and_names_the_line(as_manager, lined, at, stored):
    before = stored()

    assert "Sert à : la ligne de recevabilité « Effectif suffisant »" in said(as_manager.get(at()))
    refused = as_manager.post(at("form_act"), {"retirer": "question:eleves"}, follow=True)

    assert SERVES in said(refused)
    assert "Changez d’abord ce qui en dépend" in said(refused)
    assert stored() == before
    as_manager.post(at("form_act"), {"retirer": "question:niveau"})
    assert "niveau" not in str(stored())


def test_nor_is_its_section(as_manager, call, at, stored):
    enough = LINE | {"condition": {"answer": "besoins", "part": "gross_amount", "at_least": "1000.00"}}
    Call.objects.filter(pk=call.pk).update(admissibility_lines=[enough])

    refused = as_manager.post(at("form_act"), {"retirer": "section:besoins"}, follow=True)

    assert f"La question « Équipements et câblage » {SERVES}" in said(refused)
    assert "besoins" in str(stored())


def test_nor_does_it_take_a_kind_that_the_line_cannot_read(as_manager, lined, at, stored):
    refused = as_manager.post(f"{at('form_part', 'eleves')}?nature=text", {"label": "Élèves concernés", "max_length": "200"})

    assert refused.status_code == 422
    assert "ligne de recevabilité « Effectif suffisant »" in said(refused)
    assert 'kind": "number"' in str(stored()).replace("'", '"')


def test_taking_back_a_question_that_a_line_has_begun_to_read_is_refused(as_manager, call, at, stored):
    as_manager.post(at("form_part_add", stored()["sections"][0]["key"], "number"), {"label": "Classes"})
    line = LINE | {"condition": {"answer": "classes", "at_least": 2}}
    Call.objects.filter(pk=call.pk).update(admissibility_lines=[line])

    refused = as_manager.post(at("form_act"), {"annuler": "oui"}, follow=True)

    assert "La question « Classes » sert à" in said(refused)
    assert "classes" in str(stored())


def test_a_line_that_was_broken_already_holds_no_change_back(as_manager, call, at, stored):
    Call.objects.filter(pk=call.pk).update(admissibility_lines=[LINE | {"condition": {"answer": "perdue", "at_least": 2}}])

    as_manager.post(at("form_act"), {"retirer": "question:eleves"})

    assert "eleves" not in str(stored())


def test_once_the_call_is_published_the_refusal_says_that_the_line_stays(as_manager, lined, at, stored):
    lined.questionnaires.update(frozen_at=timezone.now())
    Call.objects.filter(pk=lined.pk).update(state=CallState.PUBLISHED)
    as_manager.post(at("form_renew"))

    refused = as_manager.post(at("form_act"), {"retirer": "question:eleves"}, follow=True)

    assert SERVES in said(refused)
    assert "ne change plus depuis la publication" in said(refused)
    assert "eleves" in str(stored())
