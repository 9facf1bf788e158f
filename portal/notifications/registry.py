"""What can be announced. Each kind of message is one small class, registered under the code that workflows name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Model
from django.template.loader import render_to_string

from portal.notifications.families import Always, Family
from portal.notifications.models import Message
from portal.roles import Actor, Person

FOOTER = "notifications/email/footer.txt"  # who writes, in one wording; allauth's messages include the same
WHY = "notifications/email/why.txt"  # the lines below it: why this reader, and where to choose

_notifications: dict[str, "EmailNotification"] = {}
_attachments: dict[str, Callable] = {}
_endings: dict[str, Callable[[Message], "Ending"]] = {}
_attached: dict[str, Callable] = {}
_families: dict[str, Family] = {}
_always: dict[str, Always] = {}


@dataclass(frozen=True)
class Ending:
    """What a message gets as it leaves, for its recipient alone and kept nowhere: last lines of its text, headers."""

    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class EmailNotification:
    """A message by e-mail. Subclasses give `template` (…_subject.txt and …_body.txt) and `recipients(about)`."""

    template: str
    unlisted = False  # it goes to somebody without an account: staff count these messages and never see their addresses
    confidential = False  # it carries a personal link: its text is shown to nobody and forgotten once sent

    def recipients(self, about: Model) -> Iterable:
        """Users to notify, or bare addresses (str) such as a school's mailbox."""
        raise NotImplementedError

    def context(self, about: Model, actor: Actor | None) -> dict:
        """Values for the templates, beside `about` and `base_url`."""
        return {}

    def is_urgent(self, about: Model) -> bool:
        """Whether it waits for no digest this time, because something is due soon (`Always.SOON`)."""
        return False

    def is_settled(self, about: Model, message: Message) -> bool:
        """Whether what `message` says has been dealt with since: a digest then says so, instead of asking for it."""
        return False

    def event_key(self, code: str, about: Model) -> str:
        """Identity of the event: sent once to each person, whatever runs twice."""
        return f"{code}:{about._meta.label_lower}:{about.pk}"

    def render(self, about: Model, actor: Actor | None, base_url: str) -> tuple[str, str]:
        """Subject (one line) and plain text body, which ends as every message of the portal does."""
        return written(self.template, {"about": about, "actor": actor, "base_url": base_url, **self.context(about, actor)})


def written(template: str, context: dict) -> tuple[str, str]:
    """The subject (one line) and the text of a message, from its two templates. `context` has `base_url`, which the footer says."""
    subject = render_to_string(f"{template}_subject.txt", context)
    body, footer = (render_to_string(name, context) for name in (f"{template}_body.txt", FOOTER))
    return " ".join(subject.split())[:200], f"{body.rstrip()}\n\n{footer}"


def reason_of(code: str, person: Person | str, base_url: str) -> str:
    """The last lines of a message, below its footer: why this person receives it, and where to choose when. Nothing for subscribers, who have theirs."""
    if code in unlisted_codes():
        return ""
    context = {"has_account": not isinstance(person, str), "family": family_of(code), "always": always_of(code), "base_url": base_url}
    context["is_chosen"] = always_of(code) == Always.CHOSEN
    return render_to_string(WHY, context)


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


def sort_into(family: Family, *codes: str) -> None:
    """These messages are of this family: their readers choose when they leave."""
    _families.update(dict.fromkeys(codes, family))


def always_send(reason: Always, *codes: str) -> None:
    """These messages leave at once, whatever their readers chose, for this reason."""
    _always.update(dict.fromkeys(codes, reason))


def family_of(code: str) -> Family | None:
    """The family of a message; None where its readers have nothing to choose."""
    return None if code in _always else _families.get(code)


def always_of(code: str) -> Always | None:
    return _always.get(code)


def get(code: str) -> EmailNotification:
    return _notifications[code]


def codes() -> list[str]:
    """Every kind of message that the portal knows."""
    return list(_notifications)


def is_confidential(code: str) -> bool:
    """Whether staff must not read the text of this kind of message."""
    return code in _notifications and _notifications[code].confidential


def confidential_codes() -> list[str]:
    """The kinds of messages whose text nobody reads in the portal."""
    return [code for code, notification in _notifications.items() if notification.confidential]


def unlisted_codes() -> list[str]:
    """The kinds of messages whose addresses staff never see."""
    return [code for code, notification in _notifications.items() if notification.unlisted]


def end(code: str, provider: Callable[[Message], Ending]) -> None:
    """Have `provider(message)` called when a message of this code is sent: what it gives is added to it."""
    _endings[code] = provider


def end_others(provider: Callable[[Message], Ending]) -> None:
    """The same for the messages of every code that has no provider of its own."""
    _endings[""] = provider


def ending_of(message: Message) -> Ending:
    provider = _endings.get(message.code) or _endings.get("")
    return provider(message) if provider else Ending()


def attach(code: str, provider: Callable) -> None:
    """Have `provider(message) -> list[(name, bytes, mime type)]` called when a message of this code is sent."""
    _attachments[code] = provider


def attachments(message: Message) -> list[tuple[str, bytes, str]]:
    provider = _attachments.get(message.code)
    return provider(message) if provider else []


def link_attachments(code: str, provider: Callable) -> None:
    """Have `provider(message, user) -> list[(name, address)]` say, on the page of a message of this code, which of its files its reader may open today."""
    _attached[code] = provider


def attached(message: Message, user: Person) -> list[tuple[str, str]]:
    provider = _attached.get(message.code)
    return provider(message, user) if provider and message.about_type_id else []
