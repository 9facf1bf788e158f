"""Heroicons (mini, 20 px) as inline SVG: each one is read from the package once per process."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_mini


def draw(name: str, size: str = "", label: str = "") -> SafeString:
    """One icon. `size` "sm" follows small text; without `label` it is decoration and hidden from screen readers.

    Raises heroicons.IconDoesNotExist: a name is always a literal of a template.
    """
    if not label:
        return _decoration(name, size)
    return format_html('<svg class="{}" viewBox="0 0 20 20" role="img" aria-label="{}">{}</svg>', _css(size), label, _paths(name))


@cache
def _decoration(name: str, size: str) -> SafeString:
    return format_html('<svg class="{}" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', _css(size), _paths(name))


def _css(size: str) -> str:
    return "pr-i pr-i--sm" if size == "sm" else "pr-i"


@cache
def _paths(name: str) -> SafeString:
    markup = heroicon_mini(name)
    inner = markup[markup.index(">") + 1 : markup.rindex("</svg>")].replace(' clip-rule="evenodd"', "")
    return mark_safe(inner.strip())  # noqa: S308 -- markup of the package
