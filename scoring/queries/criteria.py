"""Facts for the computed criteria: what the directory says of one lycée, and of the Région around a call."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from calls.models import Application, ApplicationVersion, Call
from calls.queries.calls import counted_establishments
from calls.questions.base import Given
from calls.questions.board_vote import BoardVoteQuestion
from portal.directory.enums import IpsDefinition
from portal.directory.models import Establishment
from scoring.criteria import CallFacts, ComputedRule, FileFacts
from scoring.criteria.parameters import Stored
from scoring.ips_bands import IpsScale
from scoring.models import CallIpsBands

VOTE = BoardVoteQuestion(key="vote", label="Vote")  # how any vote is read
FEWEST_INDICES = 4  # below, quartiles say nothing


def file_facts(establishment: Establishment, content: dict | None = None) -> FileFacts:
    """The facts of one lycée; its département must be loaded. `content`: what its file has sent, where a criterion reads it."""
    vote = vote_in(content)
    return FileFacts(
        voted_on=vote and vote[0],
        vote_is_carried=bool(vote and vote[1]),
        uai=establishment.uai,
        commune=establishment.commune_name,
        department=establishment.department.code,
        department_name=establishment.department.name,
        category=establishment.category,
        category_label=establishment.get_category_display(),
        sector=establishment.sector,
        pathways=frozenset(pathway.value for pathway in establishment.pathways),
        density_level=establishment.density_level,
        priority_education=establishment.priority_education,
        ips=establishment.ips,
        ips_year=establishment.ips_year,
        ips_definition=establishment.ips_definition or "",
    )


def contents_of(call: Call) -> dict[int, dict]:
    """What each file of a call has last sent, by the key of the file. One query."""
    versions = ApplicationVersion.objects.received().filter(application__call=call).order_by("application_id", "number")
    return {version.application_id: version.content for version in versions}


def vote_in(content: dict | None) -> tuple[date, bool] | None:
    """The day of the first vote of the board that a frozen content tells whole, and whether it was carried."""
    for section in (content or {"sections": []})["sections"]:
        for entry in section["entries"]:
            given = Given(entry["value"])
            if entry["kind"] == VOTE.kind and VOTE.compared(given) is not None:
                return VOTE.held_on(given), bool(VOTE.compared(given))
    return None


def call_facts(call: Call, files: Sequence[Application]) -> CallFacts:
    """Counts of eligible lycées and of files, and the bands of the IPS.

    The lycées counted are those of the Région that runs the portal, or, when the call also has files from elsewhere, those
    of every Région that has a file. A lycée that has closed since it filed is among them.
    """
    regions = frozenset({settings.REGION_CODE} | {f.establishment.region_code for f in files})
    counted = counted_establishments(call, regions=regions)
    rows = list(counted.order_by().values_list("department__code", "category", "ips_year", "ips"))
    return CallFacts(
        lycees_by_department=Counter(department for department, *_ in rows),
        files_by_department=Counter(f.establishment.department.code for f in files),
        lycees_by_category=Counter(category for _, category, *_ in rows),
        files_by_category=Counter(f.establishment.category for f in files),
        ips_scale=_kept_scale(call) or quartile_scale([(year, ips) for _, _, year, ips in rows if ips is not None]),
        opens_on=timezone.localdate(call.opens_at),
        closes_on=timezone.localdate(call.closes_at),
    )


def _kept_scale(call: Call) -> IpsScale | None:
    """The bands of a call that has its own, given or frozen when it was published."""
    kept = CallIpsBands.objects.filter(call=call).first()
    return kept.scale if kept else None


def ips_scale_of(call: Call) -> IpsScale | None:
    """The bands of a call: its own, otherwise the quartiles of the lycées that may apply today. One or two queries."""
    return _kept_scale(call) or quartile_scale(published_indices(call))


def published_indices(call: Call) -> list[tuple[str, Decimal]]:
    """(school year, index) of the lycées that may apply, in the Région that runs the portal."""
    counted = counted_establishments(call, regions=frozenset({settings.REGION_CODE}))
    return list(counted.filter(ips__isnull=False).order_by().values_list("ips_year", "ips"))


def quartile_scale(published: Sequence[tuple[str, Decimal]]) -> IpsScale | None:
    """The quartiles that situate a lycée, under the newest definition that enough lycées have; None while too few are known."""
    for definition in reversed(IpsDefinition):
        bounds = quartiles([ips for year, ips in published if IpsDefinition.of(year) == definition])
        if bounds:
            return IpsScale(bounds, definition.value)
    return None


def quartiles(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal] | None:
    """First quartile, median, third quartile: the value at rank n/4, n/2 and 3n/4 rounded up (INSEE's usual definition)."""
    if len(values) < FEWEST_INDICES:
        return None
    ordered = sorted(values)
    return tuple(ordered[-(-len(ordered) * part // 4) - 1] for part in (1, 2, 3))


@dataclass(frozen=True)
class MarkedValue:
    """What a computed criterion gives on one value: points (None: left aside), and how many lycées that may apply have this value, where the
    directory says it."""

    label: str
    points: Decimal | None
    lycees: int | None


def marks_given(rule: ComputedRule, call: Call, maximum: int, stored: Stored) -> list[MarkedValue]:
    """What a rule gives with these parameters, the most points first: to the lycées of the directory, otherwise to its samples."""
    if rule.case is None:
        return [MarkedValue(one.label, rule.mark(one.file, one.call, maximum, stored).points, None) for one in rule.samples]
    schools = counted_establishments(call, regions=frozenset({settings.REGION_CODE})).select_related("department")
    region = CallFacts(ips_scale=ips_scale_of(call))
    counted: Counter[tuple[str, Decimal | None]] = Counter()
    for school in schools:
        facts = file_facts(school)
        counted[rule.case(facts, region), rule.mark(facts, region, maximum, stored).points] += 1
    rows = [MarkedValue(label, points, lycees) for (label, points), lycees in counted.items()]
    return sorted(rows, key=lambda row: (row.points is None, -(row.points or 0), row.label))
