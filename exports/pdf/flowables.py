"""Blocks of a document that know what they are: heading, paragraph, table."""

from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph

from exports.pdf.fonts import BOLD, REGULAR, register_fonts
from exports.pdf.structure import TaggedCanvas
from exports.pdf.text import paragraphs, safe

INK, INK_SOFT, CANARD, LINE, SAND = (HexColor(c) for c in ("#1f2a2e", "#4a585e", "#0d5463", "#cfc7b8", "#f3efe7"))
PADDING = 4
ROOM_BELOW = 40  # points: a heading never ends a page


def _style(name: str, **options) -> ParagraphStyle:
    base = {"fontName": REGULAR, "fontSize": 10.5, "leading": 14.5, "textColor": INK, "spaceAfter": 6, "splitLongWords": True}
    return ParagraphStyle(name, **{**base, **options})


register_fonts()
BODY = _style("body")
SMALL = _style("small", fontSize=9, leading=12, textColor=INK_SOFT, spaceAfter=4)
H1 = _style("h1", fontName=BOLD, fontSize=18, leading=22, textColor=CANARD, spaceAfter=8)
H2 = _style("h2", fontName=BOLD, fontSize=13, leading=17, textColor=CANARD, spaceBefore=10, spaceAfter=4)
H3 = _style("h3", fontName=BOLD, leading=14, spaceBefore=6, spaceAfter=2)
CELL = _style("cell", fontSize=9.5, leading=12, spaceAfter=0)
CELL_RIGHT = _style("cell-right", fontSize=9.5, leading=12, spaceAfter=0, alignment=TA_RIGHT)
CELL_HEAD = _style("cell-head", fontName=BOLD, fontSize=9, leading=12, spaceAfter=0)
CELL_HEAD_RIGHT = _style("cell-head-right", fontName=BOLD, fontSize=9, leading=12, spaceAfter=0, alignment=TA_RIGHT)


class Tagged(Flowable):
    """A flowable with its place in the structure tree; headings also make a bookmark, and want `room` below them on their page."""

    def __init__(self, inner: Flowable, tag: str, bookmark: str = "", room: float = 0):
        super().__init__()
        self.inner, self.tag, self.bookmark, self.room = inner, tag, bookmark, room

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        width, needed = self.inner.wrap(width, height)
        return width, needed if height >= needed + self.room else height + 1  # too high for what is left: on to the next page

    def split(self, width: float, height: float) -> list[Flowable]:
        if self.room:
            return []
        return [Tagged(part, self.tag, self.bookmark if i == 0 else "") for i, part in enumerate(self.inner.split(width, height))]

    def getSpaceBefore(self) -> float:
        return self.inner.getSpaceBefore()

    def getSpaceAfter(self) -> float:
        return self.inner.getSpaceAfter()

    def drawOn(self, canvas: TaggedCanvas, x: float, y: float, _sW: float = 0) -> None:
        if self.bookmark:
            key = f"s{id(self)}"
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(self.bookmark, key, level=0 if self.tag == "H1" else 1, closed=False)
        canvas.begin_element(self.tag, leaf=True)
        self.inner.drawOn(canvas, x, y, _sW)
        canvas.end_element(leaf=True)


def heading(text: str, level: int = 1) -> Tagged:
    """The third level is a question of a file: too many for bookmarks."""
    styles = {1: H1, 2: H2, 3: H3}
    return Tagged(Paragraph(safe(text), styles[level]), f"H{level}", bookmark=str(text) if level < 3 else "", room=ROOM_BELOW)


def body(text: str, style: ParagraphStyle = BODY) -> list[Tagged]:
    """Typed text: one block per line, never interpreted."""
    return [Tagged(Paragraph(piece, style), "P") for piece in paragraphs(text)]


def facts(pairs: list[tuple[str, str]]) -> list[Tagged]:
    """ "Label : value" lines, the label in bold."""
    return [
        Tagged(Paragraph(f'<font name="{BOLD}">{safe(label)}\u00a0:</font> {safe(value)}', BODY), "P") for label, value in pairs if value
    ]


class DataTable(Flowable):
    """A table with a header row: tagged Table/TR/TH/TD, split between rows, header drawn again on the next page."""

    def __init__(
        self, header: list[str], rows: list[list[str]], widths: list[float], right: set[int] | None = None, total: list[str] | None = None
    ):
        super().__init__()
        right = right or set()
        self.widths = widths
        self.head = [Paragraph(safe(c), CELL_HEAD_RIGHT if i in right else CELL_HEAD) for i, c in enumerate(header)]
        self.rows = [[Paragraph(safe(c), CELL_RIGHT if i in right else CELL) for i, c in enumerate(row)] for row in rows]
        if total:
            self.rows.append(
                [Paragraph(f'<font name="{BOLD}">{safe(c)}</font>', CELL_RIGHT if i in right else CELL) for i, c in enumerate(total)]
            )
        self.repeated_head = False
        self.spaceAfter = 8

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        total = sum(self.widths)
        self.columns = [width * w / total for w in self.widths]
        self.head_height = self._row_height(self.head)
        self.heights = [self._row_height(row) for row in self.rows]
        return width, self.head_height + sum(self.heights)

    def _row_height(self, row: Sequence[Paragraph]) -> float:
        return max(cell.wrap(column - 2 * PADDING, 10_000)[1] for cell, column in zip(row, self.columns, strict=True)) + 2 * PADDING

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        left, count = height - self.head_height, 0
        while count < len(self.rows) and self.heights[count] <= left:
            left -= self.heights[count]
            count += 1
        if count == 0 or count == len(self.rows):
            return []
        return [self._part(self.rows[:count], self.repeated_head), self._part(self.rows[count:], True)]

    def _part(self, rows: list[list[Paragraph]], repeated: bool) -> "DataTable":
        part = DataTable.__new__(DataTable)
        Flowable.__init__(part)
        part.widths, part.head, part.rows, part.repeated_head, part.spaceAfter = self.widths, self.head, rows, repeated, self.spaceAfter
        return part

    def draw(self) -> None:
        canvas = self.canv
        y = self.head_height + sum(self.heights)
        canvas.begin_element("Table", leaf=False)
        self._draw_row(self.head, y, self.head_height, "TH", artifact=self.repeated_head)
        y -= self.head_height
        for row, height in zip(self.rows, self.heights, strict=True):
            self._draw_row(row, y, height, "TD", artifact=False)
            y -= height
        canvas.end_element(leaf=False)

    def _draw_row(self, row: Sequence[Paragraph], top: float, height: float, tag: str, *, artifact: bool) -> None:
        canvas = self.canv
        canvas.begin_artifact()
        if tag == "TH":
            canvas.setFillColor(SAND)
            canvas.rect(0, top - height, self.width, height, stroke=0, fill=1)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(0, top - height, self.width, top - height)
        canvas.end_artifact()
        if artifact:
            canvas.begin_artifact()
        else:
            canvas.begin_element("TR", leaf=False)
        x = 0.0
        for cell, column in zip(row, self.columns, strict=True):
            if not artifact:
                canvas.begin_element(tag, leaf=True, **({"scope": "Column"} if tag == "TH" else {}))
            cell.wrapOn(canvas, column - 2 * PADDING, height)
            cell.drawOn(canvas, x + PADDING, top - PADDING - cell.height)
            if not artifact:
                canvas.end_element(leaf=True)
            x += column
        canvas.end_artifact() if artifact else canvas.end_element(leaf=False)
