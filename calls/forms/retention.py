"""What is typed about retention: a duration of the call, what is held and why."""

from django import forms

from calls.models import Application, Call
from calls.retention import RetentionRule
from portal.ui.fields import PlainTextField, WholeNumberField
from portal.workflow.watched import WatchedForm


class PeriodForm(WatchedForm, forms.Form):
    """How long a call keeps what a rule covers, and why."""

    months = WholeNumberField(label="Durée, en mois", error_messages={"required": "Donnez une durée, en mois."})
    reason = PlainTextField(
        label="Motif",
        help_text="Il est gardé au journal.",
        max_length=500,
        multiline=True,
        error_messages={"required": "Donnez le motif : il est gardé au journal."},
    )

    def __init__(self, *args, rule: RetentionRule, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["months"] = WholeNumberField(
            label="Durée, en mois",
            minimum=rule.floor,
            maximum=rule.ceiling,
            help_text=f"De {rule.floor} à {rule.ceiling} mois.",
            error_messages={"required": "Donnez une durée, en mois."},
        )


class HoldForm(forms.Form):
    """What is not to be deleted, and why."""

    reference = PlainTextField(
        label="Dossier", required=False, max_length=30, help_text="Sa référence. Laissé vide : tous les dossiers de l’appel."
    )
    reason = PlainTextField(
        label="Motif",
        help_text="Un recours, un contrôle, une demande des archives. Il est gardé au journal.",
        max_length=300,
        multiline=True,
        error_messages={"required": "Donnez le motif : il est gardé au journal."},
    )

    def __init__(self, *args, call: Call, **kwargs):
        super().__init__(*args, **kwargs)
        self.call = call

    def clean_reference(self) -> Application | None:
        """The file, or None for the whole call."""
        typed = self.cleaned_data["reference"].upper()
        found = Application.objects.filter(call=self.call, reference=typed).first() if typed else None
        if typed and found is None:
            raise forms.ValidationError("Aucun dossier de cet appel ne porte cette référence.")
        return found
