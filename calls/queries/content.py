"""The content of a file: as people read it, as it is frozen, and what changed between two frozen versions.

One dictionary serves all three, so that what was approved, what is read and what is hashed can never differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calls.asking import Asking
from calls.checks import asked_in, given_in
from calls.enums import NEED_GROUPS
from calls.models import Application, ApplicationVersion, RequestLine
from calls.questions.base import TITLE_KEY, TITLE_LENGTH, Given
from calls.questions.joined import FileView
from calls.questions.needs import LineView
from calls.questions.registry import KINDS
from portal.files.models import StoredFile

NOT_ASKED = "Non posée"
ERASED_ANSWER = "Effacé"
FORMAT = 1  # of the frozen content; a reader of old versions looks at it


@dataclass(frozen=True)
class EntryView:
    """A question and its answer as a reader sees them; `text` is empty when nothing was answered."""

    key: str
    label: str
    kind: str
    text: str
    lines: tuple[LineView, ...] = ()
    files: tuple[FileView, ...] = ()
    is_asked: bool = True
    is_erased: bool = False  # answered or not, nothing is kept of it any more (calls.retention)

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.lines or self.files)

    @property
    def nothing(self) -> str:
        """What a reader sees where nothing is: the question was not asked of this lycée, was left without an answer, or its time is over."""
        if self.is_erased:
            return ERASED_ANSWER
        return KINDS[self.kind].nothing if self.is_asked else NOT_ASKED

    @property
    def groups(self) -> list[tuple[str, tuple[LineView, ...], Decimal]]:
        """The lines by kind: label, lines, subtotal excl. VAT in euros."""
        found = [(label, tuple(line for line in self.lines if line.kind == kind)) for kind, label in NEED_GROUPS.items()]
        return [(label, lines, sum((line.net_amount for line in lines), Decimal(0))) for label, lines in found if lines]

    @property
    def net_amount(self) -> Decimal:
        return sum((line.net_amount for line in self.lines), Decimal(0))

    @property
    def gross_amount(self) -> Decimal:
        return sum((line.gross_amount for line in self.lines), Decimal(0))

    @property
    def vat_amount(self) -> Decimal:
        return self.gross_amount - self.net_amount


@dataclass(frozen=True)
class SectionView:
    key: str
    title: str
    entries: tuple[EntryView, ...]

    @property
    def is_asked(self) -> bool:
        """Whether one of its questions was asked."""
        return any(entry.is_asked for entry in self.entries)


@dataclass(frozen=True)
class Difference:
    """One question whose answer is not the same in two versions; `before` and `after` as text, one line per need or file."""

    key: str
    section: str
    label: str
    before: str
    after: str


def display(application: Application, version: ApplicationVersion | None = None) -> list[SectionView]:
    """What a reader sees: the frozen version given, or the file as it stands now."""
    content = version.content if version else build_content(application)
    erased = "erased" in content or application.is_emptied
    return [_section_view(section, erased) for section in content["sections"]]


def build_content(application: Application, *, typed: bool = False) -> dict:
    """The whole file as JSON values: what a version freezes. Decimals are strings, no date of the day is inside.

    The same answers always give the same content, hence the same fingerprint, whoever freezes it and when. `typed`: an answer whose text
    is still to be mended reads as it was typed, so that nothing of it is lost; for the lycée alone.
    """
    given = given_in(application)
    asked = asked_in(application, given)
    unsound = {answer.question_key: answer.unsound for answer in application.answers.all() if answer.unsound} if typed else {}
    establishment, call = application.establishment, application.call
    return {
        "format": FORMAT,
        "reference": application.reference,
        "title": title_of(given),
        "call": {"reference": call.reference, "title": call.title},
        "questionnaire": application.questionnaire.version,
        "establishment": {
            "uai": establishment.uai,
            "name": establishment.name,
            "commune": establishment.commune_name,
            "postal_code": establishment.postal_code,
            "category": establishment.get_category_display(),
            "authority": str(establishment.authority),
        },
        "requested_amount": str(requested_amount(application, asked)),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "entries": [
                    question.frozen(asked.given.get(question.key, Given()))
                    | ({"text": question.said(unsound[question.key])} if question.key in unsound else {})
                    if asked.is_asked(question.key)
                    else question.frozen(Given()) | {"asked": False}
                    for question in section.questions
                ],
            }
            for section in application.questionnaire.schema.sections
        ],
    }


def title_of(given: Mapping[str, Given]) -> str:
    """What the file is called: as its columns keep it, of what is given."""
    return (given[TITLE_KEY].value or "")[:TITLE_LENGTH] if TITLE_KEY in given else ""


def written_title(application: Application) -> str:
    """What the file is called as it is written: the columns of a filed one keep the title that was received. No query on prefetched answers."""
    return title_of({answer.question_key: Given(answer.value) for answer in application.answers.all()}) or application.title


def requested_amount(application: Application, asked: Asking | None = None) -> Decimal:
    """What the file asks for, in euros incl. VAT: its lines, each rounded to the cent, and the amounts that count as requested.

    Of the questions that are asked alone.
    """
    asked = asked or asked_in(application)
    amounts = [each.amount for each in asked_amounts(application, asked)]
    return sum([line.gross_amount for line in application.lines.all() if asked.is_asked(line.question_key)] + amounts, Decimal("0.00"))


def asked_needs(application: Application) -> list[RequestLine]:
    """The needs of the questions that are asked, as `keep_columns` last noted: what may be retained, funded and ordered."""
    return [line for line in application.lines.all() if line.is_asked]


@dataclass(frozen=True)
class AskedAmount:
    """An amount answered to a question whose form counts it in what is asked: nothing to order, money to pay. Euros incl. VAT."""

    key: str
    label: str
    amount: Decimal


def asked_amounts(application: Application, asked: Asking | None = None) -> list[AskedAmount]:
    """The amounts that count as requested, in the order of the form; those left empty or at zero, and those not asked, are none.

    No query on prefetched answers, unless the form has conditions on needs or attachments.
    """
    values = {answer.question_key: answer.value for answer in application.answers.all()}
    counted = [question for question in application.questionnaire.schema.questions if question.counts_in_request]
    if counted and application.questionnaire.schema.rules:
        asked = asked or asked_in(application)
        counted = [question for question in counted if asked.is_asked(question.key)]
    found = [AskedAmount(question.key, question.label, question.read(values.get(question.key)) or Decimal(0)) for question in counted]
    return [each for each in found if each.amount]


def differences(version_a: ApplicationVersion, version_b: ApplicationVersion) -> list[Difference]:
    """What changed from the first version to the second, in the order of the second's form."""
    return _differences(version_a, display(version_b.application, version_b))


