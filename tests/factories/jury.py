"""A jury ready to work, in a few words: a call with its grid, people with seats, files frozen, readings with marks."""

from decimal import Decimal

from allauth.mfa.models import Authenticator
from django.utils import timezone

from calls.enums import CallState, VersionReason
from calls.models import Application, ApplicationVersion, Call
from calls.queries.content import build_content
from portal.accounts.models import User
from portal.roles import Role
from portal.text.canonical import fingerprint
from scoring.enums import AssessmentState, CriterionKind
from scoring.models import Assessment, Criterion, PanelMember, Score
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.scoring import AssessmentFactory, CriterionFactory, GridFactory, PanelMemberFactory

# Who reads the ranking of a call and what comes from it, by state.
RANKING_READERS = {
    CallState.INSTRUCTION: set(),
    CallState.ASSESSMENT: {Role.CALL_MANAGER, Role.ADMIN, Role.AUDITOR},
    CallState.DELIBERATION: {Role.CALL_MANAGER, Role.ADMIN, Role.AUDITOR, "seated juror", "seated chair"},
}


def with_second_factor(user: User) -> User:
    """Staff and jurors enter no page without one."""
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "JBSWY3DPEHPK3PXP"}})
    return user


def staff(role: Role, **fields) -> User:
    return with_second_factor(person(role, **fields))


def jury_call(state: str = CallState.ASSESSMENT, *, weights=(3, 2), computed=(), **fields) -> Call:
    """A call with a grid of rated criteria (levels out of 5) of these weights, then computed ones (function, weight)."""
    call = CallFactory(state=state, closed=True, **fields)
    grid = GridFactory(call=call, frozen_at=timezone.now() if state != CallState.INSTRUCTION else None)
    for rank, weight in enumerate(weights):
        CriterionFactory(grid=grid, weight=weight, label=f"Critère {rank + 1}", key=f"c{rank + 1}", position=rank)
    for rank, (function, weight) in enumerate(computed, len(weights)):
        CriterionFactory(
            grid=grid, kind=CriterionKind.COMPUTED, function=function, weight=weight, label=function, key=function, position=rank, levels=[]
        )
    return call


def publishable_call(**fields) -> Call:
    """A draft call that lacks nothing: texts, contact, form, envelope, a grid with a criterion on named levels."""
    call = CallFactory(**({"state": CallState.DRAFT, "summary": "Équiper les lycées.", "contact_email": "appels@preau.example"} | fields))
    CriterionFactory(grid=GridFactory(call=call))
    return call


def juror(call: Call, *, body=None, chair: bool = False, **fields) -> User:
    """A person with the role and a seat in the panel; the Région's body by default."""
    body = body or AuthorityFactory(region=True)
    user = with_second_factor(person(Role.CHAIR if chair else Role.JUROR, authority=body, **fields))
    PanelMemberFactory(call=call, user=user, body=body, is_chair=chair)
    return user


def admissible_file(call: Call, **fields) -> Application:
    """A complete file before the jury, with the frozen version that jurors read."""
    application = ApplicationFactory(call=call, admissible=True, complete=True, **fields)
    content = build_content(application)
    ApplicationVersion.objects.create(
        application=application, number=1, reason=VersionReason.SUBMISSION, content=content, sha256=fingerprint(content)
    )
    return application


def reading(application: Application, user: User, *points, state: str = AssessmentState.SUBMITTED) -> Assessment:
    """The reading of a juror, with points on the rated criteria in order; None says "not applicable"."""
    seat = PanelMember.objects.filter(call=application.call, user=user).first()
    body = seat.body if seat else AuthorityFactory(region=True)
    handed = timezone.now() if state in (AssessmentState.SUBMITTED, AssessmentState.REOPENED) else None
    assessment = AssessmentFactory(application=application, juror=user, body=body, state=state, submitted_at=handed)
    criteria = Criterion.objects.filter(grid__call=application.call, kind=CriterionKind.RATED).order_by("position")
    for criterion, value in zip(criteria, points, strict=False):
        applies = value is not None
        Score.objects.create(
            assessment=assessment,
            criterion=criterion,
            points=Decimal(str(value)) if applies else None,
            is_applicable=applies,
            remark="" if applies else "Le projet ne s’y prête pas.",
        )
    return assessment


def lycee(**fields):
    return EstablishmentFactory(**fields)
