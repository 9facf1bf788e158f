from django.core.management.base import BaseCommand

from portal.ui import fonts


class Command(BaseCommand):
    help = "Découpe les polices de l’écran dans var/fonts (collectstatic le fait aussi quand elles manquent)."

    def handle(self, *args, **options) -> None:
        for path in fonts.build(force=True):
            self.stdout.write(f"{path.name} : {path.stat().st_size // 1024} Ko")
