"""What may be done to an object, and what has been done: both read from the machine and the journal."""

from dataclasses import dataclass

from django import template
from django.contrib.contenttypes.models import ContentType

from portal.journal.models import JournalEntry
from portal.ui import acts
from portal.ui.templatetags.ui import viewer
from portal.workflow.gate import Option, available_transitions

register = template.Library()


@dataclass(frozen=True)
class Button:
    """A transition as a button: posts at once, or leads to its confirmation page."""

    option: Option
    url: str
    css: str

    @property
    def label(self) -> str:
        return self.option.label

    @property
    def posts(self) -> bool:
        custom = self.option.custom
        return self.option.ready and not any(custom.get(key) for key in ("confirm", "needs_reason", "danger"))


@register.inclusion_tag("ui/components/transitions.html", takes_context=True)
def transitions(context, obj, small=False):
    """The buttons of an object for the person who looks: first what is ready, last what is dangerous."""
    user = viewer(context)
    options = available_transitions(obj, user) if user and user.is_authenticated else []
    return {"buttons": buttons_for(obj, options), "small": small, "csrf_token": context.get("csrf_token")}


def buttons_for(obj, options: list[Option]) -> list[Button]:
    """One full button, the first transition that is ready (or, failing that, the first); outlines; dangers at the end."""
    calm = [option for option in options if not option.custom.get("danger")]
    main = next((option for option in calm if option.ready), calm[0] if calm else None)
    ordered = ([main] if main else []) + [option for option in calm if option is not main]
    ordered += [option for option in options if option.custom.get("danger")]
    return [Button(option, f"{obj.get_absolute_url()}action/{option.name}/", _css(option, main)) for option in ordered]


def _css(option: Option, main: Option | None) -> str:
    if option.custom.get("danger"):
        return "btn-danger"
    return "btn-primary" if option is main else "btn-outline-primary"


@register.inclusion_tag("ui/components/journal.html", takes_context=True)
def journal(context, obj, limit=100):
    """The history of an object, newest first, in two queries at most. The school reads only what concerns it."""
    entries = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(obj), subject_id=str(obj.pk)).order_by("-pk")
    named = acts.labels_of(obj)
    user = viewer(context)
    if hasattr(obj, "applicant_label") and not (user and getattr(user, "is_region_staff", False)):
        entries = entries.filter(action__in=acts.known_to_applicant(obj))
    lines = [{"entry": entry, "label": named.get(entry.action) or acts.fallback(entry.action)} for entry in entries[:limit]]
    return {"lines": lines, "object": obj}
