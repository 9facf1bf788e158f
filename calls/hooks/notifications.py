"""Messages about files: to the team and the head of a school, then to the staff of the Région."""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet
from django.utils import timezone

from calls import rules
from calls.checks import following_filed, with_content
from calls.enums import ApplicationState, Rewriting
from calls.hidden_files import sealed_at
from calls.models import Application, Call, Partnership
from calls.queries.content import requested_amount
from calls.queries.new_versions import replaced_by
from calls.queries.people import (
    call_managers,
    officers_for,
    signers_of,
    team_of,
    teams_with,
    who_opens_sealed_files,
    with_a_draft,
)
from calls.queries.silence import silence_of
from portal.accounts.models import User
from portal.accounts.queries import signers
from portal.journal.models import JournalEntry
from portal.journal.queries import last_act
from portal.notifications import reach, registry
from portal.notifications.families import Always, Family, is_soon
from portal.notifications.models import Message
from portal.notifications.registry import EmailNotification
from portal.signing import SignedAct
from portal.text.appeals import WAYS_OF_APPEAL

reach.register(Application, lambda user: Application.objects.visible_to(user))
reach.seal(Application, lambda: Application.objects.filter(sealed_at()))


class FileMessage(EmailNotification):
    """About one file, to `to(application)`. Sent once only; with `acts`, each time that one of these acts is done again."""

    def __init__(self, code: str, to: Callable[[Application], Iterable], *acts: str):
        self.template = f"calls/email/{code}"
        self.to = to
        self.acts = acts

    def recipients(self, application: Application) -> Iterable:
        return self.to(application)

    def event_key(self, code: str, about: Application) -> str:
        key = super().event_key(code, about)
        if not self.acts:
            return key
        act = self._act(about)
        return f"{key}:{act.pk if act else 0}"

    def _act(self, about: Application) -> JournalEntry | None:
        """The journal's line of the act being announced: written just before, in the same transaction."""
        return last_act(about, *self.acts)


class Explained(FileMessage):
    """An act that the message explains with the reason that its author gave."""

    def context(self, application: Application, actor: User) -> dict:
        act = self._act(application)
        return {"reason": act.reason if act else None}


class Receipt(FileMessage):
    """Accusé de dépôt: the message lists what was filed. Sent once for each version that is filed."""

    def event_key(self, code: str, about: Application) -> str:
        version = about.submitted_version
        return f"{super().event_key(code, about)}:{version.number if version else 0}"

    def context(self, application: Application, actor: User) -> dict:
        version = application.submitted_version
        # A first filing has nothing before it but its visa: pressing « Déposer » asks no query for what it replaces.
        is_first = version is None or version.number <= (2 if application.call.requires_approval else 1)
        entries = [entry for section in version.content["sections"] for entry in section["entries"]] if version else []
        files = [(entry["label"], file) for entry in entries for file in entry["files"]]
        return {
            "version": version,
            "files": files,
            "silence": silence_of(application),
            "replaced": None if is_first else replaced_by(version),
            "following": following_filed(application),
        }


class VisaMessage(FileMessage):
    """A visa is awaited, until the closing."""

    def is_urgent(self, about: Application) -> bool:
        return is_soon(timezone.localdate(about.call.closing_for(about.establishment_id)))

    def is_settled(self, about: Application, message: Message) -> bool:
        first = about.state == ApplicationState.AWAITING_APPROVAL and not about.approved_at
        return not first and not (about.rewriting == Rewriting.VISA and not about.reapproved_at)


class AboutVisa(VisaMessage):
    """With what the version to approve asks for."""

    def context(self, application: Application, actor: User) -> dict:
        return {"amount": requested_amount(with_content(application))}


class InadmissibilityMessage(FileMessage):
    """The file is declared inadmissible: with how that is contested, without which the two months do not run."""

    def context(self, application: Application, actor: User) -> dict:
        return {"appeal": WAYS_OF_APPEAL}


class FollowingSent(FileMessage):
    """What came after the filing, and whether it is late."""

    def context(self, application: Application, actor: User) -> dict:
        act = self._act(application)
        return {"what": act.data["question"] if act else "", "late": bool(act and act.data["late"])}


class AboutNewVersion(FileMessage):
    """A new version that was not filed: with what was kept of it."""

    def context(self, application: Application, actor: User) -> dict:
        ended = application.new_versions.not_filed().select_related("version").first()
        return {"kept": ended.version if ended else None}


class CompletionAsked(FileMessage):
    """Complements are asked for: the message says which."""

    def context(self, application: Application, actor: User) -> dict:
        return {"request": application.completion_requests.still_open().first()}

    def is_urgent(self, about: Application) -> bool:
        asked = about.completion_requests.still_open().first()
        return asked is not None and is_soon(asked.due_on)

    def is_settled(self, about: Application, message: Message) -> bool:
        return not about.completion_requests.still_open().exists()


def to_who_gives_visa(application: Application) -> list[User]:
    return [signer.user for signer in signers_of(application, SignedAct.VISA)]


