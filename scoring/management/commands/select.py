import argparse
import sys

from django.core.management.base import BaseCommand, CommandParser

from scoring.selection.command import add_arguments, answer


class Command(BaseCommand):
    help = "La meilleure sélection sous les règles d’un appel, avec sa preuve. Même commande, sans Django : python -m scoring.selection."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, **options) -> None:
        code = answer(argparse.Namespace(**options), sys.stdin, self.stdout, self.stderr)
        if code:
            sys.exit(code)
