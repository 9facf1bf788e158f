"""A needs table as a screen shows it: rows by kind, totals, part of the ceiling, price list."""

from dataclasses import dataclass, replace
from decimal import Decimal

from calls.actions.needs import LineValues
from calls.enums import NEED_GROUPS, NeedKind
from calls.forms.applicant import NewLineForm
from calls.models import Application, RequestLine
from calls.questions.needs import Item, NeedsQuestion
from calls.rules import writing_gaps
from portal.text.french import euros, number

ADD_LABELS = {NeedKind.EQUIPMENT: "Ajouter un équipement", NeedKind.CABLING: "Ajouter du câblage"}


@dataclass(frozen=True)
class NeedRow:
    """A need as its row shows it. `mine` holds what the reader had typed when somebody else changed the row."""

    line: RequestLine
    quantity: str
    priority: int
    is_essential: bool
    detail: str
    error: str = ""
    mine: LineValues | None = None
    theirs_by: str = ""

    @property
    def prefix(self) -> str:
        return f"n-{self.line.pk}"

    @property
    def priority_text(self) -> str:
        return str(self.priority)

    @property
    def theirs_text(self) -> str:
        return told(self.line)

    @property
    def mine_text(self) -> str:
        return told(self.mine) if self.mine else ""


@dataclass(frozen=True)
class NeedsBlock:
    """A needs table: its rows by kind, its totals in euros, its ceiling, its price list."""

    question: NeedsQuestion
    rows: tuple[NeedRow, ...]
    editable: bool
    ceiling: Decimal | None
    notice: str = ""  # what happened to a row that is no longer there
    adding: NewLineForm | None = None

    @property
    def adding_kind(self) -> str:
        """The kind of the need that could not be added; "" when none was tried."""
        return self.adding.kind if self.adding else ""

    @property
    def net_amount(self) -> Decimal:
        return sum((row.line.net_amount for row in self.rows), Decimal(0))

    @property
    def gross_amount(self) -> Decimal:
        return sum((row.line.gross_amount for row in self.rows), Decimal(0))

    @property
    def vat_amount(self) -> Decimal:
        return self.gross_amount - self.net_amount

    @property
    def share(self) -> int:
        """Part of the ceiling, in percent, rounded down so that 100 is never said too early."""
        return int(self.gross_amount * 100 / self.ceiling) if self.ceiling else 0

    @property
    def excess(self) -> Decimal:
        return self.gross_amount - self.ceiling if self.ceiling is not None else Decimal(0)

    @property
    def meter_label(self) -> str:
        return f"{self.share} % du plafond de {euros(self.ceiling, 0)}"

    @property
    def level(self) -> str:
        return "err" if self.ceiling is not None and self.gross_amount > self.ceiling else ""

    @property
    def groups(self) -> list[dict]:
        found = []
        for kind, label in NEED_GROUPS.items():
            rows = [row for row in self.rows if row.line.kind == kind]
            if rows:
                net = sum((row.line.net_amount for row in rows), Decimal(0))
                found.append({"kind": kind.value, "label": label, "rows": rows, "net_amount": net})
        return found

    @property
    def offers(self) -> list[dict]:
        """What may be added, by kind, when the price list has some."""
        return [{"kind": kind.value, "label": ADD_LABELS[kind], "items": items} for kind in NeedKind if (items := self._items(kind))]

    def _items(self, kind: str) -> list[Item]:
        return [item for item in self.question.items if item.kind == kind]


def needs_block(application: Application, question: NeedsQuestion, **extra) -> NeedsBlock:
    """The table of a question as stored. Reads the lines of the file: no query when they are prefetched."""
    rows = tuple(row_of(line) for line in application.lines.all() if line.question_key == question.key)
    return NeedsBlock(question, rows, not writing_gaps(application, question.key), question.most(application.call.ceiling_amount), **extra)


def told(values: RequestLine | LineValues) -> str:
    """A row's values in one sentence: 34, priorité 2, indispensable, salle B 112."""
    parts = [number(values.quantity), f"priorité {values.priority}", "indispensable" if values.is_essential else "", values.detail]
    return ", ".join(part for part in parts if part)


def row_of(line: RequestLine) -> NeedRow:
    return NeedRow(line, str(line.quantity), line.priority, line.is_essential, line.detail)


def with_row(block: NeedsBlock, row: NeedRow) -> NeedsBlock:
    """The table with one row as it came back from a request."""
    if not (row.error or row.mine):
        return block
    return replace(block, rows=tuple(row if other.line.pk == row.line.pk else other for other in block.rows))


def row_in(block: NeedsBlock, pk: int) -> NeedRow:
    return next(row for row in block.rows if row.line.pk == pk)
