"""The schema of a call's form: a questionnaire's `definition` read into frozen dataclasses, or refused with French sentences.

Shape of the JSON: `{"sections": [{"key", "title", "help", "shown_if", "questions": [{"key", "kind", "label", "help", "required", "shown_if",
"required_if", …}]}], "limits": [{"key", "condition", "message"}], "known": {"waves": [1], "data": [tables]}}`; conditions are those of `calls.conditions`, read by `calls.conditioned.form_rules`.
Keys are stable slugs: answers, attachments, request lines, exports and criteria refer to them from one version to the next.
What a question of each kind holds and does is in `calls.questions`.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from calls.conditioned.citations import cited_in, errors_in_text, filled, value_in_words
from calls.conditioned.form_rules import FormRules, doubts_in, known_terms, read_rules
from calls.conditions.catalogue import Term
from calls.conditions.references import Reference
from calls.questions.base import TITLE_KEY, TITLE_LENGTH, Given, Holding, Question
from calls.questions.computed import ComputedQuestion
from calls.questions.group import GroupQuestion
from calls.questions.reading import key_in, repeated, text_in
from calls.questions.registry import KINDS
from calls.questions.text import TextQuestion
from portal.text.french import NOTHING


class DefinitionError(ValueError):
    """The definition cannot make a form; `errors` says why, one French sentence each."""

    def __init__(self, errors: list[str]):
        self.errors = errors
        super().__init__(" ".join(errors))


MARSHAL_WITHOUT_REFERENCES = 2  # the version whose bytes depend on the values alone
NOTICE = "notice"  # the kind, in a definition, of what is told between two questions


@dataclass(frozen=True)
class Information:
    """Something told between two questions: nothing is answered, nothing is frozen, readers of files do not see it."""

    is_notice: ClassVar[bool] = True

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """`parts`: what is read and answered in it, in order."""

    key: str
    title: str
    help: str
    parts: tuple[Question | Information, ...]
    position: int  # 1 for the first section

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What is asked, notices apart."""
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def number(self) -> int:
        """What stands before its title wherever the form is read: 1 is the lycée itself, taken from the directory."""
        return self.position + 1

    def place_of(self, key: str) -> int:
        """Rank of a question in its section, from 1."""
        return next(rank for rank, question in enumerate(self.questions, start=1) if question.key == key)


@dataclass(frozen=True)
class Definition:
    sections: tuple[Section, ...]
    rules: FormRules = field(default_factory=FormRules)
    known: Mapping[Reference, Term] = field(default_factory=dict)  # what the call knows of each lycée beside the directory
    _by_key: dict[str, tuple[Section, Question]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions]

    @cached_property
    def holdings(self) -> frozenset[Holding]:
        """Where the answers of its questions are kept: what a reading of a file has to look at."""
        return frozenset(question.holding for question in self.questions)

    def question(self, key: str) -> Question | None:
        found = self._by_key.get(key)
        return found[1] if found else None

    def section_of(self, key: str) -> Section | None:
        found = self._by_key.get(key)
        return found[0] if found else None

    def completed(self, given: dict[str, Given]) -> dict[str, Given]:
        """The answers with the figures that are worked out from them, in the order of the form."""
        for question in self.questions:
            if found := self.worked_out(question, given):
                given[question.key] = found
        return given

    def worked_out(self, question: Question, given: Mapping[str, Given]) -> Given | None:
        """The figure that is worked out from these answers; None for a question that is not computed."""
        if not isinstance(question, ComputedQuestion):
            return None
        return Given(question.stored(question.result([self._figure(term, given) for term in question.terms])))

    def _figure(self, term: str, given: Mapping[str, Given]) -> Decimal | None:
        key, _, column = term.partition(".")
        asked, answer = self.question(key), given.get(key, Given())
        if isinstance(asked, GroupQuestion):
            return asked.added(answer, asked.column(column))
        return asked.figure(answer)

    def explained(self, question: ComputedQuestion) -> str:
        """How a figure is worked out, in the words of the form."""
        return question.said({term: self._label(term) for term in question.terms})

    def _label(self, term: str) -> str:
        key, _, column = term.partition(".")
        asked = self.question(key)
        return f"{asked.label}, {asked.column(column).label}" if isinstance(asked, GroupQuestion) else asked.label

    @cached_property
    def cited(self) -> frozenset[Reference]:
        """The facts of the call that the texts of the form cite."""
        texts = (text for section in self.sections for _place, text in citing_texts(section))
        return frozenset(reference for text in texts for _written, reference in cited_in(text) if reference is not None)

    def told_to(self, facts: Mapping[Reference, Any]) -> "Definition":
        """The same form, whose texts say these facts of a lycée where they cite them."""
        return self._filled(lambda reference: value_in_words(self.known.get(reference), facts.get(reference))) if self.cited else self

    @cached_property
    def told_to_all(self) -> "Definition":
        """The same form for whoever reads it without being a lycée: a citation reads as the name of what each lycée will read."""

        def named(reference: Reference) -> str:
            term = self.known.get(reference)
            return f"[{term.name}]" if term else NOTHING

        return self._filled(named) if self.cited else self

    def _filled(self, say: Callable[[Reference], str]) -> "Definition":
        def part(each: Question | Information) -> Question | Information:
            return (
                replace(each, text=filled(each.text, say)) if isinstance(each, Information) else replace(each, help=filled(each.help, say))
            )

        sections = tuple(
            replace(section, help=filled(section.help, say), parts=tuple(map(part, section.parts))) for section in self.sections
        )
        return Definition(sections, self.rules, self.known, {q.key: (section, q) for section in sections for q in section.questions})

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)


