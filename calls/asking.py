"""Which questions of a form a file is asked, and which answers are required: one reading of its conditions, for whoever writes, reads or counts.

A question that is not asked is neither required, nor counted in the request, nor given as an answer; what it was answered before is kept.
A question of which it is not known yet whether it is asked is not asked either: answering what it depends on decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calls.conditioned.form_rules import FormRules, Limit
from calls.conditioned.lycee_terms import facts_of_lycee
from calls.conditions.evaluation import Asked, rule, truth_of
from calls.conditions.references import Reference, Source, answer
from calls.conditions.truth import Truth
from calls.questionnaire import Definition, Information, Section
from calls.questions.base import Given, Question

if TYPE_CHECKING:
    from portal.directory.models import Establishment


@dataclass(frozen=True)
class Asking:
    """A form as one file is asked it. `truths`: whether each question that depends on something is asked.

    `given`: what is given in answer to what is asked, with the figures that are worked out from that alone.
    """

    definition: Definition
    given: Mapping[str, Given] = field(default_factory=dict)
    facts: Mapping[Reference, Any] = field(default_factory=dict)
    truths: Mapping[str, Truth] = field(default_factory=dict)

    @property
    def rules(self) -> FormRules:
        return self.definition.rules

    def truth(self, key: str) -> Truth:
        """Whether the question is asked: true, false, or not yet known."""
        return self.truths.get(key, Truth.TRUE)

    def is_asked(self, key: str) -> bool:
        return self.truth(key) is Truth.TRUE

    @property
    def hidden(self) -> list[str]:
        """The keys of the questions that are not asked, known or not yet to be so."""
        return [key for key, truth in self.truths.items() if truth is not Truth.TRUE]

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections as they are asked: those that ask something or may yet, numbered as they are read, with the questions asked.

        A question required by a condition that holds is required. One that may yet be asked is among the `waiting` of its section.
        """
        if not self.rules:
            return self.definition.sections
        shown = [section for section in self.definition.sections if any(self.truth(q.key) is not Truth.FALSE for q in section.questions)]
        return tuple(replace(section, parts=tuple(self._as_asked(section)), position=rank) for rank, section in enumerate(shown, start=1))

    def _as_asked(self, section: Section) -> Iterator[Question | Information]:
        for part in section.parts:
            if isinstance(part, Information):
                yield part
            elif self.is_asked(part.key):
                yield self.as_required(part)

    def as_required(self, question: Question) -> Question:
        """The question, required when its condition says so now."""
        condition = self.rules.required.get(question.key)
        if condition is None or question.required or truth_of(condition, self.facts) is not Truth.TRUE:
            return question
        return replace(question, required=True)

    @property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions]

    def question(self, key: str) -> Question | None:
        """The question, required as it stands now, asked or not; None when the form has none of this key."""
        found = self.definition.question(key)
        return found and self.as_required(found)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def section_of(self, key: str) -> Section | None:
        """The section as it is asked that holds a question, asked or not."""
        whole = self.definition.section_of(key)
        return whole and self.section(whole.key)

    def waiting(self, section: Section) -> list["PendingQuestion"]:
        """The questions of a section of which it is not known yet whether they are asked, in order."""
        whole = self.definition.section(section.key)
        return [PendingQuestion(q, self._told_waiting(q, section)) for q in whole.questions if self.truth(q.key) is Truth.UNKNOWN]

    def _told_waiting(self, question: Question, section: Section) -> str:
        """« Dépend de la question 4 (section 3). », « Dépend de ce que l’annuaire ne dit pas encore : l’IPS du lycée. »"""
        conditions = [each for each in (self.rules.sections.get(section.key), self.rules.shown.get(question.key)) if each is not None]
        awaited = list(dict.fromkeys(ref.whole for each in conditions for ref in rule(each, self.facts).awaited))
        told = [self._told_question(reference.key, section) for reference in awaited if reference.source is Source.ANSWER]
        names = {reference: self.rules.catalogue.term(reference).name for reference in awaited}
        facts = [name for reference, name in names.items() if reference.source is Source.LYCEE]
        others = [name for reference, name in names.items() if reference.source not in (Source.ANSWER, Source.LYCEE)]
        parts = [f"de {each}" for each in told] + ([f"de ce que l’annuaire ne dit pas encore : {', '.join(facts)}"] if facts else [])
        parts += [f"de ce que l’appel ne sait pas encore du lycée : {', '.join(others)}"] if others else []
        return f"Dépend {' et '.join(parts)}."

    def _told_question(self, key: str, here: Section) -> str:
        holder = self.section_of(key)
        if holder is None or not self.is_asked(key):
            return f"la question « {self.definition.question(key).label} »"
        place = f"la question {holder.place_of(key)}"
        return place if holder.key == here.key else f"{place} de la section {holder.number}"

    @cached_property
    def broken_limits(self) -> Sequence[Limit]:
        """The limits that the answers do not keep to: of those whose questions are all asked, the ones that are known not to hold."""
        return [limit for limit in self.rules.limits if self._speaks(limit) and truth_of(limit.condition, self.facts) is Truth.FALSE]

    def _speaks(self, limit: Limit) -> bool:
        return all(self.facts.get(answer(key)) not in (None, Asked.NOT) for key in limit.questions)


@dataclass(frozen=True)
class PendingQuestion:
    """A question that may yet be asked, and what decides it."""

    question: Question
    told: str


def asking(
    definition: Definition, given: Mapping[str, Given], establishment: "Establishment", known: Mapping[Reference, Any] | None = None
) -> Asking:
    """The form as these answers of this lycée make it asked. Each condition is decided once, downwards: it reads only what is above.

    `known`: what the call knows of the lycée beside the directory, earlier waves and reference data.
    """
    rules = definition.rules
    if not rules:
        return Asking(definition, given)
    kept: dict[str, Given] = {}  # what is given in answer to what is asked
    facts: dict[Reference, Any] = facts_of_lycee(establishment, rules.of_lycee) | dict(known or {})
    truths: dict[str, Truth] = {}
    for section in definition.sections:
        around = truth_of(rules.sections[section.key], facts) if section.key in rules.sections else Truth.TRUE
        for question in section.questions:
            own = rules.shown.get(question.key)
            truth = around if own is None else _both(around, truth_of(own, facts))
            if truth is not Truth.TRUE or own is not None or section.key in rules.sections:
                truths[question.key] = truth
            if truth is Truth.TRUE:
                kept[question.key] = definition.worked_out(question, kept) or given.get(question.key, Given())
            if question.key in rules.looked_at and truth is not Truth.UNKNOWN:
                facts[answer(question.key)] = question.compared(kept[question.key]) if truth is Truth.TRUE else Asked.NOT
    return Asking(definition, kept, facts, truths)


def _both(one: Truth, other: Truth) -> Truth:
    return min(one, other, key=lambda truth: truth.value)
