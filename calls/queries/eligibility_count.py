"""Where each lycée of the directory stands before a call, and how many have which reason: one count for the page where a manager chooses and for
the trial of the call, with the rule of `calls.checks.eligibility_gaps`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from calls.checks import SECTION_NATURES
from calls.conditioned.eligibility import Eligibility, catalogue_of_lycees, read_eligibility, waves_for
from calls.conditioned.lycee_terms import PATHWAYS, facts_of_lycee
from calls.conditioned.wave_terms import facts_of_waves, waves_awaited
from calls.conditions.evaluation import rule, truth_of
from calls.conditions.references import Reference
from calls.conditions.sentences import statement
from calls.conditions.tree import AllOf, Condition, plain_form, references_in
from calls.models import Call
from portal.directory.enums import Category, Pathway
from portal.directory.models import Establishment
from portal.text.folding import fold
from portal.text.french import enumeration

MOST_NAMED = 30  # lycées named under one reason


@dataclass
class LyceeVerdict:
    """Where one lycée stands: reasons to leave it out (key → sentence), facts that are missing to decide."""

    lycee: Establishment
    reasons: dict[str, str] = field(default_factory=dict)
    awaited: list[Reference] = field(default_factory=list)

    @property
    def is_eligible(self) -> bool:
        return not self.reasons and not self.awaited

    @property
    def is_unknown(self) -> bool:
        """Whether a fact alone, not known yet, keeps it out."""
        return bool(self.awaited) and not self.reasons


@dataclass
class CountedLycees:
    """The lycées that have one reason or one missing fact in common; `alone`: how many have nothing else against them."""

    key: str
    label: str
    reference: Reference | None = None  # of the missing fact
    lycees: list[Establishment] = field(default_factory=list)
    alone: int = 0

    def add(self, verdict: LyceeVerdict) -> None:
        self.lycees.append(verdict.lycee)
        self.alone += len(verdict.reasons) + len(verdict.awaited) == 1

    @property
    def total(self) -> int:
        return len(self.lycees)

    @property
    def named(self) -> list[Establishment]:
        return self.lycees[:MOST_NAMED]

    @property
    def others(self) -> int:
        return self.total - len(self.named)


@dataclass(frozen=True)
class EligibilityCount:
    """The open lycées of the Région before a call, each in one of three lists; then the reasons and the missing facts, most lycées first.

    A lycée that has several reasons is counted under each. Facts are those of the lycées that no reason leaves out.
    """

    eligible: list[Establishment]
    unknown: list[Establishment]
    excluded: list[Establishment]
    reasons: list[CountedLycees]
    missing: list[CountedLycees]

    @property
    def total(self) -> int:
        return len(self.eligible) + len(self.unknown) + len(self.excluded)

    @property
    def overlaps(self) -> bool:
        """Whether some lycée is counted more than once."""
        counted = sum(each.total for each in (*self.reasons, *self.missing))
        return counted > len(self.excluded) + len(self.unknown)


def verdicts_of(call: Call) -> list[LyceeVerdict]:
    """Every open lycée of the Région against the call as it is kept. One query, and those of the earlier waves where it refers to them."""
    return verdicts(call, call.eligible_categories, call.eligible_pathways, call.eligibility)


def verdicts(call: Call, categories: Sequence[str], pathways: Sequence[str], raw: dict | None) -> list[LyceeVerdict]:
    """The same against these statuts, voies and condition, kept or not."""
    lycees = Establishment.objects.open().filter(region_code=settings.REGION_CODE)
    decide = _decider(call, categories, pathways, read_eligibility(raw, waves_for(call, raw)))
    return [decide(each) for each in lycees.select_related("department", "authority", "agency")]


def _decider(call: Call, categories: Sequence[str], pathways: Sequence[str], found: Eligibility) -> Callable[[Establishment], LyceeVerdict]:
    wanted = set(pathways)
    labels = ", ".join(Pathway(code).label.lower() for code in pathways)
    parts = list(_parts(found))

    def decide(establishment: Establishment) -> LyceeVerdict:
        verdict = LyceeVerdict(establishment)
        if establishment.nature_code in SECTION_NATURES:
            verdict.reasons["section"] = "Section d’un autre lycée, qui dépose pour elle"
        if establishment.category not in categories:
            verdict.reasons[f"statut-{establishment.category}"] = f"Statut « {Category(establishment.category).label} » non éligible"
        if wanted and not wanted & {pathway.value for pathway in establishment.pathways}:
            if establishment.knows_pathways:
                verdict.reasons["voies"] = f"Aucune des voies demandées ({labels})"
            else:
                verdict.awaited.append(PATHWAYS)
        if found.errors:
            verdict.reasons["illisible"] = "La condition d’éligibilité ne se lit plus : personne ne peut déposer"
        for rank, (part, told, read) in enumerate(parts, start=1):
            truth = truth_of(part, facts := facts_of_lycee(establishment, read) | facts_of_waves(call, establishment.pk, read))
            if truth.is_false:
                verdict.reasons[f"condition-{rank}"] = f"Condition non remplie : {told}"
            elif not truth.is_known:
                verdict.awaited += [each for each in rule(part, facts).awaited if each not in verdict.awaited]
        return verdict

    return decide


def _parts(found: Eligibility) -> Iterator[tuple[Condition, str, set[Reference]]]:
    """The parts of the condition that must all hold: each with its sentence, and the facts that it reads."""
    if found.condition is None:
        return
    catalogue = catalogue_of_lycees(found.waves)
    form = plain_form(found.condition)
    for part in form.conditions if isinstance(form, AllOf) else (form,):
        told = statement(part, catalogue)
        yield part, told[:1].lower() + told[1:], references_in(part)


def count_of(found: Iterable[LyceeVerdict], call: Call, waves: Iterable[int] = ()) -> EligibilityCount:
    """The verdicts counted. `waves`: the numbers of the earlier waves that the condition may refer to."""
    catalogue = catalogue_of_lycees(waves)
    made = EligibilityCount([], [], [], [], [])
    reasons: dict[str, CountedLycees] = {}
    missing: dict[Reference, CountedLycees] = {}
    for verdict in found:
        (made.eligible if verdict.is_eligible else made.unknown if verdict.is_unknown else made.excluded).append(verdict.lycee)
        for key, label in verdict.reasons.items():
            reasons.setdefault(key, CountedLycees(key, label)).add(verdict)
        for reference in verdict.awaited if verdict.is_unknown else ():
            if reference not in missing:
                missing[reference] = CountedLycees(reference.key, _awaited(call, reference, catalogue.term(reference).name), reference)
            missing[reference].add(verdict)
    made.reasons.extend(_most_first(reasons.values()))
    made.missing.extend(_most_first(missing.values()))
    return made


def _awaited(call: Call, reference: Reference, name: str) -> str:
    """A missing fact and, for one of the earlier waves, what makes it known."""
    label = f"{name[:1].upper()}{name[1:]}"
    waves = waves_awaited(call, reference)
    if not waves:
        return label
    of_which = f"de la vague {waves[0]}" if len(waves) == 1 else f"des vagues {enumeration([str(each) for each in waves])}"
    return f"{label}, connu à la publication des résultats {of_which}"


def _most_first(counted: Iterable[CountedLycees]) -> list[CountedLycees]:
    return sorted(counted, key=lambda each: (-each.total, fold(each.label)))


def eligibility_count(call: Call, categories: Sequence[str], pathways: Sequence[str], raw: dict | None) -> EligibilityCount:
    """The count for these statuts, voies and condition, kept or not. One query."""
    return count_of(verdicts(call, categories, pathways, raw), call, waves_for(call, raw))