def read(definition: object) -> Definition:
    """`parse`, once for each content: a request meets the form of a call several times, and forms in use are few. Raises DefinitionError.

    What comes back is shared, as it is frozen.
    """
    try:
        return _read(marshal.dumps(definition, MARSHAL_WITHOUT_REFERENCES))
    except ValueError as error:  # DefinitionError is one; else a value that no JSON holds
        if isinstance(error, DefinitionError):
            raise
        return parse(definition)


@lru_cache(maxsize=64)
def _read(content: bytes) -> Definition:
    return parse(marshal.loads(content))  # noqa: S302 -- written just above


def parse(definition: object) -> Definition:
    """Read a definition. Raises DefinitionError with every fault found, not only the first one.

    A form that does not ask for the title of the project is given that question, first in its first section.
    """
    errors: list[str] = []
    raw_sections = definition.get("sections") if isinstance(definition, dict) else None
    if not isinstance(raw_sections, list) or not raw_sections:
        raise DefinitionError(["Le questionnaire n’a aucune section."])
    sections = [_section(raw, rank, errors) for rank, raw in enumerate(raw_sections, start=1)]
    errors += repeated([section.key for section in sections], "La clé de section")
    errors += repeated([part.key for section in sections for part in section.parts], "La clé de question")
    if not any(question.key == TITLE_KEY for section in sections for question in section.questions):
        sections[0] = _with_title(sections[0])
    errors += _wrong_terms([question for section in sections for question in section.questions])
    known = known_terms(definition, errors)
    rules = read_rules(definition, _outline(sections), errors, known)
    by_reference = {term.reference: term for term in known}
    errors += [error for section in sections for error in _wrong_citations(section, by_reference)]
    errors += _wrong_followers(sections, rules)
    if errors:
        raise DefinitionError(errors)
    return Definition(
        tuple(sections), rules, by_reference, {question.key: (section, question) for section in sections for question in section.questions}
    )


def citing_texts(section: Section) -> Iterator[tuple[str, str]]:
    """The texts of a section that may cite a fact of the lycée, each with its place in words."""
    yield f"L’aide de la section « {section.title} »", section.help
    for part in section.parts:
        if isinstance(part, Information):
            yield f"L’information « {part.label} »", part.text
        else:
            yield f"L’aide de la question « {part.label} »", part.help


