from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"
    verbose_name = "Travaux en arrière-plan"

    def ready(self) -> None:
        from portal.jobs import schedules
        from portal.jobs.receivers import write_schedules

        schedules.register("recover-jobs", "portal.jobs.tasks.recover_jobs", minutes=1)
        schedules.register("send-messages", "portal.notifications.tasks.send_pending", minutes=1)
        schedules.register("send-digests", "portal.notifications.digest.send_digests", minutes=5)
        schedules.register("read-bounces", "portal.notifications.unreachable.read_bounces", minutes=5)
        schedules.register("seal-journal", "portal.journal.seal.seal_pending", minutes=1)
        schedules.register("scan-files", "portal.files.rescan.scan_waiting", minutes=5)
        schedules.register("check-files", "portal.files.integrity.nightly_check", cron="10 4 * * *")
        schedules.register("purge-files", "portal.files.retention.purge_files", cron="40 4 * * *")
        post_migrate.connect(write_schedules, sender=self, dispatch_uid="jobs.write_schedules")
