"""Pictures as they are kept: upright, in a format that every browser shows, without what the camera wrote beside them.

EXIF, XMP and IPTC say where and when a photograph was taken, and by which telephone: the GPS position of a person's home, sometimes.
Only the colour profile is kept, without which colours would change.
"""

import io
from dataclasses import dataclass
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageOps

pillow_heif.register_heif_opener(thumbnails=False)
QUALITY = 88
READ_SMALLER = 33_000_000  # pixels of a JPEG from which it is read at half its size: telephones take 12 to 24 million
MAX_PROGRESSIVE = 40_000_000  # pixels of a progressive JPEG, which is held whole while it is read
MAX_DECODED = 150 * 1024 * 1024  # bytes in memory, for formats that cannot be read smaller
_GPS = 0x8825
_DECODED_AS = {"1": "1", "L": "L", "P": "P", "RGBA": "RGBA", "LA": "LA", "PA": "RGBA", "I;16": "L"}


class TooLarge(Exception):
    """More pixels than can be read here."""


@dataclass(frozen=True)
class Redrawn:
    """The picture drawn again, in `kind` (JPEG or PNG). `had_place`: the photograph said where it was taken."""

    content: bytes
    kind: str
    had_place: bool


def redrawn(content: BinaryIO, kind: str) -> Redrawn:
    """Draw the picture again. `kind`: what it is (JPEG, PNG, HEIF). Raises OSError, SyntaxError, ValueError (unreadable), TooLarge."""
    content.seek(0)
    with Image.open(content, formats=[kind]) as image:
        _bound_memory(image, kind)
        exif = image.getexif()
        had_place = bool(exif.get_ifd(_GPS))
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
        out = io.BytesIO()
        if kind == "PNG":
            plain = upright.convert(_DECODED_AS.get(upright.mode, "RGB"))
            _forget(plain).save(out, "PNG", icc_profile=profile)
        else:
            plain = upright.convert("L" if upright.mode == "L" else "RGB")
            _forget(plain).save(out, "JPEG", quality=QUALITY, icc_profile=profile if plain.mode == "RGB" and image.mode != "CMYK" else None)
    return Redrawn(out.getvalue(), "PNG" if kind == "PNG" else "JPEG", had_place)


def _bound_memory(image: Image.Image, kind: str) -> None:
    """Read a large JPEG at half its size; refuse what could only be read whole, and is too large for that."""
    pixels = image.width * image.height
    if kind != "JPEG":
        if pixels * len(image.getbands()) > MAX_DECODED:
            raise TooLarge
    elif pixels > READ_SMALLER:
        if image.info.get("progressive") and pixels > MAX_PROGRESSIVE:
            raise TooLarge
        image.draft("RGB", (image.width // 2, image.height // 2))


def _forget(image: Image.Image) -> Image.Image:
    """Nothing beside the pixels but what their drawing needs."""
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    return image