def _wrong_citations(section: Section, known: Mapping[Reference, Term]) -> Iterator[str]:
    for place, text in citing_texts(section):
        yield from errors_in_text(place, text, known)
    for label in (section.title, *(part.label for part in section.parts)):
        if any(cited_in(label)):
            yield f"« {label} » : un intitulé ne cite rien, il est le même pour tous ; citez dans l’aide, ou dans une information."


def _wrong_followers(sections: Iterable[Section], rules: FormRules) -> Iterator[str]:
    """What follows the filing decides of nothing that was filed."""
    for question in (question for section in sections for question in section.questions):
        if question.follows_until and question.key in rules.looked_at:
            yield f"La question « {question.label} » ne peut pas suivre le dépôt : une condition du formulaire en dépend."


def _wrong_terms(questions: list[Question]) -> list[str]:
    """What a computed answer refers to and cannot add up: only figures asked before it, so that no figure waits for itself."""
    before: dict[str, Question] = {}
    errors = []
    for question in questions:
        for term in question.terms if isinstance(question, ComputedQuestion) else ():
            key, _, column = term.partition(".")
            asked = before.get(key)
            if isinstance(asked, GroupQuestion):
                asked = asked.column(column)
            if asked is None or not asked.holds_figure:
                errors.append(
                    f"La question « {question.label} » calcule à partir de « {term} », qui n’est pas un nombre demandé avant elle."
                )
        before[question.key] = question
    return errors


def errors_in(definition: object) -> list[str]:
    """The faults of a definition, in French; empty when it makes a form.

    A condition that never or always holds is one, and a section that asks nothing: such a form can be read, while it is being written.
    """
    try:
        read = parse(definition)
    except DefinitionError as error:
        return error.errors
    empty = [f"La section « {section.title} » ne pose aucune question." for section in read.sections if not section.parts]
    return empty + (doubts_in(read.rules, _outline(read.sections)) if read.rules else [])


def _outline(sections: Iterable[Section]) -> list[tuple[str, str, tuple[Question, ...]]]:
    return [(section.key, section.title, section.questions) for section in sections]


def _with_title(section: Section) -> Section:
    title = TextQuestion(key=TITLE_KEY, label="Titre du projet", required=True, max_length=TITLE_LENGTH)
    return Section(section.key, section.title, section.help, (title, *section.parts), section.position)


def _section(raw: object, rank: int, errors: list[str]) -> Section:
    raw = raw if isinstance(raw, dict) else {}
    title = text_in(raw, "title") or f"Section {rank}"
    if not text_in(raw, "title"):
        errors.append(f"La section {rank} n’a pas de titre.")
    key = key_in(raw, f"La section « {title} »", errors)
    questions = raw.get("questions")
    questions = questions if isinstance(questions, list) else []
    return Section(key, title, text_in(raw, "help"), tuple(_part(part, title, errors) for part in questions), rank)


def _part(raw: object, section: str, errors: list[str]) -> Question | Information:
    raw = raw if isinstance(raw, dict) else {}
    return _notice(raw, section, errors) if raw.get("kind") == NOTICE else _question(raw, section, errors)


def _notice(raw: dict, section: str, errors: list[str]) -> Information:
    label, text = text_in(raw, "label"), text_in(raw, "text")
    place = f"L’information « {label} »" if label else f"Une information de la section « {section} »"
    if not (label and text):
        errors.append(f"{place} n’a pas de titre ou pas de texte.")
    return Information(key_in(raw, place, errors), label, text)


def _question(raw: dict, section: str, errors: list[str]) -> Question:
    label = text_in(raw, "label")
    place = f"La question « {label} »" if label else f"Une question de la section « {section} »"
    if not label:
        errors.append(f"{place} n’a pas d’intitulé.")
    code = raw.get("kind")
    kind = KINDS.get(code) if isinstance(code, str) else None
    if kind is None:
        errors.append(f"{place} a une nature inconnue : {code}.")
        kind = TextQuestion
    return kind(
        key=key_in(raw, place, errors),
        label=label,
        help=text_in(raw, "help"),
        required=raw.get("required") is True,
        criterion=text_in(raw, "criterion"),
        **kind.options_from(raw, place, errors),
    )
