"""Filters of a list: optional fields, in the address, each one removable."""

from typing import NamedTuple

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.text import dates
from portal.text.search import LONGEST
from portal.ui.fields import LeanSelect, PlainTextField


class SearchField(PlainTextField):
    """Words to look for: give its value to `portal.text.search.matching`. Always optional; too long a text is refused and said."""

    def __init__(self, *, label: str = "Recherche", **options):
        super().__init__(label=label, required=False, max_length=LONGEST, **options)
        self.widget.attrs["maxlength"] = str(LONGEST)


class LeanInput(forms.TextInput):
    """A line of text written in one go: Django reads two templates for it."""

    def render(self, name: str, value: object, attrs: dict | None = None, renderer: BaseRenderer | None = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        given = {"value": widget["value"]} if widget["value"] is not None else {}
        return format_html('<input type="{}" name="{}"{}{}>', self.input_type, name, flatatt(given), flatatt(widget["attrs"]))


LEAN = {forms.Select: LeanSelect, forms.TextInput: LeanInput}


class Chip(NamedTuple):
    """A filter in force, as the list shows it above its rows."""

    label: str
    value: str
    remove_url: str


class FilterForm(forms.Form):
    """A form sent by GET. What is not understood is left out and said; the rest still filters. Lists and lines of text are lean."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.__class__ = LEAN.get(type(field.widget), type(field.widget))

    @property
    def values(self) -> dict:
        """What was understood, by field name; to be given to a query."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields if name not in self.errors}

    @property
    def in_force(self) -> list[Chip]:
        """The filters in force, in the order of the fields."""
        return [
            Chip(str(self.fields[name].label), self._text(name, value), self._without(name)) for name, value in self.values.items() if value
        ]

    def _text(self, name: str, value: object) -> str:
        choices = {str(key): label for key, label in getattr(self.fields[name], "choices", ())}
        if str(value) in choices:
            return str(choices[str(value)])
        return dates.day(value) if isinstance(self.fields[name], forms.DateField) else str(value)

    def _without(self, name: str) -> str:
        query = self.data.copy()
        query.pop(name, None)
        query.pop("page", None)
        return f"?{query.urlencode()}"
