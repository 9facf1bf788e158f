"""What an operator runs once the variables are set: is each service that they name there, and does it obey?"""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django_q.brokers import get_broker


class Command(BaseCommand):
    help = (
        "Essaie chaque service que les variables nomment : base, cache, file de tâches, stockage des fichiers, serveur de courriel. "
        "N’envoie aucun message et ne laisse aucun fichier. Échoue en nommant ce qui ne répond pas."
    )

    def handle(self, **options) -> None:
        failed = []
        for label, check in CHECKS.items():
            try:
                said = check()
            except Exception as error:  # noqa: BLE001 -- whatever a service answers is what the operator must read
                failed.append(label)
                said = f"ÉCHEC, {type(error).__name__} : {error}"
            self.stdout.write(f"{label} : {said}")
        if failed:
            raise CommandError(f"Ne répond pas comme il faut : {', '.join(failed)}.")


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{connection.vendor}, répond"


def _cache() -> str:
    key = f"essai-{uuid.uuid4()}"
    cache.set(key, "1", 10)
    if cache.get(key) != "1":
        raise OSError("ce qui y est écrit n’y est pas relu")
    cache.delete(key)
    backend = settings.CACHES["default"]["BACKEND"].rpartition(".")[2]
    return f"{backend}, écrit et relu"


def _queue() -> str:
    broker = get_broker()
    if not broker.ping():
        raise OSError("ne répond pas")
    return f"{broker.info()}, {broker.queue_size()} en attente"


def _storage(alias: str) -> Callable[[], str]:
    def check() -> str:
        storage = storages[alias]
        name = storage.save(f"essai/{uuid.uuid4()}", ContentFile(b"preau"))
        try:
            with storage.open(name) as file:
                if file.read() != b"preau":
                    raise OSError("ce qui y est écrit n’y est pas relu")
        finally:
            storage.delete(name)
        return f"{type(storage).__name__}, écrit, relu, effacé"

    return check


def _mail() -> str:
    with get_connection(timeout=settings.EMAIL_TIMEOUT if settings.EMAIL_URL else None) as backend:
        return f"{type(backend).__module__.rpartition('.')[2]}, connexion ouverte"


CHECKS: dict[str, Callable[[], str]] = {
    "Base": _database,
    "Cache": _cache,
    "File de tâches": _queue,
    "Fichiers privés": _storage("private"),
    "Fichiers du site": _storage("default"),
    "Courriel": _mail,
}
