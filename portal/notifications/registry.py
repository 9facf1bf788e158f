"""What can be announced. Each kind of message is one small class, registered under the code that workflows name."""

from collections.abc import Callable, Iterable

from django.db.models import Model
from django.template.loader import render_to_string

from portal.notifications.models import Message
from portal.roles import Actor

_notifications: dict[str, "EmailNotification"] = {}
_attachments: dict[str, Callable] = {}


class EmailNotification:
    """A message by e-mail. Subclasses give `template` (…_subject.txt and …_body.txt) and `recipients(about)`."""

    template: str
    confidential = False  # it carries a personal link: its text is shown to nobody and forgotten once sent

    def recipients(self, about: Model) -> Iterable:
        """Users to notify, or bare addresses (str) such as a school's mailbox."""
        raise NotImplementedError

    def context(self, about: Model, actor: Actor | None) -> dict:
        """Values for the templates, beside `about` and `base_url`."""
        return {}

    def event_key(self, code: str, about: Model) -> str:
        """Identity of the event: sent once to each person, whatever runs twice."""
        return f"{code}:{about._meta.label_lower}:{about.pk}"

    def render(self, about: Model, actor: Actor | None, base_url: str) -> tuple[str, str]:
        """Subject (one line) and plain text body."""
        context = {"about": about, "actor": actor, "base_url": base_url, **self.context(about, actor)}
        subject = render_to_string(f"{self.template}_subject.txt", context)
        return " ".join(subject.split())[:200], render_to_string(f"{self.template}_body.txt", context)


def register(code: str) -> Callable[[type[EmailNotification]], type[EmailNotification]]:
    """Class decorator: make an EmailNotification known under `code`."""

    def known(cls: type[EmailNotification]) -> type[EmailNotification]:
        add(code, cls())
        return cls

    return known


def add(code: str, notification: EmailNotification) -> None:
    """The same for one already made: several messages of one class differ by their texts alone."""
    if code in _notifications:
        raise ValueError(f"notification déjà déclarée : {code}")
    _notifications[code] = notification


def get(code: str) -> EmailNotification:
    return _notifications[code]


def is_confidential(code: str) -> bool:
    """Whether staff must not read the text of this kind of message."""
    return code in _notifications and _notifications[code].confidential


def attach(code: str, provider: Callable) -> None:
    """Have `provider(message) -> list[(name, bytes, mime type)]` called when a message of this code is sent."""
    _attachments[code] = provider


def attachments(message: Message) -> list[tuple[str, bytes, str]]:
    provider = _attachments.get(message.code)
    return provider(message) if provider else []
