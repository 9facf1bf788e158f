import pytest

from portal.notifications.models import Message
from portal.notifications.todo import todo_for
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.notifications import MessageFactory
from tests.reading import rows_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("failed", "title"), [(1, "1\u00a0courriel n’a pas pu partir"), (2, "2\u00a0courriels n’ont pas pu partir")])
def test_messages_that_did_not_leave_await_the_administration(client, failed, title):
    MessageFactory.create_batch(failed, state=Message.State.FAILED)
    MessageFactory(state=Message.State.SENT)
    admin = person(Role.ADMIN)
    (item,) = todo_for(admin)
    client.force_login(admin)

    assert item.title == title
    assert len(rows_of(client.get(item.url), "tbody")) == failed


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CALL_MANAGER, Role.OFFICER, Role.JUROR])
def test_nobody_else_is_asked_to_send_them_again(role):
    MessageFactory(state=Message.State.FAILED)

    assert todo_for(person(role)) == []


def test_nothing_awaits_when_all_left():
    MessageFactory(state=Message.State.SENT)

    assert todo_for(person(Role.ADMIN)) == []
