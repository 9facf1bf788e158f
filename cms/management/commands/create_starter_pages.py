from django.core.management.base import BaseCommand

from cms.starter.build import build_site


class Command(BaseCommand):
    help = "Crée les pages du site public qui manquent : accueil, appels, résultats, pages légales. Ne change rien à celles qui existent."

    def handle(self, *args, **options) -> None:
        made = build_site()
        for sentence in made:
            self.stdout.write(sentence)
        if not made:
            self.stdout.write("Rien à créer : toutes les pages sont déjà là.")
