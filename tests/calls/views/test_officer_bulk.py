"""An act on several files: the pre-flight says which ones stay and why, by reason; the act does only what it said, once."""

from uuid import uuid4

import pytest
from django.utils import timezone

from calls.actions.bulk import FileAsShown, begin, run
from calls.actions.bulk_kinds import bulk_kind
from calls.actions.instruction import assign_officer
from calls.models import Application, BulkAct, BulkItem, CompletionRequest
from calls.queries.bulk import stamps_of
from calls.views import bulk as bulk_views
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory
from tests.reading import elements_of, links_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db


def act_page(name):
    return f"/dossiers/lot/acte/{name}/"


BULK = act_page("recevables")


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
    assert "l’acte est possible sur 1 dossier, pas sur 5" in said.replace("\u00a0", " ")
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
    begun = begin(bulk_kind("recevables"), uuid4(), [FileAsShown(lot["L-1"].pk, 0, True)], actor=reims, params={})

    assert preview.context["found"].ready == preview.context["found"].held == []
    assert "L-1" not in preview.content.decode()
    assert "Cette sélection n’est pas lisible" in words_of(tree_of(refused))
    assert "Cette sélection n’est pas lisible" in words_of(tree_of(forged))
    assert begun.items.count() == 0
    assert states() == before


def test_a_role_that_ends_between_the_page_and_the_work_leaves_the_files(lot):
    officer = person(Role.OFFICER)
    key = lot["L-1"].pk
    act = begin(bulk_kind("recevables"), uuid4(), [FileAsShown(key, stamps_of([key])[key], True)], actor=officer, params={})
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

    with django_assert_num_queries(11):
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
