import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.journal.verify import check_chain


class Command(BaseCommand):
    help = "Parcourt la chaîne du journal et nomme la première écriture modifiée, manquante ou non scellée. Code de sortie 1 en cas d’anomalie."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="résultat en JSON sur la sortie standard")
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="RANG:EMPREINTE",
            help="fin de chaîne relevée auparavant et gardée ailleurs, que la chaîne doit encore contenir (répétable)",
        )

    def handle(self, *args, **options) -> None:
        report = check_chain(anchors=dict(_anchor(text) for text in options["anchor"]))
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        elif report.ok:
            self.stdout.write(f"Journal intact : {report.entries} écritures, {report.unsealed} en attente de sceau.")
            self.stdout.write(f"Fin de la chaîne, à garder ailleurs : {report.head_sequence}:{report.head_hash}")
        if not report.locked:
            self.stderr.write("Attention : les verrous de la base qui protègent le journal sont absents ; « manage.py migrate » les remet.")
        if report.problem:
            raise CommandError(f"Anomalie du journal. {report.problem.message}")


def _anchor(text: str) -> tuple[int, str]:
    sequence, _, digest = text.partition(":")
    if not sequence.isdigit() or len(digest) != 64:
        raise CommandError(f"Repère illisible : « {text} ». Forme attendue : RANG:EMPREINTE, comme « 1204:9f86d0… ».")
    return int(sequence), digest.lower()
