"""The fonts of the screens: subsets of Source Sans Pro, cut on this machine from the package that the PDF use too.

Why cut, why here, why WOFF and not WOFF2: docs/adr/0010-screen-fonts.md.
"""

from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from fontTools import subset

from portal.ui.made import MadeFinder

CUTS = {
    "source-sans-regular.woff": "SourceSansPro-Regular.ttf",
    "source-sans-italic.woff": "SourceSansPro-It.ttf",
    "source-sans-semibold.woff": "SourceSansPro-Semibold.ttf",
    "source-sans-bold.woff": "SourceSansPro-Bold.ttf",
}
# Latin-1 and Latin Extended-A (names of people and places), punctuation with U+00A0 and U+202F, €, №, arrows, signs, boxes.
RANGES = ((0x20, 0x17F), (0x2010, 0x2027), (0x202F, 0x203A), (0x2070, 0x2094), (0x20AC, 0x20AC), (0x2116, 0x2122), (0x2190, 0x2199))
SIGNS = "−≈≠≤≥×÷·☐☑✓✗●○■□ˢ"
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "sups"]  # its figures are tabular and lining as they are


def folder() -> Path:
    """Where the subsets are kept: with everything that the running portal writes."""
    return Path(settings.VAR_DIR) / "fonts"


def build(*, force: bool = False) -> list[Path]:
    """Cut the fonts that are missing (all of them with `force`) and return their paths."""
    folder().mkdir(parents=True, exist_ok=True)
    made = []
    for name, source in CUTS.items():
        target = folder() / name
        if force or not target.exists():
            with as_file(files("font_source_sans_pro") / "files" / source) as path:
                _cut(path, target)
        made.append(target)
    return made


def _cut(source: Path, target: Path) -> None:
    options = subset.Options(flavor="woff", layout_features=FEATURES, hinting=False, desubroutinize=True, notdef_outline=True)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)], text=SIGNS)
    cutter.subset(font)
    with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as partial:
        subset.save_font(font, partial, options)
    Path(partial.name).chmod(0o644)
    Path(partial.name).replace(target)  # a reader never meets half a font, and two makers never meet


class FontFinder(MadeFinder):
    """Cuts the fonts the first time that one is asked for."""

    prefix = "ui/fonts"

    @property
    def names(self) -> Iterable[str]:
        return CUTS

    def make(self) -> Path:
        build()
        return folder()
