"""The field in which a condition is composed, wherever the writing of a form takes one."""

from calls.conditions.catalogue import Catalogue
from calls.forms.conditions import ConditionField


def condition_field(catalogue: Catalogue, label: str, help_text: str, *, lead: str, required: bool = False) -> ConditionField:
    """The one field of conditions. `catalogue`: what they may refer to; `lead` begins the sentence that they make (« Posée »)."""
    return ConditionField(catalogue, lead=lead, label=label, help_text=help_text, required=required)
