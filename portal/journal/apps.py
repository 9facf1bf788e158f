from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "portal.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        from portal.jobs import schedules
        from portal.journal import jobs, navigation, receivers  # noqa: F401 -- jobs: its handler registers itself

        post_migrate.connect(receivers.lock_again, sender=self, dispatch_uid="journal.lock_again")
        navigation.register()
        schedules.register("check-journal", "portal.journal.verify.nightly_check", cron="20 4 * * *")
