"""What is typed about opinions: how a call asks for them, for when, and the opinion itself."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from calls.enums import OpinionState, OpinionValue
from calls.models import Call, Opinion
from calls.opinions import BODIES, LONGEST_HEADING, MOST_DAYS, MOST_HEADINGS, AskedOpinions
from portal.text.french import count
from portal.text.search import matching
from portal.ui.fields import DayField, PlainTextField, WholeNumberField
from portal.ui.filters import FilterForm, SearchField
from portal.workflow.watched import WatchedForm

LONGEST_TEXT = 3000
_BODY_NAMES = {"academy": "L’académie, pour ses lycées publics et privés", "draaf": "La DRAAF, pour les lycées agricoles"}


class OpinionsOfCallForm(WatchedForm, forms.Form):
    """Of which authorities a call asks an opinion, for when, under which headings, and who reads it. `frozen`: one is asked already."""

    bodies = forms.MultipleChoiceField(
        label="Autorités dont l’avis est demandé", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(body.value, _BODY_NAMES[body.value]) for body in BODIES],
        help_text="Chaque dossier va à l’autorité de son lycée. Aucune n’est cochée : l’appel ne demande pas d’avis.",
    )  # fmt: skip
    days = WholeNumberField(label="Délai, en jours ouvrés après la demande", minimum=1, maximum=MOST_DAYS)
    until = DayField(
        label="Ou date limite, la même pour tous", required=False,
        help_text="Si elle est donnée, elle remplace le délai. L’instructeur peut en choisir une autre en demandant l’avis.",
    )  # fmt: skip
    headings = PlainTextField(
        label="Rubriques de l’avis", multiline=True, max_length=MOST_HEADINGS * (LONGEST_HEADING + 1), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"Une par ligne, {MOST_HEADINGS} au plus. L’autorité écrit un texte sous chacune.",
        error_messages={"required": "Écrivez au moins une rubrique."},
    )  # fmt: skip
    to_jury = forms.BooleanField(label="Le jury lit l’avis rendu, à côté du dossier", required=False)
    takes_late = forms.BooleanField(label="Un avis peut être rendu après sa date, et se lit alors « en retard »", required=False)

    def __init__(self, *args, call: Call, frozen: bool, **kwargs):
        asked = call.asked_opinions
        initial = {"bodies": list(asked.bodies), "days": asked.days, "until": asked.until, "headings": "\n".join(asked.headings)}
        super().__init__(*args, initial=initial | {"to_jury": asked.to_jury, "takes_late": asked.takes_late}, **kwargs)
        self.before = asked
        if frozen:
            del self.fields["bodies"], self.fields["headings"]

    def clean_until(self) -> date | None:
        until = self.cleaned_data["until"]
        if until and until != self.before.until and until < timezone.localdate():
            raise forms.ValidationError("Cette date est passée : donnez une date à partir d’aujourd’hui, ou laissez vide.")
        return until

    def clean_headings(self) -> tuple[str, ...]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["headings"].splitlines()]
        found = tuple(line for line in lines if line)
        if len(found) > MOST_HEADINGS:
            raise forms.ValidationError(f"{MOST_HEADINGS} rubriques au plus : vous en donnez {len(found)}.")
        if long := next((line for line in found if len(line) > LONGEST_HEADING), ""):
            raise forms.ValidationError(
                f"Une rubrique a {LONGEST_HEADING} signes au plus : « {long[:40]}… » en a {count(len(long), 'signe')}."
            )
        if len({line.casefold() for line in found}) < len(found):
            raise forms.ValidationError("Deux rubriques portent le même intitulé.")
        return found

    @property
    def asked(self) -> AskedOpinions:
        """What was chosen; what is frozen as it was."""
        values = self.cleaned_data
        bodies = values.get("bodies", self.before.bodies)
        headings = values.get("headings", self.before.headings)
        return AskedOpinions(tuple(bodies), values["days"], values["until"], headings, values["to_jury"], values["takes_late"])


class DueForm(forms.Form):
    """The last day of an opinion."""

    due_on = DayField(label="Avis à rendre le, inclus")

    def clean_due_on(self) -> date | None:
        due_on, today = self.cleaned_data["due_on"], timezone.localdate()
        if due_on and due_on < today:
            raise forms.ValidationError("Cette date est passée : donnez une date à partir d’aujourd’hui.")
        if due_on and (due_on - today).days > 366:
            raise forms.ValidationError("Cette date est à plus d’un an.")
        return due_on


class OpinionForm(WatchedForm, forms.Form):
    """An opinion being written: nothing is compulsory before it is given."""

    value = forms.ChoiceField(label="Sens de l’avis", required=False, choices=OpinionValue.choices, widget=forms.RadioSelect)

    def __init__(self, *args, opinion: Opinion, **kwargs):
        self.rows = {f"rubrique-{rank}": heading for rank, (heading, _) in enumerate(opinion.rows, 1)}
        texts = {name: opinion.texts.get(heading, "") for name, heading in self.rows.items()}
        written: dict[str, Any] = {"value": opinion.value, "reserves": opinion.reserves, "remark": opinion.remark}
        super().__init__(*args, initial=written | texts, **kwargs)
        for name, heading in self.rows.items():
            self.fields[name] = self._text(heading)
        self.fields["reserves"] = self._text("Réserves", "Demandées pour un avis favorable avec réserves.")
        self.fields["remark"] = self._text(
            "Remarque réservée à l’instruction", "Lue par l’instructeur et le gestionnaire de l’appel, jamais par le jury."
        )

    @staticmethod
    def _text(label: str, help_text: str = "") -> PlainTextField:
        return PlainTextField(
            label=label,
            required=False,
            multiline=True,
            max_length=LONGEST_TEXT,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    @property
    def written(self) -> dict:
        """The arguments of `write_opinion`."""
        values = self.cleaned_data
        texts = {heading: values[name] for name, heading in self.rows.items()}
        return {"value": values["value"], "texts": texts, "reserves": values["reserves"], "remark": values["remark"]}


class OpinionsFilters(FilterForm):
    """The opinions of one's authority: awaited or given, or by words of the file."""

    q = SearchField()
    etat = forms.ChoiceField(required=False, label="État", choices=[("", "Tous"), ("attendus", "À rendre"), ("rendus", "Rendus")])

    def narrow(self, opinions: QuerySet[Opinion]) -> QuerySet[Opinion]:
        """Keep those that answer to every filter in force."""
        values = self.values
        opinions = matching(opinions, values.get("q"), "application__search_text")
        states = {"attendus": OpinionState.ASKED, "rendus": OpinionState.GIVEN}
        return opinions.filter(state=states[values["etat"]]) if values.get("etat") else opinions
