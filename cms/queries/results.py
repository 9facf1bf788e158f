"""What the pages of results read: from the release on, and nothing before."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Q

from calls.enums import CallState, Outcome
from calls.models import Application, Call
from cms.queries.calls import public_pages
from portal.directory.enums import Category
from portal.directory.models import Establishment
from portal.text.search import LONGEST, matching, tidy
from scoring.models import Vote

PER_PAGE = 50


def published_results() -> list[Call]:
    """The calls whose results are public, the latest first."""
    calls = Call.objects.filter(state__in=CallState.WITH_RESULTS, results_page__page_ptr__in=public_pages().values("pk"))
    return list(calls.select_related("programme", "results_page", "vote").order_by("-results_page__first_published_at", "-pk"))


def vote_of(call: Call) -> Vote | None:
    return Vote.objects.filter(call=call).first()


def retained_files(call: Call):
    """The files retained, with their lycée; none before the release, whatever the jury has decided."""
    if not call.has_results:
        return Application.objects.none()
    files = Application.objects.filter(call=call, outcome__in=Outcome.GRANTING)
    return files.select_related("establishment__department", "establishment__authority").order_by(
        "establishment__department__code", "establishment__commune_name", "establishment__name", "pk"
    )


@dataclass(frozen=True)
class Slice:
    """The lycées retained in one département or under one authority."""

    code: str
    label: str
    total: int
    amount: Decimal


@dataclass(frozen=True)
class Dot:
    """One lycée retained on the map, or the name of a département; `x` and `y` in the units of the drawing."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class ResultsSummary:
    total: int
    amount: Decimal
    departments: list[Slice]
    authorities: list[Slice]
    categories: list[tuple[str, int]]
    dots: list[Dot]
    names: list[Dot]


MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN = 640, 420, 48


def results_summary(retained) -> ResultsSummary:
    """Totals by département, authority and statut, and the places on the map: one query."""
    files = list(retained)
    schools = [(file.establishment, file.granted_amount or Decimal(0)) for file in files]
    statuts = Counter(school.category for school, _ in schools)
    dots = _dots([school for school, _ in schools])
    return ResultsSummary(
        total=len(files),
        amount=sum((amount for _, amount in schools), Decimal(0)),
        departments=_slices(schools, lambda school: (school.department.code, school.department.name)),
        authorities=_slices(schools, lambda school: (school.authority.code, school.authority.name)),
        categories=[(category.label, statuts[category.value]) for category in Category if statuts[category.value]],
        dots=[dot for dot, _ in dots],
        names=_names(dots),
    )


def _slices(schools, key) -> list[Slice]:
    ordered = sorted(schools, key=lambda pair: key(pair[0]))
    slices = []
    for (code, label), pairs in groupby(ordered, key=lambda pair: key(pair[0])):
        amounts = [amount for _, amount in pairs]
        slices.append(Slice(code, label, len(amounts), sum(amounts, Decimal(0))))
    return slices


def _names(dots: list[tuple[Dot, str]]) -> list[Dot]:
    """The name of each département, in the middle of its lycées, above the dots."""
    names = []
    for name in sorted({name for _, name in dots}):
        there = [dot for dot, of in dots if of == name]
        names.append(Dot(round(sum(dot.x for dot in there) / len(there), 1), round(min(dot.y for dot in there) - 12, 1), name))
    return names


def _dots(schools: list[Establishment]) -> list[tuple[Dot, str]]:
    """Each lycée whose place is known, with the name of its département. Longitude and latitude on a flat drawing: at this scale an equirectangular view is true enough."""
    placed = [school for school in schools if school.latitude is not None and school.longitude is not None]
    if not placed:
        return []
    west, east = float(min(s.longitude for s in placed)), float(max(s.longitude for s in placed))
    south, north = float(min(s.latitude for s in placed)), float(max(s.latitude for s in placed))
    ratio = 0.66  # cosine of 48.5°, the latitude of the Région's middle
    width, height = max((east - west) * ratio, 0.2), max(north - south, 0.2)
    scale = min((MAP_WIDTH - 2 * MAP_MARGIN) / width, (MAP_HEIGHT - 2 * MAP_MARGIN) / height)
    left, top = (MAP_WIDTH - width * scale) / 2, (MAP_HEIGHT - height * scale) / 2
    return [
        (
            Dot(
                round(left + (float(school.longitude) - west) * ratio * scale, 1),
                round(top + (north - float(school.latitude)) * scale, 1),
                f"{school.name}, {school.commune_name}",
            ),
            school.department.name,
        )
        for school in placed
    ]


@dataclass(frozen=True)
class ResultSearch:
    """The search among the lycées retained, as its address says it."""

    text: str = ""
    department: str = ""
    authority: str = ""

    @classmethod
    def from_query(cls, query) -> "ResultSearch":
        return cls(tidy(query.get("q"))[:LONGEST], query.get("departement", "")[:12], query.get("autorite", "")[:12])

    def among(self, retained):
        where = Q()
        if self.department:
            where &= Q(establishment__department__code=self.department)
        if self.authority:
            where &= Q(establishment__authority__code=self.authority)
        return matching(retained.filter(where), self.text)

    @property
    def is_active(self) -> bool:
        return bool(self.text or self.department or self.authority)


def page_of(rows, number) -> ListPage:
    return Paginator(rows, PER_PAGE).get_page(number)
