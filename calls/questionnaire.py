"""The schema of a call's form: a questionnaire's `definition` read into frozen dataclasses, or refused with French sentences.

Shape of the JSON: `{"sections": [{"key", "title", "help", "questions": [{"key", "kind", "label", "help", "required", …}]}]}`.
Keys are stable slugs: answers, attachments, request lines, exports and criteria refer to them from one version to the next.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from calls.enums import NeedKind, QuestionKind

TITLE_KEY = "titre"  # the question whose answer is the title of the project
TITLE_LENGTH = 160
TEXT_LENGTH = 250
LONG_TEXT_LENGTH = 4000
MOST_LENGTH = 20_000
MOST_AMOUNT = Decimal("9999999999.99")
MOST_NUMBER = 1_000_000_000
MOST_QUANTITY = 100_000
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class DefinitionError(ValueError):
    """The definition cannot make a form; `errors` says why, one French sentence each."""

    def __init__(self, errors: list[str]):
        self.errors = errors
        super().__init__(" ".join(errors))


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Item:
    """One article of a needs table: its price excl. VAT in euros, its VAT rate in percent."""

    code: str
    label: str
    kind: str
    unit_price: Decimal
    vat_rate: Decimal


@dataclass(frozen=True)
class Question:
    """One question. Bounds and lists that its kind does not use are left empty."""

    key: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    criterion: str = ""
    max_length: int = 0
    choices: tuple[Choice, ...] = ()
    multiple: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    requested: bool = False  # an amount that is part of what the file asks for
    accept: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    ceiling: Decimal | None = None

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def choice_label(self, value: str) -> str:
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    help: str
    questions: tuple[Question, ...]
    position: int  # 1 for the first section

    def place_of(self, key: str) -> int:
        """Rank of a question in its section, from 1."""
        return next(rank for rank, question in enumerate(self.questions, start=1) if question.key == key)


@dataclass(frozen=True)
class Definition:
    sections: tuple[Section, ...]
    _by_key: dict[str, tuple[Section, Question]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions]

    def question(self, key: str) -> Question | None:
        found = self._by_key.get(key)
        return found[1] if found else None

    def section_of(self, key: str) -> Section | None:
        found = self._by_key.get(key)
        return found[0] if found else None

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)


def parse(definition) -> Definition:
    """Read a definition. Raises DefinitionError with every fault found, not only the first one.

    A form that does not ask for the title of the project is given that question, first in its first section.
    """
    errors: list[str] = []
    raw_sections = definition.get("sections") if isinstance(definition, dict) else None
    if not isinstance(raw_sections, list) or not raw_sections:
        raise DefinitionError(["Le questionnaire n’a aucune section."])
    sections = [_section(raw, rank, errors) for rank, raw in enumerate(raw_sections, start=1)]
    errors += _repeated([section.key for section in sections], "La clé de section")
    errors += _repeated([question.key for section in sections for question in section.questions], "La clé de question")
    if not any(question.key == TITLE_KEY for section in sections for question in section.questions):
        sections[0] = _with_title(sections[0])
    if errors:
        raise DefinitionError(errors)
    return Definition(tuple(sections), {question.key: (section, question) for section in sections for question in section.questions})


def errors_in(definition) -> list[str]:
    """The faults of a definition, in French; empty when it makes a form."""
    try:
        parse(definition)
    except DefinitionError as error:
        return error.errors
    return []


def _with_title(section: Section) -> Section:
    title = Question(key=TITLE_KEY, kind=QuestionKind.TEXT, label="Titre du projet", required=True, max_length=TITLE_LENGTH)
    return Section(section.key, section.title, section.help, (title, *section.questions), section.position)


def _section(raw, rank: int, errors: list[str]) -> Section:
    raw = raw if isinstance(raw, dict) else {}
    title = _text(raw, "title") or f"Section {rank}"
    if not _text(raw, "title"):
        errors.append(f"La section {rank} n’a pas de titre.")
    key = _key(raw, f"La section « {title} »", errors)
    questions = raw.get("questions")
    if not isinstance(questions, list) or not questions:
        errors.append(f"La section « {title} » ne pose aucune question.")
        questions = []
    return Section(key, title, _text(raw, "help"), tuple(_question(question, title, errors) for question in questions), rank)


def _question(raw, section: str, errors: list[str]) -> Question:
    raw = raw if isinstance(raw, dict) else {}
    label = _text(raw, "label")
    place = f"La question « {label} »" if label else f"Une question de la section « {section} »"
    if not label:
        errors.append(f"{place} n’a pas d’intitulé.")
    kind = raw.get("kind")
    if kind not in QuestionKind.values:
        errors.append(f"{place} a une nature inconnue : {kind}.")
        kind = QuestionKind.TEXT
    common = {
        "key": _key(raw, place, errors),
        "kind": str(kind),
        "label": label,
        "help": _text(raw, "help"),
        "required": raw.get("required") is True,
        "criterion": _text(raw, "criterion"),
        "multiple": raw.get("multiple") is True,
    }
    return Question(**common, **_READERS.get(str(kind), lambda *_: {})(raw, place, errors))


def _text_options(raw, place, errors) -> dict:
    default = LONG_TEXT_LENGTH if raw.get("kind") == QuestionKind.LONG_TEXT else TEXT_LENGTH
    length = raw.get("max_length") or default
    most = TITLE_LENGTH if raw.get("key") == TITLE_KEY else MOST_LENGTH
    if raw.get("key") == TITLE_KEY and not raw.get("max_length"):
        length = TITLE_LENGTH
    if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= most:
        errors.append(f"{place} : le nombre de signes va de 1 à {most}.")
        length = default
    return {"max_length": length}


def _choice_options(raw, place, errors) -> dict:
    offered = raw.get("choices") if isinstance(raw.get("choices"), list) else []
    choices = [Choice(_text(choice, "value"), _text(choice, "label")) for choice in offered if isinstance(choice, dict)]
    if not choices:
        errors.append(f"{place} ne propose aucun choix.")
    if any(not choice.value or not choice.label for choice in choices):
        errors.append(f"{place} a un choix sans valeur ou sans libellé.")
    errors += _repeated([choice.value for choice in choices], f"{place} : la valeur de choix")
    return {"choices": tuple(choices)}


def _number_options(raw, place, errors) -> dict:
    return _bounds(raw, place, errors, Decimal(MOST_NUMBER))


def _amount_options(raw, place, errors) -> dict:
    return _bounds(raw, place, errors, MOST_AMOUNT) | {"requested": raw.get("requested") is True}


def _bounds(raw, place, errors, most: Decimal) -> dict:
    minimum = _decimal(raw.get("minimum"), f"{place} : le minimum", errors)
    maximum = _decimal(raw.get("maximum"), f"{place} : le maximum", errors)
    minimum, maximum = minimum if minimum is not None else Decimal(0), maximum if maximum is not None else most
    if minimum < 0:
        errors.append(f"{place} : le minimum n’est pas négatif.")
    if maximum > most or minimum > maximum:
        errors.append(f"{place} : le maximum est compris entre le minimum et {most}.")
    return {"minimum": minimum, "maximum": maximum}


def _file_options(raw, place, errors) -> dict:
    accept = raw.get("accept") or ["pdf"]
    if not isinstance(accept, list) or not all(isinstance(kind, str) and kind.isalnum() for kind in accept):
        errors.append(f"{place} : les formats acceptés sont une liste d’extensions, par exemple pdf.")
        accept = ["pdf"]
    return {"accept": tuple(kind.lower() for kind in accept)}


def _needs_options(raw, place, errors) -> dict:
    offered = raw.get("items") if isinstance(raw.get("items"), list) else []
    items = tuple(_item(item, place, errors) for item in offered if isinstance(item, dict))
    if not items:
        errors.append(f"{place} ne propose aucun article.")
    errors += _repeated([item.code for item in items], f"{place} : le code d’article")
    ceiling = _decimal(raw.get("ceiling"), f"{place} : le plafond", errors)
    if ceiling is not None and ceiling <= 0:
        errors.append(f"{place} : un plafond est positif.")
    return {"items": items, "ceiling": ceiling}


def _item(raw: dict, place: str, errors: list[str]) -> Item:
    label = _text(raw, "label") or _text(raw, "code")
    kind = raw.get("kind")
    if kind not in NeedKind.values:
        errors.append(f"{place} : l’article « {label} » est un équipement (equipment) ou du câblage (cabling).")
    price = _decimal(raw.get("unit_price"), f"{place} : le prix de « {label} »", errors)
    rate = _decimal(raw.get("vat_rate", "20.0"), f"{place} : la TVA de « {label} »", errors)
    if price is None or price < 0 or price > 99_999_999:
        errors.append(f"{place} : l’article « {label} » n’a pas de prix.")
    if rate is None or not 0 <= rate <= 100:
        errors.append(f"{place} : la TVA de « {label} » va de 0 à 100 %.")
    return Item(_key(raw, f"{place} : l’article « {label} »", errors, "code"), label, str(kind), price or Decimal(0), rate or Decimal(0))


_READERS = {
    QuestionKind.TEXT.value: _text_options,
    QuestionKind.LONG_TEXT.value: _text_options,
    QuestionKind.CHOICE.value: _choice_options,
    QuestionKind.NUMBER.value: _number_options,
    QuestionKind.AMOUNT.value: _amount_options,
    QuestionKind.FILE.value: _file_options,
    QuestionKind.NEEDS.value: _needs_options,
}


def _text(raw, name: str) -> str:
    value = raw.get(name)
    return value.strip() if isinstance(value, str) else ""


def _key(raw, place: str, errors: list[str], name: str = "key") -> str:
    key = _text(raw, name)
    if not KEY.fullmatch(key):
        errors.append(f"{place} : la clé « {key} » n’est pas faite de minuscules, de chiffres et de tirets.")
    return key


def _decimal(value, place: str, errors: list[str]) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
        if number.is_finite():
            return number
    except InvalidOperation:
        pass
    errors.append(f"{place} n’est pas un nombre : {value}.")
    return None


def _repeated(keys: list[str], what: str) -> list[str]:
    twice = sorted({key for key in keys if key and keys.count(key) > 1})
    return [f"{what} « {key} » est employée deux fois." for key in twice]
