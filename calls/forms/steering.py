"""What a call manager types on the steering page."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from calls.actions.steering import closing_gap
from calls.models import Call
from portal.ui.fields import AmountField, MomentField, PlainTextField
from portal.workflow.watched import WatchedForm

REFERENCE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
MOST_BUDGET = Decimal("9999999999.99")
_LAST_NUMBER = re.compile(r"([0-9]+)(?=[^0-9]*$)")


def clean_reference(typed: str) -> str:
    """The reference of a call, which begins that of every file, and their addresses. Raises ValidationError."""
    reference = typed.upper()
    if not REFERENCE.fullmatch(reference):
        raise forms.ValidationError("Des lettres sans accent, des chiffres et des tirets, par exemple L40-V2.")
    return reference


class ExtensionForm(WatchedForm, forms.Form):
    """A later closing, and why."""

    closes_at = MomentField(
        label="Nouvelle clôture (heure de Paris)",
        error_messages={"required": "Donnez la date et l’heure de la nouvelle clôture."},
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


class NextWaveForm(forms.Form):
    """What the next wave of a call is called, when it opens and what it may spend; all of it proposed."""

    title = PlainTextField(label="Intitulé", max_length=160)
    reference = PlainTextField(label="Référence", max_length=20, help_text="Elle commence celle de chaque dossier, par exemple L40-V3.")
    opens_at = MomentField(
        label="Ouverture (heure de Paris)",
        help_text="La clôture, le jury et les résultats viennent autant de jours ouvrés après que dans la vague précédente.",
        error_messages={
            "required": "Donnez la date et l’heure de l’ouverture.",
        },
    )
    budget_amount = AmountField(label="Enveloppe, en euros", minimum=Decimal(0), maximum=MOST_BUDGET)

    def __init__(self, *args, call: Call, **kwargs):
        kwargs.setdefault(
            "initial",
            {
                "title": next_in_line(call.title, call.wave),
                "reference": next_in_line(call.reference, call.wave),
                "opens_at": usual_opening(call),
                "budget_amount": call.budget_amount,
            },
        )
        super().__init__(*args, **kwargs)

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if not slugify(title):
            raise forms.ValidationError("L’adresse de l’appel est faite de son intitulé : écrivez-y au moins une lettre ou un chiffre.")
        return title

    def clean_reference(self) -> str:
        return clean_reference(self.cleaned_data["reference"])

    def clean_opens_at(self) -> datetime:
        opens_at = self.cleaned_data["opens_at"]
        if opens_at <= timezone.now():
            raise forms.ValidationError("L’ouverture est à venir : cette date est passée.")
        return opens_at


def next_in_line(name: str, wave: int) -> str:
    """« Lycée 4.0, vague 3 » after « Lycée 4.0, vague 2 »: the last number is that of the wave; a name without it is proposed as it is."""
    found = _LAST_NUMBER.search(name)
    return name[: found.start()] + str(wave + 1) + name[found.end() :] if found and int(found.group()) == wave else name


def usual_opening(call: Call) -> datetime:
    """A year after the last opening, at the same hour; that day next year, or the year after, once it is past."""
    opening = _a_year_later(timezone.localtime(call.opens_at))
    while opening <= timezone.localtime() + timedelta(days=1):
        opening = _a_year_later(opening)
    return opening.replace(second=0, microsecond=0)


def _a_year_later(moment: datetime) -> datetime:
    return moment.replace(year=moment.year + 1, day=min(moment.day, 28) if moment.month == 2 else moment.day)
