"""The conditions of the criteria over the lycées that may apply: to whom each applies, to nobody, to everybody, of whom it is not known."""

from collections.abc import Sequence

from django.utils import timezone

from calls.conditioned.admissibility_lines import FILED_ON
from calls.conditioned.foreseen import foresee_lines
from calls.conditioned.form_rules import FormRules
from calls.conditioned.outlooks import Foreseen, Outlook
from calls.conditions.references import Source
from calls.conditions.tree import references_in
from calls.models import Call
from calls.queries.known import facts_of_lycees, told_one_by_one
from calls.questionnaire import Definition, DefinitionError
from calls.questions.comparison import Domain
from portal.addresses import address
from portal.directory.models import Establishment
from portal.text.french import count, enumeration, number
from scoring.criteria.applying import catalogue_of_criteria
from scoring.models import Grid
from scoring.queries.applying import ConditionRead, catalogue_for_criteria, conditions_read, in_words, nothing_may_apply
from scoring.trial.report import TrialPart, TrialReport, Weight, question_row


def report_applying(call: Call, lycees: Sequence[Establishment], report: TrialReport) -> None:
    """One row per criterion with a condition; those that apply to none of these lycées, or to all, and files that would have nothing to mark."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    if grid is None or not grid.is_conditional:
        return
    where = {"address": address("scoring:grid", call.reference), "link": "Ouvrir la grille"}
    if gap := nothing_may_apply(grid):
        report.say(Weight.IMPOSSIBLE, TrialPart.GRID, gap, **where)
    read = conditions_read(grid.criteria.all(), catalogue_for_criteria(call))
    for broken in [each for each in read if each.condition is None]:
        report.say(Weight.IMPOSSIBLE, TrialPart.GRID, " ".join(broken.errors), **where)
    readable = {each.criterion.key: each for each in read if each.condition is not None}
    for key, outlook in _outlooks(call, lycees, readable).items():
        _tell(readable[key], outlook, call, report, where)


def _outlooks(call: Call, lycees: Sequence[Establishment], read: dict[str, ConditionRead]) -> dict[str, Outlook]:
    """Each condition over these lycées, by the key of its criterion: what they will answer, and when they file, is not known."""
    form = _form(call)
    rules = form.rules if form else FormRules()
    days = Domain(minimum=timezone.localdate(call.opens_at), maximum=timezone.localdate(call.deadline))
    catalogue = catalogue_of_criteria(form.questions if form else (), form.known.values() if form else (), days)
    conditions = {key: each.condition for key, each in read.items() if each.condition is not None}
    read_by_all = set().union(rules.of_lycee, rules.of_call, *(references_in(each) for each in conditions.values()))
    wanted = frozenset(each for each in read_by_all if each.source in (Source.LYCEE, Source.WAVE, Source.DATA))
    sections = [(section.key, section.title, section.questions) for section in form.sections] if form else []
    facts = facts_of_lycees(call, lycees, wanted)
    return foresee_lines(rules, sections, facts, conditions, catalogue, anything={*told_one_by_one(wanted), FILED_ON})


def _form(call: Call) -> Definition | None:
    try:
        return call.questionnaire.schema if call.questionnaire else None
    except DefinitionError:
        return None


def _tell(read: ConditionRead, outlook: Outlook, call: Call, report: TrialReport, where: dict[str, str]) -> None:
    criterion, label = read.criterion, f"Le critère « {read.criterion.label} »"
    catalogue = catalogue_for_criteria(call)
    told = in_words(criterion, catalogue).removeprefix("S’applique ").rstrip(".")
    report.questions.append(question_row("Critère", criterion.label, told, outlook))
    waiting = outlook.count(Foreseen.WAITING)
    facts = enumeration([catalogue.term(reference).name for reference in outlook.awaited])
    if outlook.is_all(Foreseen.NEVER):
        report.say(
            Weight.WARNING, TrialPart.GRID, f"{label} ne s’applique à aucun lycée éligible : aucun ne peut remplir sa condition.", **where
        )
    elif outlook.is_all(Foreseen.ALWAYS):
        report.say(
            Weight.NOTE, TrialPart.GRID, f"{label} s’applique à tous les lycées éligibles : sa condition ne décide de rien.", **where
        )
    elif waiting:
        which = count(waiting, "lycée éligible", "lycées éligibles")
        sentence = f"{label} : on ne sait pas s’il s’applique à {which} sur {number(outlook.total)}, faute de connaître {facts} ; il y serait noté."
        report.say(Weight.NOTE, TrialPart.GRID, sentence, **where)
