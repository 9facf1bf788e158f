"""The content of a file: as people read it, as it is frozen, and what changed between two frozen versions.

One dictionary serves all three, so that what was approved, what is read and what is hashed can never differ.
"""

from dataclasses import dataclass
from decimal import Decimal

from calls.checks import given_in
from calls.enums import NEED_GROUPS
from calls.models import Application, ApplicationVersion
from calls.questions.base import Given
from calls.questions.joined import FileView
from calls.questions.needs import LineView
from calls.questions.registry import KINDS
from portal.files.models import StoredFile

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

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.lines or self.files)

    @property
    def nothing(self) -> str:
        """What a reader sees where nothing was answered."""
        return KINDS[self.kind].nothing

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
    return [_section_view(section) for section in content["sections"]]


def build_content(application: Application, *, typed: bool = False) -> dict:
    """The whole file as JSON values: what a version freezes. Decimals are strings, no date of the day is inside.

    The same answers always give the same content, hence the same fingerprint, whoever freezes it and when. `typed`: an answer whose text
    is still to be mended reads as it was typed, so that nothing of it is lost; for the lycée alone.
    """
    given = given_in(application)
    unsound = {answer.question_key: answer.unsound for answer in application.answers.all() if answer.unsound} if typed else {}
    establishment, call = application.establishment, application.call
    return {
        "format": FORMAT,
        "reference": application.reference,
        "title": application.title,
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
        "requested_amount": str(requested_amount(application)),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "entries": [
                    question.frozen(given.get(question.key, Given()))
                    | ({"text": question.said(unsound[question.key])} if question.key in unsound else {})
                    for question in section.questions
                ],
            }
            for section in application.questionnaire.schema.sections
        ],
    }


def requested_amount(application: Application) -> Decimal:
    """What the file asks for, in euros incl. VAT: its lines, each rounded to the cent, and the amounts that count as requested."""
    amounts = [asked.amount for asked in asked_amounts(application)]
    return sum([line.gross_amount for line in application.lines.all()] + amounts, Decimal("0.00"))


@dataclass(frozen=True)
class AskedAmount:
    """An amount answered to a question whose form counts it in what is asked: nothing to order, money to pay. Euros incl. VAT."""

    key: str
    label: str
    amount: Decimal


def asked_amounts(application: Application) -> list[AskedAmount]:
    """The amounts that count as requested, in the order of the form; those left empty or at zero are none. No query on prefetched answers."""
    values = {answer.question_key: answer.value for answer in application.answers.all()}
    counted = [question for question in application.questionnaire.schema.questions if question.counts_in_request]
    found = [AskedAmount(question.key, question.label, question.read(values.get(question.key)) or Decimal(0)) for question in counted]
    return [asked for asked in found if asked.amount]


def differences(version_a: ApplicationVersion, version_b: ApplicationVersion) -> list[Difference]:
    """What changed from the first version to the second, in the order of the second's form."""
    before = {entry.key: entry for section in display(version_a.application, version_a) for entry in section.entries}
    found = []
    for section in display(version_b.application, version_b):
        for now in section.entries:
            was = before.get(now.key, EntryView(now.key, now.label, now.kind, ""))
            if (was.text, was.lines, was.files) != (now.text, now.lines, now.files):
                found.append(Difference(now.key, section.title, now.label, _as_text(was), _as_text(now)))
    return found


def was_received(application: Application, stored_file: StoredFile) -> bool:
    """Whether the Région has received this attachment: a version sent names it. Every one of a file that no version froze. One query."""
    contents = list(application.versions.received().values_list("content", flat=True))
    entries = [entry for content in contents for section in content["sections"] for entry in section["entries"]]
    return not contents or any(file["id"] == str(stored_file.pk) for entry in entries for file in entry["files"])


def _section_view(section: dict) -> SectionView:
    return SectionView(section["key"], section["title"], tuple(_entry_view(entry) for entry in section["entries"]))


def _entry_view(entry: dict) -> EntryView:
    given = KINDS[entry["kind"]].thawed(entry)
    return EntryView(entry["key"], entry["label"], entry["kind"], entry["text"], given.lines, given.files)


def _as_text(entry: EntryView) -> str:
    """The answer in one text; a file is shown by its name and the start of its fingerprint, since a replaced one may keep its name."""
    files = [f"{file.name} (empreinte {file.sha256[:8]})" for file in entry.files]
    return "\n".join([entry.text] * bool(entry.text) + [str(line) for line in entry.lines] + files)
