"""The release: once, whole, resumable at any point; nothing is known before it."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Sum

from calls.models import Application, Call
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed
from portal.journal import recorder
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from scoring.actions.release import ask_release
from scoring.hooks import jobs
from scoring.models import FundingDecision
from scoring.queries.decision import deliveries, letters_to_come, messages_to_come, needs_to_order, results_to_come
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose, quiet, vote
from tests.factories.workflow import reacting

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for a worker that dies: nothing catches it."""


@pytest.fixture
def letters():
    """A higher app that draws one letter per decision, in the transaction of the release."""

    def draw(decision, move):
        recorder.record(decision, "letter", actor=move.actor)

    with reacting(draw, (FundingDecision, "release")):
        yield lambda: sorted(JournalEntry.objects.filter(action="letter").values_list("subject_id", flat=True))


def voted(**kwargs):
    made = vote(deliberation(**kwargs))
    for file in made.files:
        person(Role.HEAD, at=file.establishment)
        person(Role.MEMBER, at=file.establishment)
    return made


def everything_is_released(made, letters) -> bool:
    """Each decision, file, letter and message exactly once."""
    decisions = sorted(str(pk) for pk in FundingDecision.objects.values_list("pk", flat=True))
    addresses = Message.objects.filter(code="decision_released")
    return (
        Call.objects.get().state == "released"
        and set(FundingDecision.objects.values_list("state", flat=True)) == {"released"}
        and set(Application.objects.values_list("state", flat=True)) == {"decided"}
        and letters() == decisions
        and addresses.count() == 3 * len(decisions)
        and addresses.values("event_key", "to_email").distinct().count() == 3 * len(decisions)
        and JournalEntry.objects.filter(action="decide").count() == len(decisions)
        and Application.objects.aggregate(total=Sum("granted_amount"))["total"] == Decimal("200.00")
    )


def test_release_makes_every_decision_known_once(letters):
    made = voted()
    job = ask_release(call=made.call, actor=made.manager)

    result = jobs.release(job, quiet)

    assert result == {"released": 4, "already": 0, "total": 4}
    assert everything_is_released(made, letters)
    told = Application.objects.order_by("pk").values_list("outcome", "granted_amount")
    assert list(told) == [("awarded", Decimal("100.00"))] * 2 + [("rejected", None)] * 2
    actors = JournalEntry.objects.filter(action__in=["release", "decide"]).values_list("actor", flat=True)
    assert set(actors) == {made.manager.pk}


def test_release_run_twice_does_nothing_the_second_time(letters):
    made = voted()
    job = ask_release(call=made.call, actor=made.manager)
    jobs.release(job, quiet)
    entries, messages = JournalEntry.objects.count(), Message.objects.count()

    again = jobs.release(job, quiet)

    assert again == {"released": 0, "already": 4, "total": 4}
    assert (JournalEntry.objects.count(), Message.objects.count()) == (entries, messages)
    assert everything_is_released(made, letters)


@pytest.mark.parametrize("step", range(5))
def test_release_killed_between_two_decisions_resumes(letters, step):
    made = voted()
    job = ask_release(call=made.call, actor=made.manager)

    def die(done, total, note=""):
        if done == step:
            raise Killed

    with pytest.raises(Killed):
        jobs.release(job, die)
    assert FundingDecision.objects.filter(state="released").count() == step
    assert Application.objects.filter(state="decided").count() == step

    assert jobs.release(job, quiet) == {"released": 4 - step, "already": step, "total": 4}
    assert everything_is_released(made, letters)


