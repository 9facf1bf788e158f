"""What a person types to carry out a transition."""

from django import forms

from portal.ui.fields import PlainTextField

REASON_LENGTH = 2000


class ReasonForm(forms.Form):
    """Why: kept in the journal, and sent to the people concerned."""

    reason = PlainTextField(
        label="Motif",
        max_length=REASON_LENGTH,
        multiline=True,
        error_messages={"required": "Indiquez le motif : il est gardé au journal et communiqué aux personnes concernées."},
    )

    def __init__(self, *args, required: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
