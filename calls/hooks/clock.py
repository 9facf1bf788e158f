"""What this app does by the clock."""

from portal.jobs import schedules


def register() -> None:
    schedules.register("remind-deadlines", "calls.actions.reminders.send_reminders", minutes=20)
    schedules.register("remind-opinions", "calls.actions.opinion_reminders.remind_opinions", minutes=20)
    schedules.register("lapse-new-versions", "calls.actions.new_versions.lapse_unfiled", minutes=5)
    schedules.register("tell-unsent", "calls.actions.reminders.tell_unsent", minutes=5)
    schedules.register("erase-retained", "calls.actions.retention.start_due", minutes=60)
    schedules.register("note-retention", "calls.actions.retention.note_due", cron="20 4 * * *")
