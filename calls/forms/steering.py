"""What a call manager types on the steering page."""

from datetime import datetime

from django import forms
from django.utils.text import format_lazy

from calls.actions.steering import closing_gap
from calls.models import Call
from portal.ui.fields import EXAMPLE_DAY, MomentField, PlainTextField
from portal.workflow.watched import WatchedForm


class ExtensionForm(WatchedForm, forms.Form):
    """A later closing, and why."""

    closes_at = MomentField(
        label="Nouvelle clôture (heure de Paris)",
        error_messages={
            "required": "Donnez la date et l’heure de la nouvelle clôture.",
            "invalid": format_lazy("Cette date n’est pas lisible ; écrivez-la par exemple {} 18:00.", EXAMPLE_DAY),
        },
    )
    reason = PlainTextField(
        label="Motif",
        help_text="Il est gardé au journal, et la prolongation est annoncée aux équipes dont le dossier est ouvert.",
        max_length=500,
        multiline=True,
        error_messages={"required": "Donnez le motif : il est gardé au journal."},
    )

    def __init__(self, *args, call: Call, **kwargs):
        super().__init__(*args, **kwargs)
        self.call = call

    def clean_closes_at(self) -> datetime:
        closes_at = self.cleaned_data["closes_at"]
        if gap := closing_gap(self.call, closes_at):
            raise forms.ValidationError(gap)
        return closes_at
