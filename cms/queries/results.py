"""What the pages of results read: from the release on, and nothing before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from calls.conditioned.retained import retained
from calls.enums import CallState
from calls.models import Application, Call
from cms.queries.calls import public_pages
from cms.queries.maps import Drawing, draw
from portal.directory.enums import STATUT_WORDS, Category
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
    return files.select_related("establishment__department", "establishment__authority", "establishment__agency").order_by(
        "establishment__department__code", "establishment__commune_name", "establishment__name", "pk"
    )


@dataclass(frozen=True)
class Slice:
    """The lycées retained in one département, followed by one agency, under one authority or of one statut."""

    code: str
    label: str
    total: int
    amount: Decimal


@dataclass(frozen=True)
class ResultsSummary:
    total: int
    amount: Decimal
    departments: list[Slice]
    agencies: list[Slice]
    authorities: list[Slice]
    categories: list[Slice]

    @property
    def by_statut(self) -> list[tuple[int, str]]:
        """How many lycées of each statut, and how it qualifies them: (12, « privés sous contrat »)."""
        return [(part.total, STATUT_WORDS[Category(part.code)][part.total > 1]) for part in self.categories]


def results_summary(files: Sequence[Application]) -> ResultsSummary:
    """Totals by département, agency, authority and statut. A lycée that no agency follows is of none."""
    schools = [(file.establishment, file.granted_amount or Decimal(0)) for file in files]
    order = list(Category.values)
    return ResultsSummary(
        total=len(files),
        amount=sum((amount for _, amount in schools), Decimal(0)),
        departments=_slices(schools, lambda school: (school.department.code, school.department.name)),
        authorities=_slices(schools, lambda school: (school.authority.code, school.authority.name)),
        agencies=_slices([pair for pair in schools if pair[0].agency_id], lambda school: (school.agency.code, school.agency.name)),
        categories=sorted(
            _slices(schools, lambda school: (school.category, school.get_category_display())), key=lambda part: order.index(part.code)
        ),
    )


def _slices(schools: Iterable[tuple[Establishment, Decimal]], key: Callable[[Establishment], tuple[str, str]]) -> list[Slice]:
    ordered = sorted(schools, key=lambda pair: key(pair[0]))
    slices = []
    for (code, label), pairs in groupby(ordered, key=lambda pair: key(pair[0])):
        amounts = [amount for _, amount in pairs]
        slices.append(Slice(code, label, len(amounts), sum(amounts, Decimal(0))))
    return slices


FILTERS = {  # in the address: what it looks at
    "departement": "establishment__department__code",
    "agence": "establishment__agency__code",
    "autorite": "establishment__authority__code",
    "statut": "establishment__category",
}


@dataclass(frozen=True)
class ResultSearch:
    """The search among the lycées retained, as its address says it: words, and the filters of FILTERS by their name."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_query(cls, query: QueryDict) -> "ResultSearch":
        chosen = {name: tidy(query.get(name))[:40] for name in FILTERS}
        return cls(tidy(query.get("q"))[:LONGEST], chosen)

    def among(self, retained: QuerySet[Application]) -> QuerySet[Application]:
        return matching(retained.filter(**{FILTERS[name]: value for name, value in self.chosen.items() if value}), self.text)

    @property
    def is_active(self) -> bool:
        return bool(self.text or any(self.chosen.values()))

    def address_of(self, page: int, place: str) -> str:
        """The address of a row of the list, which keeps what is looked for."""
        asked = {"q": self.text, **self.chosen, "page": page if page > 1 else ""}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"?{kept}#{place}" if kept else f"#{place}"


@dataclass(frozen=True)
class ShownResults:
    """The page of results: everything that is counted, what is found, a page of it, and the map of both."""

    summary: ResultsSummary
    found: int
    page: ListPage
    drawing: Drawing


def row_id(file: Application) -> str:
    """The place of a file in the list: a point of the map leads there."""
    return f"lycee-{file.establishment.uai}"


def shown_results(call: Call, search: ResultSearch, number: str | None) -> ShownResults:
    """Two queries: all that is retained, and what of it is looked for."""
    files = list(retained_files(call))
    kept = set(search.among(retained_files(call)).values_list("pk", flat=True)) if search.is_active else None
    found = [file for file in files if kept is None or file.pk in kept]
    addresses = {file.establishment_id: search.address_of(1 + rank // PER_PAGE, row_id(file)) for rank, file in enumerate(found)}
    schools = list({file.establishment_id: file.establishment for file in files}.values())
    return ShownResults(results_summary(files), len(found), Paginator(found, PER_PAGE).get_page(number), draw(schools, addresses))
