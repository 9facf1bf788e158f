"""Which criteria of a grid apply to which files: the conditions in words, what is decided for all the files of a call, what it changes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from calls.conditioned.admissibility_lines import FILED_ON
from calls.conditions.catalogue import Catalogue
from calls.conditions.evaluation import Asked
from calls.conditions.references import Reference, Source
from calls.conditions.sentences import sentence
from calls.conditions.tree import Condition, references_in
from calls.conditions.truth import Truth
from calls.models import Application, Call, Questionnaire
from calls.queries.admissibility import catalogue_for_lines, composing_lines
from calls.queries.known import facts_of_lycees
from calls.questionnaire import Definition, DefinitionError
from calls.questions.registry import KINDS
from portal.accounts.models import User
from portal.text.french import enumeration
from scoring.criteria.applying import DecidedCriterion, catalogue_of_criteria, decided, may_leave_nothing, public, read_applies_if
from scoring.enums import Applies, AssessmentState
from scoring.models import Applicability, Assessment, Criterion, Grid, Score
from scoring.queries.conflicts import hidden_applications
from scoring.queries.jury import files_before_jury

APPLIES = {Truth.TRUE: Applies.YES, Truth.FALSE: Applies.NO, Truth.UNKNOWN: Applies.UNKNOWN}
NOT_IN_FORM = DecidedCriterion(Truth.UNKNOWN, "Le formulaire de ce dossier ne permet pas de le dire.")
MANY = 500  # above, a list of keys is not sent to the database
MOST_DOUBTFUL = 20  # files named of one criterion
UNREADABLE = "S’applique selon une condition qui ne se lit plus."

# -- Conditions ---------------------------------------------------------------------------------------------------------------


def catalogue_for_criteria(call: Call) -> Catalogue:
    """What the conditions of the criteria of a call may refer to. One query."""
    return public(catalogue_for_lines(call))


def composing_criteria(call: Call) -> Catalogue:
    """The same with the lists of the directory, and each answer under the title of its section."""
    return public(composing_lines(call))


def in_words(criterion: Criterion, catalogue: Catalogue) -> str:
    """« S’applique si le lycée a un internat. »; "" for a criterion without condition."""
    if not criterion.is_conditional:
        return ""
    condition = read_applies_if(criterion.applies_if, criterion.label, catalogue, [])
    return f"S’applique {sentence(condition, catalogue)}." if condition else UNREADABLE


def conditions_in_words(call: Call, criteria: Iterable[Criterion]) -> dict[int, str]:
    """The condition in words of each criterion (id) that has one. No query where none has."""
    conditional = [criterion for criterion in criteria if criterion.is_conditional]
    catalogue = catalogue_for_criteria(call) if conditional else Catalogue({})
    return {criterion.pk: in_words(criterion, catalogue) for criterion in conditional}


@dataclass(frozen=True)
class ConditionRead:
    """The condition of one criterion; None where it cannot be read any more (`errors`)."""

    criterion: Criterion
    condition: Condition | None
    errors: tuple[str, ...] = ()


def conditions_read(criteria: Iterable[Criterion], catalogue: Catalogue) -> list[ConditionRead]:
    """The conditions of those that have one."""
    found = []
    for criterion in criteria:
        if criterion.is_conditional:
            errors: list[str] = []
            condition = read_applies_if(criterion.applies_if, criterion.label, catalogue, errors)
            found.append(ConditionRead(criterion, condition, tuple(errors)))
    return found


def nothing_may_apply(grid: Grid) -> str:
    """Why some file may have no criterion that the jury marks, in one sentence; "" when each has one, as far as conditions can be looked at.

    Two queries at most. A condition that cannot be read is told elsewhere, and is taken here to apply.
    """
    marked = [criterion for criterion in grid.criteria.all() if criterion.is_rated and criterion.weight]
    if not marked or not all(criterion.is_conditional for criterion in marked):
        return ""
    catalogue = catalogue_for_criteria(grid.call)
    read = conditions_read(marked, catalogue)
    if not may_leave_nothing([each.condition for each in read], catalogue):
        return ""
    named = enumeration([f"« {each.criterion.label} »" for each in read])
    if len(read) == 1:
        whole = f"Le seul critère noté par le jury, {named}, a une condition : un dossier qui ne la remplit pas n’aurait rien à noter."
    else:
        whole = f"Tous les critères notés par le jury ont une condition ({named}), et un dossier peut n’en remplir aucune : il n’aurait rien à noter."
    return f"{whole} Gardez-en un sans condition, ou un qui s’applique quand les autres ne s’appliquent pas."


# -- Deciding -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Form:
    """A version of the form with the conditions as it lets them be read, by criterion (id)."""

    definition: Definition | None
    catalogue: Catalogue
    conditions: Mapping[int, Condition | None]

    @property
    def wanted(self) -> frozenset[Reference]:
        read = [references_in(condition) for condition in self.conditions.values() if condition is not None]
        return frozenset(each.whole for each in frozenset().union(*read))


def _form(questionnaire: Questionnaire | None, criteria: Sequence[Criterion]) -> _Form:
    try:
        definition = questionnaire.schema if questionnaire else None
    except DefinitionError:
        definition = None
    catalogue = catalogue_of_criteria(definition.questions if definition else (), definition.known.values() if definition else ())
    read = {criterion.pk: read_applies_if(criterion.applies_if, criterion.label, catalogue, []) for criterion in criteria}
    return _Form(definition, catalogue, read)


def decide(call: Call, files: Sequence[Application], criteria: Sequence[Criterion], contents: Mapping[int, dict]) -> list[Applicability]:
    """Whether each of these criteria, all with a condition, applies to each file: not saved. One query, and those of `facts_of_lycees`.

    On what the file has sent last (`contents`, by id), never on what is being written, and on what is known of its lycée now; the département,
    the authority and the agency of its lycée must be loaded.
    """
    found = Questionnaire.objects.in_bulk({file.questionnaire_id for file in files})
    forms = {pk: _form(questionnaire, criteria) for pk, questionnaire in found.items()}
    wanted = frozenset().union(*(form.wanted for form in forms.values()))
    lycees = facts_of_lycees(call, [file.establishment for file in files], [each for each in wanted if each.source is not Source.ANSWER])
    rows = []
    for file, known in zip(files, lycees, strict=True):
        form = forms[file.questionnaire_id]
        facts = (
            known | _answers(contents.get(file.pk), form) | {FILED_ON: timezone.localdate(file.submitted_at) if file.submitted_at else None}
        )
        for criterion in criteria:
            condition = form.conditions[criterion.pk]
            said = decided(condition, facts, form.catalogue) if condition else NOT_IN_FORM
            rows.append(Applicability(application=file, criterion=criterion, applies=APPLIES[said.truth], facts=said.facts))
    return rows


def _answers(content: dict | None, form: _Form) -> dict[Reference, Any]:
    """The answers wanted of a frozen content; a question that it says not asked is not asked, one that it does not have is not known."""
    if content is None or form.definition is None:
        return {}
    entries = {entry["key"]: entry for section in content["sections"] for entry in section["entries"]}
    facts: dict[Reference, Any] = {}
    for reference in form.wanted:
        question = form.definition.question(reference.key) if reference.source is Source.ANSWER else None
        entry = entries.get(reference.key)
        if question is not None and entry is not None:
            facts[reference] = question.compared(KINDS[entry["kind"]].thawed(entry)) if entry.get("asked", True) else Asked.NOT
    return facts


# -- What was decided ---------------------------------------------------------------------------------------------------------


def decided_of(call: Call, criteria: Iterable[Criterion], keys: Collection[int] | None = None) -> QuerySet[Applicability]:
    """What was decided of these criteria, for these files (id) or all; a criterion that has no condition any more applies to every file."""
    conditional = [criterion.pk for criterion in criteria if criterion.is_conditional]
    if not conditional:
        return Applicability.objects.none()
    rows = Applicability.objects.filter(criterion__in=conditional)
    return (rows.filter(application__call=call) if keys is None else rows.filter(application__in=keys)).order_by()


def left_out(call: Call, criteria: Iterable[Criterion], keys: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """The criteria (ids) that do not apply, by file (id); files of which every criterion applies are absent. One query, none without conditions."""
    found: dict[int, set[int]] = {}
    rows = decided_of(call, criteria, keys).filter(applies=Applies.NO)
    for file, criterion in rows.values_list("application", "criterion"):
        found.setdefault(file, set()).add(criterion)
    return {file: frozenset(out) for file, out in found.items()}


def without_criterion(call: Call, criteria: Collection[Criterion], keys: Collection[int]) -> frozenset[int]:
    """Those of these files (id) to which no criterion that the jury marks applies: nobody can mark them. One query, none without conditions."""
    marked = frozenset(criterion.pk for criterion in criteria if criterion.is_rated and criterion.weight)
    if not keys or not marked:
        return frozenset()
    out = left_out(call, criteria, keys if len(keys) <= MANY else None)
    return frozenset(file for file in keys if marked <= out.get(file, frozenset()))


@dataclass
class CriterionReach:
    """One criterion with a condition over the files of a call: to how many it applies, and the first of those of which it is not known."""

    criterion: Criterion
    told: str
    counts: dict[str, int] = field(default_factory=dict)
    doubtful: list[Applicability] = field(default_factory=list)

    @property
    def yes(self) -> int:
        return self.counts.get(Applies.YES, 0)

    @property
    def no(self) -> int:
        return self.counts.get(Applies.NO, 0)

    @property
    def unknown(self) -> int:
        return self.counts.get(Applies.UNKNOWN, 0)


def reach_of(call: Call, criteria: Collection[Criterion], viewer: User | None = None) -> list[CriterionReach]:
    """The criteria with a condition over the files before the jury that `viewer` may know of (None: all), in the order of the grid.

    Three queries; none without conditions.
    """
    told = conditions_in_words(call, criteria)
    found = {criterion.pk: CriterionReach(criterion, told[criterion.pk]) for criterion in criteria if criterion.is_conditional}
    if not found:
        return []
    files = files_before_jury(call).order_by()
    if viewer is not None:
        files = files.exclude(pk__in=hidden_applications(viewer).values("pk"))
    rows = decided_of(call, criteria).filter(application__in=files)
    for criterion, applies, number in rows.values_list("criterion", "applies").annotate(n=Count("pk")):
        found[criterion].counts[applies] = number
    doubtful = rows.filter(applies=Applies.UNKNOWN).select_related("application").order_by("criterion__position", "application__reference")
    for row in doubtful[: MOST_DOUBTFUL * len(found)]:
        if len(found[row.criterion_id].doubtful) < MOST_DOUBTFUL:
            found[row.criterion_id].doubtful.append(row)
    return list(found.values())


def handed_in_without(call: Call, criteria: Collection[Criterion]) -> list[tuple[Assessment, Criterion]]:
    """The evaluations handed in that say nothing of a criterion which applies to their file: it was decided since.

    Three queries; none without conditions. The criterion is then left aside in the mark of that juror, as one said not applicable.
    """
    by_key = {criterion.pk: criterion for criterion in criteria if criterion.is_conditional and criterion.is_rated}
    if not by_key:
        return []
    asked: dict[int, list[int]] = {}
    rows = decided_of(call, by_key.values()).exclude(applies=Applies.NO).order_by("criterion__position")
    for file, criterion in rows.values_list("application", "criterion"):
        asked.setdefault(file, []).append(criterion)
    handed = (
        Assessment.objects.counted().filter(application__call=call, state=AssessmentState.SUBMITTED).select_related("juror", "application")
    )
    said = Score.objects.filter(assessment__application__call=call, criterion__in=by_key)
    given = {(score.assessment_id, score.criterion_id) for score in said if score.is_given}
    return [
        (reading, by_key[key])
        for reading in handed.order_by("application__reference", "pk")
        for key in asked.get(reading.application_id, ())
        if (reading.pk, key) not in given
    ]
