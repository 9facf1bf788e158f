"""What the pages of results read: from the release on, and nothing before."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict

from calls.enums import CallState
from calls.models import Application, Call
from calls.retained_files import retained
from cms.queries.calls import public_pages
from cms.queries.maps import Drawing, draw
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


def retained_files(call: Call) -> QuerySet[Application]:
    """The files retained whose lycée has not declined the aid, with their lycée; none before the release, whatever the jury has decided."""
    if not call.has_results:
        return Application.objects.none()
    files = Application.objects.filter(retained(), call=call)
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
class ResultsSummary:
    total: int
    amount: Decimal
    departments: list[Slice]
    authorities: list[Slice]
    categories: list[tuple[str, int]]
    drawing: Drawing


def results_summary(retained: Iterable[Application]) -> ResultsSummary:
    """Totals by département, authority and statut, and the places on the map."""
    files = list(retained)
    schools = [(file.establishment, file.granted_amount or Decimal(0)) for file in files]
    statuts = Counter(school.category for school, _ in schools)
    return ResultsSummary(
        total=len(files),
        amount=sum((amount for _, amount in schools), Decimal(0)),
        departments=_slices(schools, lambda school: (school.department.code, school.department.name)),
        authorities=_slices(schools, lambda school: (school.authority.code, school.authority.name)),
        categories=[(category.label, statuts[category.value]) for category in Category if statuts[category.value]],
        drawing=draw([school for school, _ in schools]),
    )


def _slices(schools: Iterable[tuple[Establishment, Decimal]], key: Callable[[Establishment], tuple[str, str]]) -> list[Slice]:
    ordered = sorted(schools, key=lambda pair: key(pair[0]))
    slices = []
    for (code, label), pairs in groupby(ordered, key=lambda pair: key(pair[0])):
        amounts = [amount for _, amount in pairs]
        slices.append(Slice(code, label, len(amounts), sum(amounts, Decimal(0))))
    return slices


@dataclass(frozen=True)
class ResultSearch:
    """The search among the lycées retained, as its address says it."""

    text: str = ""
    department: str = ""
    authority: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "ResultSearch":
        return cls(tidy(query.get("q"))[:LONGEST], query.get("departement", "")[:12], query.get("autorite", "")[:12])

    def among(self, retained: QuerySet[Application]) -> QuerySet[Application]:
        where = Q()
        if self.department:
            where &= Q(establishment__department__code=self.department)
        if self.authority:
            where &= Q(establishment__authority__code=self.authority)
        return matching(retained.filter(where), self.text)

    @property
    def is_active(self) -> bool:
        return bool(self.text or self.department or self.authority)


def page_of(rows: QuerySet[Application], number: str | None) -> ListPage:
    return Paginator(rows, PER_PAGE).get_page(number)
