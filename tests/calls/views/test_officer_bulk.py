"""An act on several files: the pre-flight says which ones stay and why, by reason; the act does only what it said, once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from calls.actions.bulk import Shown, begin, run
from calls.actions.bulk_kinds import bulk_kind
from calls.actions.instruction import assign_officer
from calls.models import Application, BulkAct, BulkItem, CompletionRequest
from calls.queries.bulk import stamps_of
from calls.views import bulk as bulk_views
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.threads.actions import thread_at, write
from portal.threads.enums import Audience, ThreadSide
from portal.threads.models import Thread
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.reading import elements_of, links_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db


def act_page(name):
    return f"/dossiers/lot/acte/{name}/"


BULK = act_page("recevables")


@pytest.fixture
def lot():
    """One file that may go, and one of each that may not."""
    call = CallFactory()
    good = ApplicationFactory(call=call, reference="L-1", submitted=True, complete=True)
    waiting = ApplicationFactory(call=call, reference="L-2", submitted=True, complete=True)
    CompletionRequest.objects.create(application=waiting, fields=["titre"], message="Précisez.", due_on=timezone.localdate())
    done = ApplicationFactory(call=call, reference="L-3", admissible=True, complete=True)
    incomplete = ApplicationFactory(call=call, reference="L-4", submitted=True)
    ineligible = ApplicationFactory(
        call=call, reference="L-5", submitted=True, complete=True, establishment=EstablishmentFactory(without_contract=True)
    )
    late = ApplicationFactory(call=call, reference="L-6", submitted=True, complete=True, submitted_at=call.deadline + timedelta(minutes=1))
    return {file.reference: file for file in (good, waiting, done, incomplete, ineligible, late)}


def states():
    return dict(Application.objects.values_list("reference", "state"))


def ready(page):
    return [file.reference for file in page.context["found"].ready]


def groups(page):
    return {reason: [file.reference for file, _ in files] for reason, files in page.context["found"].groups}


def hidden(page):
    """What the form of a page would send, as a browser does."""
    fields = elements_of(page, "form[method='post'] input[type='hidden'][name]")
    sent = {}
    for field in fields:
        sent.setdefault(field["name"], []).append(field.get("value", ""))
    return sent


def confirm(client, page):
    return client.post(page.request["PATH_INFO"], hidden(page) | {"confirmer": "1"}, follow=True)


def of_files(call, count, **options):
    return [ApplicationFactory(call=call, submitted=True, complete=True, **options) for _ in range(count)]


# -- Pre-flight and act ----------------------------------------------------------------------------------------------


def test_preflight_says_which_files_stay_and_why(client, lot):
    client.force_login(person(Role.OFFICER))
    before = states()

    page = client.get(BULK, {"dossier": list(lot)})

    assert ready(page) == ["L-1"]
    assert groups(page) == {
        "À examiner à part": ["L-4", "L-5", "L-6"],
        "Une demande de compléments est en cours": ["L-2"],
        "État actuel : « Recevable »": ["L-3"],
    }
    said = words_of(tree_of(page))
    assert "1 partira, 5 non" in said.replace("\u00a0", " ")
    assert "Lycée non éligible." in said
    assert states() == before
    assert BulkAct.objects.count() == 0


def test_the_act_does_what_the_page_said_and_says_what_it_left(client, lot):
    person(Role.HEAD, at=lot["L-1"].establishment)
    officer = person(Role.OFFICER)
    client.force_login(officer)
    page = client.get(BULK, {"dossier": list(lot), "liste": "vue=a-statuer"})

    done = confirm(client, page)
    again = confirm(client, page)

    assert {reference for reference, state in states().items() if state == "admissible"} == {"L-1", "L-3"}
    assert "1\u00a0dossier déclaré recevable, 5 non." in words_of(tree_of(done))
    assert ("Revenir aux dossiers", "/dossiers/?vue=a-statuer") in links_of(done)
    assert done.redirect_chain[-1][0] == again.redirect_chain[-1][0]
    assert "C’est déjà fait." in words_of(tree_of(again))
    assert Message.objects.filter(code="declared_admissible").count() == 1
    line = JournalEntry.objects.get(action="declare_admissible")
    assert (line.actor, line.subject_id) == (officer, str(lot["L-1"].pk))


def test_a_file_that_changed_since_the_page_is_left_and_says_by_whom(client, lot):
    client.force_login(person(Role.OFFICER))
    colleague = person(Role.OFFICER, first_name="Inès", last_name="Maillard")
    page = client.get(BULK, {"dossier": ["L-1"]})
    assign_officer(application=lot["L-1"], officer=colleague, actor=colleague)

    done = confirm(client, page)

    assert states()["L-1"] == "submitted"
    (item,) = BulkItem.objects.all()
    assert item.reason == "Le dossier a changé depuis votre vérification"
    assert item.detail.startswith("Inès Maillard, le ")
    assert "Aucun dossier n’a changé." in words_of(tree_of(done))


def test_a_file_that_becomes_ready_after_the_page_stays(client, lot):
    """The page said that it would not change: nobody has agreed to it."""
    client.force_login(person(Role.OFFICER))
    page = client.get(BULK, {"dossier": ["L-1", "L-2"]})
    CompletionRequest.objects.update(answered_at=timezone.now())

    confirm(client, page)

    assert states()["L-2"] == "submitted"


def test_the_whole_list_is_taken_as_it_is_filtered(client):
    call, other = CallFactory(), CallFactory()
    files = of_files(call, 3)
    of_files(other, 1)
    client.force_login(person(Role.OFFICER))
    query = f"appel={call.reference}"

    listed = client.get(f"/dossiers/?{query}")
    whole = client.get(BULK, {"tous": "1", "liste": query})

    assert the(listed, "input[name='liste']")["value"] == query
    assert len(elements_of(listed, "input[data-check-all='dossier']")) == len(elements_of(listed, "input[name='tous']")) == 1
    assert ready(whole) == sorted(file.reference for file in files)


def test_too_many_files_are_said_and_not_cut(client, monkeypatch):
    of_files(CallFactory(), 3)
    monkeypatch.setattr("calls.views.selection.MOST", 2)
    client.force_login(person(Role.OFFICER))

    page = client.get(BULK, {"tous": "1", "liste": ""})

    assert "Trop de dossiers à la fois" in words_of(tree_of(page))
    assert page.context["found"].ready == []


def test_nothing_ticked_says_what_to_do(client):
    client.force_login(person(Role.OFFICER))

    assert "Aucun dossier n’est coché" in words_of(tree_of(client.get(BULK)))


# -- Who -------------------------------------------------------------------------------------------------------------


def test_files_outside_the_perimeter_do_not_exist(client, lot):
    """Reims sees none of the files of Nancy-Metz, and cannot confirm a page that Nancy-Metz was shown."""
    client.force_login(person(Role.OFFICER))
    stolen = hidden(client.get(BULK, {"dossier": ["L-1"]}))
    reims = person(Role.OFFICER, authority=AuthorityFactory(reims=True))
    client.force_login(reims)
    before = states()

    preview = client.get(BULK, {"dossier": ["L-1", "L-2"], "tous": "1"})
    refused = client.post(BULK, stolen | {"confirmer": "1"}, follow=True)
    forged = client.post(BULK, {"selection": "x:y", "dossier": ["L-1"], "confirmer": "1"}, follow=True)
    begun = begin(bulk_kind("recevables"), uuid4(), [Shown(lot["L-1"].pk, 0, True)], actor=reims, params={})

    assert preview.context["found"].ready == preview.context["found"].held == []
    assert "L-1" not in preview.content.decode()
    assert "Cette sélection n’est pas lisible" in words_of(tree_of(refused))
    assert "Cette sélection n’est pas lisible" in words_of(tree_of(forged))
    assert begun.items.count() == 0
    assert states() == before


def test_a_role_that_ends_between_the_page_and_the_work_leaves_the_files(lot):
    officer = person(Role.OFFICER)
    key = lot["L-1"].pk
    act = begin(bulk_kind("recevables"), uuid4(), [Shown(key, stamps_of([key])[key], True)], actor=officer, params={})
    officer.role_grants.all().delete()

    run(bulk_kind("recevables"), BulkAct.objects.get(pk=act.pk))

    assert states()["L-1"] == "submitted"
    assert act.items.get().reason == "Ce dossier n’est pas de votre périmètre"


@pytest.mark.parametrize("name", ["recevables", "complements", "confier", "rappeler"])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.CALL_MANAGER, Role.FINANCE, Role.AUDITOR, Role.ADMIN, Role.JUROR, Role.MEMBER])
def test_each_act_is_offered_to_whom_it_is_for(client, lot, role, name):
    client.force_login(person(role, at=lot["L-1"].establishment if role == Role.MEMBER else None))
    allowed = role == Role.OFFICER or (role in (Role.CALL_MANAGER, Role.ADMIN) and name in ("confier", "rappeler"))

    assert client.get(act_page(name), {"dossier": ["L-1"]}).status_code == (200 if allowed else 403)
    assert client.post(act_page(name), {"dossier": ["L-1"]}).status_code == (302 if allowed else 403)
    assert (act_page(name) in client.get("/dossiers/").content.decode()) is allowed


def test_the_page_of_an_act_is_read_by_who_asked_for_it(client, lot):
    client.force_login(person(Role.OFFICER))
    done = confirm(client, client.get(BULK, {"dossier": ["L-1"]}))
    address = done.redirect_chain[-1][0]

    client.force_login(person(Role.ADMIN))

    assert client.get(address).status_code == 404
    assert client.post(f"{address}continuer/").status_code == 404


@pytest.mark.parametrize("count", [1, 4])
def test_preflight_query_count(client, count, django_assert_num_queries):
    files = of_files(CallFactory(), count)
    client.force_login(person(Role.OFFICER))

    with django_assert_num_queries(10):
        page = client.get(BULK, {"dossier": [file.reference for file in files]})

    assert len(ready(page)) == count


# -- Long acts -------------------------------------------------------------------------------------------------------


class Stopped(Exception):
    pass


def test_a_long_act_is_a_work_that_goes_on_where_it_stopped(client, monkeypatch):
    files = of_files(CallFactory(), 3)
    person(Role.HEAD, at=files[0].establishment)
    monkeypatch.setattr(bulk_views, "AT_ONCE", 2)
    client.force_login(person(Role.OFFICER))
    page = client.get(BULK, {"dossier": [file.reference for file in files]})
    started = client.post(BULK, hidden(page) | {"confirmer": "1"})
    act = BulkAct.objects.get()

    def stop(done, total, note):
        if done == 1:
            raise Stopped

    with pytest.raises(Stopped):
        run(bulk_kind("recevables"), act, stop)
    halfway = sorted(states().values())
    resumed = client.post(f"{act.get_absolute_url()}continuer/")
    run(bulk_kind("recevables"), act)
    run(bulk_kind("recevables"), act)

    assert started["Location"].startswith("/taches/")
    assert resumed["Location"] == started["Location"]  # one work, however often it is asked
    assert halfway == ["admissible", "submitted", "submitted"]
    assert set(states().values()) == {"admissible"}
    assert JournalEntry.objects.filter(action="declare_admissible").count() == 3
    assert Message.objects.filter(code="declared_admissible").count() == 1


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
    assert "Délibération du conseil d’administration" in words_of(the(checked, "dl"))
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
