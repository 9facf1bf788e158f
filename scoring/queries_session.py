"""What a sitting reads: the ranking as candidates of a cut, the groups of a quota, attendance, scenarios side by side."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from calls.models import Call
from portal.directory.enums import Category, Pathway
from scoring import rules
from scoring.enums import Density, Doctrine, QuotaDimension
from scoring.models import Envelope, PanelMember, ScenarioLine, SelectionScenario, SelectionSession
from scoring.queries import hidden_applications
from scoring.queries_ranking import RankedFile, body_order
from scoring.scenario import Candidate, Cut, Overflow, Quota, Rules, cut
from scoring.wording import quota_label

ZERO = Decimal("0.00")
EVERY_FILE = "all"  # the dimension of a quota that counts every file: a number of places

# -- The input of a cut ---------------------------------------------------------------------------------------------------


def envelopes_total(call: Call) -> Decimal:
    """The money of every envelope of the call, in euros."""
    return Envelope.objects.filter(call=call).aggregate(total=Sum("amount"))["total"] or ZERO


def belongs(establishment, dimension: str, value: str) -> bool:
    """Whether a lycée is in the group that a quota counts. Data of the directory, never typed."""
    match dimension:
        case _ if dimension == EVERY_FILE:
            return True
        case QuotaDimension.SECTOR:
            return establishment.sector == value
        case QuotaDimension.CATEGORY:
            return establishment.category == value
        case QuotaDimension.AUTHORITY:
            return establishment.authority.code == value
        case QuotaDimension.DEPARTMENT:
            return establishment.department.code == value
        case QuotaDimension.DENSITY:
            return establishment.is_rural is (value == Density.RURAL)
        case QuotaDimension.PATHWAY:
            return value in Pathway.values and getattr(establishment, f"has_{value}")
    return False


def groups_of(establishment) -> list[tuple[str, str, str]]:
    """(dimension, value, label) of every group that a lycée belongs to."""
    found = [
        (QuotaDimension.SECTOR.value, establishment.sector, establishment.get_sector_display()),
        (QuotaDimension.CATEGORY.value, establishment.category, Category(establishment.category).label),
        (QuotaDimension.AUTHORITY.value, establishment.authority.code, establishment.authority.name),
        (QuotaDimension.DEPARTMENT.value, establishment.department.code, str(establishment.department)),
    ]
    if establishment.is_rural is not None:
        density = Density.RURAL if establishment.is_rural else Density.URBAN
        found.append((QuotaDimension.DENSITY.value, density.value, density.label))
    return found + [(QuotaDimension.PATHWAY.value, p.value, f"Voie {p.label.lower()}") for p in establishment.pathways]


def candidates(files: Iterable[RankedFile], quota: Mapping | None) -> list[Candidate]:
    """The ranking as candidates; a file without rank comes after the others, in the order given."""
    return [
        Candidate(
            key=file.application.reference,
            name=file.application.establishment.name,
            rank=file.rank or position,
            score=file.score,
            amount=file.application.requested_amount,
            in_group=bool(quota) and belongs(file.application.establishment, quota["dimension"], quota["value"]),
        )
        for position, file in enumerate(files, start=1)
    ]


def cut_rules(parameters: Mapping) -> Rules:
    """The rules of a cut from the stored parameters of a scenario."""
    quota = parameters.get("quota")
    return Rules(
        budget=Decimal(parameters["budget"]),
        overflow=Overflow(parameters["overflow"]),
        quota=Quota(quota_label(quota), quota.get("minimum"), quota.get("maximum")) if quota else None,
        waiting_places=parameters.get("waiting_places", 0),
    )


def input_digest(call_reference: str, parameters: Mapping, files: Iterable[Candidate]) -> str:
    """SHA-256 of all that the cut reads, in canonical JSON: parameters, then files in order of merit."""
    content = {
        "doctrine": Doctrine.RANKED.value,
        "call": call_reference,
        "parameters": parameters,
        "files": [
            [file.key, file.rank, None if file.score is None else f"{file.score:.2f}", f"{file.amount:.2f}", file.in_group]
            for file in sorted(files, key=lambda file: file.merit)
        ],
    }
    payload = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(payload.encode()).hexdigest()


def replay(scenario: SelectionScenario) -> tuple[Cut, str]:
    """Do the cut again from the frozen lines alone: the same selection, and the digest of the same input."""
    lines = scenario.lines.select_related("application__establishment")
    files = [
        Candidate(
            line.application.reference,
            line.application.establishment.name,
            line.rank or line.position,
            line.score,
            line.requested_amount,
            line.in_group,
        )
        for line in lines
    ]
    reference = scenario.session.call.reference
    return cut(files, cut_rules(scenario.parameters)), input_digest(reference, scenario.parameters, files)


# -- The groups that a quota may name ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """One value of one dimension, with the number of files of the ranking that belong to it."""

    dimension: str
    value: str
    label: str
    count: int

    @property
    def key(self) -> str:
        return f"{self.dimension}:{self.value}"


def quota_groups(call: Call, viewer) -> dict[str, list[Group]]:
    """Groups present in the call's files, by label of dimension; files hidden from `viewer` are not counted."""
    counts: dict[tuple[str, str, str], int] = {}
    hidden = hidden_applications(viewer).values("pk")
    files = call.applications.before_jury().exclude(pk__in=hidden).select_related("establishment__authority", "establishment__department")
    for application in files:
        for group in groups_of(application.establishment):
            counts[group] = counts.get(group, 0) + 1
    found: dict[str, list[Group]] = {dimension.label: [] for dimension in QuotaDimension}
    for (dimension, value, label), count in sorted(counts.items()):
        found[QuotaDimension(dimension).label].append(Group(dimension, value, label, count))
    return {label: groups for label, groups in found.items() if groups}


