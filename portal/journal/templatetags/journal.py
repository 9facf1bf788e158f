"""The history of an object on its page."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.template import Context

from portal.journal import acts, withheld
from portal.journal.models import JournalEntry
from portal.ui.templatetags.ui import viewer
from portal.workflow.templatetags.workflow import register


@register.inclusion_tag("ui/components/journal.html", takes_context=True)
def journal(context: Context, obj: Model, limit: int = 100) -> dict:
    """The history of an object, newest first, in one query whatever its length.

    The school reads only what concerns it; the staff, what is not withheld from them.
    """
    entries = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(obj), subject_id=str(obj.pk)).order_by("-pk")
    named = acts.labels_of(obj)
    user = viewer(context)
    if hasattr(obj, "applicant_label") and not (user and getattr(user, "is_region_staff", False)):
        entries = entries.filter(action__in=acts.known_to_applicant(obj))
    shown = entries[:limit]
    if user and getattr(user, "is_region_staff", False):
        shown = withheld.blanked(withheld.marked(entries)[:limit])
    lines = [
        {
            "entry": entry,
            "label": named.get(entry.action) or acts.fallback(entry.action),
            "signed": entry.data.get("delegation", ""),
            "detail": acts.detail_of(entry.action, entry.data),
        }
        for entry in shown
    ]
    return {"lines": lines, "object": obj}
