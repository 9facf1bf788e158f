"""Checks a result and its proofs against an instance, in whole numbers: the answer, then each thing that is explained."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.text.canonical import canonical
from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.proof.check_selection import VERSION, check
from scoring.selection.proof.explained import FOLLOWS, Audit, heard
from scoring.selection.reading import parse
from scoring.selection.result import ACCEPTED, PARTLY, REFUSED
from scoring.selection.said_again import said_again


class Command(BaseCommand):
    """Exit 0 proved, 1 refused, 3 when part of it rests on a solver, or is worded by an earlier version."""

    help = (
        "Vérifie, en nombres entiers et sans solveur, qu’un résultat et ses explications sont prouvés : 0 prouvé, 1 refusé, "
        "3 en partie d’après le solveur."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("instance", type=Path, help="l’instance, en JSON")
        parser.add_argument("result", type=Path, help="le résultat et sa preuve, en JSON")
        parser.add_argument(
            "--canonique", type=Path, metavar="FICHIER", help="écrit l’instance sous la forme que le vérificateur seul sait lire"
        )
        parser.add_argument(
            "--variantes",
            type=Path,
            metavar="DOSSIER",
            help="écrit chaque explication comme une instance et un résultat pour le vérificateur",
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
        codes = [code]
        if code != REFUSED:
            data, printed = json.loads(instance), json.loads(result, parse_float=str)
            codes += [self._as_kept(printed, code), self._explained(data, printed, options["variantes"]), self._said_again(printed, data)]
        if any(codes):
            raise SystemExit(REFUSED if REFUSED in codes else PARTLY)

    def _as_kept(self, printed: dict[str, Any], code: int) -> int:
        """Whether the result says of its proof what the proof is worth."""
        if (printed.get("proof") or {}).get("verdict", code) == code:
            return ACCEPTED
        self.stdout.write("Refusé : le résultat dit de sa preuve autre chose que ce qu’elle établit.")
        return REFUSED

    def _said_again(self, printed: dict[str, Any], data: dict[str, Any]) -> int:
        """Whether figures and words are those of the instance and of the selection; which ones nobody checked."""
        found = said_again(data, printed)
        self.stdout.write(found.sentence)
        for name in found.changed:
            self.stdout.write(f"  {name}")
        self.stdout.write(f"Non vérifié : {', '.join(found.unchecked)}.")
        return REFUSED if found.changed else PARTLY if found.is_earlier else ACCEPTED

    def _explained(self, instance: dict[str, Any], printed: dict[str, Any], folder: Path | None) -> int:
        """What the explanations are worth; nothing is said of a result that has none."""
        if not printed.get("explanations"):
            return ACCEPTED
        verdict, sentence, others = heard(instance, printed)
        self.stdout.write(sentence)
        for name in others:
            self.stdout.write(f"  {'' if verdict == REFUSED else 'd’après le solveur : '}{name}")
        if folder and verdict != REFUSED:
            self._written(Audit(instance, printed), folder)
        return verdict

    def _written(self, audit: Audit, folder: Path) -> None:
        """Two files for each claim, numbered, and the list of what they are about."""
        folder.mkdir(parents=True, exist_ok=True)
        names = [name for name in audit.claims if name != FOLLOWS]
        for number, name in enumerate(names, start=1):
            for kind, value in zip(("instance", "resultat"), audit.derived(name), strict=True):
                (folder / f"{number:03d}-{kind}.json").write_text(canonical(value), encoding="utf-8")
        listed = "".join(f"{number:03d} {name}\n" for number, name in enumerate(names, start=1))
        (folder / "sommaire.txt").write_text(listed, encoding="utf-8")
