"""The one family of the documents: Source Sans Pro, whole in the package, embedded in every file."""

from functools import cache
from pathlib import Path

import font_source_sans_pro
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC = "Preau", "Preau-Bold", "Preau-Italic"
_FILES = {REGULAR: "SourceSansPro-Regular.ttf", BOLD: "SourceSansPro-Bold.ttf", ITALIC: "SourceSansPro-It.ttf"}


@cache
def register_fonts() -> None:
    """Once per process, at the first document. Also forbids mark-up to fetch anything from elsewhere."""
    rl_config.trustedSchemes = ["data"]
    rl_config.trustedHosts = []
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


@cache
def drawable() -> frozenset[str]:
    """The characters that every face in which text is drawn has a glyph for."""
    register_fonts()
    return frozenset.intersection(*(frozenset(map(chr, pdfmetrics.getFont(face).face.charToGlyph)) for face in (REGULAR, BOLD)))
