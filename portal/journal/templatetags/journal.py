"""The history of an object on its page."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.template import Context

from portal.journal import acts, withheld
from portal.journal.models import JournalEntry
from portal.prepared import prepared
from portal.ui.templatetags.ui import viewer
from portal.workflow.templatetags.workflow import register

MOST = 100  # lines of a history on a page


@prepared
def _told(kind: int, subject: str, actions: tuple[str, ...]) -> QuerySet[JournalEntry]:
    """What the school reads of the history of its file."""
    return JournalEntry.objects.filter(subject_type=kind, subject_id=subject, action__in=actions).order_by("-pk")[:MOST]


@register.inclusion_tag("ui/components/journal.html", takes_context=True)
def journal(context: Context, obj: Model, limit: int = MOST) -> dict:
    """The history of an object, newest first, in one query whatever its length.

    The school reads only what concerns it; the staff, what is not withheld from them.
    """
    named = acts.labels_of(obj)
    user = viewer(context)
    kind = ContentType.objects.get_for_model(obj).pk
    if hasattr(obj, "applicant_label") and not (user and getattr(user, "is_region_staff", False)):
        shown = _told(kind, str(obj.pk), tuple(sorted(acts.known_to_applicant(obj))))[:limit]
    else:
        entries = JournalEntry.objects.filter(subject_type=kind, subject_id=str(obj.pk)).order_by("-pk")
        is_staff = user and getattr(user, "is_region_staff", False)
        shown = withheld.blanked(withheld.marked(entries)[:limit]) if is_staff else entries[:limit]
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
