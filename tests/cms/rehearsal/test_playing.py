"""A rehearsal is made, entered, played up to the release; the real portal has not changed by a row, a mail or a page."""

import re
from hashlib import sha256

import pytest
from django.core import mail
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from calls.enums import ApplicationState, CallState
from calls.models import Application, Call
from cms.rehearsal import making, stages, world
from cms.rehearsal.stages import RehearsalStage
from cms.starter.build import build_site
from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.notifications.tasks import send_pending
from portal.rehearsal import building, places
from portal.rehearsal.places import Rehearsal
from portal.roles import Role
from scoring.models import FundingDecision
from tests.factories.accounts import person
from tests.factories.jury import publishable_call

# What asking for a rehearsal writes: a line of the journal and its seal, a job and its task; and the session of whoever asks.
ASKING = ("journal_", "jobs_job", "django_q_", "django_session", "usersessions_")
BUILT = re.compile(rb"<lastBuildDate>[^<]+|(nonce|csrfmiddlewaretoken|value)=\"[^\"]+\"|[0-9a-f-]{36}")


@pytest.fixture
def real(db, settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(world, "FILES", 8)  # quicker than twenty
    monkeypatch.setattr(world, "LYCEES", 24)
    build_site()
    call = Call.objects.get(pk=publishable_call(reference="UN-2027", slug="usages-2027", title="Usages 2027").pk)
    yield call
    building.drop(Rehearsal(call.pk))


@pytest.fixture
def manager(client, real):
    user = person(Role.CALL_MANAGER)
    client.force_login(user)
    client.get("/espace/")
    return user


@pytest.fixture
def asked(django_capture_on_commit_callbacks):
    """`asked(client, name, …)`: a press on the staff's page, and what the worker then does."""

    def press(client, real, name, **posted):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse(f"cms:rehearsal_{name}", args=[real.reference]), posted)

    return press


