"""The whole form as whoever writes it reads it: sections, questions and limits, with what decides them, what they serve and what is wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from calls.building.dependents import uses_in
from calls.building.places import Raw, copied, limits_of, sections_of
from calls.building.settling import faults_of
from calls.conditioned.form_rules import FormRules
from calls.conditions.dependencies import dependents
from calls.conditions.sentences import statement
from calls.questionnaire import NOTICE, Definition, errors_in, parse
from calls.questions.base import TITLE_KEY
from calls.questions.registry import KINDS

NOTICE_NAME = "Information"


@dataclass(frozen=True)
class PartLine:
    """A question or a notice of the outline. `conditions` are sentences, `problems` too; `used_by` names what depends on it."""

    key: str
    kind: str
    kind_name: str
    label: str
    is_required: bool
    number: int  # among the questions of its section; 0 for a notice
    conditions: Sequence[str] = ()
    criterion: str = ""  # its label in the grid, or its code when the grid has none of it
    is_lost: bool = False  # the grid has no such criterion
    offers: Sequence[str] = ()
    used_by: Sequence[str] = ()
    problems: Sequence[str] = ()
    is_first: bool = False
    is_last: bool = False

    @property
    def is_notice(self) -> bool:
        return self.kind == NOTICE

    @property
    def is_title(self) -> bool:
        return self.key == TITLE_KEY


@dataclass(frozen=True)
class SectionLine:
    is_title: ClassVar[bool] = False

    key: str
    title: str
    help: str
    number: int
    condition: str
    parts: Sequence[PartLine]
    problems: Sequence[str] = ()
    is_first: bool = False
    is_last: bool = False

    @property
    def question_count(self) -> int:
        return sum(not part.is_notice for part in self.parts)


@dataclass(frozen=True)
class LimitLine:
    is_title: ClassVar[bool] = False

    key: str
    statement: str
    message: str
    problems: Sequence[str] = ()
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class FormOutline:
    sections: Sequence[SectionLine] = ()
    limits: Sequence[LimitLine] = ()
    problems: Sequence[str] = field(default_factory=list)  # all of them, in the order of the form

    @property
    def question_count(self) -> int:
        return sum(section.question_count for section in self.sections)


def outline_of(
    definition: Raw, criteria: Mapping[str, str] | None = None, beside: Mapping[str, Collection[str]] | None = None
) -> FormOutline:
    """The outline of a raw definition, whether it can be read or not. `criteria`: label by code, where the call has a grid. `beside`: what is
    not of the form and counts on it, with the keys of the questions that it reads.
    """
    form = copied(definition)
    if not sections_of(form):
        return FormOutline()
    problems = errors_in(form)
    read = None if faults_of(form) else parse(form)
    uses = uses_in(form) | {name: set(keys) for name, keys in (beside or {}).items()}
    last = len(sections_of(form)) - 1
    sections = [
        SectionLine(
            key=section.get("key", ""),
            title=section.get("title", ""),
            help=section.get("help", ""),
            number=rank + 2,  # 1 is the lycée itself
            condition=_rules(read).of_section(section.get("key", "")),
            parts=_parts(form, section, read, criteria or {}, problems, uses),
            problems=_about(problems, f"La section « {section.get('title', '')} »"),
            is_first=rank == 0,
            is_last=rank == last,
        )
        for rank, section in enumerate(sections_of(form))
    ]
    return FormOutline(sections, _limits(form, read, problems), problems)


def _rules(read: Definition | None) -> FormRules:
    return read.rules if read else FormRules()


def _parts(
    form: Raw, section: Raw, read: Definition | None, criteria: Mapping[str, str], problems: list[str], uses: Mapping[str, set[str]]
) -> list[PartLine]:
    found, number, last = [], 0, len(section["questions"]) - 1
    used = set().union(*uses.values()) if uses else set()
    for rank, part in enumerate(section["questions"]):
        key, label, kind = part.get("key", ""), part.get("label", ""), kind_of(part)
        number += kind != NOTICE
        question, code = (read.question(key) if read else None), part.get("criterion", "")
        found.append(
            PartLine(
                key=key,
                kind=kind,
                kind_name=name_of(kind),
                label=label,
                is_required=part.get("required") is True,
                number=0 if kind == NOTICE else number,
                conditions=_rules(read).of_question(key),
                criterion=criteria.get(code, code),
                is_lost=bool(code) and code not in criteria,
                offers=question.possible if question else (),
                used_by=dependents(uses, key) if key in used else (),
                problems=_about(problems, f"La question « {label} »", f"L’information « {label} »"),
                is_first=rank == 0,
                is_last=rank == last,
            )
        )
    return found


def kind_of(part: Mapping[str, Any]) -> str:
    """Several choices were once a choice with `multiple`: written again, they take the kind that they are."""
    kind = str(part.get("kind", ""))
    return "choices" if kind == "choice" and part.get("multiple") is True else kind


def name_of(kind: str) -> str:
    """A kind in words."""
    return NOTICE_NAME if kind == NOTICE else KINDS[kind].name if kind in KINDS else "Nature inconnue"


def _about(problems: Sequence[str], *begun: str) -> list[str]:
    return [problem for problem in problems if problem.startswith(begun)]


def _limits(form: Raw, read: Definition | None, problems: list[str]) -> list[LimitLine]:
    rules, raws = _rules(read), limits_of(form)
    told = {limit.key: statement(limit.condition, rules.catalogue) for limit in rules.limits}
    return [
        LimitLine(
            raw.get("key", ""),
            told.get(raw.get("key", ""), ""),
            raw.get("message", ""),
            _about(problems, f"La limite « {raw.get('key', '')} »"),
            rank == 0,
            rank == len(raws) - 1,
        )
        for rank, raw in enumerate(raws)
    ]
