from datetime import date

from django import forms
from django.conf import settings
from django.utils import timezone

from portal.directory import queries
from portal.directory.enums import DECLARABLE, Category, Fact, Pathway, PriorityEducation
from portal.directory.models import Establishment
from portal.directory.uai import normalise_uai
from portal.text.french import number
from portal.ui.fields import DayField, PlainTextField, WholeNumberField
from portal.ui.filters import FilterForm, SearchField

ANNUAIRE, IPS, DENSITY, AGENCIES = "annuaire", "ips", "densite", "agences"
MAX_BYTES = 3 * settings.UPLOAD_MAX_BYTES  # the whole annuaire, schools and collèges included, weighs about 45 MB


class EstablishmentFilter(FilterForm):
    q = SearchField(label="Lycée, commune ou UAI")
    authority = forms.ChoiceField(label="Autorité", required=False)
    department = forms.ChoiceField(label="Département", required=False)
    agency = forms.ChoiceField(label="Agence", required=False)
    category = forms.ChoiceField(label="Statut", required=False, choices=[("", "Tous"), *Category.choices])
    pathway = forms.ChoiceField(
        label="Voie", required=False, choices=[("", "Toutes"), *Pathway.choices, (queries.UNKNOWN, "Non précisées")]
    )
    priority = forms.ChoiceField(
        label="Éducation prioritaire",
        required=False,
        choices=[("", "Toutes"), *PriorityEducation.choices, (queries.UNKNOWN, "Non connue")],
    )
    territory = forms.ChoiceField(
        label="Territoire", required=False, choices=[("", "Tous"), (queries.RURAL, "Rural"), (queries.URBAN, "Urbain")]
    )
    state = forms.ChoiceField(label="État", required=False, choices=[("", "Ouverts"), (queries.CLOSED, "Fermés")])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["authority"].choices = [("", "Toutes"), *queries.supervising_authorities()]
        self.fields["department"].choices = [("", "Tous"), *queries.departments_in_use()]
        if agencies := queries.agencies_in_use():
            self.fields["agency"].choices = [("", "Toutes"), *agencies]
        else:
            del self.fields["agency"]


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label="Contenu du fichier",
        choices=[
            (ANNUAIRE, "Annuaire de l’éducation : les lycées et leurs caractéristiques"),
            (IPS, "Indices de position sociale des lycées (IPS)"),
            (DENSITY, "Grille communale de densité à 7 niveaux (rural, urbain)"),
            (AGENCIES, "Agences territoriales de la Région, et ce que chacune suit"),
        ],
        widget=forms.RadioSelect,
        initial=ANNUAIRE,
    )
    file = forms.FileField(
        label="Fichier CSV ou Excel",
        help_text="Le fichier d’origine, tel que téléchargé, sans l’enregistrer depuis un tableur : un tableur abîme les codes. 60 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,  # portal.files.intake refuses it, in better words
    )
    dry_run = forms.BooleanField(label="À blanc : me dire ce qui changerait, sans rien enregistrer", required=False, initial=True)


class ChangesFilter(FilterForm):
    q = SearchField(label="Lycée ou UAI")
    field = forms.ChoiceField(label="Champ", required=False)

    def __init__(self, *args, fields: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(each["field"], f"{each['label']} ({number(each['count'])})") for each in fields]
        self.fields["field"].choices = [("", "Tous"), *choices]


class ClosureForm(forms.Form):
    closed_on = DayField(label="Fermé depuis le")
    successor = PlainTextField(
        label="Lycée qui lui succède",
        max_length=20,
        required=False,
        help_text="Facultatif : son code UAI. Il est nommé partout où ce lycée est dit fermé ; rien ne lui est transféré.",
    )
    reason = PlainTextField(
        label="Motif",
        max_length=500,
        multiline=True,
        help_text="Gardé au journal et envoyé à l’équipe. Par exemple : délibération, arrêté préfectoral, fusion.",
    )

    def clean_closed_on(self) -> date:
        day = self.cleaned_data["closed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Cette date est dans le futur : notez la fermeture le jour venu.")
        return day

    def clean_successor(self) -> Establishment | None:
        uai = normalise_uai(self.cleaned_data["successor"])
        if not uai:
            return None
        school = Establishment.objects.open().filter(uai=uai).first()
        if school is None:
            raise forms.ValidationError("Aucun établissement ouvert ne porte ce code UAI. Il a sept chiffres et une lettre.")
        return school


class FactForm(forms.Form):
    """What a lycée declares. Each fact has its own; `values` are the columns of the declaration."""

    note = PlainTextField(
        label="Précision pour la Région",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui permet de vérifier : les diplômes préparés, un constat de rentrée, une date.",
    )
    field_order = ["pathways", "pupils", "pupils_year", "has_boarding", "priority_education", "note"]

    @property
    def values(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "note"}


class PathwaysForm(FactForm):
    pathways = forms.MultipleChoiceField(
        label="Voies de formation du lycée",
        choices=[(pathway.value, pathway.label) for pathway in DECLARABLE],
        widget=forms.CheckboxSelectMultiple,
        help_text="Toutes celles dans lesquelles le lycée a des élèves à cette rentrée.",
        error_messages={"required": "Choisissez au moins une voie."},
    )

    @property
    def values(self) -> dict[str, object]:
        return {f"has_{pathway.value}": pathway.value in self.cleaned_data["pathways"] for pathway in DECLARABLE}


class PupilsForm(FactForm):
    pupils = WholeNumberField(
        label="Nombre d’élèves",
        minimum=1,
        maximum=20_000,
        help_text="Ceux du lycée, au constat de rentrée ; étudiants de BTS et de classes préparatoires compris.",
    )
    pupils_year = forms.ChoiceField(
        label="Année scolaire", widget=forms.RadioSelect, error_messages={"required": "Choisissez l’année scolaire."}
    )

    def __init__(self, *args, years: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pupils_year"].choices = [(year, year) for year in years]
        self.fields["pupils_year"].initial = years[0] if years else None


class BoardingForm(FactForm):
    has_boarding = forms.TypedChoiceField(
        label="Le lycée a-t-il un internat ?",
        choices=[("oui", "Oui"), ("non", "Non")],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
        error_messages={"required": "Répondez oui ou non."},
    )


class PriorityForm(FactForm):
    priority_education = forms.ChoiceField(
        label="Éducation prioritaire",
        choices=PriorityEducation.choices,
        widget=forms.RadioSelect,
        help_text="Le classement en vigueur, ou le dernier qu’a eu le lycée s’il lui en reste des moyens.",
        error_messages={"required": "Choisissez une réponse."},
    )


FACT_FORMS: dict[str, type[FactForm]] = {
    Fact.PATHWAYS: PathwaysForm,
    Fact.PUPILS: PupilsForm,
    Fact.BOARDING: BoardingForm,
    Fact.PRIORITY: PriorityForm,
}
