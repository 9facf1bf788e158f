"""Words, icons, badges and lists. Built in: templates use these tags without `{% load %}`."""

from collections.abc import Iterable, Sequence, Sized
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.template import Context
from django.template.defaultfilters import stringfilter
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.roles import Person
from portal.text import dates, french, typography
from portal.ui import icons
from portal.ui.links import links_for
from portal.ui.looks import Decided, Stateful, look_of
from portal.ui.navigation import MenuLink
from portal.ui.todo import TodoItem

register = template.Library()

LEVEL_CLASSES = {"ok": "is-ok", "warn": "is-warn", "err": "is-err", "info": "is-info", "accent": "is-accent", "neutral": "is-none"}
LEVEL_ICONS = {
    "ok": "check-circle",
    "warn": "exclamation-triangle",
    "err": "exclamation-circle",
    "info": "information-circle",
    "accent": "information-circle",
    "neutral": "information-circle",
}
MESSAGE_LEVELS = {"success": "ok", "warning": "warn", "error": "err", "info": "info", "debug": "info"}
SHORT_LINE = 56  # signs of six entries of the menu, at 1280 px, beside the brand and the account
SOON = 3  # days from which a date is shown as pressing

# -- Filters ----------------------------------------------------------------------------------------------------------


@register.filter
def euros(amount: object, decimals: int | str = 2) -> str:
    """12 345,60 €; `|euros:0` without cents."""
    return french.euros(amount, int(decimals))


@register.filter
def number(value: object, decimals: int | str = 0) -> str:
    """1 234 or, with `|number:2`, 1 234,50."""
    return french.number(value, int(decimals))


