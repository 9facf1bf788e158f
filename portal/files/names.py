"""The name a file keeps: what the person called it, without what could deceive a reader or a system."""

import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 150
# Format characters (Cf) hold the right-to-left marks that make "devisfdp.exe" read "devisexe.pdf".
_DROPPED_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn"}
_FORBIDDEN = '<>:"|?*'


def clean_name(name: str) -> str:
    """The last part of the path, without control or direction marks, at most 150 characters, extension kept."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(
        " " if char.isspace() else "" if unicodedata.category(char) in _DROPPED_CATEGORIES or char in _FORBIDDEN else char for char in last
    )
    tidy = " ".join(visible.split()).strip(". ")
    suffix = PurePosixPath(tidy).suffix[:16]
    stem = tidy[: len(tidy) - len(suffix)] if suffix else tidy
    return f"{stem[: MAX_LENGTH - len(suffix)]}{suffix}" if stem else f"fichier{suffix}"


def extension_of(name: str) -> str:
    """Lower case, without the dot; "jpeg" reads "jpg"."""
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    return "jpg" if extension == "jpeg" else extension
