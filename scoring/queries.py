"""What the jury reads: conflicts of interest, piles, loads, progress."""

from collections import defaultdict

from django.db.models import Case, Count, Exists, Func, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from calls.enums import ApplicationState, CallState
from calls.models import Application, Call
from portal.accounts.enums import JURY_ROLES, SCHOOL_ROLES
from portal.accounts.models import RoleGrant, User
from portal.directory.enums import AuthorityKind
from scoring import rules
from scoring.enums import AssessmentState
from scoring.models import Assessment, ComputedMark, InterestDeclaration, PanelMember, Score

DONE_STATES = (AssessmentState.SUBMITTED,)
STARTED_STATES = (AssessmentState.IN_PROGRESS, AssessmentState.REOPENED)
# The Région first, then académies, then the DRAAF.
BODY_ORDER = Case(When(body__kind=AuthorityKind.REGION, then=0), When(body__kind=AuthorityKind.ACADEMY, then=1), default=2)
# From the opening of the deliberation on, a jury reads its ranking.
DELIBERATED_STATES = (CallState.DELIBERATION, CallState.VOTED, CallState.RELEASED, CallState.ARCHIVED)
SCORED_STATES = (CallState.ASSESSMENT, *DELIBERATED_STATES)


# -- Conflicts of interest ----------------------------------------------------------------------------------------------


def hidden_applications(user) -> QuerySet[Application]:
    """Files that do not exist for this person in the jury's work: declared interest, or a role held at that lycée, now or before.

    Every list, count, total, rank and export of the jury leaves them out. A team reads its own file elsewhere, as applicant.
    """
    declared = InterestDeclaration.objects.filter(user_id=user.pk).values("application_id")
    return Application.objects.filter(Q(pk__in=declared) | Q(establishment__in=rules.school_links(user))).order_by()


def hidden_keys(user) -> set[int]:
    """The ids of the same, whatever the call. One query, which looks up that person's own links alone."""
    declared = InterestDeclaration.objects.filter(user_id=user.pk).order_by().values_list("application_id")
    found = Application.objects.filter(establishment__in=rules.school_links(user)).order_by().values_list("pk")
    return {key for (key,) in declared.union(found)}


def conflict_pairs(call, user_ids=None) -> set[tuple[int, int]]:
    """(user id, file id) of every conflict of this call's panel, declared or found in the roles; `user_ids` restricts.

    Three queries, one more when somebody has a link with a lycée.
    """
    people = list(call.panel.values_list("user_id", flat=True)) if user_ids is None else list(user_ids)
    declared = InterestDeclaration.objects.filter(application__call=call, user_id__in=people)
    pairs = set(declared.values_list("user_id", "application_id"))
    links = defaultdict(set)
    for user_id, establishment_id in panel_links(people).values_list("user_id", "establishment_id"):
        links[establishment_id].add(user_id)
    if links:
        for file_id, establishment_id in call.applications.filter(establishment__in=links).values_list("pk", "establishment_id"):
            pairs |= {(user_id, file_id) for user_id in links[establishment_id]}
    return pairs


def panel_links(people) -> QuerySet[RoleGrant]:
    """Roles held in a lycée, now or before, by these people (ids)."""
    return RoleGrant.objects.filter(user_id__in=people, role__in=SCHOOL_ROLES)


# -- What a person may open ---------------------------------------------------------------------------------------------


def visible_to_juror(user) -> QuerySet[Application]:
    """The files that a juror may open: those confided to that person, without conflict."""
    return Application.objects.filter(pk__in=Assessment.objects.of(user).values("application_id"))


def files_before_jury(call) -> QuerySet[Application]:
    """Files that the jury of this call scores: declared admissible, whatever came after. One closed without outcome was not admissible."""
    return call.applications.before_jury().exclude(state=ApplicationState.CLOSED, outcome="")


def ranking_calls(user) -> QuerySet[Call]:
    """Calls whose ranking this person may read: staff once scoring has begun, the panel once it deliberates."""
    if rules.reads_rankings(user):
        return Call.objects.filter(state__in=SCORED_STATES).order_by("-opens_at", "pk")
    if rules.sits_in_jury(user):
        return Call.objects.filter(state__in=DELIBERATED_STATES, pk__in=seats(user).values("call_id")).order_by("-opens_at", "pk")
    return Call.objects.none()


def seats(user) -> QuerySet[PanelMember]:
    return PanelMember.objects.filter(user_id=user.pk).order_by()


def jury_calls(user) -> QuerySet[Call]:
    """Calls whose jury this person prepares or audits."""
    return Call.objects.visible_to(user).exclude(state=CallState.WITHDRAWN) if rules.follows_jury(user) else Call.objects.none()


def jury_calls_with_progress(user) -> QuerySet[Call]:
    """The same, each with `n_seats`, `n_files`, `n_readings` and `n_done`, in one query; files hidden from the reader are not counted."""
    hidden = hidden_applications(user).values("pk")
    files = Application.objects.filter(call=OuterRef("pk"), state__in=(ApplicationState.ADMISSIBLE, ApplicationState.ASSESSED))
    live = Assessment.objects.live().filter(application__call=OuterRef("pk")).exclude(application__in=hidden)
    return (
        jury_calls(user)
        .select_related("programme", "grid")
        .annotate(
            n_seats=counted(PanelMember.objects.filter(call=OuterRef("pk"))),
            n_files=counted(files.exclude(pk__in=hidden)),
            n_readings=counted(live),
            n_done=counted(live.filter(state__in=DONE_STATES)),
        )
        .order_by("-opens_at", "pk")
    )


