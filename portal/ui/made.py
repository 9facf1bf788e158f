"""Static files made on this machine from the packages that bring their source: the fonts, the style sheet of Bootstrap.

`collectstatic` and the development server make those that are missing, so no step can be forgotten.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage


class MadeFinder(BaseFinder):
    """Finds what a subclass makes: `names`, offered under `prefix`, all in the folder that `make` returns."""

    prefix = "ui"
    names: Iterable[str] = ()

    def make(self) -> Path:
        """Make what is missing; the folder that holds every one of `names`."""
        raise NotImplementedError

    def check(self, **kwargs) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False) -> str | list[str]:
        """The file behind `<prefix>/<name>`, or nothing."""
        prefix, _, name = path.rpartition("/")
        if prefix != self.prefix or name not in self.names:
            return []
        found = str(self.make() / name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file, as (name, storage), for collectstatic."""
        storage = FileSystemStorage(location=self.make())
        storage.prefix = self.prefix
        for name in self.names:
            if not matches_patterns(name, ignore_patterns or []):
                yield name, storage