def differences_with(version: ApplicationVersion, application: Application) -> list[Difference]:
    """What changed from a frozen version to the file as it stands."""
    return _differences(version, display(application))


def _differences(version: ApplicationVersion, sections: list[SectionView]) -> list[Difference]:
    before = {entry.key: entry for section in display(version.application, version) for entry in section.entries}
    found = []
    for section in sections:
        for now in section.entries:
            was = before.get(now.key, EntryView(now.key, now.label, now.kind, ""))
            if (was.text, was.lines, was.files, was.is_asked) != (now.text, now.lines, now.files, now.is_asked):
                found.append(Difference(now.key, section.title, now.label, _as_text(was), _as_text(now)))
    return found


def was_received(application: Application, stored_file: StoredFile) -> bool:
    """Whether the Région has received this attachment: a version sent names it. Every one of a file that no version froze. One query."""
    contents = list(application.versions.received().values_list("content", flat=True))
    entries = [entry for content in contents for section in content["sections"] for entry in section["entries"]]
    return not contents or any(file["id"] == str(stored_file.pk) for entry in entries for file in entry["files"])


def _section_view(section: dict, erased: bool) -> SectionView:
    return SectionView(section["key"], section["title"], tuple(_entry_view(entry, erased) for entry in section["entries"]))


def _entry_view(entry: dict, erased: bool) -> EntryView:
    given = KINDS[entry["kind"]].thawed(entry)
    return EntryView(entry["key"], entry["label"], entry["kind"], entry["text"], given.lines, given.files, entry.get("asked", True), erased)


def _as_text(entry: EntryView) -> str:
    """The answer in one text; a file is shown by its name and the start of its fingerprint, since a replaced one may keep its name."""
    if not entry.is_asked:
        return NOT_ASKED
    files = [f"{file.name} (empreinte {file.sha256[:8]})" for file in entry.files]
    return "\n".join([entry.text] * bool(entry.text) + [str(line) for line in entry.lines] + files)
