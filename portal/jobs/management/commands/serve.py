import os
import socket
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.jobs.schedules import ensure_schedules
from portal.jobs.supervisor import Child, supervise


class Command(BaseCommand):
    help = (
        "Sert le portail et fait tourner son travail en arrière-plan, ensemble et au premier plan. "
        "Un processus qui meurt est redémarré. Ctrl-C arrête tout proprement."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="port d’écoute (8000)")
        parser.add_argument("--workers", type=int, default=2, help="processus web, de 4 fils chacun (2)")

    def handle(self, *, host: str, port: int, workers: int, **options) -> None:
        self.check_port(host, port)
        ensure_schedules()
        gunicorn = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"{host}:{port}", "--workers", str(workers)]
        gunicorn += ["--worker-class", "gthread", "--threads", "4", "--timeout", "60", "--graceful-timeout", "20", "--log-level", "warning"]
        gunicorn += ["--preload"]  # read once, shared: a web process that died is back at once
        worker = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        self.stdout.write(f"Préau est servi sur http://{host}:{port} (Ctrl-C pour arrêter)")
        supervise([Child("Le serveur web", gunicorn), Child("Le travail en arrière-plan", worker)], tell=self.stdout.write)
        self.stdout.write("Préau est arrêté.")

    def check_port(self, host: str, port: int) -> None:
        """Say at once that the port is taken, rather than restart a server that cannot start."""
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Le port {port} n’est pas libre sur {host} ({error.strerror}). Choisissez-en un autre : --port."
                ) from error
