"""The computed criteria over the lycées that may apply: how their points spread, which criteria tell nobody apart, which facts are missing."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from calls.models import Call
from portal.addresses import address
from portal.directory.models import Establishment
from portal.text.french import count, few_points, number, whole_percentages
from scoring.criteria import CallFacts, ComputedRule, rule_of
from scoring.criteria.facts import FileFacts, Mark
from scoring.enums import CriterionKind
from scoring.models import Criterion, Grid
from scoring.queries.criteria import call_facts, file_facts
from scoring.trial.report import PointsRow, TrialPart, TrialReport, Weight

CENT = Decimal("0.01")
MOST_BARS = 12  # values drawn one by one; beyond, tenths of the maximum
COMPARED = "Ce critère compare les dossiers reçus : il se calcule à l’ouverture de la notation."
SENT = "Ce critère lit le dossier : ses points ne sont pas connus avant le dépôt."

Tell = Callable[[int, int], None]


def report_points(call: Call, lycees: list[Establishment], report: TrialReport, tell: Tell) -> None:
    """One row per computed criterion of the grid."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    criteria = list(grid.criteria.all()) if grid else []
    computed = [criterion for criterion in criteria if criterion.kind == CriterionKind.COMPUTED]
    if not grid:
        where = {"address": address("scoring:grid", call.reference), "link": "Ouvrir la grille"}
        report.say(Weight.NOTE, TrialPart.GRID, "L’appel n’a pas encore de grille : aucun critère n’a été éprouvé.", **where)
        return
    if not computed or not lycees:
        report.looked.append("La grille n’a aucun critère calculé.") if not computed else None
        return
    shares = dict(zip(criteria, whole_percentages([c.weight for c in criteria]), strict=True)) if sum(c.weight for c in criteria) else {}
    _in_words(grid, criteria, computed, report)
    facts = [file_facts(each) for each in lycees]
    region = call_facts(call, [])
    for done, criterion in enumerate(computed, start=1):
        _report_one(criterion, shares.get(criterion, 0), facts, region, lycees, report)
        tell(done, len(computed))


def _in_words(grid: Grid, criteria: Sequence[Criterion], computed: Sequence[Criterion], report: TrialReport) -> None:
    total = sum(criterion.weight for criterion in criteria)
    if not total:
        report.say(Weight.WARNING, TrialPart.GRID, "Aucun critère de la grille n’a de poids.", **_grid(grid))
        return
    part = Decimal(sum(criterion.weight for criterion in computed)) * grid.scale / total
    report.looked.append(
        f"{count(len(computed), 'critère calculé pèse', 'critères calculés pèsent')} {few_points(part.quantize(CENT))} sur {number(grid.scale)} dans la note."
    )


def _grid(grid: Grid) -> dict[str, str]:
    return {"address": address("scoring:grid", grid.call.reference), "link": "Ouvrir la grille"}


def _report_one(
    criterion: Criterion, percent: int, facts: list[FileFacts], region: CallFacts, lycees: list[Establishment], report: TrialReport
) -> None:
    rule = rule_of(criterion.function)
    row: dict[str, Any] = {"label": criterion.label, "maximum": criterion.max_points, "weight": criterion.weight, "percent": percent}
    if rule.reads_file:
        report.criteria.append(PointsRow(**row, bars=[], known=0, unknown=len(facts), assumes=SENT))
        report.undecided.append(f"Les points de « {criterion.label} » : ils dépendent de ce que chaque dossier dira.")
        return
    marks = [_marked(rule, criterion, each, region) for each in facts]
    if all(mark.points is None for mark in marks) and _compares(rule, criterion, facts, region):
        report.criteria.append(PointsRow(**row, bars=[], known=0, unknown=0, assumes=COMPARED))
        report.undecided.append(f"Les points de « {criterion.label} » : ils dépendent de qui déposera.")
        return
    given = [mark.points for mark in marks if mark.points is not None]
    lacking = [each.pk for each, mark in zip(lycees, marks, strict=True) if mark.points is None]
    listed = f"sans-{criterion.key}" if lacking else ""
    if lacking:
        report.lists[listed] = lacking
    report.criteria.append(PointsRow(**row, bars=bars_of(given, criterion.max_points), known=len(given), unknown=len(lacking)))
    _doubts(criterion, given, marks, listed, report)


def _doubts(criterion: Criterion, given: list[Decimal], marks: list[Mark], listed: str, report: TrialReport) -> None:
    where = _grid(criterion.grid)
    lacking, label = len(marks) - len(given), f"Le critère « {criterion.label} »"
    if not given:
        report.say(
            Weight.WARNING,
            TrialPart.GRID,
            f"{label} ne donne de points à aucun lycée éligible : le fait qu’il lit manque partout.",
            listed=listed,
            **where,
        )
        return
    if lacking:
        why = Counter(mark.reason for mark in marks if mark.points is None).most_common(1)[0][0]
        told = count(lacking, "lycée éligible n’a", "lycées éligibles n’ont")
        weight = Weight.WARNING if 4 * lacking >= len(marks) else Weight.NOTE
        example = f"Par exemple, {why[:1].lower()}{why[1:]}"
        report.say(weight, TrialPart.GRID, f"{label} : {told} pas de points. {example}", listed=listed, **where)
    if len(set(given)) == 1 and len(given) > 1:
        told = few_points(given[0])
        report.say(
            Weight.WARNING, TrialPart.GRID,
            f"{label} donne {told} sur {number(criterion.max_points)} à {count(len(given), 'lycée éligible', 'lycées éligibles')}, "
            "c’est-à-dire à tous ceux dont il connaît le fait : il ne départage personne.",
            **where,
        )  # fmt: skip


def _marked(rule: ComputedRule, criterion: Criterion, facts: FileFacts, region: CallFacts) -> Mark:
    """The mark that the criterion gives on these facts."""
    return rule.mark(facts, region, criterion.max_points, criterion.parameters)


def _compares(rule: ComputedRule, criterion: Criterion, facts: Sequence[FileFacts], region: CallFacts) -> bool:
    """Whether the criterion gives points once there are files: had every eligible lycée one."""
    everybody = replace(region, files_by_department=region.lycees_by_department, files_by_category=region.lycees_by_category)
    return any(_marked(rule, criterion, each, everybody).points is not None for each in facts)


def bars_of(points: Sequence[Decimal], maximum: int) -> list[dict[str, Any]]:
    """How many lycées have each number of points, or each tenth of the maximum where there are too many numbers."""
    counts = Counter(points)
    if len(counts) <= MOST_BARS:
        return [{"label": few_points(value), "value": counts[value]} for value in sorted(counts)]
    tenths = Counter(min(int(value * 10 / maximum), 9) for value in points)
    edges = [few_points(Decimal(maximum * n) / 10) for n in range(11)]
    return [{"label": f"{edges[n]} à {edges[n + 1]}", "value": tenths[n]} for n in range(10)]
