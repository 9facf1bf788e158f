"""What may be done to an object, read from its machine."""

from collections.abc import Collection
from dataclasses import dataclass

from django import template
from django.db.models import Model
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.ui.templatetags.ui import viewer
from portal.workflow.gate import Option, available_transitions
from portal.workflow.seen import SEEN, mark_of
from portal.workflow.told import Told
from portal.workflow.watched import WatchedForm

register = template.Library()


@register.simple_tag
def seen(shown: Model | Collection[Model] | WatchedForm | Told) -> SafeString:
    """The hidden field of a form that removes these rows, edits what it shows, or acts on what its page names: nothing that somebody else has
    changed meanwhile is lost.

    Nothing for a form that creates.
    """
    mark = shown.mark if isinstance(shown, WatchedForm | Told) else mark_of(shown)
    return format_html('<input type="hidden" name="{}" value="{}">', SEEN, mark) if mark else mark_safe("")


@dataclass(frozen=True)
class Button:
    """A transition as a button: it leads to the page that says what the act does and what is missing, where it is pressed."""

    option: Option
    url: str
    css: str

    @property
    def label(self) -> str:
        return self.option.label


@register.inclusion_tag("ui/components/transitions.html", takes_context=True)
def transitions(
    context: Context, obj: Model, small: bool = False, hide: Collection[str] = (), main: str | None = None, query: str = ""
) -> dict:
    """The buttons of an object for the person who looks: first what is ready, last what is dangerous.

    `hide`: names that the page leaves out. `main`: the name of the next step, on a page that knows it; then no other button is the full one.
    `query`: what the page's address has after its path ("?liste=…"), where acts lead back to it.
    """
    user = viewer(context)
    options = available_transitions(obj, user) if user and user.is_authenticated else []
    options = [option for option in options if option.name not in hide]
    return {"buttons": buttons_for(obj, options, main, query), "small": small}


def buttons_for(obj: Model, options: list[Option], named: str | None = None, query: str = "") -> list[Button]:
    """One full button, the first transition that is ready (or, failing that, the first); outlines; dangers at the end.

    What asks a reason turns something down or back: it is the full button only where nothing else can be done. `named`: the full button,
    where the page says which; none when that is not among the options.
    """
    calm = [option for option in options if not option.custom.get("danger")]
    if named is None:
        onwards = [option for option in calm if not option.custom.get("needs_reason")] or calm
        main = next((option for option in onwards if option.ready), onwards[0] if onwards else None)
    else:
        main = next((option for option in calm if option.name == named), None)
    ordered = ([main] if main else []) + [option for option in calm if option is not main]
    ordered += [option for option in options if option.custom.get("danger")]
    return [Button(option, f"{obj.get_absolute_url()}action/{option.name}/{query}", _css(option, main)) for option in ordered]


def _css(option: Option, main: Option | None) -> str:
    if option.custom.get("danger"):
        return "btn-danger"
    return "btn-primary" if option is main else "btn-outline-primary"
