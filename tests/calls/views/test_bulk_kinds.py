"""Each act that may be asked on several files: what it gives, whom it tells, how it is undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.bulk_kinds import bulk_kind
from calls.actions.instruction import assign_officer
from calls.models import Application, BulkAct, CompletionRequest
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.dates import day
from portal.threads.actions import thread_at, write
from portal.threads.enums import Audience, ThreadSide
from portal.threads.models import Thread
from tests.calls.views.test_officer_bulk import BULK, act_page, confirm, groups, hidden, of_files, ready, states
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.directory import AuthorityFactory
from tests.reading import elements_of, links_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db


# -- Each act --------------------------------------------------------------------------------------------------------


def test_the_same_complements_are_asked_of_many_and_taken_back_together(client):
    call = CallFactory()
    one, two = of_files(call, 2)
    person(Role.HEAD, at=one.establishment)
    client.force_login(person(Role.OFFICER))
    due_on = timezone.localdate() + timedelta(days=9)
    first = client.get(act_page("complements"), {"dossier": [one.reference, two.reference]})
    typed = {"fields_asked": ["deliberation"], "message": "La délibération signée.", "due_on": due_on.isoformat()}

    wrong = client.post(act_page("complements"), hidden(first) | typed | {"message": ""})
    checked = client.post(act_page("complements"), hidden(first) | typed)
    done = confirm(client, checked)

    assert wrong.status_code == 422
    assert "Dites au lycée ce qui manque." in words_of(tree_of(wrong))
    assert all(said in words_of(the(checked, "dl")) for said in ("Délibération du conseil d’administration", day(due_on)))
    asked = CompletionRequest.objects.order_by("pk")
    assert [(each.fields, each.message, each.due_on) for each in asked] == [(["deliberation"], "La délibération signée.", due_on)] * 2
    assert {each.application_id for each in asked} == {one.pk, two.pk}
    assert Message.objects.filter(code="completion_requested").count() == 1

    undo = next(href for label, href in links_of(done) if label == "Retirer les demandes de compléments")
    taken = client.post(undo.split("?")[0], hidden(client.get(undo)) | {"reason": "Demandé par erreur."})
    confirm(client, taken)

    assert not CompletionRequest.objects.still_open().exists()
    assert {each.cancel_reason for each in CompletionRequest.objects.all()} == {"Demandé par erreur."}


def test_complements_are_of_one_call_and_of_what_each_file_is_asked(client):
    here, there = CallFactory(), CallFactory()
    file, other = of_files(here, 1)[0], of_files(there, 1)[0]
    client.force_login(person(Role.OFFICER))

    page = client.get(act_page("complements"), {"dossier": [file.reference, other.reference]})
    alone = client.get(links_of(page, within=".pr-panel")[0][1])

    assert "plusieurs appels" in words_of(tree_of(page))
    assert elements_of(page, "form[method='post'] input[name='selection']") == []
    assert ready(alone) in ([file.reference], [other.reference])
    kind = bulk_kind("complements")
    given = kind.prepared({"fields": ["inconnue"], "message": "x", "due_on": timezone.localdate().isoformat()})
    assert kind.obstacle(file, person(Role.OFFICER), given).reason == "Ce qui est demandé n’est pas posé à ce dossier"


def test_a_lycee_is_reminded_once_a_day_of_what_it_owes(client, lot):
    head = person(Role.HEAD, at=lot["L-2"].establishment)
    client.force_login(person(Role.CALL_MANAGER))

    page = client.get(act_page("rappeler"), {"dossier": ["L-1", "L-2"]})
    done = confirm(client, page)
    again = client.get(act_page("rappeler"), {"dossier": ["L-2"]})

    assert groups(page) == {"Aucun complément n’est attendu": ["L-1"]}
    assert "Une fois parti, il ne se reprend pas." in words_of(tree_of(page))
    message = Message.objects.get(code="completion_reminded")
    assert (message.recipient, "L-2" in message.subject) == (head, True)
    assert groups(again) == {"Déjà rappelé aujourd’hui": ["L-2"]}
    assert "1\u00a0lycée relancé" in words_of(tree_of(done))
    client.force_login(head)
    assert "Compléments rappelés au lycée" in words_of(tree_of(client.get("/dossiers/L-2/")))


def test_declaring_by_mistake_is_taken_back_together_with_a_reason(client, lot):
    client.force_login(person(Role.OFFICER))
    done = confirm(client, client.get(BULK, {"dossier": ["L-1"]}))
    undo = next(href for label, href in links_of(done) if label == "Reprendre l’instruction")

    checked = client.post(undo.split("?")[0], hidden(client.get(undo)) | {"reason": "Mauvaise liste."})
    confirm(client, checked)

    assert states()["L-1"] == "submitted"
    assert JournalEntry.objects.get(action="resume_instruction").reason == "Mauvaise liste."
    assert client.get(act_page("reprendre"), {"dossier": ["L-1"]}).status_code == 404  # undoes an act, and nothing else


# -- Hand-over -------------------------------------------------------------------------------------------------------


def given_to(client, files, officer, reason="Départ en congé."):
    first = client.get(act_page("confier"), {"dossier": [file.reference for file in files]})
    checked = client.post(act_page("confier"), hidden(first) | {"officer": officer.pk, "reason": reason})
    return first, checked


def test_files_pass_to_another_officer_who_is_told_once_as_the_former_is(client):
    leaving, coming = person(Role.OFFICER, last_name="Part"), person(Role.OFFICER, last_name="Vient")
    files = of_files(CallFactory(), 3, officer=leaving)
    client.force_login(person(Role.CALL_MANAGER))

    first, checked = given_to(client, files, coming)
    silent = client.post(act_page("confier"), hidden(first) | {"officer": coming.pk, "reason": ""})
    done = confirm(client, checked)

    assert silent.status_code == 422
    assert set(Application.objects.values_list("officer", flat=True)) == {coming.pk}
    told = Message.objects.filter(code="files_handed_over")
    assert sorted(told.values_list("recipient", flat=True)) == sorted([leaving.pk, coming.pk])
    assert all("Départ en congé." in message.body and files[0].reference in message.body for message in told)
    assert {line.reason for line in JournalEntry.objects.filter(action="assign_officer")} == {"Départ en congé."}

    undo = next(href for label, href in links_of(done) if label == "Rendre à qui les suivait")
    assign_officer(application=files[0], officer=None, actor=coming)
    back = client.post(undo.split("?")[0], hidden(client.get(undo)) | {"reason": "Retour."})
    confirm(client, back)

    assert groups(back) == {"Confié à quelqu’un d’autre depuis": [files[0].reference]}
    assert list(Application.objects.order_by("pk").values_list("officer", flat=True)) == [None, leaving.pk, leaving.pk]


def test_a_hand_over_is_undone_for_seven_days(client):
    leaving, coming = person(Role.OFFICER), person(Role.OFFICER)
    files = of_files(CallFactory(), 1, officer=leaving)
    client.force_login(coming)
    done = confirm(client, given_to(client, files, coming)[1])
    undo = next(href for label, href in links_of(done) if label == "Rendre à qui les suivait")
    BulkAct.objects.update(created_at=timezone.now() - timedelta(days=9))

    late = client.get(undo)

    assert late.context["found"].ready == []
    assert next(iter(groups(late))).startswith("La passation ne s’annulait que jusqu’au")


def test_files_go_to_no_officer_of_another_perimeter(client):
    reims = person(Role.OFFICER, authority=AuthorityFactory(reims=True))
    files = of_files(CallFactory(), 1)
    client.force_login(person(Role.OFFICER))

    _, checked = given_to(client, files, reims)

    assert list(groups(checked)) == [f"{reims} n’instruit pas les dossiers de ce périmètre"]


def test_threads_that_wait_for_the_region_follow_the_files(client):
    leaving, coming = person(Role.OFFICER), person(Role.OFFICER)
    (file,) = of_files(CallFactory(), 1, officer=leaving)
    member = person(Role.MEMBER, at=file.establishment)
    write(thread=thread_at(file, "", Audience.SHARED), text="Quand saurons-nous ?", actor=member, side=ThreadSide.LYCEE)
    client.force_login(person(Role.CALL_MANAGER))

    confirm(client, given_to(client, [file], coming)[1])

    assert Thread.objects.count() == 1
    told = Message.objects.filter(code="thread_for_region").order_by("pk").values_list("recipient", flat=True)
    assert list(told) == [leaving.pk, coming.pk]
