"""What every kind of question knows how to do. A kind is one class in one file of this package, named as the kind.

The faces of a kind:

* *stored*: `options_from` reads and checks its options in a definition; `read` gives the typed value of what is stored;
* *form*: `field`, `typed` (what the field shows), `posted` (what a request carries), `clean` (what will be stored);
* *condition*: `value_type`, `domain` and `compared`, what a condition compares, `named`, how it calls the question;
* *text*: `text`, how the answer reads on a page and in a document;
* *sheet*: `cell` and `sheet_format`, a typed cell of a workbook;
* *JSON*: `frozen` and `thawed`, the entry of a frozen version;
* *gap*: what is missing;
* *notice*: `asks` and `possible`, what whoever reads the form before having a file is told;
* *template*: how the question is drawn for writing, in `calls/templates/calls/questions/<kind>.html`.

The registry refuses to start on a kind that lacks one. Kinds import no model: rows are read through `Given`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django import forms
from django.core.exceptions import ValidationError

from calls.questions.comparison import ANYTHING, Domain, ValueType
from calls.questions.to_fill import DocumentToFill
from portal.text.typed import as_typed

if TYPE_CHECKING:
    from django.http import QueryDict

TITLE_KEY = "titre"  # the question whose answer is the title of the project
TITLE_LENGTH = 160

Json = str | int | list[Any] | dict[str, Any] | None  # what the row of an answer holds; amounts are decimal strings
SheetFormat = Literal["", "money", "number", "date"]  # names that the writer of workbooks knows; "" follows the type of the cell


class Holding(Enum):
    """Where the file keeps what answers a question."""

    ANSWER = "answer"  # one row of Answer: the question is answered in one field
    LINES = "lines"  # rows of RequestLine
    FILES = "files"  # rows of Attachment
    PARTNERS = "partners"  # rows of Partnership, given as one value
    NOTHING = "nothing"  # nowhere: worked out from other answers


@dataclass(frozen=True)
class Given:
    """What a file holds in answer to one question: the stored value, its lines (RequestLine), its attachments not removed (Attachment).

    Read back from a frozen version, lines and files are views of what was frozen: LineView, FileView.
    """

    value: Json = None
    lines: Sequence[Any] = ()
    files: Sequence[Any] = ()


@dataclass(frozen=True)
class Gap:
    """What is missing, as a sentence; `place` says it in short where the section and rank of the question would not."""

    sentence: str
    place: str = ""


def is_blank(value: Json) -> bool:
    """Whether a stored answer says nothing. Zero says something."""
    return value is None or value in ("", [], {})


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """One question of a form. The subclass is its kind, with the options that only this kind has."""

    kind: ClassVar[str]  # in definitions and frozen versions: never changed, never removed
    name: ClassVar[str]  # for staff
    holding: ClassVar[Holding]
    sheet_format: ClassVar[SheetFormat | None]  # None: no column in the sheet of files
    nothing: ClassVar[str] = "Sans réponse"  # what a reader sees where nothing was answered
    is_notice: ClassVar[bool] = False
    joins_files: ClassVar[bool] = False  # whether files are given in answer, alone or beside fields (joined.JoinsFiles)
    to_fill: ClassVar[DocumentToFill | None] = None  # a document to download, fill in and join (kind file)
    follows_until: ClassVar[date | None] = None  # until when it may come after the filing (joined.JoinsFiles)
    not_again: ClassVar[str] = ""  # why the answer of an earlier file is never taken again, for the kinds of which it is not
    minutes: ClassVar[int] = 2  # that answering it takes, about: the one rule of the estimated time (calls.queries.resuming)
    formerly: ClassVar[tuple[str, ...]] = ()  # kinds under which older versions froze the same answer

    key: str
    label: str
    help: str = ""
    required: bool = False
    criterion: str = ""

    @classmethod
    @abstractmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        """The options of this kind in a raw definition; what is wrong is added to `errors`, each sentence begun by `place`."""

    @property
    @abstractmethod
    def value_type(self) -> ValueType:
        """The type that a condition on this question compares."""

    @property
    def domain(self) -> Domain:
        """The values that the answer can have, as far as the question says."""
        return ANYTHING

    @property
    def named(self) -> str:
        """The question as a condition names it in a sentence."""
        return f"« {self.label} »"

    @abstractmethod
    def compared(self, given: Given) -> Any:
        """The value that a condition compares, of type `value_type.python`; None where nothing was answered."""

    @abstractmethod
    def text(self, given: Given) -> str:
        """The answer as a person reads it; "" when there is none."""

    @abstractmethod
    def cell(self, given: Given) -> Any:
        """The answer as a typed cell: text, int, Decimal, date, or None for an empty cell."""

    @abstractmethod
    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        """What is missing or too much in the answer; None when it is complete. `ceiling`: that of the call, in euros incl. VAT."""

    @property
    @abstractmethod
    def asks(self) -> str:
        """What is to be given, in a sentence, for whoever reads the form before having a file."""

    @property
    def possible(self) -> list[str]:
        """What one will choose from, as that same person reads it."""
        return []

    def figure(self, given: Given) -> Decimal | None:
        """The figure that a computed answer adds up, in euros or in units; None when the answer holds none."""
        return None

    def frozen(self, given: Given) -> dict[str, Any]:
        """The entry of a frozen version, as JSON values. Every kind writes the same names: readers of old versions count on it."""
        return {"key": self.key, "label": self.label, "kind": self.kind, "value": None, "text": "", "lines": [], "files": []}

    @classmethod
    def thawed(cls, entry: Mapping[str, Any]) -> Given:
        """What the entry of a frozen version holds: the way back from `frozen`."""
        return Given(value=entry["value"])

    def reads(self, kind: str) -> bool:
        """Whether it reads what an entry of this kind froze."""
        return kind == self.kind or kind in self.formerly

    @property
    def counts_in_request(self) -> bool:
        """Whether the answer is an amount that is part of what the file asks for."""
        return False

    @property
    def offers(self) -> list[str]:
        """What the question offers to choose from, as staff read it."""
        return []

    @property
    def holds_figure(self) -> bool:
        """Whether a computed answer may add it up."""
        return type(self).figure is not Question.figure

    @property
    def is_written(self) -> bool:
        """Whether the lycée answers it, and may be asked to answer it again."""
        return self.holding is not Holding.NOTHING

    @property
    def is_simple(self) -> bool:
        """Answered in one field."""
        return self.holding is Holding.ANSWER

    @property
    def template(self) -> str:
        return f"calls/questions/{self.kind}.html"


@dataclass(frozen=True, kw_only=True)
class FieldQuestion(Question):
    """A question answered in one field, kept in one row."""

    holding = Holding.ANSWER
    is_typed: ClassVar[bool] = True  # what is written letter by letter is kept even when it is not valid

    @abstractmethod
    def field(self) -> forms.Field:
        """The form field that reads what is typed; optional, since a draft may be left blank."""

    @property
    def offered(self) -> list[tuple[str, str]]:
        """What is offered to tick: (value, label), in order; nothing for a question that is typed."""
        return []

    @property
    def takes_several(self) -> bool:
        """Whether more than one of what is offered may be ticked."""
        return False

    @property
    def limit(self) -> int | None:
        """How many signs the answer may have, where they are counted."""
        return None

    @abstractmethod
    def read(self, value: Json) -> Any:
        """The typed value of what is stored; None when it says nothing."""

    @abstractmethod
    def sample(self, rng: Random) -> Json:
        """A plausible answer, as stored: for demonstrations."""

    def store(self, cleaned: Any) -> Json:
        """What the row keeps of what the field has read. `store(read(value))` is `value` for every value so kept."""
        return cleaned

    def clean(self, typed: Any) -> Json:
        """What will be stored of what was typed. Raises ValidationError with French sentences."""
        return self.store(self.field().clean(typed))

    def taken_again(self, value: Json) -> Json:
        """What an answer to a question of this kind, given in an earlier file, still says in answer to this one; None when nothing of it does."""
        try:
            return None if self.not_again or is_blank(value) else self.clean(self.typed(value))
        except ValidationError:
            return None

    def typed(self, value: Json) -> Any:
        """A stored answer as its field shows it for writing: a text, or what the kind says."""
        return "" if is_blank(value) else str(value)

    def input_names(self, typed: Any) -> list[str]:
        """The names of the fields that its block draws, by which a request carries the answer."""
        return [f"q-{self.key}"]

    def kept(self, typed: Any) -> str:
        """What is kept, as a text, of what was typed and is not valid; "" when nothing can be."""
        return as_typed(typed, multiline=True).text if self.is_typed else ""

    def typed_again(self, kept: str) -> Any:
        """What the field shows of a text so kept."""
        return kept

    def said(self, kept: str) -> str:
        """How a text so kept reads."""
        return kept

    def posted(self, data: "QueryDict") -> Any:
        """What a request carries for the question, before any check."""
        return data.get(f"q-{self.key}", "").replace("\r\n", "\n")

    def compared(self, given: Given) -> Any:
        return self.read(given.value)

    def text(self, given: Given) -> str:
        return "" if is_blank(given.value) else str(given.value)

    def cell(self, given: Given) -> Any:
        return self.read(given.value)

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        return Gap(f"« {self.label} » n’est pas rempli.") if self.required and is_blank(given.value) else None

    def frozen(self, given: Given) -> dict[str, Any]:
        return super().frozen(given) | {"value": None if is_blank(given.value) else given.value, "text": self.text(given)}
