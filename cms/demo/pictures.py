"""Pictures of the demonstration, drawn here: flat scenes in the colours of the theme, of nobody and of nowhere."""

import random
from collections.abc import Callable
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image as Canvas
from PIL import ImageDraw
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

WIDTH, HEIGHT = 1280, 720
SKY, DARK, MIDDLE, LIGHT, EARTH, SAND = "#edf5f6", "#0d5463", "#1a6b7c", "#8fbcc4", "#b4661b", "#f3efe7"
Pen = ImageDraw.ImageDraw


def _yard(pen: Pen) -> None:
    """A covered yard, and pupils on its benches."""
    pen.rectangle([0, 560, WIDTH, HEIGHT], fill=SAND)
    pen.polygon([(60, 300), (160, 190), (WIDTH - 160, 190), (WIDTH - 60, 300)], fill=LIGHT)
    for x in range(140, WIDTH - 100, 200):
        pen.rectangle([x, 300, x + 14, 560], fill=DARK)
    pen.rectangle([40, 556, WIDTH - 40, 566], fill=EARTH)
    for rank, x in enumerate(range(230, WIDTH - 200, 200)):
        pen.ellipse([x, 420, x + 44, 464], fill=EARTH)
        pen.rounded_rectangle([x - 12, 468, x + 56, 556], 18, fill=MIDDLE if rank % 2 else DARK)


def _cabinet(pen: Pen) -> None:
    """A cabinet of cabling, and the lamps of its ports."""
    rng = random.Random(7)  # noqa: S311 -- a drawing
    pen.rectangle([0, 640, WIDTH, HEIGHT], fill=SAND)
    pen.rounded_rectangle([420, 70, 860, 650], 14, fill=DARK)
    for row in range(9):
        top = 100 + row * 60
        pen.rounded_rectangle([446, top, 834, top + 42], 6, fill=MIDDLE)
        for port in range(12):
            lit = "#ebf4e5" if rng.random() > 0.3 else LIGHT
            pen.rectangle([462 + port * 30, top + 12, 480 + port * 30, top + 30], fill=lit)
    for rank in range(6):
        pen.arc([60 + rank * 50, 180 + rank * 20, 700, 700], 200, 300, fill=EARTH, width=6)


def _lesson(pen: Pen) -> None:
    """A classroom: a board, tables, screens."""
    pen.rectangle([0, 600, WIDTH, HEIGHT], fill=SAND)
    pen.rounded_rectangle([250, 80, WIDTH - 250, 340], 12, fill=DARK)
    pen.line([(320, 270), (520, 180), (700, 230), (940, 130)], fill=LIGHT, width=10)
    for x in range(120, WIDTH - 160, 290):
        pen.rounded_rectangle([x, 420, x + 200, 530], 10, fill=MIDDLE)
        pen.rounded_rectangle([x + 12, 432, x + 188, 518], 6, fill=SKY)
        pen.rectangle([x - 20, 548, x + 220, 566], fill=EARTH)


def _image(title: str, scene: Callable[[Pen], None]) -> AbstractImage:
    canvas, written = Canvas.new("RGB", (WIDTH, HEIGHT), SKY), BytesIO()
    scene(ImageDraw.Draw(canvas))
    canvas.quantize(32).save(written, "PNG", optimize=True)
    content = ContentFile(written.getvalue(), name=f"demo-{scene.__name__.strip('_')}.png")
    return get_image_model().objects.create(title=title, file=content)


def draw_all() -> dict[str, AbstractImage]:
    """The three pictures by name: yard, cabinet, lesson."""
    return {
        "yard": _image("Sous le préau", _yard),
        "cabinet": _image("Une baie de câblage", _cabinet),
        "lesson": _image("Une salle de cours", _lesson),
    }