@register.filter
def percent(value: Decimal | int) -> str:
    """`{{ decision.rate|percent }}`: 62,5 %."""
    return french.percent(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """12 mars 2027."""
    return dates.day(value)


@register.filter
def short_day(value: date | datetime | None) -> str:
    """12 mars: where the year goes without saying."""
    return dates.day(value, year=False)


@register.filter
def long_day(value: date | datetime | None) -> str:
    """vendredi 12 mars 2027."""
    return dates.day(value, weekday=True)


@register.filter
def moment(value: datetime | None) -> str:
    """12 mars 2027 à 18 h 00."""
    return dates.moment(value)


@register.filter
def hour(value: datetime | None) -> str:
    """18 h 00."""
    return dates.hour(value)


@register.filter
def weight(size: int | None) -> str:
    """The weight of a file in bytes: 88 Ko, 1,2 Mo."""
    return french.weight(int(size or 0))


@register.filter(is_safe=True)
@stringfilter
def typo(text: str) -> str:
    """French non-breaking spaces, in plain text as in markup already safe."""
    return mark_safe(typography.typo(text, html=True)) if isinstance(text, SafeString) else typography.typo(text)  # noqa: S308 -- was safe already


@register.filter
def of(name: object) -> str:
    """`{{ call.title|of }}`: d’Usages numériques, de Lycée 4.0."""
    return french.of(name)


@register.filter
def mark(value: Decimal | None) -> str:
    """`{{ line.score|mark }}`: 71,70."""
    return french.mark(value)


@register.filter
def the_school(name: object) -> str:
    """`{{ school.name|the_school }}`: le lycée général X."""
    return french.the_school(name)


@register.filter
def of_school(name: object) -> str:
    """`{{ school.name|of_school }}`: du lycée général X."""
    return french.of_school(name)


@register.filter
def at_school(name: object) -> str:
    """`{{ school.name|at_school }}`: au lycée général X."""
    return french.at_school(name)


@register.filter
def counted(value: int, noun: str) -> str:
    """`{{ 3|counted:"dossier" }}`: 3 dossiers; an irregular plural after a comma: `"travail,travaux"`."""
    singular, _, plural = noun.partition(",")
    return french.count(value, singular, plural)


@register.filter
def pluralize(value: int | Sized, endings: str = "s") -> str:
    """Django's filter as French counts: nothing is plural below two. `{{ n }} dossier{{ n|pluralize }}`, `"al,aux"` for two endings."""
    singular, _, plural = endings.rpartition(",")
    number_ = len(value) if isinstance(value, Sized) and not isinstance(value, str) else float(value or 0)
    return singular if abs(number_) < 2 else plural


# -- Icons and badges -------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> str:
    """An inline heroicon: `{% icon "check-circle" size="sm" label="Complet" %}`; without label, decoration."""
    return icons.draw(str(name), str(size), str(label))


@register.filter
def is_long(links: Sequence[MenuLink]) -> bool:
    """Whether the first six entries of the menu are too long for the line of a desk (ui/theme.css cuts it)."""
    return sum(len(link.label) for link in links[:6]) > SHORT_LINE


@register.simple_tag
def menu_links(links: Iterable[MenuLink]) -> SafeString:
    """The items of the main menu, drawn once: a page has them in its bar and, for what the bar cannot hold, under « Plus »."""
    rows = ((link.url, format_html(' aria-current="{}"', link.current) if link.current else "", link.label) for link in links)
    return format_html_join("", '<li><a href="{}"{}>{}</a></li>', rows)


@register.simple_tag
def badge(level: str, text: str, icon: str = "") -> str:
    """A state: icon, word, colour. Levels: ok warn err info accent neutral."""
    return _badge(level, text, icon)


@lru_cache(maxsize=1024, typed=True)
def _badge(level: str, text: str, icon: str) -> str:
    """Drawn once for a word: a list says the same states fifty times. `typed`: safe markup and text typed by somebody stay apart."""
    css = LEVEL_CLASSES.get(level, "is-none")
    return format_html('<span class="pr-badge {}">{}{}</span>', css, icons.draw(icon or LEVEL_ICONS.get(level, "minus-circle"), "sm"), text)


@register.simple_tag(takes_context=True)
def state_badge(context: Context, obj: Stateful) -> str:
    """The state of an object. Outside the Région, a file says its state as the school reads it; what it is waiting for, where it says so."""
    told = getattr(obj, "told_state", None)
    return badge(told.level, told.label, told.icon) if told else badge_of(obj, viewer(context))


def badge_of(obj: Stateful, user: Person | AnonymousUser | None = None) -> str:
    """The state of an object as `user` reads it (None: somebody outside the Région, which matters for a file only)."""
    look = look_of(obj, outside=_is_outside(obj, user))
    return badge(look.level, state_label(obj, user), look.icon)


def state_label(obj: Stateful, user: Person | AnonymousUser | None) -> str:
    """The words of the present state for `user` (None: somebody outside the Région)."""
    return obj.applicant_label if _is_outside(obj, user) else obj.get_state_display()


def _is_outside(obj: Stateful, user: Person | AnonymousUser | None) -> bool:
    """Whether this person reads the object in the words meant for schools."""
    return hasattr(obj, "applicant_label") and not (user is not None and getattr(user, "is_region_staff", False))


@register.simple_tag
def outcome_badge(decision: Decided) -> str:
    """The outcome of a file: `{% outcome_badge decision %}`; nothing without outcome."""
    if not decision.outcome:
        return ""
    look = decision.outcome_look
    return badge(look.level, decision.get_outcome_display(), look.icon)


@register.simple_tag
def days_left(due: date | datetime | None, level: str = "") -> str:
    """The number of days before a date, negative when late. Nothing without a date."""
    if not due:
        return ""
    days = TodoItem("", "", "", "", due).days
    level = level or ("err" if days < 0 else "warn" if days <= SOON else "neutral")
    figure = french.number(days)
    return format_html(
        '<span class="pr-days {}"><b>{}</b>{}</span>', LEVEL_CLASSES.get(level, "is-none"), figure, "jour" if abs(days) < 2 else "jours"
    )


@register.simple_tag
def todo_sign(level: str) -> str:
    """What stands in the place of the days for a thing to do that has no date."""
    drawing = {"err": "exclamation-circle", "warn": "clock", "info": "bell", "ok": "check-circle"}.get(level, "inbox")
    return format_html('<span class="pr-days {}">{}</span>', LEVEL_CLASSES.get(level, "is-none"), icons.draw(drawing))


def viewer(context: Context) -> Person | AnonymousUser | None:
    """The person who looks at the page, if the template knows."""
    request = context.get("request")
    return context.get("user") or getattr(request, "user", None)


# -- Messages ---------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def alert(content: str, level: str = "info", icon: str = "", role: str = "", said: bool = False) -> SafeString:
    """`{% alert "warn" %}<strong>…</strong> …{% endalert %}`: a message on the page. `said`: read aloud when it appears; `role`: a role of its own."""
    return format_html(
        '<div class="pr-alert {}"{}{}>{}<div>{}</div></div>',
        LEVEL_CLASSES.get(level, "is-info"),
        format_html(' role="{}"', role) if role else "",
        mark_safe(" data-say") if said else "",  # noqa: S308 -- a constant
        icons.draw(icon or LEVEL_ICONS.get(level, "information-circle")),
        content,
    )


@register.simple_block_tag
def panel(content: str, title: str, key: str, css: str = "", heading: str = "") -> SafeString:
    """`{% panel "Étapes" "etapes" css="mt-3" heading="h3" %}…{% endpanel %}`: a section under its heading, whose identifier is `key`."""
    return format_html(
        '<section class="{0}" aria-labelledby="{1}"><h2{4} id="{1}">{2}</h2>{3}</section>',
        f"pr-panel {css}".rstrip(),
        key,
        title,
        content,
        format_html(' class="{}"', heading) if heading else "",
    )


@register.filter
def message_level(message: Message) -> str:
    """The level of a message of django.contrib.messages, as the components name levels."""
    return MESSAGE_LEVELS.get(message.level_tag, "info")


@register.simple_block_tag
def nothing(content: str, title: str, url: str = "", label: str = "") -> SafeString:
    """What a list says when it has no row, and what to do then: `{% nothing "Aucun appel" url="calls:steering" label="Voir" %}…{% endnothing %}`."""
    text = mark_safe(" ".join(content.split()))  # noqa: S308 -- content is markup already
    return render_to_string(
        "ui/components/nothing.html", {"title": title, "text": text, "url": _resolved(url, ()) if url else "", "label": label}
    )


@register.simple_tag
def crumb(label: object, target: str = "", *args) -> str:
    """One step of the breadcrumb: `{% crumb "Commandes" "orders:order_list" %}`, `{% crumb order.number order.get_absolute_url %}`.

    `target` is an address, or the name of one with its arguments; without it, the step is the page itself.
    """
    if not target:
        return format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', label)
    return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', _resolved(target, args), label)


@register.simple_tag
def action(label: str, target: str, *args, icon: str = "", css: str = "btn-outline-primary") -> str:
    """A link that looks like a button: `{% action "Modifier" "orders:order_edit" order.number icon="pencil-square" css="btn-primary" %}`."""
    drawing = icons.draw(icon) if icon else ""
    return format_html('<a class="btn {}" href="{}">{}{}</a>', css, _resolved(target, args), drawing, label)


@register.simple_tag
def submit(label: str, icon: str = "", css: str = "btn-primary") -> str:
    """The button that sends a form: `{% submit "Enregistrer" %}`, `{% submit "Supprimer" icon="trash" css="btn-danger" %}`."""
    return format_html('<button type="submit" class="btn {}">{}{}</button>', css, icons.draw(icon) if icon else "", label)


def _resolved(target: str, args: tuple) -> str:
    """An address, from itself or from its name."""
    return target if target.startswith(("/", "?")) else reverse(target, args=args)


# -- Lists ------------------------------------------------------------------------------------------------------------


def _address(context: Context, **changes) -> str:
    """The present address with parameters changed (None removes)."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is None:
        return "?" + "&".join(f"{key}={value}" for key, value in changes.items() if value is not None)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(context: Context, page_obj: Page, noun: str = "ligne") -> dict:
    """The pages of a list, with the filters kept. `noun` (singular) names the rows."""
    paginator = page_obj.paginator
    numbers = paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    links = [
        {"number": number, "url": _address(context, page=number), "current": number == page_obj.number}
        if isinstance(number, int)
        else {"number": "…", "url": "", "current": False}
        for number in numbers
    ]
    return {
        "page_obj": page_obj,
        "links": links,
        "noun": noun,
        "previous_url": _address(context, page=page_obj.previous_page_number()) if page_obj.has_previous() else "",
        "next_url": _address(context, page=page_obj.next_page_number()) if page_obj.has_next() else "",
    }


@register.inclusion_tag("ui/components/links.html", takes_context=True)
def links_of(context: Context, place: str, css: str = "", **about) -> dict:
    """The links that higher apps add to a list (portal.ui.links): `{% links_of "calls.files" call=call.reference css="btn-sm" %}`."""
    return {"links": links_for(place, viewer(context), **about), "css": css}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(steps: Iterable, vertical: bool = False) -> dict:
    """A frieze of steps. Each step (mapping or object): label, detail, status "done", "now" or ""."""
    return {"steps": steps, "vertical": vertical}


@register.simple_tag
def attrs(**given) -> str:
    """HTML attributes from arguments: `{% attrs data_id=row.pk title=row.label %}`; empty ones are left out."""
    pairs = [(key.replace("_", "-"), value) for key, value in given.items() if value not in (None, "", False)]
    return mark_safe("".join(f' {key}="{conditional_escape(value)}"' for key, value in pairs))  # noqa: S308 -- each value is escaped
