"""Stores of files that keep those of a rehearsal apart, in a folder of its own beside the real ones."""

import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from portal.rehearsal.places import WORD, Rehearsal, current


def folder_of(place: Rehearsal | None, real: str | Path) -> Path:
    """Where the files of a place are: beside the folder of the real ones, never below it."""
    real = Path(real)
    return real if place is None else real.with_name(f"{real.name}-{WORD}") / str(place.key)


class PlacedFileSystemStorage(FileSystemStorage):
    """Files in a folder: the given one, or that of the rehearsal in which the thread works."""

    @property
    def base_location(self) -> str:
        return str(folder_of(current(), self._value_or_setting(self._location, settings.MEDIA_ROOT)))

    @property
    def location(self) -> str:
        return os.path.abspath(self.base_location)  # noqa: PTH100 -- as its parent does: links are not followed
