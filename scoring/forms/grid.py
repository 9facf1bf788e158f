"""Forms of the person who prepares the jury: grid, criteria, panel, assignment."""

from collections.abc import Iterable
from functools import cache, partial

from django import forms

from calls.forms.conditions import ComposingForm, ConditionField
from calls.models import Call
from portal.accounts.models import User
from portal.directory.models import Authority
from portal.text.french import percent
from portal.ui.fields import PlainTextField
from portal.workflow.watched import WatchedForm
from scoring.criteria import Parameter, all_rules
from scoring.criteria.applying import errors_in_applies_if
from scoring.criteria.parameters import LEFT_ASIDE, UNIT
from scoring.enums import CriterionKind
from scoring.forms.balance import BoundField
from scoring.models import Criterion, Grid
from scoring.queries.applying import composing_criteria
from scoring.shipped import GRIDS

LEVEL_ROWS = 6
WHOLE = {"min_value": "Donnez un nombre d’au moins %(limit_value)s.", "max_value": "Donnez un nombre d’au plus %(limit_value)s."}


def erratum_field() -> PlainTextField:
    """Why a public grid changes: read by everybody."""
    return PlainTextField(
        label="Erratum",
        max_length=500,
        multiline=True,
        help_text="La grille est publique. Ce texte paraît sur la page de l’appel, avec ce qui change, et part aux équipes qui ont un dossier.",
        error_messages={"required": "Dites pourquoi la grille change, par exemple : le poids annoncé comptait deux fois l’équipe."},
    )


class ErratumForm(forms.Form):
    """What taking a criterion out of a public grid needs."""

    erratum = erratum_field()


