"""A history tells what was done: participles, never the words of a button."""

import re

import pytest

from calls.models import Application, Call
from orders.models import CablingWork, PurchaseOrder
from portal.journal import acts
from portal.roles import Role
from portal.workflow.gate import perform
from portal.workflow.graph import workflow_models
from portal.workflow.machine import transitions_of
from scoring.models import SelectionSession
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.reading import texts_of

PARTICIPLE = re.compile(r"(?:é|ée|és|ées|i|ie|is|ies|u|ue|us|ues|its?|ites?|rte?s?|ise?s?|clos|close)\b|en préparation")


@pytest.mark.parametrize("model", workflow_models())
def test_every_transition_is_told_as_what_was_done(model):
    told = acts.labels_of(model())
    arrows = {arrow.name: arrow.custom.get("label", "") for arrow in transitions_of(model())}

    assert set(arrows) <= set(told)
    assert {name for name in arrows if told[name] == arrows[name] or not PARTICIPLE.search(told[name])} == set()
    assert {name for name in arrows if re.search(r"\b(?:votre|vous|ma|mon)\b", told[name], re.IGNORECASE)} == set()
    assert len({told[name] for name in arrows}) == len(set(arrows.values())), "two buttons told in the same words"


@pytest.mark.parametrize("label", sorted(acts.registered()))
def test_the_acts_that_are_no_transition_are_told_the_same_way(label):
    assert PARTICIPLE.search(acts.labels_of(Call())[label]), label


@pytest.mark.parametrize(
    ("model", "name", "told"),
    [
        (Application, "request_approval", "Visa demandé"),
        (Application, "answer_completion", "Compléments envoyés"),
        (Application, "decide", "Décision notifiée"),
        (Call, "start_instruction", "Instruction ouverte"),
        (Call, "take_back_instruction", "Instruction fermée"),
        (PurchaseOrder, "approve", "Commande validée"),
        (PurchaseOrder, "deliver_part", "Livraison partielle enregistrée"),
        (CablingWork, "close", "Travaux clos"),
        (SelectionSession, "take_back_opening", "Séance de nouveau en préparation"),
    ],
)
def test_how_an_act_is_told(model, name, told):
    assert acts.labels_of(model())[name] == told


@pytest.mark.django_db
def test_the_history_of_a_file_and_the_journal_say_the_same(client):
    file, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)
    perform(file, "declare_admissible", actor=officer)
    client.force_login(officer)

    history = texts_of(client.get(f"/dossiers/{file.reference}/"), ".pr-journal b")
    client.force_login(person(Role.AUDITOR))
    rows = client.get("/journal/").context["rows"]

    assert history == [row[1] for row in rows] == ["Dossier déclaré recevable"]
