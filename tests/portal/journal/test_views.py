from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.jobs.models import Job
from portal.journal import acts, queries
from portal.journal.models import ChainCheck, JournalEntry
from portal.journal.recorder import record
from portal.journal.seal import seal_pending
from portal.journal.verify import nightly_check, run_check
from portal.roles import SCHOOL_ROLES, Role
from portal.ui.todo import items_for
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import UserFactory, person
from tests.factories.directory import EstablishmentFactory
from tests.reading import texts_of

pytestmark = pytest.mark.django_db
LIST = "/journal/"
READERS = (Role.ADMIN, Role.AUDITOR, Role.CALL_MANAGER)


@pytest.fixture
def auditor(client):
    user = person(Role.AUDITOR, first_name="Irène", last_name="Perrin")
    client.force_login(user)
    return user


def shown(answer) -> list[str]:
    return [entry.action for entry, _, _ in answer.context["rows"]]


@pytest.mark.parametrize("role", READERS)
def test_readers_read_the_journal(client, role, chain):
    client.force_login(person(role))

    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}{chain[0].pk}/").status_code == 200


@pytest.mark.parametrize("role", [None, *(role for role in Role if role not in READERS)])
def test_journal_is_not_for_others(client, role, chain, school):
    client.force_login(person(role, at=school if role in SCHOOL_ROLES else None))

    answers = [client.get(LIST), client.get(f"{LIST}{chain[0].pk}/"), client.get(f"{LIST}999999/"), client.post(f"{LIST}verifier/")]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert Job.objects.count() == 0


def test_journal_filters_by_every_field(client, auditor, school):
    nadia, other = (
        UserFactory(first_name="Nadia", last_name="Férhat", email="nadia@region.example"),
        EstablishmentFactory(name="Lycée Louise-Michel"),
    )
    with time_machine.travel(datetime(2026, 3, 11, 22, 30, tzinfo=UTC)):  # 23:30 in Paris
        record(school, "open_door", actor=SYSTEM)
    with time_machine.travel(datetime(2026, 3, 11, 23, 30, tzinfo=UTC)):  # 00:30 in Paris, the day after
        record(other, "close_door", actor=nadia, reason="Été échu")
    with time_machine.travel(datetime(2026, 3, 13, 12, tzinfo=UTC)):
        record(nadia, "give_role", actor=nadia)

    def found(**filters):
        return shown(client.get(LIST, filters))

    kinds = dict(client.get(LIST).context["form"].fields["objet"].choices)
    person_kind = next(key for key, label in kinds.items() if label == "Compte")
    assert found() == ["give_role", "close_door", "open_door"]
    assert found(q="jean-prouve") == ["open_door"]
    assert found(q="ETE louise") == ["close_door"]
    assert found(personne="ferhat nadia") == ["give_role", "close_door"]
    assert found(personne="préau") == ["open_door"]
    assert found(acte="close_door") == ["close_door"]
    assert found(objet=person_kind) == ["give_role"]
    assert found(du="2026-03-12") == ["give_role", "close_door"]
    assert found(au="2026-03-11") == ["open_door"]
    assert found(du="2026-03-12", au="2026-03-12") == ["close_door"]
    assert found(q="zzz") == []


def test_acts_of_one_name_are_one_choice_that_finds_them_all(client, auditor, school, monkeypatch):
    monkeypatch.setattr(acts, "_labels", {**acts._labels, "decline": "Aide déclinée", "decline_award": "Aide déclinée"})
    queries._act_labels.cache_clear()
    for act in ("decline", "decline_award", "open_door"):
        record(school, act, actor=SYSTEM)

    choices = client.get(LIST).context["form"].fields["acte"].choices
    found = [value for value, label in choices if label == "Aide déclinée"]

    assert found == ["decline,decline_award"]
    assert shown(client.get(LIST, {"acte": found[0]})) == ["decline_award", "decline"]


@pytest.mark.parametrize(
    "query",
    [
        {"du": "31/02/2026"},
        {"du": "2026-04-01", "au": "2026-03-01"},
        {"acte": "nothing"},
        {"objet": "999999"},
        {"objet": "x' OR 1=1"},
        {"q": "\x00"},
        {"q": "x" * 5000},
        {"personne": "'\"%_\\"},
        {"page": "zzz"},
        {"au": "9999-12-31"},
        {"du": "0001-01-01"},
    ],
)
def test_journal_bears_with_any_address(client, auditor, chain, query):
    assert client.get(LIST, query).status_code == 200


