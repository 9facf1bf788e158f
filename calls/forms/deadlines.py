"""What a call manager types about deadlines: more time for one lycée, the days of the reminders."""

import re
from datetime import datetime

from django import forms

from calls.actions.extensions import closing_gap
from calls.actions.reminders import MOST_DAYS, MOST_STEPS
from calls.models import Call
from portal.directory.models import Establishment
from portal.text.french import enumeration
from portal.ui.fields import MomentField, PlainTextField
from portal.workflow.watched import WatchedForm


class SchoolExtensionForm(forms.Form):
    """More time for one lycée, and why."""

    uai = PlainTextField(
        label="Lycée",
        max_length=12,
        help_text="Son code UAI : sept chiffres et une lettre.",
        error_messages={"required": "Donnez le code UAI du lycée."},
    )
    closes_at = MomentField(
        label="Clôture pour ce lycée (heure de Paris)",
        error_messages={"required": "Donnez la date et l’heure de la clôture pour ce lycée."},
    )
    reason = PlainTextField(
        label="Motif",
        help_text="Il est gardé au journal, et le lycée le lit.",
        max_length=500,
        multiline=True,
        error_messages={"required": "Donnez le motif : il est gardé au journal, et le lycée le lit."},
    )

    def __init__(self, *args, call: Call, **kwargs):
        super().__init__(*args, **kwargs)
        self.call = call

    def clean_uai(self) -> Establishment:
        uai = "".join(self.cleaned_data["uai"].split()).upper()
        found = Establishment.objects.filter(uai=uai).first()
        if found is None:
            raise forms.ValidationError("Aucun lycée ne porte ce code UAI. Il a sept chiffres et une lettre, par exemple 0541286L.")
        return found

    def clean_closes_at(self) -> datetime:
        closes_at, lycee = self.cleaned_data["closes_at"], self.cleaned_data.get("uai")
        if isinstance(lycee, Establishment) and (gap := closing_gap(self.call, lycee, closes_at)):
            raise forms.ValidationError(gap)
        return closes_at

    @property
    def granted(self) -> dict:
        """The arguments of `grant_extension` that were typed."""
        values = self.cleaned_data
        return {"establishment": values["uai"], "closes_at": values["closes_at"], "reason": values["reason"]}


class RemindersForm(WatchedForm, forms.Form):
    """On which working days before a deadline schools are reminded of it."""

    reminder_days = PlainTextField(
        label="Jours ouvrés avant l’échéance",
        required=False,
        max_length=40,
        help_text=f"Des nombres de 1 à {MOST_DAYS}, séparés par des virgules, {MOST_STEPS} au plus. Laissé vide : aucun rappel n’est envoyé.",
    )

    def clean_reminder_days(self) -> list[int]:
        typed = re.split(r"[,;\s]+", self.cleaned_data["reminder_days"].strip(", ;"))
        if typed == [""]:
            return []
        wrong = [one for one in typed if not one.isascii() or not one.isdigit() or not 1 <= int(one) <= MOST_DAYS]
        if wrong:
            raise forms.ValidationError(f"Des nombres entiers de 1 à {MOST_DAYS}, par exemple 7, 3, 1. À corriger : {enumeration(wrong)}.")
        days = sorted({int(one) for one in typed}, reverse=True)
        if len(days) > MOST_STEPS:
            raise forms.ValidationError(f"{MOST_STEPS} rappels au plus : vous en donnez {len(days)}.")
        return days
