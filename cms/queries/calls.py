"""What the public pages read. Nothing here depends on who is signed in, except one's own lycées on the page of a call."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, Q, QuerySet
from django.http import QueryDict
from wagtail.models import Page
from wagtail.query import PageQuerySet

from calls import checks
from calls.conditioned.eligibility import eligibility_of
from calls.models import Application, Call, Programme
from portal.accounts.models import User
from portal.directory.enums import STATUT_WORDS, Category, Pathway
from portal.directory.models import Establishment
from portal.text.folding import fold
from portal.text.french import enumeration, whole_percentages
from portal.text.search import LONGEST, matching, tidy, words
from scoring.criteria import ComputedRule, rule_of
from scoring.enums import CriterionKind
from scoring.models import Criterion
from scoring.queries.applying import conditions_in_words
from scoring.queries.criteria import ips_scale_of

SCHOOLS_FOUND = 5  # how many lycées the eligibility search shows


@dataclass(frozen=True)
class CallCard:
    """One call as a list shows it."""

    call: Call
    code: str  # upcoming, open, closed, examination, released, archived
    label: str

    @property
    def who(self) -> str:
        """Who may apply, in a line. No query."""
        return who_in_a_line(self.call)

    @property
    def searchable(self) -> str:
        return fold(f"{self.call.reference} {self.call.title} {self.call.programme.name} {self.call.summary}")


CALL_GROUPS = {
    "open": "Ouverts",
    "upcoming": "À venir",
    "examination": "En cours d’examen",
    "results": "Résultats publiés",
    "unsuccessful": "Infructueux",
}
GROUP_OF = {"closed": "examination", "released": "results", "archived": "results"}


def public_pages() -> PageQuerySet:
    """Pages that anybody may read: live, without restriction."""
    return Page.objects.live().public()


def call_cards() -> list[CallCard]:
    """Every public call whose page is published, those that close first at the top."""
    calls = Call.objects.public().filter(page__page_ptr__in=public_pages().values("pk")).select_related("programme")
    return [CallCard(call, *call.live_state) for call in calls.order_by("closes_at", "pk")]


@dataclass(frozen=True)
class CallSearch:
    """The search of the list of calls, as its address says it."""

    text: str = ""
    group: str = ""
    programme: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "CallSearch":
        group = query.get("etat", "")
        return cls(tidy(query.get("q"))[:LONGEST], group if group in CALL_GROUPS else "", query.get("programme", "")[:20])

    def keeps(self, card: CallCard) -> bool:
        if self.group and GROUP_OF.get(card.code, card.code) != self.group:
            return False
        if self.programme and card.call.programme.code != self.programme:
            return False
        return all(word in card.searchable for word in words(self.text))

    @property
    def is_active(self) -> bool:
        return bool(self.text or self.group or self.programme)


def call_groups(search: CallSearch) -> list[tuple[str, str, list[CallCard]]]:
    """(code, title, cards) of each group that has a card; the past ones start with the latest."""
    kept = [card for card in call_cards() if search.keeps(card)]
    groups = []
    for code, title in CALL_GROUPS.items():
        cards = [card for card in kept if GROUP_OF.get(card.code, card.code) == code]
        if code in ("examination", "results", "unsuccessful"):
            cards.reverse()
        if cards:
            groups.append((code, title, cards))
    return groups


def programmes_with_calls() -> QuerySet[Programme]:
    return Programme.objects.filter(calls__in=Call.objects.public()).distinct().order_by("name")


def next_changes(now: datetime) -> list[datetime]:
    """The next opening and the next closing of a public call, when there is one. One query."""
    coming = Call.objects.public().aggregate(
        opening=Min("opens_at", filter=Q(opens_at__gt=now)), closing=Min("closes_at", filter=Q(closes_at__gt=now))
    )
    return [at for at in coming.values() if at]


def countdown(call: Call, now: datetime) -> list[tuple[int, str]]:
    """Days, hours and minutes before the next instant that counts: the opening, then the closing; empty afterwards."""
    until = call.opens_at if call.is_upcoming else call.closes_at if call.is_open else None
    if until is None:
        return []
    minutes = max(0, int((until - now).total_seconds()) // 60)
    parts = [(minutes // 1440, "jour"), (minutes // 60 % 24, "heure"), (minutes % 60, "minute")]
    return [(value, unit if value < 2 else f"{unit}s") for value, unit in parts]


@dataclass(frozen=True)
class WhoMayApply:
    """Statuts and voies of a call, in words."""

    categories: list[str]
    others: list[str]
    pathways: list[str]
    condition: str
    limit: int


def who_may_apply(call: Call) -> WhoMayApply:
    eligible = set(call.eligible_categories)
    return WhoMayApply(
        categories=[category.label for category in Category if category.value in eligible],
        others=[category.label for category in Category if category.value not in eligible],
        pathways=[pathway.label for pathway in Pathway if pathway.value in call.eligible_pathways],
        condition=eligibility_of(call).in_words(),
        limit=call.max_per_establishment,
    )


def who_in_a_line(call: Call) -> str:
    """« lycées publics de l’Éducation nationale et privés sous contrat, voie professionnelle, si … ». No query."""
    statuts = enumeration([several for category, (_, several) in STATUT_WORDS.items() if category.value in call.eligible_categories])
    pathways = [pathway.label.lower() for pathway in Pathway if pathway.value in call.eligible_pathways]
    ways = f"{'voie' if len(pathways) == 1 else 'voies'} {enumeration(pathways)}" if pathways else ""
    return ", ".join(filter(None, [f"lycées {statuts}".strip(), ways, eligibility_of(call).in_words()]))


@dataclass(frozen=True)
class SchoolExplained:
    """Whether one lycée may apply, and why, in sentences."""

    establishment: Establishment
    gaps: list[str]
    reasons: list[str]
    files: list[Application]
    is_mine: bool

    @property
    def is_eligible(self) -> bool:
        return not self.gaps


def schools_explained(call: Call, user: AnonymousUser | User, text: str) -> list[SchoolExplained]:
    """The lycées that the page explains: those found by `text`, else those of the person signed in.

    The directory is public; a lycée's files are shown to its own members only.
    """
    mine = user.establishment_ids if user.is_authenticated else frozenset()
    schools = Establishment.objects.select_related("department", "authority")
    everywhere = schools.open().filter(region_code=settings.REGION_CODE)
    found = list((matching(everywhere, text) if words(text) else schools.filter(pk__in=mine))[:SCHOOLS_FOUND])
    files = Application.objects.visible_to(user).filter(call=call, establishment__in=mine) if mine else []
    by_school = {school.pk: [file for file in files if file.establishment_id == school.pk] for school in found}
    return [_explain(call, school, by_school[school.pk], school.pk in mine) for school in found]


def _explain(call: Call, school: Establishment, files: list[Application], is_mine: bool) -> SchoolExplained:
    pathways = ", ".join(pathway.label.lower() for pathway in school.pathways)
    reasons = [
        f"Statut : {STATUT_WORDS[Category(school.category)][0]}",
        f"Voies : {pathways}" if pathways else "Aucune voie connue de l’annuaire",
    ]
    return SchoolExplained(school, checks.eligibility_gaps(call, school), reasons, files, is_mine)


@dataclass(frozen=True)
class CriterionShare:
    """One criterion of the public grid; `share` in percent of the whole, `bar` in percent of the heaviest."""

    label: str
    help: str
    mode: str
    share: int
    bar: int
    condition: str = ""  # « S’applique si le lycée a un internat. »


def criteria_shares(call: Call) -> list[CriterionShare]:
    """The grid of the call, without the names of levels: what counts, how, for how much. Empty while there is no grid."""
    criteria = _weighing(call)
    if not criteria:
        return []
    heaviest = max(criterion.weight for criterion in criteria)
    modes = {CriterionKind.RATED: "Noté par le jury", CriterionKind.COMPUTED: "Calculé à partir de l’annuaire"}
    shares = whole_percentages([criterion.weight for criterion in criteria])
    told = conditions_in_words(call, criteria)
    return [
        CriterionShare(
            criterion.label,
            criterion.help,
            modes[criterion.kind],
            share,
            round(100 * criterion.weight / heaviest),
            told.get(criterion.pk, ""),
        )
        for criterion, share in zip(criteria, shares, strict=True)
    ]


@dataclass(frozen=True)
class CriterionExplained:
    """One criterion as anybody may read it: its share of the score, then its levels or the rule that computes it."""

    criterion: Criterion
    share: int  # percent
    rule: ComputedRule | None
    ips: str = ""  # the bands of the index, where the criterion reads it
    condition: str = ""  # « S’applique si le lycée a un internat. »

    @property
    def parameters(self) -> list[str]:
        """What the grid gives to each value, in words."""
        return self.rule.sentences(self.criterion.parameters, self.criterion.max_points) if self.rule else []

    @property
    def levels(self) -> list[dict]:
        """The highest first, as a juror's sheet shows them."""
        return sorted(self.criterion.levels, key=lambda level: -float(level["points"]))


def criteria_explained(call: Call) -> list[CriterionExplained]:
    """The grid of the call with all that decides of its points. Empty while there is no grid. One query, three where it reads the IPS, one where it has conditions."""
    criteria = _weighing(call)
    shares = whole_percentages([criterion.weight for criterion in criteria])
    scale = ips_scale_of(call) if any(criterion.function == "ips" for criterion in criteria) else None
    bands = scale.in_words if scale else ""
    told = conditions_in_words(call, criteria)
    return [
        CriterionExplained(
            criterion,
            share,
            None if criterion.is_rated else rule_of(criterion.function),
            bands if criterion.function == "ips" else "",
            told.get(criterion.pk, ""),
        )
        for criterion, share in zip(criteria, shares, strict=True)
    ]


def _weighing(call: Call) -> list[Criterion]:
    return list(Criterion.objects.filter(grid__call=call, weight__gt=0).order_by("position", "pk"))
