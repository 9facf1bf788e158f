"""From blocks to a file: letterhead, page numbers, title, language, tags."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, SimpleDocTemplate

from exports.pdf.flowables import CANARD, INK_SOFT, LINE
from exports.pdf.fonts import BOLD, REGULAR, register_fonts
from exports.pdf.structure import TaggedCanvas
from exports.pdf.text import printable
from portal.rehearsal import places

MARGIN = 20 * mm
MARK, PALE = HexColor("#8a1c1c"), HexColor("#f0dcdc")  # of what is written across a draft
SPECIMEN = "SPÉCIMEN : document d’une répétition"


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the Région and its service, on the first page; a short mention at the foot of every page."""

    issuer: str
    service: str
    footer: str


def build(title: str, blocks: Iterable, letterhead: Letterhead, mark: str = "") -> bytes:
    """The PDF file of these blocks. `title` is the document's title for readers and for the window; `mark`, what is written across each page."""
    register_fonts()
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=34 * mm, bottomMargin=22 * mm,
        title=title, author=letterhead.issuer, creator="Préau", lang="fr-FR", initialFontName=REGULAR,
    )  # fmt: skip

    def page(canvas: TaggedCanvas, document: BaseDocTemplate) -> None:
        canvas.begin_artifact()
        _draw_frame(canvas, document.page, title, letterhead)
        if mark:
            _draw_mark(canvas, mark)
        canvas.end_artifact()

    template.build(list(blocks), onFirstPage=page, onLaterPages=page, canvasmaker=TaggedCanvas)
    return buffer.getvalue()


def _draw_frame(canvas: TaggedCanvas, number: int, title: str, letterhead: Letterhead) -> None:
    width, height = A4
    canvas.setFillColor(CANARD)
    canvas.setFont(BOLD, 12)
    canvas.drawString(MARGIN, height - 18 * mm, printable(letterhead.issuer))
    if places.current():
        canvas.drawRightString(width - MARGIN, height - 18 * mm, SPECIMEN)
    canvas.setFillColor(INK_SOFT)
    canvas.setFont(REGULAR, 9)
    canvas.drawString(MARGIN, height - 23 * mm, printable(letterhead.service))
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, height - 27 * mm, width - MARGIN, height - 27 * mm)
    canvas.line(MARGIN, 16 * mm, width - MARGIN, 16 * mm)
    canvas.setFont(REGULAR, 8)
    canvas.drawString(MARGIN, 11 * mm, printable(letterhead.footer)[:110])
    canvas.drawRightString(width - MARGIN, 11 * mm, f"{printable(title)[:60]} · page {number}")


def _draw_mark(canvas: TaggedCanvas, mark: str) -> None:
    """The mark in full above the text, and its first word across the page, pale enough to read through."""
    width, height = A4
    canvas.saveState()
    canvas.setFillColor(MARK)
    canvas.setFont(BOLD, 9)
    canvas.drawString(MARGIN, height - 31.5 * mm, printable(mark))
    canvas.translate(width / 2, height / 2)
    canvas.rotate(52)
    canvas.setFillColor(PALE)
    canvas.setFont(BOLD, 96)
    canvas.drawCentredString(0, -30, printable(mark).partition(",")[0])
    canvas.restoreState()
