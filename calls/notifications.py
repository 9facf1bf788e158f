"""Messages to the school and to the Région about what a school does. Typed text stays on the portal: a mail only leads there."""

from calls.models import Application
from calls.team import heads_of, team_of
from portal.accounts.enums import Role
from portal.accounts.models import RoleGrant, User
from portal.journal.models import JournalEntry
from portal.notifications import registry
from portal.notifications.registry import EmailNotification


def call_managers() -> list[User]:
    grants = RoleGrant.objects.in_force().filter(role=Role.CALL_MANAGER, user__is_active=True).select_related("user")
    return [grant.user for grant in grants]


class FileNotification(EmailNotification):
    """About one file. `once`: told once for ever; otherwise each time that the act is done again."""

    once = True
    act = ""

    def event_key(self, code: str, about: Application) -> str:
        key = super().event_key(code, about)
        return key if self.once else f"{key}:{self._entry(about)}"

    def _entry(self, about: Application) -> int:
        """The journal's line of the act being told: written just before, in the same transaction."""
        lines = JournalEntry.objects.filter(subject_id=str(about.pk), subject_type__app_label="calls", action=self.act)
        return lines.order_by("-pk").values_list("pk", flat=True).first() or 0


@registry.register("approval_requested")
class ApprovalRequested(FileNotification):
    """Le visa est demandé : aux chefs d’établissement."""

    template = "calls/email/approval_requested"
    once, act = False, "request_approval"

    def recipients(self, application):
        return heads_of(application.establishment)


@registry.register("approval_refused")
class ApprovalRefused(FileNotification):
    """Le dossier revient à l’équipe, avec des remarques à lire sur le portail."""

    template = "calls/email/approval_refused"
    once, act = False, "return_to_team"

    def recipients(self, application):
        return team_of(application.establishment)


@registry.register("approval_given")
class ApprovalGiven(FileNotification):
    """Le visa est donné : à toute l’équipe, qui peut déposer."""

    template = "calls/email/approval_given"
    once, act = False, "approve"

    def recipients(self, application):
        return team_of(application.establishment)


@registry.register("application_received")
class ApplicationReceived(FileNotification):
    """Accusé de dépôt : à l’équipe et au chef d’établissement, et à la boîte institutionnelle du lycée."""

    template = "calls/email/application_received"

    def recipients(self, application):
        mailbox = application.establishment.email
        return [*team_of(application.establishment), *([mailbox] if mailbox else [])]

    def context(self, application, actor):
        version = application.latest_version
        entries = [entry for section in version.content["sections"] for entry in section["entries"]] if version else []
        files = [(entry["label"], file) for entry in entries for file in entry["files"]]
        return {"version": version, "files": files}


@registry.register("completion_answered")
class CompletionAnswered(FileNotification):
    """Les compléments sont arrivés : à qui les a demandés et à qui suit le dossier."""

    template = "calls/email/completion_answered"
    once, act = False, "answer_completion"

    def recipients(self, application):
        asked = application.completion_requests.exclude(answered_at=None).select_related("opened_by").order_by("-answered_at").first()
        people = [application.officer, asked.opened_by if asked else None]
        return [person for person in people if person is not None]


@registry.register("award_accepted")
class AwardAccepted(FileNotification):
    """Le lycée accepte l’aide : aux gestionnaires d’appels et à l’équipe."""

    template = "calls/email/award_accepted"

    def recipients(self, application):
        return [*call_managers(), *team_of(application.establishment)]


@registry.register("award_declined")
class AwardDeclined(FileNotification):
    """Le lycée décline l’aide : aux gestionnaires d’appels et à l’équipe."""

    template = "calls/email/award_declined"

    def recipients(self, application):
        return [*call_managers(), *team_of(application.establishment)]
