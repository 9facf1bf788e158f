from django import forms

from calls.models import Call
from exports.registry import WorkbookKind
from exports.rights import offered_calls
from portal.accounts.models import User


class WorkbookForm(forms.Form):
    """Which call to export. Offers only what the person sees."""

    call = forms.ModelChoiceField(label="Appel à projets", queryset=Call.objects.none(), to_field_name="reference", empty_label=None)

    def __init__(self, *args, user: User, kind: WorkbookKind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind.needs_call:
            self.fields["call"].queryset = offered_calls(kind, user).order_by("-opens_at")
            self.fields["call"].error_messages = {
                "invalid_choice": "Cet appel n’existe pas ou ne vous est pas ouvert.",
                "required": "Choisissez un appel.",
            }
        else:
            del self.fields["call"]

    def params(self) -> dict:
        """What the job keeps: references, never objects."""
        call = self.cleaned_data.get("call")
        return {"call": call.reference} if call else {}
