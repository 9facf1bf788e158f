"""The field in which a condition is written, wherever a form takes one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calls.conditions.catalogue import Catalogue
from calls.conditions.reading import read_condition


class WrittenCondition(forms.JSONField):
    """A condition as JSON with keys (calls.conditions.reading), read against what it may refer to. Value: a dict, or None."""

    def __init__(self, catalogue: Catalogue, **options):
        self.catalogue = catalogue
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}))
        super().__init__(
            error_messages={"invalid": "Cette condition n’est pas lisible : il y manque une accolade ou un guillemet."}, **options
        )

    def to_python(self, value: Any) -> dict | None:
        found = super().to_python(value)
        if not found:
            return None
        errors: list[str] = []
        if read_condition(found, self.catalogue, "Condition", errors) is None:
            raise ValidationError(errors)
        return found

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value) if value else ""


def condition_field(catalogue: Catalogue, label: str, help_text: str, *, required: bool = False) -> forms.Field:
    """The one field of conditions: `catalogue` is what they may refer to."""
    return WrittenCondition(catalogue, label=label, help_text=help_text, required=required)
