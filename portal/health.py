"""Liveness and readiness, for the supervisor, the load balancer and whoever watches the portal."""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import OrmQ, Schedule

from portal.notifications.models import Message

logger = logging.getLogger(__name__)
QUEUE_AGE = timedelta(minutes=5)
MAIL_AGE = timedelta(minutes=15)
PROBE = "sante"  # the name of a file that need not exist
FREE_BYTES = 200 * 1024 * 1024
WEB = ("database", "migrations", "disk", "storage")  # what a web server needs to answer people

_migrated: set[str] = set()  # databases found up to date: their files do not change while the process runs


@never_cache
@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, the database least of all."""
    return HttpResponse("vivant", content_type="text/plain; charset=utf-8")


@never_cache
@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 as soon as something is wrong, with its name; no figure that could help an attacker.

    `?pour=web` looks only at what a web server needs: for a load balancer, which must not take the site away from
    everybody because mails wait.
    """
    wanted = WEB if request.GET.get("pour") == "web" else tuple(CHECKS)
    found = {name: _holds(CHECKS[name]) for name in wanted}
    status = "pret" if all(found.values()) else "non-pret"
    return JsonResponse({"status": status, "checks": found}, status=200 if status == "pret" else 503)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations() -> bool:
    """Every migration of the code is applied. Looked at until it is true, then remembered."""
    if connection.alias not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(connection.alias)
    return True


def _disk() -> bool:
    """Room on every disk where the portal writes: they may be several."""
    folders = {Path(settings.VAR_DIR), *(Path(storage.location) for storage in _stores() if isinstance(storage, FileSystemStorage))}
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        folders.add(Path(connection.settings_dict["NAME"]).parent)
    return all(shutil.disk_usage(_present(folder)).free > FREE_BYTES for folder in folders)


def _present(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: the disk on which it will be made."""
    return next(place for place in (folder, *folder.resolve().parents) if place.exists())


def _storage() -> bool:
    """Every store that is not a folder answers: an object store fails in ways of its own."""
    try:
        for storage in _stores():
            if not isinstance(storage, FileSystemStorage):
                storage.exists(PROBE)
    except Exception:
        logger.exception("a store of files does not answer")
        return False
    return True


def _stores() -> list[Storage]:
    """Where the files of the public site and the private ones are kept."""
    return [storages["default"], storages["private"]]


def _queue() -> bool:
    """No task has waited for a worker more than five minutes (its `lock` is when it came, until a worker takes it).

    A queue in Redis does not say the age of its tasks: there, a late schedule of every minute is the sign.
    """
    limit = timezone.now() - QUEUE_AGE
    if "redis" in settings.Q_CLUSTER:
        return not Schedule.objects.filter(next_run__lt=limit).exists()
    oldest = OrmQ.objects.filter(lock__lte=timezone.now()).aggregate(oldest=Min("lock"))["oldest"]
    return oldest is None or oldest > limit


def _mail() -> bool:
    """No message has waited a quarter of an hour for its first try: the mail server is down, or the worker is."""
    untried = Message.objects.filter(state=Message.State.PENDING, attempts=0, not_before__lt=timezone.now() - MAIL_AGE)
    return not untried.exists()


CHECKS = {"database": _database, "migrations": _migrations, "disk": _disk, "storage": _storage, "queue": _queue, "mail": _mail}
