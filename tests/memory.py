"""Files of tests: in memory, those of each rehearsal apart as they are on a disk."""

from django.core.files.storage import InMemoryStorage
from django.core.files.storage.memory import InMemoryDirNode

from portal.rehearsal.places import current


class PlacedMemory(InMemoryStorage):
    @property
    def _root(self):
        return self.__dict__.setdefault("roots", {}).setdefault(current(), InMemoryDirNode())

    @_root.setter
    def _root(self, root):
        self.__dict__.setdefault("roots", {})[None] = root
