"""Messages about deadlines: reminders, what a closing left unsent, more time for one lycée."""

from datetime import timedelta

from django.utils import timezone

from calls.actions.reminders import REMINDER, UNSENT
from calls.enums import ApplicationState, ReminderKind
from calls.models import Reminder, SchoolExtension
from calls.queries.people import team_of
from calls.queries.reminders import near
from portal.accounts.models import User
from portal.notifications import reach, registry
from portal.notifications.families import Family, is_soon
from portal.notifications.models import Message
from portal.notifications.registry import EmailNotification
from portal.text.french import count

SAME_ACT = timedelta(seconds=30)  # a reminder and its rows are written in one transaction


class DeadlineLetter(EmailNotification):
    """To one person, about all their files that a deadline concerns: `user.letter` says which (calls.actions.reminders.Letter)."""

    def recipients(self, user: User) -> list[User]:
        return [user]

    def event_key(self, code: str, user: User) -> str:
        return f"{code}:{user.pk}:{user.letter.event}"

    def is_urgent(self, user: User) -> bool:
        return any(is_soon(due.due_on) for due in user.letter.dues if due.kind != ReminderKind.CLOSED)


@registry.register(REMINDER)
class Reminded(DeadlineLetter):
    template = "calls/email/deadline_reminder"

    def is_settled(self, about: User, message: Message) -> bool:
        """Whether nothing that this reminder named is still awaited."""
        around = (message.created_at - SAME_ACT, message.created_at + SAME_ACT)
        named = set(Reminder.objects.filter(user=about, sent_at__range=around).values_list("application", "kind"))
        return not named & {(due.application.pk, due.kind) for due in near(timezone.localtime(), {file for file, _ in named})}

    def context(self, user: User, actor: User | None) -> dict:
        """The lines of each kind, the nearest deadline first."""
        dues = sorted(user.letter.dues, key=lambda due: (due.due_at, due.application.reference))
        first = dues[0]
        by_kind = {kind: [due for due in dues if due.kind == kind] for kind in ReminderKind}
        return {
            "drafts": by_kind[ReminderKind.DRAFT],
            "visas": by_kind[ReminderKind.VISA],
            "deposits": by_kind[ReminderKind.DEPOSIT],
            "following": by_kind[ReminderKind.FOLLOWING],
            "new_versions": by_kind[ReminderKind.NEW_VERSION],
            "complements": by_kind[ReminderKind.COMPLETION],
            "what": f"dossier {first.application.reference}, {first.kind.label.lower()}"
            if len(dues) == 1
            else f"{count(len(dues), 'échéance')} pour vos dossiers",
        }


@registry.register(UNSENT)
class Unsent(DeadlineLetter):
    template = "calls/email/unsent_at_closing"

    def context(self, user: User, actor: User | None) -> dict:
        dues = sorted(user.letter.dues, key=lambda due: due.application.reference)
        one = f"Dossier {dues[0].application.reference} : l’appel est clos, il n’a pas été déposé"
        return {"dues": dues, "what": one if len(dues) == 1 else f"Appel clos : {len(dues)} dossiers n’ont pas été déposés"}


class ExtensionMessage(EmailNotification):
    """To the team of the lycée, and its mailbox: more time, or no longer."""

    def __init__(self, code: str):
        self.template = f"calls/email/{code}"

    def recipients(self, extension: SchoolExtension) -> list[User | str]:
        mailbox = extension.establishment.email
        return [*team_of(extension.establishment), *([mailbox] if mailbox else [])]

    def context(self, extension: SchoolExtension, actor: User) -> dict:
        return {"closes_at": extension.call.closing_for(extension.establishment_id)}


class ExtendedForOthers(ExtensionMessage):
    """The call is put off for all, to a day that this lycée already has: its own closing stands."""

    def recipients(self, extension: SchoolExtension) -> list[User]:
        unfiled = extension.call.applications.filter(establishment=extension.establishment_id, state__in=ApplicationState.UNFILED)
        return list(team_of(extension.establishment)) if unfiled.exists() else []

    def event_key(self, code: str, about: SchoolExtension) -> str:
        return f"{super().event_key(code, about)}:{about.call.closes_at:%Y%m%d%H%M}"


for code in ("extension_granted", "extension_cancelled"):
    registry.add(code, ExtensionMessage(code))
registry.add("call_extended_elsewhere", ExtendedForOthers("call_extended_elsewhere"))
reach.register(SchoolExtension, lambda user: SchoolExtension.objects.visible_to(user))
registry.sort_into(Family.DATES, REMINDER, UNSENT, "call_extended_elsewhere", "extension_granted", "extension_cancelled")
