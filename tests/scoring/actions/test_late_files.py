"""A file that reaches the jury once its scoring is open: taken back in instruction, then admissible."""

import pytest

from calls.models import Application
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.models import ComputedMark
from scoring.queries.ranking import standings
from tests.factories.accounts import person
from tests.factories.jury import admissible_file, jury_call

pytestmark = pytest.mark.django_db


def test_it_has_the_computed_marks_that_the_opening_gave_to_the_others():
    call, manager = jury_call("instruction", computed=[("sector", 5)]), person(Role.CALL_MANAGER)
    files = [admissible_file(call), admissible_file(call)]
    Application.objects.filter(pk=files[0].pk).update(**{"state": "inadmissible"})
    scored = perform(call, "start_assessment", actor=manager)
    before = set(ComputedMark.objects.values_list("application", flat=True))

    perform(files[0], "resume_during_scoring", actor=manager, reason="Pièce mal lue.")
    perform(files[0], "declare_admissible", actor=person(Role.OFFICER))

    marks = dict(ComputedMark.objects.values_list("application", "points"))
    assert (before, set(marks)) == ({files[1].pk}, {file.pk for file in files})
    assert marks[files[0].pk] == marks[files[1].pk]
    assert len(standings(scored)) == 2


def test_before_the_scoring_nothing_is_computed():
    call = jury_call("instruction", computed=[("sector", 5)])
    file = admissible_file(call)
    Application.objects.filter(pk=file.pk).update(**{"state": "submitted"})

    perform(file, "declare_admissible", actor=person(Role.OFFICER))

    assert not ComputedMark.objects.exists()