def rows_of_the_portal():
    """Every table but those of asking: how many rows, and a fingerprint of what they hold."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(ASKING) and not table.startswith("sqlite"):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows = sorted(map(repr, cursor.fetchall()))
                found[table] = len(rows), sha256("".join(rows).encode()).hexdigest()
    return found


def public_pages():
    anonymous = Client()
    paths = ("/", "/appels/", "/resultats/", "/appels/usages-2027/", "/appels/flux.rss", "/sitemap.xml")
    return {path: BUILT.sub(b"", anonymous.get(path).content) for path in paths}


def test_a_whole_life_leaves_the_portal_as_it_was(client, real, manager, asked):
    before, pages, files = rows_of_the_portal(), public_pages(), set(storages["private"].listdir("")[1])

    asked(client, real, "prepare")
    job = Job.objects.get(kind=making.KIND)
    assert (job.state, job.error, job.result) == (Job.State.DONE, "", {"sent": 7, "lacking": ""})
    asked(client, real, "forward", stage=RehearsalStage.DECISION.value)
    assert Job.objects.get(kind=making.FORWARD).error == ""
    entered = asked(client, real, "enter", login="appels")
    assert entered["Location"] == f"/repetition/{real.pk}/espace/"
    with Rehearsal(real.pk).entered():
        assert Call.objects.get(pk=real.pk).state == CallState.VOTED
    release = f"/repetition/{real.pk}/decisions/notification/UN-2027/"
    page = client.get(release)
    assert page.status_code == 200
    assert b"rien n\xe2\x80\x99est r\xc3\xa9el" in page.content
    client.post(release, {"checked": "on"})

    with Rehearsal(real.pk).entered():
        played = Call.objects.get(pk=real.pk)
        assert played.state == CallState.RELEASED
        assert FundingDecision.objects.granting().exists()
        assert Message.objects.filter(state=Message.State.PENDING).count() > 10
        letter = StoredFile.objects.filter(name__endswith=".pdf").exclude(purpose="attachment").first()
        assert "SPÉCIMEN" in "".join(page.extract_text() for page in PdfReader(letter.content).pages)
        assert send_pending() == 0
    assert mail.outbox == []
    assert rows_of_the_portal() == before
    assert public_pages() == pages
    assert set(storages["private"].listdir("")[1]) == files
    told = list(JournalEntry.objects.filter(subject_id=str(real.pk), actor=manager).order_by("pk").values_list("action", flat=True))
    assert told == ["prepare_rehearsal"]


def test_one_comes_back_to_what_was_prepared_in_one_press(client, real, manager, asked):
    asked(client, real, "prepare")
    with Rehearsal(real.pk).entered():
        first = sorted(Application.objects.values_list("reference", "state", "requested_amount"))
        stages.take_to(real.pk, RehearsalStage.CLOSED, lambda done, total, note: None)
        User.objects.filter(email="equipe@preau.example").update(last_name="Autre")

    asked(client, real, "prepare")

    with Rehearsal(real.pk).entered():
        assert sorted(Application.objects.values_list("reference", "state", "requested_amount")) == first
        assert Call.objects.get(pk=real.pk).is_open
        assert User.objects.get(email="equipe@preau.example").last_name == "Benali"
        assert building.mark().stage == RehearsalStage.WRITING
    closed = asked(client, real, "close")
    assert closed.status_code == 302
    assert places.known() == []
    told = JournalEntry.objects.filter(subject_id=str(real.pk), actor=manager).order_by("pk").values_list("action", flat=True)
    assert list(told) == ["prepare_rehearsal", "restart_rehearsal", "close_rehearsal"]


def test_the_door(client, real, manager, asked):
    """Inside, one is who one chose to be; outside, nobody of the rehearsal is anybody; a school does not pass."""
    asked(client, real, "prepare")
    inside = f"/repetition/{real.pk}/"

    not_chosen = client.get(f"{inside}espace/")
    assert not_chosen.status_code == 302
    assert not_chosen["Location"].startswith(f"{inside}compte/login/")
    entered = asked(client, real, "enter", login="equipe")
    cookie = entered.cookies["repetition_sessionid"]
    assert (cookie["path"], cookie["httponly"]) == (inside, True)
    mine = client.get(f"{inside}espace/")
    assert "Karim Benali" in mine.content.decode()
    assert mine["Cache-Control"] == "private, no-store"
    assert all(name.startswith("repetition_") for name in mine.cookies)
    with Rehearsal(real.pk).entered():
        draft = Application.objects.get(state=ApplicationState.DRAFT)
    assert client.get(f"{inside}dossiers/{draft.reference}/").status_code in (200, 302)
    assert client.get(f"/dossiers/{draft.reference}/").status_code == 404
    assert client.get(f"/repetition/{real.pk + 1}/espace/")["Location"] == f"/repetitions/{real.pk + 1}/"

    stranger = Client()
    stranger.cookies["repetition_sessionid"] = cookie.value
    stranger.cookies["sessionid"] = cookie.value
    assert stranger.get(f"{inside}espace/")["Location"] == f"/repetitions/{real.pk}/"
    assert stranger.get("/espace/")["Location"].startswith("/compte/login/")
    school = Client()
    school.force_login(person(Role.OFFICER))
    school.cookies["repetition_sessionid"] = cookie.value
    assert school.get(f"{inside}espace/")["Location"] == f"/repetitions/{real.pk}/"
    assert school.get(f"/repetitions/{real.pk}/").status_code == 404

    client.post(reverse("account_logout"))
    assert client.get(f"{inside}espace/")["Location"] == f"/repetitions/{real.pk}/"


def test_a_call_that_cannot_be_published_says_why(client, real, manager, asked):
    real.questionnaires.all().delete()

    asked(client, real, "prepare")

    job = Job.objects.get(kind=making.KIND)
    assert job.state == Job.State.FAILED
    assert job.error.startswith("L’appel n’est pas encore prêt à être répété.")
    assert places.known() == []
    page = client.get(reverse("cms:rehearsal", args=[real.reference])).content.decode()
    assert "La dernière demande n’a pas abouti" in page


def test_a_server_that_may_not_create_it_says_so(client, real, manager, asked, monkeypatch):
    monkeypatch.setattr(building, "hindrance", lambda: building.NO_RIGHT)

    page = client.get(reverse("cms:rehearsal", args=[real.reference])).content.decode()
    refused = asked(client, real, "prepare")

    assert "droit CREATE" in page
    assert "Préparer la répétition" not in page
    assert refused.status_code == 422 or "droit CREATE" in refused.content.decode()
    assert not Job.objects.exists()


def test_after_an_update_of_the_portal_it_is_made_again(client, real, manager, asked, monkeypatch):
    building.create(Rehearsal(real.pk), lambda done, total: None)  # nobody finished it: as an update leaves it

    page = client.get(reverse("cms:rehearsal", args=[real.reference])).content.decode()

    assert "date d’une version précédente" in page
    assert "Recommencer la répétition" in page
    assert "Préparer la répétition" not in page
    refused = asked(client, real, "enter", login="equipe")
    assert refused.status_code == 409
    assert "préparez-la" in refused.content.decode()
    assert asked(client, real, "forward", stage="reading").status_code == 409
    assert not Job.objects.exists()
