"""Panels: seats with their loads, files with their readers."""

from collections import defaultdict

from django.db.models import Case, Count, Exists, Model, OuterRef, Prefetch, Q, QuerySet, When

from calls.models import Application, Call
from portal.accounts.models import RoleGrant, User
from portal.directory.enums import AuthorityKind
from scoring.enums import AssessmentState
from scoring.models import Assessment, PanelMember, Score
from scoring.queries.conflicts import hidden_applications
from scoring.queries.jury import counted, files_before_jury

# The Région first, then académies, then the DRAAF.
BODY_ORDER = Case(When(body__kind=AuthorityKind.REGION, then=0), When(body__kind=AuthorityKind.ACADEMY, then=1), default=2)


def panel_with_loads(call: Call, reader: User) -> list[PanelMember]:
    """The seats of a call, each with `n_readings`, `n_done`, `n_started`; files hidden from the reader are not counted."""
    rows = Assessment.objects.live().filter(application__call=call).exclude(application__in=hidden_applications(reader).values("pk"))
    counts = (
        rows.order_by()
        .values("juror_id")
        .annotate(
            n_readings=Count("pk"),
            n_done=Count("pk", filter=Q(state__in=AssessmentState.DONE)),
            n_started=Count("pk", filter=Q(state__in=AssessmentState.STARTED)),
        )
    )
    by_juror = {row["juror_id"]: row for row in counts}
    seats = call.panel.select_related("user", "body").order_by(BODY_ORDER, "body__name", "user__last_name", "user__first_name")
    members = list(seats)
    for member in members:
        row = by_juror.get(member.user_id, {})
        member.n_readings, member.n_done, member.n_started = (row.get(name, 0) for name in ("n_readings", "n_done", "n_started"))
    return members


def files_with_readings(call: Call, reader: User) -> QuerySet[Application]:
    """Files before the jury with their live readings (`readings`, with juror and body), `n_readings` and `n_done`."""
    return _with_counts(call, reader).prefetch_related(Prefetch("assessments", queryset=_readings(), to_attr="readings"))


def files_listed(call: Call, reader: User) -> QuerySet[Application]:
    """The same with the columns of the list alone: another one would cost a query per line."""
    said = _readings().only(
        "application", "state", "juror__first_name", "juror__last_name", "juror__email", "body__name", "body__short_name"
    )
    school = "establishment"
    return (
        _with_counts(call, reader)
        .only(
            "state",
            "call",
            "reference",
            f"{school}__name",
            f"{school}__commune_name",
            f"{school}__department__code",
            f"{school}__authority__short_name",
        )
        .prefetch_related(Prefetch("assessments", queryset=said, to_attr="readings"))
    )


def _readings() -> QuerySet[Assessment]:
    return Assessment.objects.live().select_related("juror", "body").order_by(BODY_ORDER, "body__name", "juror__last_name", "pk")


def _with_counts(call: Call, reader: User) -> QuerySet[Application]:
    live = Assessment.objects.live().filter(application=OuterRef("pk"))
    return (
        files_before_jury(call)
        .exclude(pk__in=hidden_applications(reader).values("pk"))
        .select_related("establishment__authority", "establishment__department")
        .annotate(n_readings=counted(live), n_done=counted(live.filter(state__in=AssessmentState.DONE)))
        .order_by("reference")
    )


def without_reader(files: QuerySet[Application]) -> QuerySet[Application]:
    """Those that nobody reads."""
    return files.filter(~Exists(Assessment.objects.live().filter(application=OuterRef("pk"))))


def candidates(call: Call) -> QuerySet[User]:
    """People who hold a juror's or chair's role today and do not sit in this panel yet."""
    grants = RoleGrant.objects.in_force().in_juries().filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(grants), is_active=True).exclude(panel_seats__call=call)


def seat_with_readings(member: PanelMember) -> list[Model]:
    """A seat and the files confided to it: what goes with it when it is taken back."""
    return [member, *Assessment.objects.filter(juror_id=member.user_id, application__call_id=member.call_id)]


def has_scored(member: PanelMember) -> bool:
    """Whether this seat has given anything: a mark, or a reading begun. Such a seat stays, for the record."""
    readings = Assessment.objects.filter(juror_id=member.user_id, application__call_id=member.call_id)
    return readings.exclude(state=AssessmentState.ASSIGNED).exists() or Score.objects.filter(assessment__in=readings).exists()


def readings_by_file(call: Call) -> dict[int, list[tuple[int, str]]]:
    """For each file (id), its (juror id, state) pairs, recusals included."""
    found = defaultdict(list)
    for file_id, juror_id, state in Assessment.objects.filter(application__call=call).values_list("application_id", "juror_id", "state"):
        found[file_id].append((juror_id, state))
    return found