# Each decision moves two objects: its own transition, then its file's; the ninth one is the call's.
@pytest.mark.parametrize("step", range(9))
def test_release_killed_inside_a_transaction_resumes(letters, step, monkeypatch):
    made = voted()
    job = ask_release(call=made.call, actor=made.manager)
    seen = []

    def die(instance, move):
        seen.append(move.name)
        if len(seen) == step + 1:
            raise Killed

    with reacting(die, (FundingDecision, "release"), (Call, "release"), (Application, "decide")), pytest.raises(Killed):
        jobs.release(job, quiet)
    whole = min(step // 2, 4)
    assert FundingDecision.objects.filter(state="released").count() == whole
    assert Application.objects.filter(state="decided").count() == whole
    assert len(letters()) == whole
    assert Message.objects.filter(code="decision_released").count() == 3 * whole

    jobs.release(job, quiet)

    assert everything_is_released(made, letters)


def test_two_workers_on_the_same_release_tell_each_school_once(letters):
    made = voted()
    job = ask_release(call=made.call, actor=made.manager)

    def the_other_one(done, total, note=""):
        if done == 0:
            jobs.release(job, quiet)

    jobs.release(job, the_other_one)

    assert everything_is_released(made, letters)


def test_release_is_asked_once_by_whoever_manages_the_call():
    made = voted()
    for stranger in (made.finance, made.chair, person(Role.AUDITOR), person(Role.HEAD, at=made.files[0].establishment)):
        with pytest.raises(PermissionDenied):
            ask_release(call=made.call, actor=stranger)

    first = ask_release(call=made.call, actor=made.manager)
    second = ask_release(call=made.call, actor=person(Role.ADMIN))

    assert first == second
    assert Job.objects.count() == 1


def test_release_waits_for_the_vote_and_is_not_asked_again():
    made = propose(deliberation())
    with pytest.raises(TransitionRefused, match="n’est pas enregistré"):
        ask_release(call=made.call, actor=made.manager)

    assert Job.objects.count() == 0


def test_release_by_someone_who_lost_the_role_stops_before_anything():
    made = voted()
    job = ask_release(call=made.call, actor=made.manager)
    made.manager.role_grants.all().delete()
    job = Job.objects.select_related("owner").get(pk=job.pk)

    with pytest.raises((PermissionDenied, JobFailed)):
        jobs.release(job, quiet)

    assert set(Application.objects.values_list("state", flat=True)) == {"assessed"}
    assert Message.objects.count() == 0


def test_message_says_only_that_the_decision_is_available():
    made = voted()
    jobs.release(ask_release(call=made.call, actor=made.manager), quiet)

    for file in made.files:
        message = Message.objects.get(code="decision_released", to_email=file.establishment.email)
        assert message.subject == f"Dossier {file.reference} : la décision est disponible"
        assert f"http://testserver/dossiers/{file.reference}/" in message.body
        for word in ("retenu", "rejet", "Retenu", "100,00", "rang"):
            assert word not in message.body


def test_dry_run_tells_who_will_be_reached_and_writes_nothing():
    made = voted()
    decisions = FundingDecision.objects.select_related("application__establishment").order_by("pk")
    entries = JournalEntry.objects.count()

    reached = [(delivery.reached, bool(delivery.mailbox)) for delivery in deliveries(decisions)]

    assert reached == [(3, True)] * 4
    assert [(e.label, e.count, e.detail) for e in letters_to_come(made.call)] == [
        ("Lettres de notification", 4, "2 × retenu, 2 × non retenu")
    ]
    assert [(e.label, e.count, e.detail) for e in messages_to_come(made.call)] == [
        ("Messages électroniques", 12, "8\u00a0personnes et 4\u00a0adresses institutionnelles.")
    ]
    assert [(e.label, e.count, e.detail) for e in results_to_come(made.call)] == [
        ("Page de résultats", 1, "2\u00a0lycées retenus. Publiée à la fin de la notification.")
    ]
    assert [(e.label, e.count, e.detail) for e in needs_to_order(made.call)] == [
        ("Brouillons, équipement", 2, "2\u00a0lignes retenues à commander, un brouillon par lycée au moins.")
    ]
    assert JournalEntry.objects.count() == entries