def test_filter_that_is_not_understood_is_said_and_the_others_still_serve(client, auditor, chain):
    answer = client.get(LIST, {"du": "hier", "acte": "act_2"})

    assert shown(answer) == ["act_2"]
    assert list(answer.context["form"].errors) == ["du"]


def test_acts_are_named_as_their_workflow_says_they_were_done(client, auditor):
    from calls.workflows.call import CallWorkflow  # noqa: F401 -- a workflow whose labels the journal reads
    from tests.factories.calls import CallFactory

    call = CallFactory()
    record(call, "publish", actor=SYSTEM, source="draft", target="published")

    answer = client.get(LIST)
    detail = client.get(f"{LIST}{JournalEntry.objects.get().pk}/").content.decode()

    assert [row[1] for row in answer.context["rows"]] == ["Appel publié"]
    assert "Brouillon" in detail


def test_entry_shows_the_act_and_its_proof(client, auditor, school):
    actor = person(first_name="Nadia", last_name="Ferhat", email="nadia@region.example")
    entry = record(
        school, "act", actor=actor, reason="<b>Motif</b>\nsuite", data={"place": "Ici", "by_mailbox": True, "list": [1, {"label": "Toul"}]}
    )
    seal_pending()
    entry.refresh_from_db()

    page = client.get(f"{LIST}{entry.pk}/").content.decode()

    assert "<b>Motif</b>suite" in texts_of(page, ":has(> br)")
    assert "nadia@region.example" in page
    told = dict(zip(texts_of(page, "dt"), texts_of(page, "dd"), strict=True))
    assert told["Lieu"] == "Ici"
    assert told["Par la boîte de l’établissement"] == "oui"
    assert "1, Toul" in page
    assert entry.hash in page


def test_entry_leads_to_the_others_of_the_same_object(client, auditor, chain):
    other = record(EstablishmentFactory(), "elsewhere", actor=SYSTEM)

    answer = client.get(f"{LIST}{chain[2].pk}/")

    assert [entry.action for entry, _ in answer.context["others"]] == ["act_5", "act_4", "act_2", "act_1"]
    assert client.get(f"{LIST}{other.pk}/").context["others"] == []


def test_page_says_where_the_chain_stands(client, auditor, chain, school):
    record(school, "later", actor=SYSTEM)
    never = client.get(LIST).content.decode()
    run_check(asked_by=auditor)
    checked = client.get(LIST).content.decode()

    assert "Jamais vérifiée" in never
    assert "Intacte à la dernière vérification" in checked
    assert "demandée par Irène Perrin" in checked
    assert chain[-1].hash[:16] in checked


def test_page_says_that_a_seal_is_late(client, auditor, school):
    record(school, "act", actor=SYSTEM)

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert "Sceau en retard" in client.get(LIST).content.decode()


def test_fault_is_on_the_page_and_in_what_awaits_readers(client, auditor, unlocked, sql):
    sql("UPDATE journal_journalentry SET reason = 'Autre' WHERE sequence = 2")
    nightly_check()

    page = client.get(LIST).content.decode()

    assert "L’écriture n°\u00a02 a été modifiée" in page
    assert [item.title for item in items_for(auditor) if "journal" in item.title] == ["Anomalie du journal"]
    assert [item.title for item in items_for(UserFactory()) if "journal" in item.title] == []


def test_walk_is_asked_for_and_runs_in_the_background(client, auditor, chain, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{LIST}verifier/")

    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    assert (job.state, job.result) == (Job.State.DONE, {"problem": "", "entries": 5})
    assert ChainCheck.objects.get().asked_by == auditor


def test_reading_starts_no_walk(client, auditor):
    assert client.get(f"{LIST}verifier/").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_whatever_its_length(client, auditor, school, count, django_assert_num_queries):
    for n in range(count):
        record(school, f"act_{n}", actor=UserFactory())
        record(UserFactory(), f"act_{n}", actor=SYSTEM)

    with django_assert_num_queries(12):
        page = client.get(LIST)

    assert len(page.context["rows"]) == 2 * count


def test_journal_offers_no_way_to_write(client, auditor, chain):
    for method in (client.post, client.put, client.patch, client.delete):
        method(f"{LIST}{chain[0].pk}/", {"reason": "Autre"})
        method(LIST, {"reason": "Autre"})

    assert list(JournalEntry.objects.order_by("pk").values_list("reason", flat=True)) == [f"Motif {n}" for n in range(1, 6)]
