from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.workflow.graph import document


class Command(BaseCommand):
    help = "Writes docs/workflows.md from the state machines. With --check, fails when the page is out of date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("output", type=Path)
        parser.add_argument("--check", action="store_true")

    def handle(self, *, output: Path, check: bool, **options) -> None:
        text = document()
        if not check:
            output.write_text(text, encoding="utf-8")
            self.stdout.write(f"{output} écrit.")
        elif not output.exists() or output.read_text(encoding="utf-8") != text:
            raise CommandError(f"{output} n’est pas à jour : lancer `make graph`.")
