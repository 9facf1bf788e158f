"""Who may apply, who never could and why, who waits for a fact: the lycées of the directory one by one, with the rule of `eligibility_gaps`."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings

from calls.checks import SECTION_NATURES
from calls.conditioned.eligibility import Eligibility, catalogue_of_lycees, eligibility_of
from calls.conditioned.lycee_terms import DECLARABLE, PATHWAYS, facts_of_lycee
from calls.conditioned.wave_terms import facts_of_waves, is_of_a_wave
from calls.conditions.evaluation import rule, truth_of
from calls.conditions.references import Reference, lycee
from calls.conditions.sentences import statement
from calls.conditions.tree import AllOf, plain_form, references_in
from calls.models import Call
from portal.addresses import address
from portal.directory.enums import Category, Pathway, PriorityEducation
from portal.directory.models import Establishment
from portal.text.french import count
from scoring.trial.report import ExclusionRow, MissingFactRow, PlaceRow, PlaceTable, TrialPart, TrialReport, Weight

ELIGIBLE, UNKNOWN, EXCLUDED = "eligibles", "a-preciser", "non-eligibles"
IMPORTED = {lycee("ips"), lycee("density"), lycee("rural")}


@dataclass
class LyceeVerdict:
    """Where one lycée stands: reasons to leave it out (key → sentence), facts that are missing to decide."""

    lycee: Establishment
    reasons: dict[str, str] = field(default_factory=dict)
    awaited: list[Reference] = field(default_factory=list)

    @property
    def is_eligible(self) -> bool:
        return not self.reasons and not self.awaited


@dataclass(frozen=True)
class Directory:
    """The open lycées of the Région, decided; `elsewhere`: how many the directory has in other Régions."""

    verdicts: list[LyceeVerdict]
    elsewhere: int

    @property
    def eligible(self) -> list[Establishment]:
        return [verdict.lycee for verdict in self.verdicts if verdict.is_eligible]


def directory_for(call: Call) -> Directory:
    """Every open lycée of the Région against the call. Two queries."""
    lycees = Establishment.objects.open()
    here = lycees.filter(region_code=settings.REGION_CODE).select_related("department", "authority", "agency")
    decide = _decider(call)
    return Directory([decide(each) for each in here], lycees.exclude(region_code=settings.REGION_CODE).count())


def _decider(call: Call) -> Callable[[Establishment], LyceeVerdict]:
    found = eligibility_of(call)
    wanted = set(call.eligible_pathways)
    labels = ", ".join(Pathway(code).label.lower() for code in call.eligible_pathways)
    parts = list(_parts(found))

    def decide(establishment: Establishment) -> LyceeVerdict:
        verdict = LyceeVerdict(establishment)
        if establishment.nature_code in SECTION_NATURES:
            verdict.reasons["section"] = "Section d’un autre lycée, qui dépose pour elle"
        if establishment.category not in call.eligible_categories:
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


def _parts(found: Eligibility) -> Iterator[tuple]:
    """The parts of the condition that must all hold: each with its sentence, and the facts that it reads."""
    if found.condition is None:
        return
    catalogue = catalogue_of_lycees(found.waves)
    form = plain_form(found.condition)
    for part in form.conditions if isinstance(form, AllOf) else (form,):
        told = statement(part, catalogue)
        yield part, told[:1].lower() + told[1:], references_in(part)


# -- In the report ----------------------------------------------------------------------------------------------------------


def report_who(directory: Directory, call: Call, report: TrialReport) -> None:
    """Counts, reasons, missing facts, places; what is wrong with them."""
    verdicts = directory.verdicts
    groups = {ELIGIBLE: [], UNKNOWN: [], EXCLUDED: []}
    for verdict in verdicts:
        groups[_standing(verdict)].append(verdict.lycee.pk)
    report.lists |= groups
    report.open, report.elsewhere = len(verdicts), directory.elsewhere
    report.eligible, report.unknown, report.excluded = (len(groups[key]) for key in (ELIGIBLE, UNKNOWN, EXCLUDED))
    _reasons(verdicts, report)
    _missing_facts(verdicts, call, report)
    report.places += [table for table in _places(verdicts) if len(table.rows) > 1]
    _doubts(call, report)


def _standing(verdict: LyceeVerdict) -> str:
    return ELIGIBLE if verdict.is_eligible else EXCLUDED if verdict.reasons else UNKNOWN


def _reasons(verdicts: list[LyceeVerdict], report: TrialReport) -> None:
    every, alone, told = Counter(), Counter(), {}
    for verdict in verdicts:
        told |= verdict.reasons
        every.update(verdict.reasons.keys())
        alone.update(verdict.reasons.keys() if len(verdict.reasons) == 1 else ())
        for key in verdict.reasons:
            report.lists.setdefault(f"motif-{key}", []).append(verdict.lycee.pk)
    report.reasons += [ExclusionRow(f"motif-{key}", told[key], n, alone[key]) for key, n in sorted(every.items(), key=lambda row: -row[1])]


def _missing_facts(verdicts: list[LyceeVerdict], call: Call, report: TrialReport) -> None:
    """Of the lycées that no reason leaves out: what they lack to be decided."""
    catalogue = catalogue_of_lycees(eligibility_of(call).waves)
    lacking = Counter()
    for verdict in verdicts:
        if not verdict.reasons:
            lacking.update(verdict.awaited)
            for reference in verdict.awaited:
                report.lists.setdefault(f"fait-{reference.key}", []).append(verdict.lycee.pk)
    report.missing += [
        _fact_row(reference, n, catalogue.term(reference).name)
        for reference, n in sorted(lacking.items(), key=lambda row: (-row[1], row[0]))
    ]


def _fact_row(reference: Reference, n: int, name: str) -> MissingFactRow:
    """A missing fact, and the one way to have it: declared, imported, made public, or said by the directory."""
    if reference in DECLARABLE:
        act, where = "Le lycée le déclare sur sa page, la Région le confirme", address("directory:declarations")
    elif reference in IMPORTED:
        act, where = "Un fichier officiel le dit : l’importer", address("directory:import")
    elif is_of_a_wave(reference):
        act, where = "La publication des résultats de cette vague le dira", ""
    else:
        act, where = "L’annuaire de l’éducation le dit : le faire corriger à la source", ""
    return MissingFactRow(f"fait-{reference.key}", name[:1].upper() + name[1:], n, act, where)


def _places(verdicts: list[LyceeVerdict]) -> Iterator[PlaceTable]:
    """The same lycées by statut, authority, département, agency, pathway, priority education."""
    filters = address("directory:list")
    yield _table("Par statut", verdicts, lambda e: [(e.get_category_display(), f"{filters}?category={e.category}")])
    yield _table("Par autorité", verdicts, lambda e: [(e.authority.name, f"{filters}?authority={e.authority.code}")])
    yield _table("Par agence", verdicts, lambda e: [(e.agency.name, f"{filters}?agency={e.agency.code}")] if e.agency else [])
    yield _table("Par département", verdicts, lambda e: [(str(e.department), f"{filters}?department={e.department.code}")])
    yield _table("Par voie", verdicts, lambda e: [(p.label, f"{filters}?pathway={p.value}") for p in e.pathways])
    yield _table("Par territoire", verdicts, lambda e: [] if e.is_rural is None else [("Rural" if e.is_rural else "Urbain", "")])
    yield _table("Éducation prioritaire", verdicts, _priority)


def _priority(establishment: Establishment) -> list[tuple[str, str]]:
    code = establishment.priority_education
    return [(PriorityEducation(code).label, "")] if code else []


def _table(title: str, verdicts: list[LyceeVerdict], kinds: Callable[[Establishment], list[tuple[str, str]]]) -> PlaceTable:
    found: dict[tuple[str, str], list[int]] = {}
    for verdict in verdicts:
        for kind in kinds(verdict.lycee):
            row = found.setdefault(kind, [0, 0, 0])
            row[0] += verdict.is_eligible
            row[1] += not verdict.reasons and not verdict.is_eligible
            row[2] += 1
    rows = [PlaceRow(label, *counts, where) for (label, where), counts in found.items()]
    return PlaceTable(title, sorted(rows, key=lambda row: (-row.total, row.label)))


def _doubts(call: Call, report: TrialReport) -> None:
    edit = {"address": address("calls:eligible_lycees", call.reference), "link": "Ouvrir l’éligibilité"}
    if not report.open:
        report.say(
            Weight.IMPOSSIBLE, TrialPart.LYCEES, "L’annuaire n’a aucun lycée ouvert de la Région.",
            address=address("directory:import"), link="Importer l’annuaire",
        )  # fmt: skip
    elif not report.eligible:
        report.say(
            Weight.IMPOSSIBLE,
            TrialPart.LYCEES,
            f"Aucun des {count(report.open, 'lycée ouvert', 'lycées ouverts')} ne peut déposer.",
            **edit,
        )
    for code in call.eligible_categories:
        if code in Category.values and report.open and not _some(report, Category(code).label):
            report.say(
                Weight.WARNING, TrialPart.LYCEES, f"Statut éligible « {Category(code).label} » : aucun lycée de ce statut ne peut déposer."
            )
    if report.unknown:
        report.say(
            Weight.WARNING, TrialPart.LYCEES,
            f"{count(report.unknown, 'lycée ne peut', 'lycées ne peuvent')} pas déposer tant qu’un fait reste inconnu.",
            listed=UNKNOWN,
        )  # fmt: skip


def _some(report: TrialReport, label: str) -> bool:
    """Whether a lycée of this statut may apply; one statut alone in the directory makes no table."""
    table = next((table for table in report.places if table.title == "Par statut"), None)
    return table is None or any(row.label == label and row.eligible for row in table.rows)
