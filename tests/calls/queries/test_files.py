"""What lists and badges say of a file whose request for complements was taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.instruction import open_completion_request
from calls.models import Application
from calls.models.situation import situation_of
from calls.queries.files import counted_views, files_in_view, lines_of
from portal.accounts.models import User
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory

pytestmark = pytest.mark.django_db


def ask(application: Application, officer: User) -> None:
    due_on = timezone.localdate() + timedelta(days=7)
    open_completion_request(application=application, fields=["resume"], message="Précisez.", due_on=due_on, actor=officer)


def test_lists_and_badges_forget_a_request_taken_back():
    filed, officer = ApplicationFactory(submitted=True, complete=True), person(Role.OFFICER)
    today = timezone.localdate()
    ask(filed, officer)
    perform(filed, "cancel_completion", actor=officer, reason="Par erreur.")

    mine = Application.objects.visible_to(officer)
    found = {view: files_in_view(mine, view, today).count() for view in ("a-statuer", "complements-recus", "complements-attendus")}
    assert found == {"a-statuer": 1, "complements-recus": 0, "complements-attendus": 0}
    counted = {view.key: view.total for view in counted_views(mine, today)}
    assert {key: counted[key] for key in found} == found
    assert situation_of(Application.objects.get(), today) is None
    line = lines_of([filed.pk])[filed.pk]
    assert (line.was_asked, line.completion_due_on) == (False, None)

    ask(filed, officer)
    assert files_in_view(mine, "complements-attendus", today).count() == 1
    assert {view.key: view.total for view in counted_views(mine, today)}["a-statuer"] == 0
