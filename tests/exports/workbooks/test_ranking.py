"""The ranking as a workbook: the lines of the page, nothing of a file in conflict."""

import pytest
from django.urls import reverse

from calls.enums import CallState
from calls.models import Application
from portal.jobs.models import Job
from portal.roles import Role
from scoring.actions.assessment import compute_marks, declare_interest
from scoring.models import Criterion
from tests.exports.reading import sheet_rows
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    def do(user, call):
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("exports:ask", args=["classement"]), {"call": call.reference})
        if answer.status_code != 302:
            return answer.status_code
        with Job.objects.get(owner=user).result_file.content.open("rb") as content:
            return content.read()

    return do


def table(content, title="Classement"):
    keys, _headings, *rows = sheet_rows(content, title)
    return [dict(zip(keys, row, strict=True)) for row in rows]


def test_ranking_workbook_says_what_the_page_says(ask):
    call = jury_call()
    first, second = admissible_file(call), admissible_file(call)
    user = juror(call)
    reading(first, user, 2, 2)
    reading(second, user, 5, 4)

    content = ask(staff(Role.AUDITOR), call)

    rows = [(row["rang"], row["reference"], row["note"], row["college_region-44"]) for row in table(content)]
    assert rows == [(1, second.reference, 92, 92), (2, first.reference, 40, 40)]
    assert [(row["critere_c1"], row["critere_c2"]) for row in table(content, "Critères")] == [(5, 4), (2, 2)]


def test_conflicted_juror_exports_nothing_of_the_file(ask):
    call = jury_call(CallState.DELIBERATION)
    hidden, other = admissible_file(call), admissible_file(call)
    user, colleague = juror(call), juror(call)
    for application in (hidden, other):
        reading(application, colleague, 4, 4)
    declare_interest(application=hidden, actor=user, reason="Famille.")

    content = ask(user, call)

    assert [(row["rang"], row["reference"]) for row in table(content)] == [(1, other.reference)]
    assert hidden.reference.encode() not in content


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ORDERS, Role.JUROR])
def test_ranking_workbook_is_not_for_others(ask, role):
    call = jury_call()
    reading(admissible_file(call), juror(call), 4, 4)

    assert ask(staff(role), call) in (403, 404)


def test_juror_does_not_export_another_calls_ranking(ask):
    own, foreign = jury_call(CallState.DELIBERATION), jury_call(CallState.DELIBERATION)
    reading(admissible_file(foreign), juror(foreign), 4, 4)

    assert ask(juror(own), foreign) == 422


def test_staff_in_a_jury_no_longer_see_the_file_they_declared():
    call = jury_call()
    hidden, other = admissible_file(call), admissible_file(call)
    manager = staff(Role.CALL_MANAGER)
    juror(call)
    member = call.panel.get()
    member.user = manager
    member.save()

    declare_interest(application=hidden, actor=manager, reason="Ancien proviseur.")

    assert list(Application.objects.visible_to(manager)) == [other]


def test_criteria_with_a_condition_have_their_sheet_and_say_why_there_are_no_points(ask):
    call = jury_call()
    Criterion.objects.filter(key="c2").update(applies_if={"lycee": "boarding", "equals": True})
    file = admissible_file(call, establishment=EstablishmentFactory(has_boarding=False))
    compute_marks(call=call, actor=staff(Role.CALL_MANAGER))
    reading(file, juror(call), 4, 1)

    content = ask(staff(Role.CALL_MANAGER), call)

    assert table(content, "Critères")[0]["critere_c2"] == "ne s’applique pas"
    [line] = table(content, "Critères sous condition")
    assert (line["reference"], line["critere"], line["applique"]) == (file.reference, "Critère 2", "Ne s’applique pas")
    assert (line["condition"], line["faits"]) == ("S’applique si le lycée a un internat.", "Le lycée n’a pas d’internat.")
