"""A needs table as a screen shows it: rows by kind, totals, part of the ceiling, price list."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from uuid import UUID, uuid4

from calls.actions.needs import LineValues, told
from calls.enums import NEED_GROUPS, NeedKind
from calls.forms.applicant import NewLineForm
from calls.models import Application, RequestLine
from calls.queries.received import Received, received_by
from calls.questions.needs import Item, NeedsQuestion
from calls.rules import may_type
from portal.accounts.models import User
from portal.text.french import count, euros

ADD_LABELS = {NeedKind.EQUIPMENT: "Ajouter un équipement", NeedKind.CABLING: "Ajouter du câblage"}


@dataclass(frozen=True)
class NeedRow:
    """A need as its row shows it. `mine` holds what the reader had typed when somebody else changed the row.

    `to_remove`: the reader was removing it when somebody else changed it.
    """

    line: RequestLine
    quantity: str
    priority: int
    is_essential: bool
    detail: str
    error: str = ""
    mine: LineValues | None = None
    theirs_by: str = ""
    to_remove: bool = False
    above: int | None = None  # ids of the lines before and after it among those of its kind
    below: int | None = None

    @property
    def acts(self) -> list[dict]:
        """What may be done with it: up, down, a copy. A move names the neighbour that it passes, so that two people at once do not undo each other."""
        pk, found = self.line.pk, []
        if self.above:
            found.append(
                {"id": f"monter-{pk}", "value": f"up.{pk}.{self.above}", "icon": "chevron-up", "label": "Monter", "key": "ArrowUp"}
            )
        if self.below:
            found.append(
                {
                    "id": f"descendre-{pk}",
                    "value": f"down.{pk}.{self.below}",
                    "icon": "chevron-down",
                    "label": "Descendre",
                    "key": "ArrowDown",
                }
            )
        return [*found, {"id": f"dupliquer-{pk}", "value": f"copy.{pk}", "icon": "document-duplicate", "label": "Dupliquer", "key": ""}]

    @property
    def is_contested(self) -> bool:
        return self.mine is not None or self.to_remove

    @property
    def remove_id(self) -> str:
        """The id of the button that removes it."""
        return f"retirer-{self.line.pk}"

    @property
    def prefix(self) -> str:
        return f"n-{self.line.pk}"

    @property
    def quantity_id(self) -> str:
        """The id of the field of its quantity."""
        return f"{self.prefix}-quantity"

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
    opened: str = ""  # the kind whose panel stays open
    focus: str = ""  # id of the control that takes the focus
    removed: RequestLine | None = None  # just now: offered to be put back
    opened_row: int = 0  # the line (id) whose acts stay open
    lycee: int | None = None  # whose earlier deliveries are told beside; None where nobody reads them

    @property
    def summary(self) -> str:
        """3 lignes, total 73 344,00 € TTC."""
        return f"{count(len(self.rows), 'ligne')}, total {euros(self.gross_amount)} TTC"

    @property
    def form_token(self) -> UUID:
        """A new one each time that a form is printed."""
        return uuid4()

    @property
    def adding_kind(self) -> str:
        """The kind of the need that could not be added; "" when none was tried."""
        return self.adding.kind if self.adding else ""

    @property
    def wrong_ids(self) -> list[str]:
        """The ids of the fields of the need that could not be added that are to be mended."""
        return self.adding.wrong_ids if self.adding else []

    @property
    def wrong_rows(self) -> list[NeedRow]:
        """The rows whose quantity was not kept."""
        return [row for row in self.rows if row.error]

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

    @cached_property
    def received(self) -> list[Received]:
        """What the lycée has received of earlier calls: read where the whole table is drawn, not when a cell saves itself."""
        return received_by(self.lycee) if self.lycee else []

    @property
    def kits(self) -> list[dict]:
        """The kits that the call proposes: what each holds, in words, and its amount in euros incl. VAT."""
        return [
            {
                "key": kit.key,
                "label": kit.label,
                "lines": list(map(self.question.in_words, kit.lines)),
                "gross_amount": self.question.amount_of(kit),
            }
            for kit in self.question.kits
        ]

    @property
    def offers(self) -> list[dict]:
        """What may be added, by kind, when the price list has some."""
        return [self._offer(kind, items) for kind in NeedKind if (items := self._items(kind))]

    def _offer(self, kind: NeedKind, items: list[Item]) -> dict:
        controls = {"add": "ajouter", "article": "article", "quantite": "quantite", "priorite": "priorite", "precision": "precision"}
        ids = {f"{name}_id": f"{control}-{kind.value}" for name, control in controls.items()}
        return {"kind": kind.value, "label": ADD_LABELS[kind], "items": items, "error_id": f"erreur-ajout-{kind.value}", **ids}

    def _items(self, kind: str) -> list[Item]:
        return [item for item in self.question.items if item.kind == kind]


def needs_block(application: Application, question: NeedsQuestion, viewer: User, **extra) -> NeedsBlock:
    """The table of a question as stored. Reads the lines of the file: no query when they are prefetched."""
    rows = [row_of(line) for line in application.lines.all() if line.question_key == question.key]
    editable = may_type(application, question.key, viewer)
    lycee = application.establishment_id if editable and not application.is_personal else None
    return NeedsBlock(question, tuple(placed(rows)), editable, question.most(application.call.ceiling_amount), lycee=lycee, **extra)


def row_of(line: RequestLine) -> NeedRow:
    return NeedRow(line, str(line.quantity), line.priority, line.is_essential, line.detail)


def placed(rows: list[NeedRow]) -> Iterator[NeedRow]:
    """The rows, each knowing its neighbours among those of its kind."""
    for before, row, after in zip([None, *rows], rows, [*rows[1:], None], strict=False):
        above, below = (other.line.pk if other and other.line.kind == row.line.kind else None for other in (before, after))
        yield replace(row, above=above, below=below)


def with_row(block: NeedsBlock, row: NeedRow) -> NeedsBlock:
    """The table with one row as it came back from a request."""
    if not (row.error or row.is_contested):
        return block
    rows = (replace(row, above=other.above, below=other.below) if other.line.pk == row.line.pk else other for other in block.rows)
    return replace(block, rows=tuple(rows))


def row_in(block: NeedsBlock, pk: int) -> NeedRow:
    return next(row for row in block.rows if row.line.pk == pk)
