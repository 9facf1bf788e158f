"""How many lycées a call is for, and why the others are not: the directory looked at with what is chosen, kept or not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from calls.checks import SECTION_NATURES
from calls.conditioned.eligibility import catalogue_of_lycees, eligibility_of, read_eligibility, waves_for
from calls.conditioned.lycee_terms import facts_of_lycee
from calls.conditioned.wave_terms import facts_of_waves
from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.evaluation import Ruling, rule, truth_of
from calls.conditions.references import lycee
from calls.conditions.sentences import claim
from calls.conditions.tree import AllOf, AnyOf, Condition, plain_form, references_in
from calls.models import Call
from calls.questions.comparison import Domain
from portal.directory.enums import Category, Pathway
from portal.directory.models import Authority, Establishment, Territory

MOST_NAMED = 30  # lycées named under one reason


def composing_catalogue(waves: Iterable[int] = ()) -> Catalogue:
    """What a condition on a lycée may refer to, with the lists of the directory where the engine takes any code. Two queries.

    `waves`: the numbers of the earlier waves of the call, of which it may read what everybody reads.
    """
    return with_lists(catalogue_of_lycees(waves))


def with_lists(catalogue: Catalogue) -> Catalogue:
    """The same with the départements, agencies and authorities that there are, by name. Two queries."""
    places = list(Territory.objects.order_by("code").values_list("kind", "code", "name"))
    lists = {
        lycee("department"): [(code, f"{name} ({code})") for kind, code, name in places if kind == Territory.Kind.DEPARTMENT],
        lycee("agency"): [(code, name) for kind, code, name in places if kind == Territory.Kind.AGENCY],
        lycee("authority"): list(Authority.objects.order_by("name").values_list("code", "name")),
    }
    return Catalogue({reference: _with_list(term, lists.get(reference)) for reference, term in catalogue.terms.items()})


def _with_list(term: Term, choices: Sequence[tuple[str, str]] | None) -> Term:
    return replace(term, domain=Domain(tuple(choices), is_open=True)) if choices else term


@dataclass
class LeftOut:
    """Why lycées are left out: a sentence, how many, and the first of them."""

    sentence: str
    total: int = 0
    named: list[Establishment] = field(default_factory=list)

    def add(self, establishment: Establishment) -> None:
        self.total += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(establishment)

    @property
    def others(self) -> int:
        return self.total - len(self.named)


@dataclass(frozen=True)
class EligibilityCount:
    """Among the open lycées of the Région: how many are eligible, are not, are not yet known to be; and the reasons, most lycées first."""

    total: int
    eligible: int
    unknown: int
    reasons: list[LeftOut]
    doubts: list[LeftOut]

    @property
    def left_out(self) -> int:
        return self.total - self.eligible - self.unknown


@dataclass(frozen=True)
class EligibilityInWords:
    """Which lycées a call is for, as its pages say it."""

    categories: list[str]
    pathways: list[str]  # none: every pathway
    most_files: int
    condition: str  # « si … »; empty without one


def eligibility_in_words(call: Call) -> EligibilityInWords:
    return EligibilityInWords(
        [category.label for category in Category if category.value in call.eligible_categories],
        [pathway.label for pathway in Pathway if pathway.value in call.eligible_pathways],
        call.max_per_establishment,
        eligibility_of(call).in_words(),
    )


def eligibility_count(call: Call, categories: Sequence[str], pathways: Sequence[str], raw: dict | None) -> EligibilityCount:
    """The count for these statuts, voies and condition, kept or not. One query; each lycée is counted under the first reason that leaves it out.

    A lycée of an unknown answer is left out too, until the fact is known: it is counted apart, under what is not known of it.
    """
    found = read_eligibility(raw, waves_for(call, raw))
    condition, catalogue = found.condition, catalogue_of_lycees(found.waves)
    wanted = references_in(condition) if condition else set()
    reasons: dict[str, LeftOut] = defaultdict(lambda: LeftOut(""))
    doubts: dict[str, LeftOut] = defaultdict(lambda: LeftOut(""))
    total = eligible = 0
    rows = Establishment.objects.open().filter(region_code=settings.REGION_CODE).exclude(nature_code__in=SECTION_NATURES)
    for each in rows.select_related("department", "authority", "agency"):
        total += 1
        if sentence := _outside(each, categories, pathways):
            reasons[sentence].add(each)
            continue
        facts = facts_of_lycee(each, wanted) | facts_of_waves(call, each.pk, wanted)
        if condition is None or truth_of(condition, facts).is_true:
            eligible += 1
            continue
        ruling = rule(condition, facts)
        into = doubts if ruling.awaited else reasons
        into[_why(ruling, condition, catalogue)].add(each)
    left_out, unknown = _sorted(reasons), _sorted(doubts)
    return EligibilityCount(total, eligible, sum(each.total for each in unknown), left_out, unknown)


def _outside(establishment: Establishment, categories: Sequence[str], pathways: Sequence[str]) -> str:
    """Why its statut or its voies leave it out; "" when they do not."""
    if establishment.category not in categories:
        return f"de statut « {Category(establishment.category).label} »"
    own = {pathway.value for pathway in establishment.pathways}
    if not pathways or own & set(pathways):
        return ""
    if not establishment.knows_pathways:
        return "dont l’annuaire ne dit pas les voies"
    return f"sans aucune des voies : {', '.join(Pathway(code).label.lower() for code in pathways)}"


def _why(ruling: Ruling, condition: Condition, catalogue: Catalogue) -> str:
    """What is not known, or the parts of the condition that do not hold."""
    if ruling.awaited:
        names = [catalogue.term(reference).name for reference in ruling.awaited]
        return f"ce que l’annuaire ne dit pas, {', '.join(names)}"
    form = plain_form(condition)
    parts = form.conditions if isinstance(form, AllOf) else (form,)
    facts, deciding = dict(ruling.used), set(ruling.deciding)
    broken = [part for part in parts if part in deciding or (isinstance(part, AnyOf) and truth_of(part, facts).is_false)]
    return f"pour qui il n’est pas vrai que {' et que '.join(claim(part, catalogue) for part in broken)}"


def _sorted(reasons: dict[str, LeftOut]) -> list[LeftOut]:
    for sentence, reason in reasons.items():
        reason.sentence = sentence
    return sorted(reasons.values(), key=lambda reason: (-reason.total, reason.sentence))