class GridForm(WatchedForm, forms.ModelForm):
    """Scale of the published scores, and spread from which a file is to be discussed."""

    scale = forms.IntegerField(min_value=1, max_value=1000, label="Barème des notes publiées", error_messages=WHOLE)
    spread_alert = forms.IntegerField(
        min_value=0,
        max_value=1000,
        label="Écart à discuter, en points",
        error_messages=WHOLE,
        help_text="Entre la note la plus haute et la plus basse.",
    )

    class Meta:
        model = Grid
        fields = ["scale", "spread_alert"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.takes_errata:
            self.fields["erratum"] = erratum_field()


class GridSourceForm(forms.Form):
    """Where a new grid comes from: nothing, a grid shipped with the portal, another call."""

    source = forms.ChoiceField(label="Partir de", required=False)

    def __init__(self, *args, call: Call, **kwargs):
        super().__init__(*args, **kwargs)
        self.grids = {
            f"appel-{grid.pk}": grid
            for grid in Grid.objects.filter(call__is_model=False).exclude(call=call).select_related("call").order_by("-pk")
        }
        self.fields["source"].choices = [
            ("", "Une grille vide"),
            *[(f"modele-{key}", f"Modèle : {shipped.label}") for key, shipped in GRIDS.items()],
            *[(key, f"Appel : {grid.call}") for key, grid in self.grids.items()],
        ]

    @property
    def chosen(self) -> dict:
        """Keyword for `create_grid`."""
        value = self.cleaned_data["source"]
        if value.startswith("modele-"):
            return {"shipped": GRIDS[value.removeprefix("modele-")]}
        return {"source": self.grids.get(value)}


class ShareField(BoundField):
    """What a parameter of a computed criterion is worth, in hundredths of the points."""

    what, in_words = "La part", staticmethod(percent)

    def __init__(self, parameter: Parameter, **options):
        told = f"Vide : {LEFT_ASIDE}." if parameter.may_be_left_aside else ""
        super().__init__(maximum=parameter.most, label=f"{parameter.label}, en {UNIT}", help_text=told, **options)
        self.required = not parameter.may_be_left_aside


class CriterionForm(ComposingForm, WatchedForm, forms.ModelForm):
    """One criterion, with its levels as rows of points, label and description, and the condition under which it applies."""

    group = PlainTextField(label="Groupe", max_length=80)
    label = PlainTextField(label="Critère", max_length=120)
    help = PlainTextField(
        label="Ce qu’on regarde", max_length=1000, multiline=True, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    weight = forms.IntegerField(min_value=0, max_value=100, label="Poids", error_messages=WHOLE)
    max_points = forms.IntegerField(min_value=1, max_value=100, label="Maximum de points", error_messages=WHOLE)
    function = forms.ChoiceField(
        required=False, label="Règle de calcul", help_text="Seulement pour un critère calculé : ses réglages sont plus bas."
    )
    question_keys = forms.MultipleChoiceField(
        required=False,
        label="Questions du dossier qui l’éclairent",
        widget=forms.CheckboxSelectMultiple,
        help_text="Le juré va de la note à la réponse en un clic.",
    )

    class Meta:
        model = Criterion
        fields = ["group", "label", "help", "kind", "weight", "max_points", "function", "question_keys", "applies_if"]
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args, questions: Iterable[tuple[str, str]] = (), **kwargs):
        """`questions` are (key, label) pairs of the call's questionnaire."""
        super().__init__(*args, **kwargs)
        self.rules = all_rules()
        if self.instance.grid.takes_errata:
            self.fields["erratum"] = erratum_field()
        self.fields["function"].choices = [("", "Aucune")] + [(rule.key, rule.label) for rule in self.rules]
        self.fields["question_keys"].choices = questions
        self.fields["kind"].choices = CriterionKind.choices
        self.catalogue = cache(partial(composing_criteria, self.instance.grid.call))
        self.fields["applies_if"] = ConditionField(
            self.catalogue,
            lead="S’applique",
            label="S’applique si",
            help_text="Facultatif. À un dossier dont on sait qu’il ne remplit pas la condition, le critère ne s’applique pas : personne ne le note, "
            "et le poids des autres compte seul. Ce qu’on ne sait pas n’écarte rien.",
        )
        self._add_parameters()
        for row in range(LEVEL_ROWS):
            level = self.instance.levels[row] if row < len(self.instance.levels) else {}
            self.fields[f"level-{row}-points"] = forms.DecimalField(
                required=False,
                min_value=0,
                max_digits=5,
                decimal_places=1,
                localize=True,
                initial=level.get("points"),
                label=f"Niveau {row + 1}, points",
            )
            self.fields[f"level-{row}-label"] = PlainTextField(
                required=False, max_length=40, initial=level.get("label", ""), label=f"Niveau {row + 1}, nom"
            )
            self.fields[f"level-{row}-description"] = PlainTextField(
                required=False, max_length=160, initial=level.get("description", ""), label=f"Niveau {row + 1}, description"
            )

    def _add_parameters(self) -> None:
        """One field for each parameter of the rule chosen; those that the page did not show, the rule being just chosen, are as they stand."""
        kept_for, stored = self.instance.function, self.instance.parameters
        chosen = self.data.get("function", "") if self.is_bound else kept_for
        self.rule = next((rule for rule in self.rules if rule.key == chosen), None)
        self.stored = stored if chosen == kept_for else {}
        fields = {f"reglage-{p.key}": (p, p.written(p.read(self.stored))) for p in (self.rule.parameters if self.rule else ())}
        for name, (parameter, told) in fields.items():
            self.fields[name] = ShareField(parameter, initial=told)
        if self.is_bound and self.data.get("reglages") != chosen:
            self.data = self.data.copy()
            self.data.update({name: told for name, (_, told) in fields.items()})

    @property
    def parameter_fields(self) -> list[forms.BoundField]:
        """The fields of the parameters, in the order of the rule."""
        return [self[f"reglage-{parameter.key}"] for parameter in self.rule.parameters] if self.rule else []

    @property
    def parameters(self) -> dict[str, str | None]:
        """What the grid keeps of the parameters: those that differ from their default; what is not well typed is left as it was."""
        if not self.is_bound or self.rule is None:
            return self.stored
        kept: dict[str, str | None] = {}
        for parameter in self.rule.parameters:
            name = f"reglage-{parameter.key}"
            if name in self.cleaned_data:
                kept |= parameter.kept(self.cleaned_data[name])
            elif parameter.key in self.stored:
                kept[parameter.key] = self.stored[parameter.key]
        return kept

    def look_only(self) -> None:
        """For a page that shows what the parameters give and stores nothing: nothing else that was typed is judged yet."""
        self.full_clean()
        for name in [name for name in self.errors if not str(name).startswith("reglage-")]:
            del self.errors[name]

    def clean_applies_if(self) -> dict | None:
        raw = self.cleaned_data["applies_if"]
        if raw is not None and (errors := errors_in_applies_if(raw, self.catalogue())):
            raise forms.ValidationError(errors)
        return raw

    @property
    def level_rows(self) -> list[tuple]:
        return [tuple(self[f"level-{row}-{part}"] for part in ("points", "label", "description")) for row in range(LEVEL_ROWS)]

    def clean(self) -> dict:
        cleaned = super().clean()
        computed = cleaned.get("kind") == CriterionKind.COMPUTED
        if computed and not cleaned.get("function"):
            self.add_error("function", "Choisissez la règle qui calcule ce critère.")
        if not computed:
            cleaned["function"] = ""
        cleaned["levels"] = [] if computed else self._levels(cleaned)
        return cleaned

    def _levels(self, cleaned: dict) -> list[dict]:
        levels = []
        for row in range(LEVEL_ROWS):
            points, label = cleaned.get(f"level-{row}-points"), cleaned.get(f"level-{row}-label", "")
            if f"level-{row}-points" in self.errors or (points is None and not label):
                continue
            if points is None or not label:
                self.add_error(f"level-{row}-{'points' if points is None else 'label'}", "Un niveau a des points et un nom.")
            elif points > (cleaned.get("max_points") or points):
                self.add_error(f"level-{row}-points", f"Ce niveau dépasse le maximum du critère, {cleaned['max_points']}.")
            else:
                number = int(points) if points == points.to_integral_value() else float(points)
                levels.append({"points": number, "label": label, "description": cleaned.get(f"level-{row}-description", "")})
        if len(levels) == 1:
            self.add_error("level-0-label", "Un critère a au moins deux niveaux, ou aucun (demi-points libres).")
        if len({level["points"] for level in levels}) < len(levels):
            self.add_error("level-0-points", "Deux niveaux ont les mêmes points.")
        return sorted(levels, key=lambda level: level["points"])

    @property
    def values(self) -> dict:
        """Keywords for the actions."""
        kept = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "levels")}
        parameters = self.parameters if kept["function"] else {}
        return kept | {"parameters": parameters, "erratum": self.cleaned_data.get("erratum", "")}


class SeatForm(forms.Form):
    """A person, the body for which they sit, and whether they chair."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="Personne", help_text="Les personnes qui ont un rôle de jury.", empty_label="Choisir une personne"
    )
    body = forms.ModelChoiceField(Authority.objects.all(), label="Collège", empty_label="Choisir un collège")
    is_chair = forms.BooleanField(required=False, label="Préside le jury")

    def __init__(self, *args, people: Iterable[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people


class AssignmentForm(forms.Form):
    """How many readings per file, and at most how many files for one juror."""

    readings = forms.IntegerField(
        min_value=1,
        max_value=10,
        label="Lectures par dossier",
        error_messages={**WHOLE, "required": "Dites combien de jurés lisent un dossier."},
    )
    cap = forms.IntegerField(
        required=False, min_value=1, max_value=10000, label="Plafond par juré", help_text="Facultatif.", error_messages=WHOLE
    )


class ReaderForm(forms.Form):
    """A juror of the panel, to be given one file by hand."""

    member = forms.ModelChoiceField(None, label="Confier à", empty_label="Choisir un juré")

    def __init__(self, *args, call: Call, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = call.panel.select_related("user", "body")
