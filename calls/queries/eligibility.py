"""What the page of eligibility speaks of: the facts that a condition on a lycée may refer to, with the lists of the directory, and the words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from calls.conditioned.eligibility import catalogue_of_lycees, eligibility_of
from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.references import lycee
from calls.models import Call
from calls.questions.comparison import Domain
from portal.directory.enums import Category, Pathway
from portal.directory.models import Authority, Territory


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
