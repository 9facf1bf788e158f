"""What awaits those who run the portal: the messages that did not leave."""

from django.urls import reverse

from portal.notifications import registry, rules
from portal.notifications.models import Message, UnreachableAddress
from portal.notifications.queries import TROUBLE
from portal.roles import Person
from portal.text.dates import day
from portal.text.french import count
from portal.ui.todo import TodoItem


def todo_for(user: Person) -> list[TodoItem]:
    """One's own address that answers no more; for the administration, the messages refused for good; for who manages people, the addresses to put right."""
    return [*_own_address(user), *_failed(user), *_addresses(user)]


def _own_address(user: Person) -> list[TodoItem]:
    """Said at sign-in: mails cannot say it."""
    address = UnreachableAddress.objects.filter(email=user.email).first()
    if address is None:
        return []
    detail = (
        f"Depuis le {day(address.since)}, les courriels du portail ne vous arrivent pas : ce qu’ils disent se lit dans « Mes messages »."
    )
    return [TodoItem("Votre adresse ne répond plus", detail, reverse("notifications:mine"), "Lire et corriger", level="err")]


def _failed(user: Person) -> list[TodoItem]:
    lost = Message.objects.filter(state=Message.State.FAILED).exclude(code__in=registry.unlisted_codes())
    failed = lost.count() if rules.is_told_of_failures(user) else 0
    if not failed:
        return []
    title = f"{count(failed, 'courriel')} {'n’a pas pu partir' if failed == 1 else 'n’ont pas pu partir'}"
    detail = "Corrigez l’adresse ou la messagerie, puis relancez l’envoi."
    return [TodoItem(title, detail, f"{reverse('notifications:list')}?state={TROUBLE}", "Voir", level="warn")]


def _addresses(user: Person) -> list[TodoItem]:
    number = UnreachableAddress.objects.count() if rules.may_retry(user) else 0
    if not number:
        return []
    title = f"{count(number, 'adresse')} {'ne répond plus' if number == 1 else 'ne répondent plus'}"
    detail = "Rien n’y part plus. Faites corriger l’adresse, ou réessayez-la."
    return [TodoItem(title, detail, reverse("notifications:list"), "Voir", level="warn")]
