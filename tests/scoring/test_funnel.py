"""The funnel of a call: each step counts the files that have reached it, and those that have gone beyond, phase after phase."""

import pytest
from django.utils import timezone

from calls.enums import ApplicationState, CallState
from calls.models import Application, Call
from calls.queries.calls import funnel_of, funnel_steps
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.enums import AssessmentState
from scoring.models import InterestDeclaration
from scoring.queries.jury import jury_calls_with_progress
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.deliberation import close, deliberation, propose, release, sit, vote
from tests.factories.jury import admissible_file, juror, jury_call, reading

pytestmark = pytest.mark.django_db
STEPS = ["Dossiers ouverts", "Déposés", "Recevables", "Notés"]


def counts(call) -> dict[str, int]:
    return {step["label"]: step["value"] for step in funnel_steps(funnel_of(call))}


def refused(call, **fields) -> Application:
    """Declared inadmissible."""
    found = {"state": ApplicationState.INADMISSIBLE, "checked_at": timezone.now(), "inadmissibility_reason": "Hors délai."}
    return ApplicationFactory(call=call, submitted=True, **found | fields)


def test_while_jurors_score_a_file_counts_from_its_last_evaluation_on():
    call = jury_call()
    first, second = juror(call), juror(call)
    done, half, unread, recused = (admissible_file(call) for _ in range(4))
    for file in (done, half, recused):
        reading(file, first, 3, 4)
    reading(done, second, 2, 2)
    reading(half, second, state=AssessmentState.IN_PROGRESS)
    reading(recused, second, state=AssessmentState.ASSIGNED)
    InterestDeclaration.objects.create(user=second, application=recused, reason="Ancien collègue.")
    refused(call)

    assert (counts(call)["Déposés"], counts(call)["Recevables"], counts(call)["Notés"]) == (5, 4, 2)
    half.assessments.filter(juror=second).update(state=AssessmentState.SUBMITTED, submitted_at=timezone.now())
    assert counts(call)["Notés"] == 3
    Application.objects.filter(pk=done.pk).update(state=ApplicationState.WITHDRAWN)
    assert counts(call)["Notés"] == 2


@pytest.mark.parametrize("reach", [None, sit, close, propose, vote, release])
def test_every_phase_after_the_scoring_counts_the_same_files(reach):
    made = deliberation(marks=(90, 80, 70), amounts=(100, 100, 100))
    if reach:
        reach(made)

    assert {label: n for label, n in counts(made.call).items() if label in STEPS} == dict.fromkeys(STEPS, 3)


def test_a_file_deliberated_without_all_its_evaluations_is_scored_and_one_that_nobody_read_is_not_before_its_state_says_so():
    made = deliberation(marks=(90, 80, None), amounts=(100, 100, 100))
    reading(made.files[0], juror(made.call), state=AssessmentState.IN_PROGRESS)

    assert counts(made.call)["Notés"] == 2


def test_an_aid_accepted_then_closed_is_still_counted_at_each_step():
    made = release(deliberation(money=1000))
    before = counts(made.call)
    file = made.files[0]
    head = person(Role.HEAD, at=file.establishment)

    perform(Application.objects.get(pk=file.pk), "accept_award", actor=head)
    assert counts(made.call) == before
    perform(Application.objects.get(pk=file.pk), "close", actor=made.manager)

    assert counts(made.call) == before


def test_an_inadmissible_file_that_is_closed_is_no_admissible_file():
    call = jury_call(CallState.INSTRUCTION)
    manager = person(Role.CALL_MANAGER)
    file = refused(call)

    perform(file, "close", actor=manager)

    assert (counts(call)["Recevables"], counts(call)["Notés"]) == (0, 0)
    assert not Application.objects.get(pk=file.pk).is_before_jury
    assert jury_calls_with_progress(manager).get(pk=call.pk).n_files == 0
    perform(call, "declare_unsuccessful", actor=manager, reason="Aucun dossier recevable.")
    assert Call.objects.get(pk=call.pk).state == CallState.UNSUCCESSFUL


def test_what_jurors_wrote_of_a_file_found_inadmissible_does_not_come_back_when_it_is_closed():
    call = jury_call()
    user = juror(call)
    file = admissible_file(call)
    sheet = reading(file, user, 3, 4)
    awaited = reading(admissible_file(call), user, state=AssessmentState.ASSIGNED)
    manager = person(Role.CALL_MANAGER)
    Application.objects.filter(pk=file.pk).update(state=ApplicationState.INADMISSIBLE, inadmissibility_reason="Hors sujet.")

    perform(Application.objects.get(pk=file.pk), "close", actor=manager)

    found = type(sheet).objects.live()
    assert list(found) == [awaited]
    assert not type(sheet).objects.counted().exists()
