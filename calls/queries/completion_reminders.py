"""Of which files a lycée was reminded by hand, today."""

from datetime import date, datetime, time

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from calls.models import Application
from portal.journal.models import JournalEntry

ACT = "remind_completion"


def reminded_today(today: date) -> set[int]:
    """The keys of the files of which somebody reminded the lycée on that day (of Paris). One query."""
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    lines = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(Application), action=ACT, at__gte=midnight)
    return {int(key) for key in lines.order_by().values_list("subject_id", flat=True)}
