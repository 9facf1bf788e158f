"""The form of how a call sets amounts."""

from decimal import Decimal

from django import forms
from django.http import QueryDict

from portal.text.french import exact
from portal.ui.fields import AmountField, PlainTextField, WholeNumberField
from portal.workflow.watched import WatchedForm
from scoring.enums import AmountFloor, AmountStep, AmountWay, WeightBy
from scoring.forms.balance import MOST_POINTS, BoundField, written_number
from scoring.models import AmountPolicy
from scoring.wording.amounts import MOST_WEIGHT, policy_gaps

BAND_ROWS = 6


class AmountsForm(WatchedForm, forms.Form):
    """The rule of amounts, its bands as rows of a mark and what it is worth. `with_erratum`: the rule is public, and says why it changes."""

    way = forms.ChoiceField(label="Chaque dossier retenu reçoit", widget=forms.RadioSelect, choices=AmountWay.choices)
    weight_by = forms.ChoiceField(label="Dans un partage, une note pèse", widget=forms.RadioSelect, choices=WeightBy.choices)
    threshold = BoundField(
        label="Seuil",
        maximum=MOST_POINTS,
        help_text="En proportion seulement : au-dessous de cette note, un dossier n’a pas de part.",
    )
    counts_pupils = forms.BooleanField(label="Multiplier ce poids par le nombre d’élèves du lycée", required=False)
    ceiling_amount = AmountField(
        label="Au plus par dossier, en euros", required=False, help_text="Vide : pas d’autre plafond que celui de l’appel."
    )
    step = forms.TypedChoiceField(
        label="Arrondir les parts",
        choices=AmountStep.choices,
        coerce=int,
        help_text="Une part paie ensuite des besoins entiers, à leur prix exact : un pas plus large laisse plus de parts égales, pas des montants ronds.",
    )
    floor = forms.ChoiceField(
        label="Au-dessous de quoi un projet ne peut pas se faire", widget=forms.RadioSelect, choices=AmountFloor.choices
    )
    floor_amount = AmountField(label="Montant, en euros", required=False, help_text="Si le minimum est un montant.")
    floor_percent = WholeNumberField(
        label="Part de la demande, en %", minimum=1, maximum=100, required=False, help_text="Si le minimum est une part de la demande."
    )

    def __init__(self, data: QueryDict | None = None, *, policy: AmountPolicy, scale: int, with_erratum: bool = False):
        self.policy, self.scale = policy, scale
        initial = {name: getattr(policy, name) for name in ("way", "weight_by", "counts_pupils", "step", "floor", "floor_percent")}
        initial |= {name: written_number(getattr(policy, name)) for name in ("threshold", "ceiling_amount", "floor_amount")}
        super().__init__(data, initial=initial)
        for row in range(BAND_ROWS):
            least, value = policy.bands[row] if row < len(policy.bands) else (None, None)
            told = "" if least is None else exact(Decimal(least))
            self.fields[f"band-{row}-least"] = BoundField(label=f"Palier {row + 1}, à partir de la note", maximum=MOST_POINTS, initial=told)
            self.fields[f"band-{row}-value"] = WholeNumberField(
                minimum=1, maximum=MOST_WEIGHT, required=False, initial=value, label=f"Palier {row + 1}, poids ou part en %"
            )
        if with_erratum:
            self.fields["erratum"] = PlainTextField(
                label="Erratum",
                max_length=500,
                multiline=True,
                help_text="La règle est publique. Ce texte paraît sur la page de l’appel, avec ce qui change, et part aux équipes qui ont un dossier.",
                error_messages={"required": "Dites pourquoi la règle change, par exemple : la part minimum avait été oubliée."},
            )

    @property
    def band_rows(self) -> list[tuple]:
        """(mark, value) fields, for the table."""
        return [(self[f"band-{row}-least"], self[f"band-{row}-value"]) for row in range(BAND_ROWS)]

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        for row in range(BAND_ROWS):
            least, value = cleaned[f"band-{row}-least"], cleaned[f"band-{row}-value"]
            if (least is None) != (value is None):
                missing, said = ("least", "Donnez la note de ce palier.") if least is None else ("value", "Donnez ce que vaut ce palier.")
                self.add_error(f"band-{row}-{missing}", said)
        for field, sentence in [] if self.errors else policy_gaps(self.wanted, self.scale):
            self.add_error("band-0-least" if field == "bands" else field, sentence)
        return cleaned

    @property
    def wanted(self) -> AmountPolicy:
        """The rule typed, for `set_amounts`."""
        cleaned = self.cleaned_data
        rows = [(cleaned[f"band-{row}-least"], cleaned[f"band-{row}-value"]) for row in range(BAND_ROWS)]
        bands = [[f"{least:.2f}", value] for least, value in sorted((row for row in rows if row[0] is not None), reverse=True)]
        names = ("way", "weight_by", "threshold", "counts_pupils", "ceiling_amount", "step", "floor", "floor_amount", "floor_percent")
        return AmountPolicy(bands=bands, **{name: cleaned[name] for name in names})
