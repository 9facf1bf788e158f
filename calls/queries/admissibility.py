"""The admissibility lines of a call, read with its form."""

from collections.abc import Iterator
from dataclasses import replace

from calls.building.dependents import answers_in
from calls.conditioned.admissibility_lines import AdmissibilityLine, catalogue_of_lines, lines_in
from calls.conditions.catalogue import Catalogue
from calls.conditions.references import answer
from calls.conditions.sentences import statement
from calls.models import Call
from calls.queries.eligibility import with_lists
from calls.queries.form_building import Reliance
from calls.questionnaire import Definition, DefinitionError


def catalogue_for_lines(call: Call) -> Catalogue:
    """What the lines of a call may refer to; without its form, or where it cannot be read, the lycée and the day of the filing. One query."""
    questionnaire = call.questionnaire
    try:
        definition = questionnaire.schema if questionnaire else None
    except DefinitionError:
        definition = None
    return catalogue_of_lines(definition.questions, definition.known.values()) if definition else catalogue_of_lines((), ())


def composing_lines(call: Call) -> Catalogue:
    """The same with the lists of the directory, and each answer under the title of its section."""
    found = with_lists(catalogue_for_lines(call)).terms
    questionnaire = call.questionnaire
    if questionnaire is None or not any(reference.source == "answer" for reference in found):
        return Catalogue(found)
    headings = {answer(q.key): f"{section.number}. {section.title}" for section in questionnaire.schema.sections for q in section.questions}
    return Catalogue({each: replace(term, heading=headings.get(each.whole, "")) for each, term in found.items()})


def read_lines(call: Call) -> list[tuple[AdmissibilityLine, str]]:
    """Each line with its condition in words, "" where it cannot be read any more."""
    if not call.admissibility_lines:
        return []
    catalogue = catalogue_for_lines(call)
    lines = lines_in(call.admissibility_lines, catalogue)
    return [(line, f"{statement(line.condition, catalogue)}." if line.condition else "") for line in lines]


def lines_relying_on(call: Call, definition: Definition) -> Iterator[Reliance]:
    """The lines of a call on a definition of its form that is not stored yet."""
    if not call.admissibility_lines:
        return
    catalogue = catalogue_of_lines(definition.questions, definition.known.values())
    written = {each["key"]: each.get("condition") for each in call.admissibility_lines}
    for line in lines_in(call.admissibility_lines, catalogue):
        yield Reliance(f"la ligne de recevabilité « {line.label} »", frozenset(answers_in(written[line.key])), line.errors)