def to_team(application: Application) -> list[User]:
    """The whole team of the school, its head included."""
    return team_of(application.establishment)


def to_team_and_mailbox(application: Application) -> list[User | str]:
    mailbox = application.establishment.email
    return [*to_team(application), *([mailbox] if mailbox else [])]


def to_who_follows_it(application: Application) -> list[User]:
    """Whoever follows the file; when nobody does, the officers of its perimeter."""
    return [application.officer] if application.officer else list(officers_for(application.establishment))


def to_all_who_work_on_it(application: Application) -> list[User]:
    """The school, whoever follows its file (when nobody does, the officers of its perimeter), and the call managers."""
    return [*to_managers_and_team(application), *to_who_follows_it(application)]


def to_managers_team_and_mailbox(application: Application) -> list[User | str]:
    return [*call_managers(), *to_team_and_mailbox(application)]


def to_managers_and_team(application: Application) -> list[User]:
    return [*call_managers(), *to_team(application)]


def to_those_who_asked(application: Application) -> list[User]:
    """Whoever asked for the latest complements that were answered, and whoever follows the file."""
    asked = application.completion_requests.exclude(answered_at=None).select_related("opened_by").order_by("-answered_at").first()
    people = [application.officer, asked.opened_by if asked else None]
    return [person for person in people if person is not None]


def to_team_and_those_who_asked(application: Application) -> list[User]:
    """The school, whoever had asked for the complements that were last taken back, and whoever follows the file; not the one who did it."""
    taken = application.completion_requests.exclude(cancelled_at=None).select_related("opened_by").order_by("-cancelled_at").first()
    people = [application.officer, taken.opened_by] if taken else []
    return [*to_team(application), *(person for person in people if person is not None and person.pk != taken.cancelled_by_id)]


class AboutWithdrawal(FileMessage):
    """With what the team asked last, and what it was answered."""

    def context(self, application: Application, actor: User) -> dict:
        return {"asked": application.withdrawal_requests.first()}

    def is_settled(self, about: Application, message: Message) -> bool:
        return message.code == "withdrawal_asked" and not about.withdrawal_requests.still_open().exists()


def to_who_signs_withdrawal(application: Application) -> list[User]:
    return [signer.user for signer in signers_of(application, SignedAct.WITHDRAWAL)]


for code, kind, to, *acts in (
    ("approval_requested", AboutVisa, to_who_gives_visa, "request_approval", "request_new_visa"),
    ("visa_reminded", VisaMessage, to_who_gives_visa, "remind_visa", "remind_new_visa"),
    ("approval_refused", FileMessage, to_team, "return_to_team", "return_new_version"),
    ("approval_given", FileMessage, to_team, "approve", "approve_new_version"),
    ("application_received", Receipt, to_team_and_mailbox),
    ("following_sent", FollowingSent, to_who_follows_it, "send_following"),
    ("new_version_opened", FileMessage, to_team, "reopen_filed"),
    ("new_version_given_up", AboutNewVersion, to_team, "give_up_new_version"),
    ("new_version_lapsed", AboutNewVersion, to_team, "lapse_new_version"),
    ("completion_requested", CompletionAsked, to_team, "request_completion"),
    ("completion_reminded", CompletionAsked, to_team, "remind_completion"),
    ("completion_answered", FileMessage, to_those_who_asked, "answer_completion"),
    ("completion_declined", Explained, to_those_who_asked, "decline_completion"),
    ("completion_cancelled", Explained, to_team_and_those_who_asked, "cancel_completion"),
    ("declared_admissible", FileMessage, to_team, "declare_admissible"),
    ("declared_inadmissible", InadmissibilityMessage, to_team, "declare_inadmissible"),
    ("instruction_resumed", Explained, to_team, "resume_instruction", "resume_during_scoring"),
    ("draft_withdrawn", Explained, to_team, "withdraw"),
    ("draft_restored", FileMessage, to_team, "restore"),
    ("withdrawal_asked", AboutWithdrawal, to_who_signs_withdrawal, "ask_withdrawal"),
    ("withdrawal_refused", AboutWithdrawal, to_team, "refuse_withdrawal"),
    ("withdrawal_taken_back", AboutWithdrawal, to_who_signs_withdrawal, "take_back_withdrawal"),
    ("application_withdrawn", Explained, to_all_who_work_on_it, "withdraw_filed"),
    ("application_reinstated", Explained, to_all_who_work_on_it, "reinstate"),
    ("award_accepted", FileMessage, to_managers_and_team, "accept_award"),
    ("award_declined", FileMessage, to_managers_and_team, "decline_award"),
    ("award_given_up", Explained, to_managers_team_and_mailbox, "give_up_award"),
    ("award_restored", Explained, to_managers_and_team, "restore_award"),
    ("file_reopened", Explained, to_managers_and_team, "reopen_decided", "reopen_accepted", "reopen_declined", "reopen_inadmissible"),
):
    registry.add(code, kind(code, to, *acts))


