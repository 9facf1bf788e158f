"""Messages to the school about what the Région does. Typed text stays on the portal: a mail only leads there."""

from calls.enums import EDITABLE_STATES, ApplicationState
from calls.models import Application, Call
from calls.notifications import FileNotification
from calls.team import team_of
from portal.accounts.enums import SCHOOL_ROLES
from portal.accounts.models import RoleGrant, User
from portal.notifications import registry
from portal.notifications.registry import EmailNotification


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
        unfiled = call.applications.filter(state__in=[*EDITABLE_STATES, ApplicationState.AWAITING_APPROVAL])
        grants = RoleGrant.objects.in_force().filter(role__in=SCHOOL_ROLES, establishment__in=unfiled.values("establishment"))
        return User.objects.filter(is_active=True, pk__in=grants.values("user"))

    def event_key(self, code: str, about: Call) -> str:
        return f"{super().event_key(code, about)}:{about.closes_at:%Y%m%d%H%M}"
