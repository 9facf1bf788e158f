"""What a condition may refer to of a lycée: the facts of the official directory, and how each is read. No model is imported."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from calls.conditions.catalogue import Remedy, Term
from calls.conditions.references import Reference, lycee
from calls.questions.choice import CHOICE, CHOICES
from calls.questions.comparison import DECIMAL, FLAG, Domain
from calls.questions.number import NUMBER
from portal.directory.enums import MINISTRY_LABELS, NATURE_LABELS, Category, Contract, Pathway, PriorityEducation, Sector

if TYPE_CHECKING:
    from portal.directory.models import Establishment

PATHWAYS = lycee("pathways")
DECLARABLE = (PATHWAYS, lycee("pupils"), lycee("boarding"), lycee("priority"))  # by the lycée, where the directory is silent
_CODES = Domain(is_open=True)  # of départements, Régions, authorities: the list is that of the directory


@dataclass(frozen=True)
class LyceeTerm:
    """A term and how its fact is read on an establishment; None where the directory does not say."""

    term: Term
    read: Callable[["Establishment"], Any]


def _labels(mapping: Mapping[str, str]) -> Domain:
    return Domain(tuple(mapping.items()), is_open=True)


def _pathways(establishment: "Establishment") -> frozenset[str] | None:
    return frozenset(pathway.value for pathway in establishment.pathways) or None


_TERMS = [
    LyceeTerm(Term(lycee("sector"), "le secteur du lycée", CHOICE, Domain(tuple(Sector.choices))), lambda e: e.sector),
    LyceeTerm(Term(lycee("category"), "le statut du lycée", CHOICE, Domain(tuple(Category.choices))), lambda e: e.category),
    LyceeTerm(
        Term(lycee("contract"), "le contrat du lycée avec l’État", CHOICE, Domain(tuple(Contract.choices))),
        lambda e: None if e.contract == Contract.UNKNOWN else e.contract,
    ),
    LyceeTerm(Term(lycee("ministry"), "le ministère du lycée", CHOICE, _labels(MINISTRY_LABELS)), lambda e: e.ministry or None),
    LyceeTerm(Term(lycee("nature"), "la nature du lycée", CHOICE, _labels(NATURE_LABELS), feminine=True), lambda e: e.nature_code or None),
    LyceeTerm(Term(lycee("region"), "la Région du lycée", CHOICE, _CODES, feminine=True), lambda e: e.region_code or None),
    LyceeTerm(Term(lycee("department"), "le département du lycée", CHOICE, _CODES), lambda e: e.department.code),
    LyceeTerm(Term(lycee("authority"), "l’autorité du lycée", CHOICE, _CODES, feminine=True), lambda e: e.authority.code),
    LyceeTerm(
        Term(PATHWAYS, "les voies du lycée", CHOICES, Domain(tuple(Pathway.choices)), feminine=True, plural=True),
        _pathways,
    ),
    LyceeTerm(Term(lycee("pupils"), "le nombre d’élèves du lycée", NUMBER, Domain(minimum=0)), lambda e: e.pupils),
    LyceeTerm(
        Term(lycee("boarding"), "l’internat du lycée", FLAG, says=("le lycée a un internat", "le lycée n’a pas d’internat")),
        lambda e: e.has_boarding,
    ),
    LyceeTerm(
        Term(lycee("priority"), "l’éducation prioritaire du lycée", CHOICE, Domain(tuple(PriorityEducation.choices)), feminine=True),
        lambda e: e.priority_education or None,
    ),
    LyceeTerm(
        Term(lycee("agency"), "l’agence territoriale du lycée", CHOICE, _CODES, feminine=True),
        lambda e: e.agency.code if e.agency else None,
    ),
    LyceeTerm(Term(lycee("ips"), "l’IPS du lycée", DECIMAL), lambda e: e.ips),
    LyceeTerm(
        Term(lycee("density"), "le niveau de densité de la commune", NUMBER, Domain(minimum=1, maximum=7)), lambda e: e.density_level
    ),
    LyceeTerm(
        Term(lycee("rural"), "la ruralité", FLAG, says=("la commune est rurale", "la commune n’est pas rurale"), feminine=True),
        lambda e: e.is_rural,
    ),
]
LYCEE_TERMS: dict[Reference, LyceeTerm] = {each.term.reference: each for each in _TERMS}


def terms_of_lycee(silent: Iterable[Reference] = (), by: str = "") -> list[Term]:
    """The terms of a lycée. Those of `silent`, which the directory does not say of the one at hand, may be declared until `by` (« avant le… »)."""
    declared = [each for each in silent if each in DECLARABLE]
    return [_declared(each.term, by) if each.term.reference in declared else each.term for each in LYCEE_TERMS.values()]


def _declared(term: Term, by: str) -> Term:
    says = f"L’équipe du lycée déclare {term.name} ({{}}) sur la page du lycée, et la Région le confirme"
    return replace(term, remedy=Remedy(says, by))


def facts_of_lycee(establishment: "Establishment", wanted: Iterable[Reference]) -> dict[Reference, Any]:
    """The facts wanted of an establishment. Only those of the département, the authority and the agency read another row."""
    return {each: LYCEE_TERMS[each].read(establishment) for each in wanted if each in LYCEE_TERMS}
