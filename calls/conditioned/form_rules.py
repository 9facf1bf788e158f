"""The conditions of a form: when a question or a section is asked, when an answer is required, what answers may not be together.

A question and a section may depend on questions placed before them only: a form is read downwards, and no circle can hide it. A limit looks at
any question. What is read here is typed; `doubts_in` also says which conditions never or always hold: looked at when a form is saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from calls.conditioned.data_terms import terms_of_data
from calls.conditioned.lycee_terms import terms_of_lycee
from calls.conditioned.wave_terms import terms_of_waves
from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.dependencies import circle_in
from calls.conditions.logic import Effort, Vacuity, vacuity
from calls.conditions.reading import keys_in, read_condition
from calls.conditions.references import Source, answer
from calls.conditions.sentences import sentence, statement
from calls.conditions.tree import AllOf, Condition, references_in
from calls.questions.base import TITLE_KEY, Question
from calls.questions.reading import key_in, repeated, text_in


@dataclass(frozen=True)
class Limit:
    """What the answers must be together, looked at once all the questions that it reads are asked and answered; else `message`."""

    key: str
    condition: Condition
    message: str

    @cached_property
    def questions(self) -> frozenset[str]:
        return answers_in(self.condition)


@dataclass(frozen=True)
class FormRules:
    """The conditions of a form by the key of what they decide. `shown` and `required` are of questions, `sections` of sections."""

    questions: tuple[Question, ...] = ()
    shown: Mapping[str, Condition] = field(default_factory=dict)
    required: Mapping[str, Condition] = field(default_factory=dict)
    sections: Mapping[str, Condition] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)  # of the sections
    known: tuple[Term, ...] = ()  # what the call knows of each lycée beside the directory

    def __bool__(self) -> bool:
        return bool(self.shown or self.required or self.sections or self.limits)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return (*self.sections.values(), *self.shown.values(), *self.required.values(), *(limit.condition for limit in self.limits))

    @cached_property
    def looked_at(self) -> frozenset[str]:
        """The keys of the questions that some condition reads."""
        return frozenset().union(*(answers_in(condition) for condition in self.conditions))

    @cached_property
    def deciding(self) -> frozenset[str]:
        """Among them, those that decide what is asked or required: answering one may show another."""
        decided = (*self.sections.values(), *self.shown.values(), *self.required.values())
        return frozenset().union(*(answers_in(condition) for condition in decided))

    @cached_property
    def of_lycee(self) -> frozenset[Any]:
        """The facts of the directory that some condition reads."""
        read = set().union(*(references_in(condition) for condition in self.conditions))
        return frozenset(reference for reference in read if reference.source is Source.LYCEE)

    @cached_property
    def of_call(self) -> frozenset[Any]:
        """The facts of the earlier waves and of the reference data that some condition reads."""
        read = set().union(*(references_in(condition) for condition in self.conditions))
        return frozenset(reference for reference in read if reference.source in (Source.WAVE, Source.DATA))

    @cached_property
    def catalogue(self) -> Catalogue:
        return catalogue_of(self.questions, known=self.known)

    def in_words(self, condition: Condition) -> str:
        """« si le nombre d’élèves est d’au moins 300 »."""
        return sentence(condition, self.catalogue)

    def of_section(self, key: str) -> str:
        """« Posée si … », or "" when the section is always posed."""
        return f"Posée {self.in_words(self.sections[key])}." if key in self.sections else ""

    def of_question(self, key: str) -> list[str]:
        """« Posée si … », « Obligatoire si … »: none for a question without condition."""
        found = [("Posée", self.shown.get(key)), ("Obligatoire", self.required.get(key))]
        return [f"{word} {self.in_words(condition)}." for word, condition in found if condition is not None]

    @property
    def told(self) -> list[str]:
        """Every condition of the form as a sentence, for whoever prepares or reads the form before having a file."""
        labels = {question.key: question.label for question in self.questions}
        found = [f"La section « {self.titles[key]} » est posée {self.in_words(each)}." for key, each in self.sections.items()]
        found += [f"« {labels[key]} » est posée {self.in_words(each)}." for key, each in self.shown.items()]
        found += [f"« {labels[key]} » est obligatoire {self.in_words(each)}." for key, each in self.required.items()]
        return found + [f"{statement(limit.condition, self.catalogue)} ; sinon : {limit.message}" for limit in self.limits]


def answers_in(condition: Condition) -> frozenset[str]:
    """The keys of the questions that a condition reads."""
    return frozenset(reference.key for reference in references_in(condition) if reference.source is Source.ANSWER)


def known_terms(definition: Mapping[str, Any], errors: list[str] | None = None) -> tuple[Term, ...]:
    """What the call knows of each lycée, as the definition keeps it: {"waves": [1, 2], "data": [tables]}."""
    known = definition.get("known")
    if not isinstance(known, Mapping):
        return ()
    numbers = known.get("waves", [])
    waves = [number for number in numbers if isinstance(number, int)] if isinstance(numbers, list) else []
    return (*terms_of_waves(waves, own=True), *terms_of_data(known.get("data", []), errors))


def catalogue_of(
    questions: Iterable[Question], asked_if: Mapping[str, Condition] | None = None, *, known: Iterable[Term] = ()
) -> Catalogue:
    """What a condition of a form may refer to: its questions, the lycée, and what the call knows of it (`known_terms`)."""
    conditions = asked_if or {}
    asked = [
        Term(answer(q.key), q.named, q.value_type, q.domain, feminine=q.named.startswith("la "), asked_if=conditions.get(q.key))
        for q in questions
    ]
    return Catalogue.of([*asked, *terms_of_lycee(), *known])


@dataclass(frozen=True)
class _Raw:
    """One condition as the definition gives it: what it decides, named for people; `before`: the questions that it may refer to."""

    name: str
    place: str
    raw: object
    before: frozenset[str]

    @cached_property
    def answers(self) -> set[str]:
        """The keys of the questions that it seems to refer to, whether they exist or not."""
        return {reference.key for reference in keys_in(self.raw) if reference.source is Source.ANSWER}


def read_rules(
    definition: Mapping[str, Any],
    sections: Sequence[tuple[str, str, Sequence[Question]]],
    errors: list[str],
    known: tuple[Term, ...] = (),
) -> FormRules:
    """The conditions of a definition; each fault is added to `errors` as a sentence. `sections`: key, title and questions of each."""
    found = _raw_conditions(definition, sections, errors)
    if not found:
        return FormRules()
    questions = tuple(question for _key, _title, asked in sections for question in asked)
    _refuse_what_has_gone(found, questions, errors)
    _refuse_circles(found, sections, errors)
    catalogue = catalogue_of(questions, known=known)
    keys = {question.key for question in questions}
    read = {
        where: condition
        for where, each in found.items()
        if each.answers <= keys and (condition := read_condition(each.raw, catalogue, each.place, errors)) is not None
    }
    limits = [Limit(key, read["limit", key], text_in(raw, "message")) for key, raw in _limits(definition) if ("limit", key) in read]
    titles = {key: title for key, title, _questions in sections}
    return FormRules(questions, _of("shown", read), _of("required", read), _of("section", read), tuple(limits), titles, known)


def _of(kind: str, read: Mapping[tuple[str, str], Condition]) -> dict[str, Condition]:
    return {key: condition for (of, key), condition in read.items() if of == kind}


def _limits(definition: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    given = definition.get("limits")
    return [(text_in(raw, "key"), raw) for raw in given if isinstance(raw, Mapping)] if isinstance(given, list) else []


def _raw_conditions(
    definition: Mapping[str, Any], sections: Sequence[tuple[str, str, Sequence[Question]]], errors: list[str]
) -> dict[tuple[str, str], _Raw]:
    found: dict[tuple[str, str], _Raw] = {}
    before: set[str] = set()
    for (key, title, questions), raw in zip(sections, definition["sections"], strict=True):
        raws = {raw_question.get("key"): raw_question for raw_question in _questions(raw)}
        if (condition := _condition(raw, "shown_if")) is not None:
            found["section", key] = _Raw(f"la section « {title} »", f"La section « {title} », affichage", condition, frozenset(before))
            if any(question.key == TITLE_KEY for question in questions):
                errors.append(f"La section « {title} » demande le titre du projet : elle est toujours posée, sans condition.")
        for question in questions:
            _of_question(question, raws.get(question.key, {}), frozenset(before), found, errors)
            before.add(question.key)
    limits = _limits(definition)
    if len(limits) != (len(definition["limits"]) if isinstance(definition.get("limits"), list) else 0) or not isinstance(
        definition.get("limits", []), list
    ):
        errors.append("Les limites sont une liste ; chacune a une clé (key), une condition (condition) et un message (message).")
    errors += repeated([key for key, _raw in limits], "La clé de limite")
    for key, raw in limits:
        key_in(raw, "Une limite", errors)
        if not text_in(raw, "message"):
            errors.append(f"La limite « {key} » ne dit rien à qui ne la respecte pas : donnez-lui un message.")
        found["limit", key] = _Raw(f"la limite « {key} »", f"La limite « {key} »", raw.get("condition"), frozenset(before))
    return found


def _of_question(
    question: Question, raw: Mapping[str, Any], before: frozenset[str], found: dict[tuple[str, str], _Raw], errors: list[str]
) -> None:
    name = f"la question « {question.label} »"
    if (condition := _condition(raw, "shown_if")) is not None:
        found["shown", question.key] = _Raw(name, f"La question « {question.label} », affichage", condition, before)
        if question.key == TITLE_KEY:
            errors.append("Le titre du projet est toujours demandé : il n’a pas de condition d’affichage.")
    if (condition := _condition(raw, "required_if")) is not None:
        found["required", question.key] = _Raw(name, f"La question « {question.label} », réponse obligatoire", condition, before)
        if question.required:
            errors.append(f"La question « {question.label} » est toujours obligatoire : la condition de réponse obligatoire est de trop.")


def _questions(raw: object) -> list[Mapping[str, Any]]:
    given = raw.get("questions") if isinstance(raw, Mapping) else None
    return [question for question in given if isinstance(question, Mapping)] if isinstance(given, list) else []


def _condition(raw: object, name: str) -> object:
    return raw.get(name) if isinstance(raw, Mapping) else None


def _refuse_what_has_gone(found: Mapping[tuple[str, str], _Raw], questions: Sequence[Question], errors: list[str]) -> None:
    """One sentence per question that is no longer there, with all that depends on it."""
    known = {question.key for question in questions}
    gone = sorted(set().union(*(each.answers for each in found.values())) - known)
    for key in gone:
        names = list(dict.fromkeys(each.name for each in found.values() if key in each.answers))
        errors.append(
            f"La question « {key} » n’existe pas, ou n’existe plus ; en dépend{'ent' if len(names) > 1 else ''} {', '.join(names)}."
        )


def _refuse_circles(
    found: Mapping[tuple[str, str], _Raw], sections: Sequence[tuple[str, str, Sequence[Question]]], errors: list[str]
) -> None:
    """A circle is told as one; else each question that depends on one placed after it."""
    labels = {question.key: question.label for _key, _title, asked in sections for question in asked}
    uses: dict[str, list[str]] = {}
    for key, _title, asked in sections:
        of_section = found["section", key].answers if ("section", key) in found else set()
        for question in asked:
            own = [found[kind, question.key] for kind in ("shown", "required") if (kind, question.key) in found]
            uses[question.key] = sorted(of_section.union(*(each.answers for each in own)) & labels.keys())
    if circle := circle_in(uses):
        told = ", qui dépend de ".join(f"« {labels[key]} »" for key in [*circle[1:], circle[0]])
        errors.append(f"Des questions dépendent l’une de l’autre en cercle : « {labels[circle[0]]} » dépend de {told}.")
        return
    for each in found.values():
        late = [labels[key] for key in sorted(each.answers & labels.keys() - each.before)]
        if late:
            names = ", ".join(f"« {label} »" for label in late)
            errors.append(f"{each.place} : elle dépend de {names}, qui vient après ; placez avant ce dont elle dépend.")


def doubts_in(rules: FormRules, sections: Sequence[tuple[str, str, Sequence[Question]]]) -> list[str]:
    """The conditions that decide nothing, in the order of the form: they never hold, or always do. One sentence each."""
    asked_if: dict[str, Condition] = {}
    for key, _title, questions in sections:
        for question in questions:
            parts = [each for each in (rules.sections.get(key), rules.shown.get(question.key)) if each is not None]
            if parts:
                asked_if[question.key] = parts[0] if len(parts) == 1 else AllOf(tuple(parts))
    catalogue = catalogue_of(rules.questions, asked_if, known=rules.known)
    effort = Effort(MOST_LOOKS_IN_A_FORM)
    doubts: list[str | None] = []
    for key, title, questions in sections:
        around = [rules.sections[key]] if key in rules.sections else []
        doubts += [_doubt(f"La section « {title} », affichage", each, catalogue, [], effort) for each in around]
        for question in questions:
            place = f"La question « {question.label} »"
            if question.key in rules.shown:
                doubts.append(_doubt(f"{place}, affichage", rules.shown[question.key], catalogue, around, effort))
            if question.key in rules.required:
                given = [asked_if[question.key]] if question.key in asked_if else []
                doubts.append(_doubt(f"{place}, réponse obligatoire", rules.required[question.key], catalogue, given, effort))
    for limit in rules.limits:
        given = [asked_if[key] for key in sorted(limit.questions) if key in asked_if]
        doubts.append(_doubt(f"La limite « {limit.key} »", limit.condition, catalogue, given, effort))
    return [doubt for doubt in doubts if doubt]


MOST_LOOKS_IN_A_FORM = 1_000_000  # about a second: a page that writes the form waits for it, and says nothing of what is beyond
_DOUBTS = {
    Vacuity.NEVER: "la condition ne peut jamais être vraie",
    Vacuity.ALWAYS: "la condition est toujours vraie, elle ne décide de rien",
}


def _doubt(place: str, condition: Condition, catalogue: Catalogue, given: Sequence[Condition], effort: Effort) -> str | None:
    found = vacuity(condition, catalogue, given=given, effort=effort)
    return f"{place} : {_DOUBTS[found]} ({sentence(condition, catalogue)})." if found else None
