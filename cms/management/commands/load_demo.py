import random
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F

from calls.checks import SECTION_NATURES
from calls.enums import Outcome
from calls.models import Call
from cms.demo import billing, current, declaring, history, keeping, mailing, ordering, retaining, talking
from cms.demo.clock import clock_at
from cms.demo.directory import load_directory
from cms.demo.news import complete_site
from cms.demo.people import since
from orders.demo import create_catalogue
from portal.accounts.demo import create_demo_accounts
from portal.accounts.models import RoleGrant
from portal.directory.demo import SEED
from portal.directory.enums import ELIGIBLE_CATEGORIES, Category
from portal.directory.models import Establishment
from portal.journal.seal import seal_pending
from portal.notifications.models import Message
from portal.notifications.tasks import send_pending

SENT_AFTER = timedelta(seconds=40)  # what the worker takes to send a message
WAVE_1_FILES, WAVE_2_FILES, USAGES_FILES, USAGES_BEFORE_FILES, SEALED_FILES = 118, 58, 40, 22, 7


class Command(BaseCommand):
    help = (
        "Charge la démonstration : 342 lycées fictifs, quatre appels à tous les stades, un compte par rôle. Relancée, elle ne change rien."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", type=Path, help="fichier réel de l’annuaire de l’éducation, à la place des lycées fictifs")

    def handle(self, *, directory: Path | None, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Ce portail n’est pas une démonstration : la commande demande DEMO=1.")
        if Call.objects.filter(reference="UN-2026").exists():
            self.stdout.write("La démonstration est déjà chargée.")
            return
        if Call.objects.exists():
            raise CommandError("Ce portail a déjà des appels : la démonstration se charge dans une base neuve (make clean-demo).")
        self._load(directory)
        self.tell("démonstration chargée")

    def _load(self, directory: Path | None) -> None:
        self._import_directory(directory)
        rng = random.Random(SEED)  # noqa: S311 -- invented data
        schools = self._schools(rng)
        demo_schools, others = schools[:3], schools[3:]
        self._begin(demo_schools)
        served = [demo_schools[0], demo_schools[2]]  # retained, with orders to receive; the private lycée is refused
        filing_schools = [demo_schools[1], *served, *others[: WAVE_1_FILES - 3]]
        wave_1 = history.load_wave_1(filing_schools, rng, self.tell, retained=served)
        history.accept_awards(wave_1, rng)
        self.tell("commandes et travaux de la vague 1")
        ordering.follow_orders(rng, served)
        ordering.follow_works()
        billing.bill_orders(served)
        billing.send_back(served)
        awarded = set(wave_1.applications.filter(outcome__in=Outcome.GRANTING).values_list("establishment_id", flat=True))
        free = [school for school in others if school.pk not in awarded]
        current.load_wave_2(demo_schools, free[:WAVE_2_FILES], rng, self.tell)
        keeping.keep(wave_1, Call.objects.get(reference="L40-V2"))
        mailing.choose_the_digest()
        talking.talk(demo_schools, Call.objects.get(reference="L40-V2"))
        usages = history.load_usages(free[WAVE_2_FILES : WAVE_2_FILES + USAGES_FILES], rng, self.tell)
        talking.ask_the_lycee(usages)
        last = free[WAVE_2_FILES + USAGES_FILES :]
        history.load_usages_before(last[:USAGES_BEFORE_FILES], rng, self.tell)
        silent = last[USAGES_BEFORE_FILES:]
        history.load_sealed(silent[:SEALED_FILES], rng, self.tell)
        declaring.declare_silent(silent[SEALED_FILES:], rng)
        retaining.keep_drafts(wave_1, free[-2:], rng)
        current.try_wave_2()  # what is declared since would make it old
        complete_site()
        self.tell("actualités, images, deux abonnés")
        while seal_pending():
            pass
        send_pending()
        Message.objects.filter(state=Message.State.SENT).update(sent_at=F("created_at") + SENT_AFTER)
        mailing.lose_an_address()

    def _begin(self, demo_schools: list[Establishment]) -> None:
        with clock_at(since()):
            call_command("create_starter_pages", verbosity=0)
            create_demo_accounts(demo_schools)
        RoleGrant.objects.update(started_at=since())
        create_catalogue()
        self.tell("comptes, site et catalogue")

    def tell(self, text: str) -> None:
        self.stdout.write(f"   · {text}")
        self.stdout.flush()

    def _import_directory(self, directory: Path | None) -> None:
        load_directory(directory)
        self.tell(f"{Establishment.objects.count()} établissements")

    def _schools(self, rng: random.Random) -> list[Establishment]:
        """Eligible schools in a fixed shuffled order; the three of the demonstration accounts first, of three sorts."""
        here = Establishment.objects.open().filter(region_code=settings.REGION_CODE).exclude(nature_code__in=SECTION_NATURES)
        eligible = list(here.filter(category__in=ELIGIBLE_CATEGORIES).select_related("authority", "department").order_by("uai"))
        rng.shuffle(eligible)
        wanted = (Category.PUBLIC_EDUCATION, Category.PRIVATE_CONTRACT, Category.PUBLIC_AGRICULTURE)
        first = [next(s for s in eligible if s.category == category) for category in wanted]
        return [*first, *(s for s in eligible if s not in first)]
