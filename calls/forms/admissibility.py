"""One admissibility line of a call, as its manager writes it."""

from functools import cache, partial

from django import forms

from calls.conditioned.admissibility_lines import LONGEST_LABEL, LONGEST_MESSAGE, errors_in_line
from calls.forms.conditions import ComposingForm, ConditionField
from calls.models import Call
from calls.queries.admissibility import composing_lines
from portal.ui.fields import PlainTextField
from portal.workflow.watched import WatchedForm


class AdmissibilityLineForm(ComposingForm, WatchedForm, forms.Form):
    """What is looked at, when it holds, and what the officer reads when it does not."""

    label = PlainTextField(
        label="Ce qui est vérifié",
        help_text="Par exemple : Vote du conseil d’administration avant le dépôt.",
        max_length=LONGEST_LABEL,
    )
    message = PlainTextField(
        label="Ce que lit l’instructeur quand la condition n’est pas remplie",
        help_text="Facultatif. Par exemple : demandez la délibération signée.",
        max_length=LONGEST_MESSAGE,
        required=False,
    )

    def __init__(self, *args, call: Call, line: dict | None = None, **kwargs):
        kwargs.setdefault("initial", line or {})
        super().__init__(*args, **kwargs)
        self.catalogue = cache(partial(composing_lines, call))
        self.fields["condition"] = ConditionField(
            self.catalogue,
            label="Remplie si",
            help_text="Sur les réponses du dossier, le lycée, les vagues précédentes et la date du dépôt. Ce qu’on ne sait pas est à vérifier.",
            required=True,
        )
        self.order_fields(["label", "condition", "message"])

    def clean_condition(self) -> dict:
        raw = self.cleaned_data["condition"]
        if errors := errors_in_line(raw, self.catalogue()):
            raise forms.ValidationError(errors)
        return raw