reach.register(Partnership, lambda user: Partnership.objects.visible_to(user))
reach.seal(Partnership, lambda: Partnership.objects.filter(sealed_at("application__")))


class PartnershipMessage(EmailNotification):
    """About one partner of a file, each time that one of these acts is done."""

    def __init__(self, code: str, to: Callable[[Partnership], Iterable], *acts: str):
        self.template = f"calls/email/{code}"
        self.to = to
        self.acts = acts

    def recipients(self, partnership: Partnership) -> Iterable:
        return self.to(partnership)

    def event_key(self, code: str, about: Partnership) -> str:
        act = last_act(about, *self.acts)
        return f"{super().event_key(code, about)}:{act.pk if act else 0}"

    def context(self, partnership: Partnership, actor: User) -> dict:
        question = partnership.application.questionnaire.schema.question(partnership.question_key)
        return {"question": question, "file": partnership.application}

    def is_settled(self, about: Partnership, message: Message) -> bool:
        return message.code == "partner_asked" and not about.awaits_answer


def to_partner(partnership: Partnership) -> list[User | str]:
    """Whoever signs it for the partner; its mailbox when nobody does."""
    lycee = partnership.establishment
    signing = [signer.user for signer in signers(lycee, SignedAct.PARTNERSHIP, partnership)]
    return signing or ([lycee.email] if lycee.email else [])


def to_asking_team(partnership: Partnership) -> list[User]:
    return team_of(partnership.application.establishment)


for code, reached, *acts in (
    ("partner_asked", to_partner, "ask_partner", "ask_again"),
    ("partner_agreed", to_asking_team, "agree"),
    ("partner_declined", to_asking_team, "decline"),
    ("partner_withdrawn", to_partner, "withdraw", "drop"),
):
    registry.add(code, PartnershipMessage(code, reached, *acts))


@registry.register("call_extended")
class CallExtended(EmailNotification):
    """L’appel est prolongé : aux équipes dont le dossier n’est pas encore déposé, mais celles à qui une clôture plus tardive est accordée."""

    template = "calls/email/call_extended"

    def recipients(self, call: Call) -> QuerySet[User]:
        later = call.extensions.standing().filter(closes_at__gt=call.closes_at).order_by().values("establishment")
        return teams_with(call.applications.filter(state__in=ApplicationState.UNFILED).exclude(establishment__in=later))

    def event_key(self, code: str, about: Call) -> str:
        return f"{super().event_key(code, about)}:{about.closes_at:%Y%m%d%H%M}"


@registry.register("opening_asked")
class OpeningAsked(EmailNotification):
    """The opening of sealed files is asked for: to whoever else may pronounce it."""

    template = "calls/email/opening_asked"

    def recipients(self, call: Call) -> list[User]:
        return [user for user in who_opens_sealed_files() if rules.opens_sealed_files(call, user)]

    def context(self, about: Call, actor: User) -> dict:
        return {"asker": actor.get_full_name()}

    def is_settled(self, about: Call, message: Message) -> bool:
        return not (about.is_sealed and about.opening_asked_at)

    def event_key(self, code: str, about: Call) -> str:
        return f"{super().event_key(code, about)}:{about.opening_asked_at:%Y%m%d%H%M%S}"


@registry.register("call_unsuccessful")
class CallUnsuccessful(EmailNotification):
    """The call ends without a jury: to the teams of every lycée that has a file there, and to the call managers."""

    template = "calls/email/call_unsuccessful"

    def recipients(self, call: Call) -> list[User]:
        return [*teams_with(call.applications.exclude(state=ApplicationState.WITHDRAWN)), *call_managers()]


@registry.register("call_withdrawn")
class CallWithdrawn(EmailNotification):
    """The call is taken back before any file was received: to all who had begun one, with the reason."""

    template = "calls/email/call_withdrawn"

    def recipients(self, call: Call) -> list[User]:
        return with_a_draft(call)

    def context(self, about: Call, actor: User) -> dict:
        act = last_act(about, "withdraw")
        return {"reason": act.reason if act else ""}


registry.always_send(Always.PROOF, "application_received")
registry.always_send(Always.DECISION, "declared_inadmissible")
registry.sort_into(
    Family.AWAITED, "approval_requested", "visa_reminded", "approval_refused", "completion_requested", "completion_reminded", "withdrawal_asked",
    "partner_asked", "completion_answered", "following_sent", "opening_asked",
)  # fmt: skip
registry.sort_into(Family.DATES, "call_extended")
registry.sort_into(
    Family.FILES, "approval_given", "new_version_opened", "new_version_given_up", "new_version_lapsed", "completion_declined", "completion_cancelled",
    "declared_admissible", "instruction_resumed", "draft_withdrawn", "draft_restored", "withdrawal_refused", "withdrawal_taken_back",
    "application_withdrawn", "application_reinstated", "award_accepted", "award_declined", "award_given_up", "award_restored", "file_reopened",
    "partner_agreed", "partner_declined", "partner_withdrawn", "call_unsuccessful", "call_withdrawn",
)  # fmt: skip
