"""A history tells what was done: participles, never the words of a button."""

import re

import pytest

from calls.models import Application, Call
from orders.models import CablingWork, PurchaseOrder
from portal.journal import acts
from portal.journal.recorder import record
from portal.roles import Role
from portal.workflow.gate import perform
from portal.workflow.graph import workflow_models
from portal.workflow.machine import transitions_of
from scoring.actions.panel import seat_member
from scoring.models import SelectionSession
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory
from tests.reading import text_of, texts_of

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


# -- On whom, on what ---------------------------------------------------------------------------------------------------------


def histories(client, person, address: str) -> list[str]:
    client.force_login(person)
    return texts_of(client.get(address), ".pr-journal b")


@pytest.mark.django_db
def test_a_history_and_the_journal_say_to_whom_a_seat_was_given_and_for_whom(client):
    call, body = CallFactory(), AuthorityFactory(region=True)
    colleague, manager = person(Role.CHAIR, authority=body, first_name="Anne", last_name="Colin"), person(Role.CALL_MANAGER)
    seat_member(call=call, user=colleague, body=body, is_chair=True, actor=manager)

    told = histories(client, manager, f"/pilotage/{call.reference}/")
    client.force_login(person(Role.AUDITOR))

    assert told == [f"Siège donné au jury\u00a0: Anne Colin ({body}), présidence du jury"]
    assert f"Anne Colin ({body}), présidence du jury" in text_of(client.get("/journal/"))


@pytest.mark.parametrize(
    ("action", "data", "said"),
    [
        ("unseat_member", {"person": {"label": "Anne Colin"}, "body": {"label": "DRAAF"}, "readings": 2}, "Anne Colin (DRAAF)"),
        ("give_role", {"role": "Audit", "place": None}, "Audit"),
        ("end_role", {"role": "Direction", "place": "Lycée X"}, "Direction, Lycée X"),
        ("assign_officer", {"officer": {"label": "Odile Lambert"}}, "Odile Lambert"),
        ("assign_officer", {"officer": None}, "à personne"),
        ("extend_closing", {"before": "2027-01-31 23:00:00+00:00", "after": "2027-02-28 11:00:00+00:00"},
         "1er février 2027 à 0\u00a0h\u00a000 → 28 février 2027 à 12\u00a0h\u00a000"),
        ("edit_order", {"due_on": {"before": "2026-10-10", "after": None}}, "à livrer le (10 octobre 2026 → –)"),
        ("deliver_all", {"delivery": {"label": "Livraison BL-7"}}, "BL-7"),
        ("document_issued", {"document": "Bon de commande", "edition": 2}, "Bon de commande, édition 2"),
        ("propose", {"outcome": "awarded", "amount": "1200.00"}, "Retenu, 1\u00a0200\u00a0€"),
        ("propose", {"outcome": "rejected", "amount": "0"}, "Non retenu"),
        ("edit", {"title": "Un", "jury_on": None, "starting_form": "x"}, "intitulé, jury le"),
        ("edit_order", {"commitment_number": {"before": "", "after": "20260131"}}, "numéro d’engagement juridique (– → 20260131)"),
        ("assign_officer", {"officer": "Odile Lambert"}, ""),
        ("propose", {"outcome": "preselected", "amount": "1200.00"}, ""),
        ("propose", {"outcome": "awarded", "amount": None}, ""),
        ("give_role", {}, ""),
        ("act_1", {"n": 1}, ""),
    ],
)  # fmt: skip
def test_what_an_act_bears_on_is_read_in_its_line(action, data, said):
    assert acts.detail_of(action, data) == said


@pytest.mark.parametrize("action", ["lock_file", "unlock_file", "remind_jurors"])
def test_what_may_be_hidden_from_a_reader_of_the_page_is_told_in_the_journal_alone(action):
    data = {"file": "L40-V2-0007", "side": "in", "people": ["Anne Colin"]}

    assert acts.detail_of(action, data) == ""
    assert acts.detail_of(action, data, in_journal=True) in ("L40-V2-0007, entrée forcée", "Anne Colin")


@pytest.mark.django_db
def test_the_name_of_a_file_that_a_lycee_has_not_sent_is_told_to_the_lycee_alone(client):
    file = ApplicationFactory(submitted=True)
    record(file, "attach_file", actor=person(Role.MEMBER, at=file.establishment), data={"question": "devis", "file": "secret.pdf"})

    assert "Pièce jointe ajoutée\u00a0: secret.pdf" in histories(client, person(Role.HEAD, at=file.establishment), file.get_absolute_url())
    assert histories(client, person(Role.OFFICER), file.get_absolute_url()) == ["Pièce jointe ajoutée"]
    client.force_login(person(Role.AUDITOR))
    assert "secret.pdf" not in client.get("/journal/").content.decode()
