"""Making the database of a rehearsal, and taking it away."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.core.management import call_command
from django.db import DatabaseError, connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.rehearsal import places
from portal.rehearsal.places import Rehearsal
from portal.rehearsal.storages import folder_of

FIRST_NUMBER = 1_000_000_000  # no row of a rehearsal has the number of a real one: an address or a signed link taken across names nothing
STORES = ("private", "default")
NOT_WRITABLE = (
    "Le serveur ne peut pas créer la base de la répétition : le dossier {} n’est pas ouvert en écriture. C’est à régler avec l’exploitant."
)
NO_RIGHT = "Le serveur ne peut pas créer la base de la répétition : son compte n’a pas le droit CREATE sur la base. C’est à régler avec l’exploitant."


@dataclass(frozen=True)
class RehearsalMark:
    """What a finished rehearsal says of itself: when it was made, and how far its life was taken."""

    made_at: datetime
    stage: str


def hindrance() -> str:
    """Why this server cannot make a rehearsal, in French; empty when it can."""
    with places.outside():
        if connection.vendor == "sqlite":
            folder = Rehearsal(0).file.parent
            return "" if _is_writable(folder) else NOT_WRITABLE.format(folder)
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
            return "" if cursor.fetchone()[0] else NO_RIGHT


def create(place: Rehearsal, tell: Callable[[int, int], None]) -> None:
    """Make its database anew, empty: every table, the kinds of objects and their rights under their real numbers, nothing else.

    `tell(done, total)` after each table. What was there before is dropped. It is not open until `finish`.
    """
    drop(place)
    with places.outside():
        kinds, rights = list(ContentType.objects.order_by("pk")), list(Permission.objects.order_by("pk"))
        if connection.vendor == "sqlite":
            place.file.parent.mkdir(parents=True, exist_ok=True)
    with place.entered():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE SCHEMA "{place.schema}"')
        _create_tables(tell)
        # Django remembers the number of each kind once for the whole process: it must be the same on both sides.
        ContentType.objects.bulk_create(kinds)
        Permission.objects.bulk_create(rights)
        _number_apart()
        call_command("createcachetable", verbosity=0)


def drop(place: Rehearsal) -> None:
    """Take away its database and its files, whatever there is of them. Doing it again changes nothing."""
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{place.file}{ending}").unlink(missing_ok=True)
    else:
        with place.entered(), connection.cursor() as cursor:  # its own connection: what the thread has open outside is not waited for
            cursor.execute(f'DROP SCHEMA IF EXISTS "{place.schema}" CASCADE')
    for alias in STORES:
        _empty(storages[alias], place)


def finish(stage: str) -> None:
    """Inside: say that the rehearsal is whole, made by this version of the code, and how far it is. It may be entered from now on."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS rehearsal_mark (stamp varchar(64), made_at varchar(40), stage varchar(20))")
        cursor.execute("SELECT made_at FROM rehearsal_mark")
        made = cursor.fetchone()
        cursor.execute("DELETE FROM rehearsal_mark")
        when = made[0] if made else timezone.now().isoformat()
        cursor.execute("INSERT INTO rehearsal_mark VALUES (%s, %s, %s)", [stamp(), when, stage])


def mark() -> RehearsalMark | None:
    """Inside: what the rehearsal says of itself; None while it is being made, or when another version of the portal made it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT made_at, stage FROM rehearsal_mark WHERE stamp = %s", [stamp()])
            row = cursor.fetchone()
    except DatabaseError:
        return None
    return RehearsalMark(parse_datetime(row[0]), row[1]) if row else None


def is_current() -> bool:
    """Inside: whether the rehearsal may be entered."""
    return mark() is not None


@cache
def stamp() -> str:
    """The fingerprint of the structure that this code wants: the names of its migrations. A rehearsal of another structure is not opened."""
    names = sorted(MigrationLoader(None).disk_migrations)
    return sha256(repr(names).encode()).hexdigest()


def _create_tables(tell: Callable[[int, int], None]) -> None:
    wanted = list(_tables())
    with connection.schema_editor() as editor:
        for done, model in enumerate(wanted, start=1):
            editor.create_model(model)
            tell(done, len(wanted))


def _tables() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        for model in config.get_models():
            if model._meta.managed and not model._meta.proxy and not model._meta.swapped:
                yield model


def _number_apart() -> None:
    """Have every table count from `FIRST_NUMBER`."""
    counted = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy]
    with connection.cursor() as cursor:
        for model in counted:
            key = model._meta.pk
            if not isinstance(key, models.AutoField):
                continue
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, FIRST_NUMBER])
            else:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, key.column, FIRST_NUMBER])


def _empty(storage: Storage, place: Rehearsal) -> None:
    with places.outside():
        real = getattr(storage, "location", "")
    if isinstance(storage, FileSystemStorage):
        shutil.rmtree(folder_of(place, real), ignore_errors=True)
        return
    with place.entered():
        _empty_below(storage, "")


def _empty_below(storage: Storage, folder: str) -> None:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        storage.delete(f"{folder}{name}")
    for name in folders:
        _empty_below(storage, f"{folder}{name}/")


def _is_writable(folder: Path) -> bool:
    """Whether a file can be made there: asked of the disk, which knows more than the rights that it shows."""
    probe = folder / f".{places.WORD}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink(missing_ok=True)
    except OSError:
        return False
    return True
