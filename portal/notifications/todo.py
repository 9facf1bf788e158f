"""What awaits those who run the portal: the messages that did not leave."""

from django.urls import reverse

from portal.notifications import registry, rules
from portal.notifications.models import Message
from portal.notifications.queries import TROUBLE
from portal.roles import Person
from portal.text.french import count
from portal.ui.todo import TodoItem


def todo_for(user: Person) -> list[TodoItem]:
    """The messages refused for good, for the administration: somebody waits for them."""
    failed = (
        Message.objects.filter(state=Message.State.FAILED).exclude(code__in=registry.unlisted_codes()).count()
        if rules.is_told_of_failures(user)
        else 0
    )
    if not failed:
        return []
    title = f"{count(failed, 'courriel')} {'n’a pas pu partir' if failed == 1 else 'n’ont pas pu partir'}"
    detail = "Corrigez l’adresse ou la messagerie, puis relancez l’envoi."
    return [TodoItem(title, detail, f"{reverse('notifications:list')}?state={TROUBLE}", "Voir", level="warn")]
