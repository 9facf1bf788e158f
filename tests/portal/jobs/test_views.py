import json
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.files import access
from portal.files.intake import store_bytes
from portal.jobs.models import Job
from tests.factories.accounts import person
from tests.factories.jobs import JobFactory
from tests.reading import elements_of, links_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def owner(client):
    user = person()
    client.force_login(user)
    return user


def test_owner_sees_where_the_job_stands(client, owner):
    job = JobFactory(owner=owner, state=Job.State.RUNNING, done=30, total=40, note="Écriture du classeur")

    page = client.get(job.get_absolute_url())

    assert "Écriture du classeur" in page.content.decode()
    assert the(page, "progress")["value"] == "75"
    assert the(page, "[data-hx-trigger]")["data-hx-trigger"] == "every 1s"
    assert the(page, 'noscript meta[http-equiv="refresh"]')["content"] == f"3; url=/taches/{job.pk}/?suivre=1"


@pytest.mark.parametrize("role", [None, "admin", "auditor", "call_manager"])
def test_job_of_somebody_else_does_not_exist(client, role):
    job = JobFactory(label="Export secret")
    client.force_login(person(role))

    assert client.get(job.get_absolute_url()).status_code == 404
    assert client.get(job.get_absolute_url(), **HTMX).status_code == 404
    assert client.post(f"{job.get_absolute_url()}annuler/").status_code == 404
    assert "Export secret" not in client.get("/taches/").content.decode()


def test_fragment_is_the_block_alone(client, owner):
    job = JobFactory(owner=owner, state=Job.State.RUNNING)

    answer = client.get(job.get_absolute_url(), **HTMX)

    assert [element["id"] for element in elements_of(answer, "body > *")] == ["tache"]


@pytest.mark.parametrize("reads", [True, False])
def test_finished_job_stops_polling_and_offers_its_file_to_whoever_may_still_read_it(client, owner, monkeypatch, reads):
    monkeypatch.setitem(access._rules, "tests.file", lambda user, file: reads)
    stored = store_bytes("dossiers.xlsx", b"x", "application/x", purpose="tests.file", expires_at=timezone.now() + timedelta(hours=24))
    job = JobFactory(owner=owner, state=Job.State.DONE, result_file=stored, finished_at=timezone.now())

    page = client.get(job.get_absolute_url())

    assert elements_of(page, "[data-hx-trigger], [http-equiv]") == []
    assert (f"/fichiers/{stored.pk}/" in [address for _, address in links_of(page)]) == reads


def test_finished_job_leads_back_to_its_page(client, owner):
    job = JobFactory(owner=owner, state=Job.State.DONE, return_url="/espace/", finished_at=timezone.now())

    assert client.get(job.get_absolute_url(), **HTMX)["HX-Redirect"] == "/espace/"
    assert client.get(f"{job.get_absolute_url()}?suivre=1")["Location"] == "/espace/"
    assert client.get(job.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(("address", "headers"), [("", HTMX), ("?suivre=1", {})])
def test_the_page_to_which_a_finished_job_leads_says_that_it_is_finished(client, owner, address, headers):
    job = JobFactory(owner=owner, label="Export des dossiers", state=Job.State.DONE, return_url="/taches/", finished_at=timezone.now())

    client.get(job.get_absolute_url() + address, **headers)

    assert words_of(the(client.get("/taches/"), ".pr-alert[data-say]")) == "Export des dossiers\N{NO-BREAK SPACE}: c’est terminé."


def test_polls_answered_after_the_end_say_it_once(client, owner):
    job = JobFactory(owner=owner, label="Export des dossiers", state=Job.State.DONE, return_url="/taches/", finished_at=timezone.now())

    for _ in range(5):
        assert client.get(job.get_absolute_url(), **HTMX)["HX-Redirect"] == "/taches/"
    client.get(f"{job.get_absolute_url()}?suivre=1")

    assert len(elements_of(client.get("/taches/"), ".pr-alert[data-say]")) == 1


@pytest.mark.parametrize(
    ("read", "leaves"), [("/seances/3/?scenario=15", False), ("/seances/3/", True), ("/seances/4/?scenario=15", True), ("/taches/1/", True)]
)
def test_the_end_of_a_work_takes_nobody_away_from_what_they_read_on_its_page(client, owner, read, leaves):
    job = JobFactory(owner=owner, state=Job.State.DONE, return_url="/seances/3/", finished_at=timezone.now())

    answer = client.get(job.get_absolute_url(), **HTMX, HTTP_HX_CURRENT_URL=f"http://testserver{read}")

    assert ("HX-Redirect" in answer) == leaves
    if not leaves:
        assert "C’est terminé." in words_of(the(answer, "[data-say]"))
        assert the(answer, "#resultat")["href"] == "/seances/3/"


def test_a_job_that_ends_in_sight_is_said_and_gives_the_focus_to_its_result(client, owner, monkeypatch):
    monkeypatch.setitem(access._rules, "tests.file", lambda user, file: True)
    stored = store_bytes("dossiers.xlsx", b"x", "application/x", purpose="tests.file")
    job = JobFactory(owner=owner, state=Job.State.DONE, result_file=stored, finished_at=timezone.now())

    answer = client.get(job.get_absolute_url(), **HTMX)

    assert json.loads(answer["HX-Trigger-After-Settle"]) == {"preau:focus": {"id": "fichier", "if_idle": True}}
    assert the(answer, "#fichier")["href"] == stored.get_absolute_url()
    assert "C’est terminé." in words_of(the(answer, "[data-say]"))


def test_failed_job_does_not_lead_away_from_its_reason(client, owner):
    job = JobFactory(owner=owner, state=Job.State.FAILED, error="Le fichier est vide.", return_url="/espace/", finished_at=timezone.now())

    answer = client.get(job.get_absolute_url(), **HTMX)

    assert "HX-Redirect" not in answer
    assert "Le fichier est vide." in answer.content.decode()


def test_label_typed_by_a_person_is_escaped(client, owner):
    job = JobFactory(owner=owner, label="<script>alert(1)</script>")

    assert "<script>alert(1)</script>" in words_of(tree_of(client.get(job.get_absolute_url())))
    assert "<script>alert(1)</script>" in words_of(tree_of(client.get("/taches/")))


def test_owner_cancels(client, owner):
    waiting, running, over = (JobFactory(owner=owner, state=state) for state in ("queued", "running", "done"))

    for job in (waiting, running, over):
        assert client.post(f"/taches/{job.pk}/annuler/").status_code == 302

    found = dict(Job.objects.values_list("pk", "state"))
    assert found == {waiting.pk: "cancelled", running.pk: "running", over.pk: "done"}
    assert Job.objects.get(pk=running.pk).cancel_asked is True


def test_cancelling_takes_a_post(client, owner):
    job = JobFactory(owner=owner)

    assert client.get(f"/taches/{job.pk}/annuler/").status_code == 405
    assert Job.objects.get().state == "queued"


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_whatever_its_length(client, owner, django_assert_max_num_queries, count):
    JobFactory.create_batch(count, owner=owner)
    client.get("/taches/")

    with django_assert_max_num_queries(6):
        page = client.get("/taches/")

    assert len(page.context["page_obj"]) == count


def test_empty_list_says_what_will_be_there(client, owner):
    assert "Aucun travail pour l’instant" in client.get("/taches/").content.decode()
