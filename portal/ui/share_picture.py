"""The picture that goes with a shared link: the words of a page in the colours of the theme, drawn with Pillow in the font of the screens."""

import hashlib
from dataclasses import astuple, dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO

from django.core.cache import cache
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630  # what the sites that show cards ask for
MARGIN, LINES = 72, 3
KEPT_SECONDS = 24 * 3600
GROUND, INK, DARK, SOFT, ROOF, EARTH = "#edf5f6", "#06303a", "#0d5463", "#4a585e", "#d6e8eb", "#b4661b"
REGULAR, BOLD = "SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf"


@dataclass(frozen=True)
class SharePicture:
    """What the picture says: a line above, the title, a line below."""

    above: str
    title: str
    below: str

    @property
    def alternative(self) -> str:
        """The same words, for who does not see the picture."""
        return ". ".join(part for part in (self.above, self.title, self.below) if part)

    @property
    def mark(self) -> str:
        """What changes with its words: put in its address, it has those who keep pictures ask for the new one."""
        return hashlib.sha256("\0".join(astuple(self)).encode()).hexdigest()[:12]

    def png(self) -> bytes:
        """The file, drawn once for the same words and kept for a day."""
        return cache.get_or_set(f"share-picture:{self.mark}", lambda: draw(self), KEPT_SECONDS)


@lru_cache(maxsize=8)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    with as_file(files("font_source_sans_pro") / "files" / name) as path:
        return ImageFont.truetype(BytesIO(path.read_bytes()), size)


def draw(words: SharePicture) -> bytes:
    """PNG of WIDTH × HEIGHT; a title too long ends with an ellipsis."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    pen = ImageDraw.Draw(image)
    _courtyard(pen)
    pen.text((MARGIN, 60), "Préau", font=_font(BOLD, 44), fill=DARK)
    pen.text((MARGIN, 132), _wrapped(words.above, _font(REGULAR, 34), 1)[0], font=_font(REGULAR, 34), fill=SOFT)
    size = 76 if len(words.title) <= 60 else 60
    for rank, line in enumerate(_wrapped(words.title, _font(BOLD, size), LINES)):
        pen.text((MARGIN, 186 + rank * round(size * 1.14)), line, font=_font(BOLD, size), fill=INK)
    pen.text((MARGIN, 452), _wrapped(words.below, _font(REGULAR, 34), 1)[0], font=_font(REGULAR, 34), fill=DARK)
    written = BytesIO()
    image.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _courtyard(pen: ImageDraw.ImageDraw) -> None:
    """The covered yard at the foot of the portal's pages."""
    pen.polygon([(0, 548), (28, 524), (WIDTH - 28, 524), (WIDTH, 548)], fill=ROOF, outline=DARK)
    pen.line([(0, 548), (28, 524), (WIDTH - 28, 524), (WIDTH, 548)], fill=DARK, width=4)
    for x in range(60, WIDTH, 180):
        pen.line([(x, 548), (x, 606)], fill=DARK, width=4)
    pen.line([(0, 608), (WIDTH, 608)], fill=EARTH, width=5)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, lines: int) -> list[str]:
    """The text in at most so many lines of the width that there is; the last one ends with « … » when some is left."""
    room, done, current = WIDTH - 2 * MARGIN, [], ""
    for word in text.split(" "):
        longer = f"{current} {word}".strip()
        if font.getlength(longer) <= room:
            current = longer
            continue
        done.append(current)
        current = word
    done.append(current)
    done = [line for line in done if line] or [""]
    if len(done) > lines:
        done = [*done[: lines - 1], f"{done[lines - 1]} …"]
    return [_cut(line, font, room) for line in done]


def _cut(line: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """A single word too long for the line loses its end."""
    while font.getlength(line) > room:
        line = f"{line.removesuffix('…').rstrip()[:-1]}…"
    return line