# -- Attendance ---------------------------------------------------------------------------------------------------------------


@dataclass
class BodyAttendance:
    """One body of the panel: its seats, and how many are present."""

    body: object
    seats: list[PanelMember] = field(default_factory=list)
    present: int = 0

    @property
    def is_represented(self) -> bool:
        return self.present > 0


@dataclass(frozen=True)
class Attendance:
    """The sheet of a sitting."""

    bodies: list[BodyAttendance]
    chair_present: bool

    @property
    def present(self) -> int:
        return sum(body.present for body in self.bodies)

    @property
    def total(self) -> int:
        return sum(len(body.seats) for body in self.bodies)

    @property
    def absent_bodies(self) -> list[str]:
        return [body.body.short_name for body in self.bodies if not body.is_represented]


def attendance_of(session: SelectionSession) -> Attendance:
    """The panel by body, the Région first, each seat with `is_present`. Two queries."""
    present = set(session.attendance.values_list("pk", flat=True))
    bodies: dict[int, BodyAttendance] = {}
    chair_present = False
    for seat in session.call.panel.select_related("user", "body").order_by("user__last_name", "user__first_name", "pk"):
        row = bodies.setdefault(seat.body_id, BodyAttendance(seat.body))
        seat.is_present = seat.pk in present
        row.seats.append(seat)
        row.present += seat.is_present
        chair_present |= seat.is_present and seat.is_chair
    return Attendance(sorted(bodies.values(), key=lambda row: body_order(row.body)), chair_present)


# -- Sittings ---------------------------------------------------------------------------------------------------------------------


def sessions_for(user):
    """The sittings that this person may open, with their call and the number of scenarios, present people and seats."""
    return (
        SelectionSession.objects.visible_to(user)
        .select_related("call")
        .annotate(
            n_scenarios=Count("scenarios", distinct=True),
            n_present=Count("attendance", distinct=True),
            n_seats=Count("call__panel", distinct=True),
        )
        .order_by("-held_at", "-pk")
    )


def calls_to_deliberate():
    """Calls for which a sitting may be prepared."""
    return Call.objects.filter(state="deliberation").order_by("reference")


def hidden_ids(call: Call, user) -> frozenset[int]:
    """Files of this call that do not exist for this person."""
    return frozenset(hidden_applications(user).filter(call=call).values_list("pk", flat=True))


def lines_of(scenario: SelectionScenario, hidden: frozenset[int] = frozenset()):
    """The frozen lines with their lycées, without the files hidden from the reader."""
    lines = scenario.lines.select_related("application__establishment__authority", "application__establishment__department")
    return lines.exclude(application_id__in=hidden) if hidden else lines


def lines_by_scenario(scenarios: Iterable[SelectionScenario], hidden: frozenset[int]) -> dict[int, dict[int, ScenarioLine]]:
    """For each scenario (id), its lines by file (id). One query."""
    found: dict[int, dict[int, ScenarioLine]] = {scenario.pk: {} for scenario in scenarios}
    lines = ScenarioLine.objects.filter(scenario__in=found).exclude(application_id__in=hidden)
    for line in lines.select_related("application__establishment__authority", "application__establishment__department").order_by(
        "position"
    ):
        found[line.scenario_id][line.application_id] = line
    return found


def selected_totals(scenarios: Iterable[SelectionScenario], hidden: frozenset[int]) -> dict[int, tuple[int, Decimal]]:
    """For each scenario (id), how many visible files it selects and for how many euros. One query."""
    found = {scenario.pk: (0, ZERO) for scenario in scenarios}
    lines = ScenarioLine.objects.filter(scenario__in=found, is_selected=True).exclude(application_id__in=hidden).order_by()
    for key, n, amount in lines.values_list("scenario").annotate(n=Count("pk"), amount=Sum(Coalesce("granted_amount", "requested_amount"))):
        found[key] = (n, amount)
    return found


def retained_scenario(call: Call) -> SelectionScenario | None:
    """The scenario that a closed sitting of the call retained: what the decisions are drawn from."""
    over = Q(session__call=call, session__state__in=["closed", "minutes_signed"], retained_at__isnull=False)
    return SelectionScenario.objects.filter(over).select_related("session__call").first()


def may_run(session: SelectionSession, user) -> bool:
    """Whether this person prepares the sitting: attendance, scenarios, the one to retain."""
    return rules.runs_session(session, user)
