from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.models import Call
from cms.demo.directory import load_directory
from cms.demo.load import REFERENCE, make_load
from cms.demo.sitting import prepare_load_sitting
from portal.accounts.demo import create_demo_accounts
from portal.directory.enums import ELIGIBLE_CATEGORIES
from portal.directory.models import Establishment


class Command(BaseCommand):
    help = "Remplit la base pour mesurer : dossiers, évaluations et notes en nombre. Jamais sur un portail en service."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, required=True)
        parser.add_argument("--jurors", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--sitting", action="store_true", help="tous les dossiers recevables, et la séance du jury ouverte : 50 places et ses règles"
        )

    def handle(self, *, applications: int, jurors: int, seed: int, sitting: bool, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Ce portail n’est pas une démonstration : la commande demande DEMO=1.")
        if applications < 1 or jurors < 1:
            raise CommandError("Il faut au moins un dossier et un juré.")
        if Call.objects.filter(reference=REFERENCE).exists():
            raise CommandError("Cette base est déjà chargée.")
        if not Establishment.objects.exists():
            load_directory(None)
        call_command("create_starter_pages", verbosity=0)
        create_demo_accounts(list(Establishment.objects.filter(category__in=ELIGIBLE_CATEGORIES).order_by("uai")[:3]))
        loaded = make_load(applications=applications, jurors=jurors, seed=seed, all_admissible=sitting, tell=self.tell)
        self.stdout.write(f"{loaded.applications} dossiers et {loaded.assessments} évaluations.")
        if sitting:
            session = prepare_load_sitting(Call.objects.get(reference=REFERENCE), self.tell)
            self.stdout.write(f"Séance du jury : {session.get_absolute_url()}")

    def tell(self, text: str) -> None:
        self.stdout.write(f"   · {text}")
