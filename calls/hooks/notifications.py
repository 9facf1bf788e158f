"""Messages about files: to the team and the head of a school, then to the staff of the Région."""

from calls.enums import ApplicationState
from calls.models import Application, Call
from calls.queries.people import heads_of, team_of
from portal.accounts.models import RoleGrant, User
from portal.journal.models import JournalEntry
from portal.notifications import registry
from portal.notifications.registry import EmailNotification


def call_managers() -> list[User]:
    grants = RoleGrant.objects.in_force().of_call_managers().filter(user__is_active=True).select_related("user")
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


@registry.register("completion_requested")
class CompletionRequested(FileNotification):
    """La Région demande des compléments : à l’équipe et au chef d’établissement."""

    template = "calls/email/completion_requested"
    once, act = False, "request_completion"

    def recipients(self, application):
        return team_of(application.establishment)

    def context(self, application: Application, actor) -> dict:
        return {"request": application.completion_requests.filter(answered_at=None).first()}


@registry.register("declared_admissible")
class DeclaredAdmissible(FileNotification):
    """Le dossier est recevable : à l’équipe et au chef d’établissement."""

    template = "calls/email/declared_admissible"

    def recipients(self, application):
        return team_of(application.establishment)


@registry.register("declared_inadmissible")
class DeclaredInadmissible(FileNotification):
    """Le dossier est irrecevable : à l’équipe et au chef d’établissement ; le motif se lit sur le portail."""

    template = "calls/email/declared_inadmissible"

    def recipients(self, application):
        return team_of(application.establishment)


@registry.register("call_extended")
class CallExtended(EmailNotification):
    """L’appel est prolongé : aux équipes dont le dossier n’est pas encore déposé."""

    template = "calls/email/call_extended"

    def recipients(self, call: Call):
        unfiled = call.applications.filter(state__in=ApplicationState.UNFILED)
        grants = RoleGrant.objects.in_force().in_schools().filter(establishment__in=unfiled.values("establishment"))
        return User.objects.filter(is_active=True, pk__in=grants.values("user"))

    def event_key(self, code: str, about: Call) -> str:
        return f"{super().event_key(code, about)}:{about.closes_at:%Y%m%d%H%M}"
