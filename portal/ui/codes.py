"""Accounting references: typed by people, copied on the papers of holders, read by the software of the Région."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from portal.ui.fields import PlainTextField

SERVICE_CODE = r"[0-9A-Za-z]+([ ._/-][0-9A-Za-z]+)*"  # Chorus Pro lets each structure name its services


class CodeField(PlainTextField):
    """A reference of a known shape, never required; another is refused with an example. What was already there may stay as it is."""

    def __init__(self, *, pattern: str, example: str, what: str, **options):
        """`pattern` and `example` name settings, or are the pattern and the example; `what`: « une imputation », with its article."""
        super().__init__(required=False, **options)
        self.pattern, self.example, self.what, self.kept = pattern, getattr(settings, example, example), what, ""
        if not self.help_text:
            self.help_text = f"Par exemple : {self.example}."

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value or value == self.kept or len(value) > self.max_length:  # one that is too long is told so, and is not matched
            return
        if not re.fullmatch(getattr(settings, self.pattern, self.pattern), value):
            raise ValidationError(
                f"Ce n’est pas {self.what} : écrivez une référence comme {self.example}, ou laissez ce champ vide.", code="shape"
            )


class BudgetCodeField(CodeField):
    """The budget line on which money is taken."""

    def __init__(self, **options):
        super().__init__(
            pattern="BUDGET_CODE_PATTERN", example="BUDGET_CODE_EXAMPLE", what="une imputation budgétaire", max_length=60,
            **{"label": "Imputation budgétaire"} | options,
        )  # fmt: skip


class CommitmentNumberField(CodeField):
    """The « engagement juridique », that the holder recalls on its invoice."""

    def __init__(self, **options):
        super().__init__(
            pattern="COMMITMENT_NUMBER_PATTERN", example="COMMITMENT_NUMBER_EXAMPLE", what="un numéro d’engagement juridique", max_length=40,
            label="Numéro d’engagement juridique",
            help_text=f"Le titulaire le rappelle sur sa facture (Chorus Pro). Par exemple : {settings.COMMITMENT_NUMBER_EXAMPLE}.",
            **options,
        )  # fmt: skip


class ServiceCodeField(CodeField):
    """The service of the Région that Chorus Pro sends an invoice to."""

    def __init__(self, **options):
        super().__init__(
            pattern=SERVICE_CODE, example="LYC-NUM", what="un code de service", max_length=40, label="Code service Chorus Pro", **options
        )


def keep_codes(form: forms.Form) -> None:
    """Let the references that `form` starts from stay as they are: what was typed before must not stop a correction of something else."""
    for name, field in form.fields.items():
        if isinstance(field, CodeField):
            field.kept = form.get_initial_for_field(field, name) or ""
