"""Where a rehearsal lives, and how a thread enters it and leaves it.

Inside, the connection "default" of this thread is another one, and so are the cache and the prefix of every address. Other threads, and this
one once it is back, see the real portal. The connection itself says where one is: there is no second source to disagree with it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import get_script_prefix, set_script_prefix
from django.utils.module_loading import import_string

MAIN = "default"
WORD = "repetition"  # in addresses, in names of files and of schemas


@dataclass(frozen=True)
class Rehearsal:
    """The rehearsal of one call, by the number that the call has in the real database. It may not have been made yet."""

    key: int

    @property
    def prefix(self) -> str:
        """How the addresses of the rehearsal begin, below those of the portal."""
        return f"{WORD}/{self.key}/"

    @property
    def way_out(self) -> str:
        """The address of the real portal that leads back to the page of the staff (`cms.urls`): the same from inside and from outside."""
        return f"/{WORD}s/{self.key}/"

    @property
    def schema(self) -> str:
        """Its schema, in the database of a portal on PostgreSQL."""
        return f"{WORD}_{self.key}"

    @property
    def file(self) -> Path:
        """Its database, beside the one of a portal on SQLite."""
        return _beside(f"-{WORD}-{self.key}.sqlite3")

    def exists(self) -> bool:
        """Whether its database is there, finished or not."""
        return self in known()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside the block, this thread works in the rehearsal. Entered again from inside, nothing changes; from another one, it is left.

        Its connection is closed at the end: none outlives the block. A transaction of the real portal that is open stays open, untouched.
        """
        if current() == self:
            yield
            return
        with outside():
            inner = self._connection()
            inner.place, inner.outer = self, (connections[MAIN], caches[MAIN], get_script_prefix())
            try:
                with _swapped(inner, self._cache(), get_script_prefix() + self.prefix):
                    yield
            finally:
                inner.close()

    def _connection(self) -> BaseDatabaseWrapper:
        """A connection like that of the portal, to the database of the rehearsal: on PostgreSQL, its schema and no other."""
        real = connections[MAIN]
        wanted = deepcopy(real.settings_dict) | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
        if real.vendor == "sqlite":
            wanted["NAME"] = str(self.file)
        else:
            wanted["OPTIONS"].pop("pool", None)  # a pool belongs to an alias
            given = wanted["OPTIONS"].get("options", "")
            wanted["OPTIONS"]["options"] = f"{given} -c search_path={self.schema}".strip()
        return type(real)(wanted, MAIN)

    def _cache(self) -> BaseCache:
        given = dict(caches.settings[MAIN])
        kind, location = import_string(given.pop("BACKEND")), given.pop("LOCATION", "")
        return kind(location, given | {"KEY_PREFIX": f"{given.get('KEY_PREFIX', '')}{WORD}-{self.key}"})


def current() -> Rehearsal | None:
    """The rehearsal in which this thread works; None in the real portal."""
    return getattr(connections[MAIN], "place", None)


@contextmanager
def outside() -> Iterator[None]:
    """Inside the block, this thread is back in the real portal, on the connection that it had there."""
    here = connections[MAIN]
    if getattr(here, "place", None) is None:
        yield
        return
    with _swapped(*here.outer):
        yield


def known() -> list[Rehearsal]:
    """Every rehearsal of which there is a database, finished or not. Asks the real portal, wherever one is."""
    with outside():
        if connections[MAIN].vendor == "sqlite":
            pattern = re.compile(re.escape(_beside(f"-{WORD}-").name) + r"(\d+)\.sqlite3")
            names = [path.name for path in _beside("").parent.glob(f"*-{WORD}-*.sqlite3")]
        else:
            pattern = re.compile(rf"{WORD}_(\d+)")
            with connections[MAIN].cursor() as cursor:
                cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [f"{WORD}%"])
                names = [name for (name,) in cursor.fetchall()]
    return sorted((Rehearsal(int(found[1])) for name in names if (found := pattern.fullmatch(name))), key=lambda place: place.key)


def _beside(ending: str) -> Path:
    """A file beside that of the portal; where the portal is in memory, in the folder that it writes."""
    with outside():
        name = connections[MAIN].settings_dict["NAME"]
    if "memory" in str(name):
        return Path(settings.VAR_DIR) / f"memory{ending}"
    return Path(name).with_name(f"{Path(name).stem}{ending}")


@contextmanager
def _swapped(connection: BaseDatabaseWrapper, cache: BaseCache, prefix: str) -> Iterator[None]:
    before = connections[MAIN], caches[MAIN], get_script_prefix()
    try:
        connections[MAIN], caches[MAIN] = connection, cache
        set_script_prefix(prefix)
        yield
    finally:
        connections[MAIN], caches[MAIN] = before[:2]
        set_script_prefix(before[2])
