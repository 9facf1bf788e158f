"""Messages to jurors about their pile, and to schools about decisions."""

from django.utils import timezone

from calls.enums import ApplicationState
from calls.models import Application, Call
from calls.queries import mails
from calls.queries.people import call_managers, team_of, teams_with
from portal.accounts.models import User
from portal.journal.queries import last_act
from portal.notifications import reach, registry
from portal.notifications.families import Always, Family
from portal.notifications.models import Message
from portal.notifications.registry import EmailNotification, register
from scoring import rules
from scoring.enums import AssessmentState
from scoring.models import Assessment, FundingDecision, GridErratum, InterestDeclaration, PanelMember
from scoring.queries.conflicts import hidden_applications
from scoring.queries.decision import finance_officers

reach.register(Assessment, lambda user: Assessment.objects.visible_to(user))
reach.register(FundingDecision, lambda user: FundingDecision.objects.filter(application__in=Application.objects.visible_to(user)))

mails.register(lambda file, reader: (FundingDecision, FundingDecision.objects.filter(application=file).values_list("pk", flat=True)))


@registry.register("assessment_reopened")
class AssessmentReopened(EmailNotification):
    """A reading handed in is given back to its juror. Each reopening is announced: the journal entry makes the event."""

    template = "scoring/email/assessment_reopened"

    def recipients(self, assessment: Assessment) -> list[User]:
        return [assessment.juror]

    def event_key(self, code: str, assessment: Assessment) -> str:
        return f"{code}:{assessment.pk}:{assessment.submitted_at:%Y%m%d%H%M%S%f}"


@registry.register("assessments_assigned")
class AssessmentsAssigned(EmailNotification):
    """New files in a juror's pile, announced once per wave; `about` is the seat in the panel."""

    template = "scoring/email/assessments_assigned"

    def recipients(self, member: PanelMember) -> list[User]:
        return [member.user]

    def context(self, member: PanelMember, actor: User) -> dict:
        readings = Assessment.objects.live().filter(juror_id=member.user_id, application__call_id=member.call_id)
        return {"count": readings.count(), "call": member.call, "is_open": member.call.is_scored}

    def is_settled(self, about: PanelMember, message: Message) -> bool:
        return not _left(about)

    def event_key(self, code: str, member: PanelMember) -> str:
        last = Assessment.objects.filter(juror_id=member.user_id, application__call_id=member.call_id).order_by("-pk").first()
        return f"{code}:{member.pk}:{last.pk if last else 0}"


def _left(member: PanelMember) -> int:
    """How many evaluations this seat has still to hand in."""
    mine = Assessment.objects.live().filter(juror_id=member.user_id, application__call_id=member.call_id).with_conflicts()
    return mine.exclude(state__in=AssessmentState.DONE).filter(in_conflict=False).count()


@registry.register("grid_erratum")
class GridCorrected(EmailNotification):
    """A public grid is corrected: to the teams that have begun a file, who wrote on what it said."""

    template = "scoring/email/grid_erratum"

    def recipients(self, erratum: GridErratum) -> list[User]:
        return list(teams_with(erratum.grid.call.applications.exclude(state=ApplicationState.WITHDRAWN)))

    def context(self, erratum: GridErratum, actor: User) -> dict:
        return {"call": erratum.grid.call}


@registry.register("readings_awaited")
class ReadingsAwaited(EmailNotification):
    """A reminder of evaluations not handed in, to one seat, once a day at most."""

    template = "scoring/email/readings_awaited"

    def recipients(self, member: PanelMember) -> list[User]:
        return [member.user]

    def context(self, member: PanelMember, actor: User) -> dict:
        return {"call": member.call, "left": _left(member)}

    def is_settled(self, about: PanelMember, message: Message) -> bool:
        return not _left(about)

    def event_key(self, code: str, member: PanelMember) -> str:
        return f"{code}:{member.pk}:{timezone.localdate():%Y%m%d}"


@registry.register("jury_without_files")
class JuryWithoutFiles(EmailNotification):
    """The call ends without any file for its jury: to each of its members."""

    template = "scoring/email/jury_without_files"

    def recipients(self, call: Call) -> list[User]:
        return [seat.user for seat in call.panel.filter(user__in=rules.jurors_in_function().values("pk")).select_related("user")]


@registry.register("late_interest")
class LateInterest(EmailNotification):
    """A link declared once the sitting is closed: to the call managers and to the chair, unless the file is hidden from them too."""

    template = "scoring/email/late_interest"

    def recipients(self, declaration: InterestDeclaration) -> list[User]:
        chairs = declaration.application.call.panel.filter(is_chair=True).select_related("user")
        people = [*call_managers(), *(seat.user for seat in chairs if rules.sits_in_jury(seat.user))]
        return [person for person in people if not hidden_applications(person).filter(pk=declaration.application_id).exists()]

    def context(self, declaration: InterestDeclaration, actor: User) -> dict:
        return {"application": declaration.application, "call": declaration.application.call}


@register("aid_given_back")
class AidGivenBack(EmailNotification):
    """A school has declined its aid: every finance officer hears that the envelope has the money again."""

    template = "scoring/email/aid_given_back"

    def recipients(self, about: FundingDecision) -> list[User]:
        return list(finance_officers())

    def context(self, about: FundingDecision, actor: User) -> dict:
        return {"application": about.application, "school": about.application.establishment}

    def event_key(self, code: str, about: FundingDecision) -> str:
        """Said each time: an aid may be declined, restored, and declined again."""
        act = last_act(about, "decline", "restore")
        return f"{super().event_key(code, about)}:{act.pk if act else 0}"


@register("aid_restored")
class AidRestored(AidGivenBack):
    """It had declined by mistake: finance hears that the envelope has engaged the money again."""

    template = "scoring/email/aid_restored"


@register("decision_released")
class DecisionReleased(EmailNotification):
    """The decision is available: to the head, the team and the school's mailbox. The letter is attached by `exports`."""

    template = "scoring/email/decision_released"

    def recipients(self, about: FundingDecision) -> list[str | User]:
        school = about.application.establishment
        return [*team_of(school), *([school.email] if school.email else [])]

    def context(self, about: FundingDecision, actor: User) -> dict:
        return {"application": about.application, "call": about.application.call}


registry.always_send(Always.DECISION, "decision_released")
registry.sort_into(Family.AWAITED, "assessment_reopened", "assessments_assigned", "readings_awaited")
registry.sort_into(Family.FILES, "grid_erratum", "jury_without_files", "late_interest", "aid_given_back", "aid_restored")
