"""The admissibility lines of a call over the lycées that may apply: which files can never hold them, which lines decide nothing."""

from collections.abc import Iterator

from django.utils import timezone

from calls.conditioned.admissibility_lines import FILED_ON, AdmissibilityLine, catalogue_of_lines, lines_in
from calls.conditioned.foreseen import foresee_lines
from calls.conditioned.outlooks import Foreseen, Outlook
from calls.conditions.catalogue import Catalogue
from calls.conditions.references import Source
from calls.conditions.sentences import sentence
from calls.conditions.tree import references_in
from calls.models import Call
from calls.queries.known import facts_of_lycees, told_one_by_one
from calls.questionnaire import Definition, DefinitionError
from calls.questions.comparison import Domain
from portal.addresses import address
from portal.directory.models import Establishment
from portal.text.french import count, enumeration
from scoring.trial.report import QuestionRow, TrialPart, TrialReport, Weight, question_row

OPEN_IT = "Ouvrir la ligne"


def report_lines(call: Call, lycees: list[Establishment], report: TrialReport) -> None:
    """One row per line. It stops nobody from filing: what nobody can hold is to be looked at, never impossible."""
    if not call.admissibility_lines:
        return
    form = _form_of(call)
    if form is None or not lycees:
        report.undecided.append(
            f"Les lignes de recevabilité : {'aucun lycée n’est éligible' if form else 'l’appel n’a pas de questionnaire'}."
        )
        return
    days = Domain(minimum=timezone.localdate(call.opens_at), maximum=timezone.localdate(call.deadline))
    catalogue = catalogue_of_lines(form.questions, form.known.values(), days)
    lines = lines_in(call.admissibility_lines, catalogue)
    if not lines:  # a person ticks the others, whatever the lycée
        return
    found = _outlooks(call, lycees, form, lines, catalogue)
    before = len(report.findings)
    for line in lines:
        where = {"address": address("calls:admissibility_line", call.reference, line.key), "link": OPEN_IT}
        for weight, told, listed in _said(line, found.get(line.key), lycees, catalogue, report):
            report.say(weight, TrialPart.ADMISSIBILITY, told, **where, **listed)
    if len(report.findings) == before:
        told = count(len(lines), "ligne de recevabilité", "lignes de recevabilité")
        report.looked.append(f"{told} : un dossier au moins de chaque lycée éligible peut remplir chacune.")


def _form_of(call: Call) -> Definition | None:
    try:
        return call.questionnaire.schema if call.questionnaire else None
    except DefinitionError:
        return None


def _outlooks(
    call: Call, lycees: list[Establishment], form: Definition, lines: list[AdmissibilityLine], catalogue: Catalogue
) -> dict[str, Outlook]:
    conditions = {line.key: line.condition for line in lines if line.condition is not None}
    read = set().union(form.rules.of_lycee, form.rules.of_call, *(references_in(each) for each in conditions.values()))
    wanted = frozenset(each for each in read if each.source in (Source.LYCEE, Source.WAVE, Source.DATA))
    sections = [(section.key, section.title, section.questions) for section in form.sections]
    facts = facts_of_lycees(call, lycees, wanted)
    return foresee_lines(form.rules, sections, facts, conditions, catalogue, anything={*told_one_by_one(wanted), FILED_ON})


_Said = tuple[Weight, str, dict[str, str]]


def _said(
    line: AdmissibilityLine, outlook: Outlook | None, lycees: list[Establishment], catalogue: Catalogue, report: TrialReport
) -> Iterator[_Said]:
    """What is to be told of one line; its row and the lycées that it counts are added to the report."""
    name = f"La ligne « {line.label} »"
    if line.condition is None or outlook is None:
        yield Weight.WARNING, f"{name} ne se lit plus : elle sera à vérifier à la main dans chaque dossier.", {}
        return
    report.admissibility.append(_row(line, outlook, catalogue))
    never, total = outlook.count(Foreseen.NEVER), outlook.total
    if outlook.is_all(Foreseen.ALWAYS):
        yield Weight.NOTE, f"{name} est remplie par tous les dossiers, quelles que soient leurs réponses : elle ne décide de rien.", {}
    elif never:
        key = f"ligne-{line.key}"[:80]
        report.lists[key] = [lycees[place].pk for place in outlook.members[Foreseen.NEVER]]
        who = "aucun lycée éligible ne peut" if never == total else count(never, "lycée éligible ne peut", "lycées éligibles ne peuvent")
        theirs = "ses réponses" if never in (1, total) else "leurs réponses"
        yield Weight.WARNING, f"{name} : {who} la remplir, quelles que soient {theirs}.", {"listed": key}
    if waiting := outlook.count(Foreseen.WAITING):
        told = count(waiting, "lycée éligible", "lycées éligibles")
        facts = enumeration([catalogue.term(reference).name for reference in outlook.awaited])
        yield Weight.NOTE, f"{name} sera à vérifier à la main pour {told} tant que l’on ne connaît pas {facts}.", {}
    if outlook.count(Foreseen.UNDECIDED):
        report.undecided.append(f"{name} : trop de façons de répondre pour conclure.")


def _row(line: AdmissibilityLine, outlook: Outlook, catalogue: Catalogue) -> QuestionRow:
    return question_row("Ligne", line.label, f"remplie {sentence(line.condition, catalogue)}" if line.condition else "", outlook)
