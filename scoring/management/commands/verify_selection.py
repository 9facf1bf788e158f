"""Checks a result and its proof against an instance, in whole numbers."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.text.canonical import canonical
from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.proof.check_selection import VERSION, check
from scoring.selection.reading import parse


class Command(BaseCommand):
    """Exit 0 proved, 1 refused, 3 when part of it rests on a solver."""

    help = "Vérifie, en nombres entiers et sans solveur, qu’un résultat est prouvé : 0 prouvé, 1 refusé, 3 en partie d’après le solveur."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("instance", type=Path, help="l’instance, en JSON")
        parser.add_argument("result", type=Path, help="le résultat et sa preuve, en JSON")
        parser.add_argument(
            "--canonique", type=Path, metavar="FICHIER", help="écrit l’instance sous la forme que le vérificateur seul sait lire"
        )

    def handle(self, *args: object, **options: Any) -> None:
        try:
            instance = canonical(Instance.from_dict(parse(options["instance"].read_bytes())).to_dict())
            result = options["result"].read_text("utf-8")
        except (InvalidInstance, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Refusé : {error}", returncode=1) from error
        if options["canonique"]:
            options["canonique"].write_text(instance, encoding="utf-8")
        code, sentence = check(instance, result)
        self.stdout.write(f"{sentence} ({VERSION})")
        if code:
            raise SystemExit(code)
