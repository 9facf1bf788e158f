"""What a person types to carry out a transition."""

from collections.abc import Mapping

from django import forms

from portal.ui.fields import PlainTextField

REASON_LENGTH = 2000


class BoxFor(forms.CheckboxInput):
    """A box that counts as ticked for this very sentence: ticked beside another one, it is not."""

    def __init__(self, sentence: str):
        self.sentence = sentence
        super().__init__(attrs={"value": sentence})

    def value_from_datadict(self, data: Mapping, files: Mapping, name: str) -> bool:
        return data.get(name) == self.sentence


class SureField(forms.BooleanField):
    """A box to tick before an act: its label says what is confirmed, numbers included."""

    def __init__(self, sentence: str):
        super().__init__(
            label=sentence, widget=BoxFor(sentence), error_messages={"required": "Cochez cette case, ou revenez sans rien faire."}
        )


class ReasonForm(forms.Form):
    """Why, kept in the journal; and, where an act asks it, a box to tick first."""

    reason = PlainTextField(
        label="Motif",
        max_length=REASON_LENGTH,
        multiline=True,
        error_messages={"required": "Indiquez le motif : il est gardé au journal."},
    )

    def __init__(self, *args, required: bool, to_confirm: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        if to_confirm:
            self.fields["sure"] = SureField(to_confirm)

    @property
    def offered(self) -> forms.BoundField | None:
        """The field of the reasons that are proposed, where some are."""
        return None

    @property
    def text(self) -> str:
        """The whole reason, as the journal keeps it and the other side reads it."""
        return self.cleaned_data["reason"]

    @property
    def carried(self) -> dict:
        """What the transition takes of the form, beside the text."""
        return {}

    @property
    def box(self) -> forms.BoundField | None:
        """The box to tick, where there is one."""
        return self["sure"] if "sure" in self.fields else None