def counted(rows) -> Coalesce:
    """The number of rows of a query inside another; joins would multiply one count by another."""
    counted = rows.order_by().annotate(all_rows=Func("pk", function="COUNT")).values("all_rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# -- A juror's pile -----------------------------------------------------------------------------------------------------


def pile(user) -> QuerySet[Assessment]:
    """A juror's readings in the calls being prepared or scored, in a stable order."""
    open_calls = (CallState.INSTRUCTION, *SCORED_STATES)
    return (
        Assessment.objects.of(user)
        .filter(application__call__state__in=open_calls)
        .select_related("application__call", "application__establishment__department")
        .order_by("application__call__reference", "application__reference")
    )


def pile_states(user, call_id: int | None = None):
    """The same pile as light rows (`pk`, `state`, `call_id`), of one call or of all."""
    rows = pile(user) if call_id is None else pile(user).filter(application__call_id=call_id)
    return rows.select_related(None).values_list("pk", "state", "application__call_id", named=True)


def pile_counts(user) -> list[dict]:
    """One row per call being scored: `call_id`, `total`, `done`, `started`. One query."""
    return list(
        Assessment.objects.of(user)
        .filter(application__call__state=CallState.ASSESSMENT)
        .values("application__call_id", "application__call__title", "application__call__jury_on")
        .annotate(
            total=Count("pk"), done=Count("pk", filter=Q(state__in=DONE_STATES)), started=Count("pk", filter=Q(state__in=STARTED_STATES))
        )
        .order_by("application__call__jury_on", "application__call_id")
    )


def others_readings(assessment, user) -> list[Assessment]:
    """What other jurors gave to the same file, when the call's rule lets this juror read it: after one's own, or at once."""
    if assessment.application.call.own_scores_first and assessment.state != AssessmentState.SUBMITTED:
        return []
    return list(
        Assessment.objects.counted()
        .filter(application_id=assessment.application_id)
        .exclude(juror_id=user.pk)
        .select_related("juror", "body")
        .prefetch_related("scores")
        .order_by(BODY_ORDER, "body__name", "juror__last_name")
    )


def computed_marks(application) -> QuerySet[ComputedMark]:
    """The computed points of one file, in the order of the grid."""
    return application.computed_marks.select_related("criterion").order_by("criterion__position", "criterion_id")


# -- Panel, loads, progress ---------------------------------------------------------------------------------------------


def panel_with_loads(call, reader) -> list[PanelMember]:
    """The seats of a call, each with `n_readings`, `n_done`, `n_started`; files hidden from the reader are not counted. Two queries."""
    rows = Assessment.objects.live().filter(application__call=call).exclude(application__in=hidden_applications(reader).values("pk"))
    counts = (
        rows.order_by()
        .values("juror_id")
        .annotate(
            n_readings=Count("pk"),
            n_done=Count("pk", filter=Q(state__in=DONE_STATES)),
            n_started=Count("pk", filter=Q(state__in=STARTED_STATES)),
        )
    )
    by_juror = {row["juror_id"]: row for row in counts}
    seats = call.panel.select_related("user", "body").order_by(BODY_ORDER, "body__name", "user__last_name", "user__first_name")
    members = list(seats)
    for member in members:
        row = by_juror.get(member.user_id, {})
        member.n_readings, member.n_done, member.n_started = (row.get(name, 0) for name in ("n_readings", "n_done", "n_started"))
    return members


def files_with_readings(call, reader) -> QuerySet[Application]:
    """Files before the jury with their live readings (`readings`, with juror and body), `n_readings` and `n_done`."""
    readings = Assessment.objects.live().select_related("juror", "body").order_by(BODY_ORDER, "body__name", "juror__last_name")
    live = Assessment.objects.live().filter(application=OuterRef("pk"))
    return (
        files_before_jury(call)
        .exclude(pk__in=hidden_applications(reader).values("pk"))
        .select_related("establishment__authority", "establishment__department")
        .prefetch_related(Prefetch("assessments", queryset=readings, to_attr="readings"))
        .annotate(n_readings=counted(live), n_done=counted(live.filter(state__in=DONE_STATES)))
        .order_by("reference")
    )


def without_reader(files: QuerySet[Application]) -> QuerySet[Application]:
    """Those that nobody reads."""
    return files.filter(~Exists(Assessment.objects.live().filter(application=OuterRef("pk"))))


def candidates(call) -> QuerySet[User]:
    """People who hold a juror's or chair's role today and do not sit in this panel yet."""
    grants = RoleGrant.objects.in_force().filter(user=OuterRef("pk"), role__in=JURY_ROLES)
    return User.objects.filter(Exists(grants), is_active=True).exclude(panel_seats__call=call)


def has_scored(member: PanelMember) -> bool:
    """Whether this seat has given anything: a mark, or a reading begun. Such a seat stays, for the record."""
    readings = Assessment.objects.filter(juror_id=member.user_id, application__call_id=member.call_id)
    return readings.exclude(state=AssessmentState.ASSIGNED).exists() or Score.objects.filter(assessment__in=readings).exists()


def readings_by_file(call) -> dict[int, list[tuple[int, str]]]:
    """For each file (id), its (juror id, state) pairs, recusals included. One query."""
    found = defaultdict(list)
    for file_id, juror_id, state in Assessment.objects.filter(application__call=call).values_list("application_id", "juror_id", "state"):
        found[file_id].append((juror_id, state))
    return found
