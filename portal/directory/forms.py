from datetime import date

from django import forms
from django.conf import settings
from django.utils import timezone

from portal.directory import queries
from portal.directory.enums import DECLARABLE, Category, Pathway
from portal.directory.models import Establishment
from portal.directory.uai import normalise_uai
from portal.ui.fields import DayField, PlainTextField
from portal.ui.filters import FilterForm, SearchField

ANNUAIRE, IPS, DENSITY = "annuaire", "ips", "densite"
MAX_BYTES = 3 * settings.UPLOAD_MAX_BYTES  # the whole annuaire, schools and collèges included, weighs about 45 MB


class EstablishmentFilter(FilterForm):
    q = SearchField(label="Lycée, commune ou UAI")
    authority = forms.ChoiceField(label="Autorité", required=False)
    department = forms.ChoiceField(label="Département", required=False)
    category = forms.ChoiceField(label="Statut", required=False, choices=[("", "Tous"), *Category.choices])
    pathway = forms.ChoiceField(
        label="Voie", required=False, choices=[("", "Toutes"), *Pathway.choices, (queries.UNKNOWN, "Non précisées")]
    )
    territory = forms.ChoiceField(
        label="Territoire", required=False, choices=[("", "Tous"), (queries.RURAL, "Rural"), (queries.URBAN, "Urbain")]
    )
    state = forms.ChoiceField(label="État", required=False, choices=[("", "Ouverts"), (queries.CLOSED, "Fermés")])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["authority"].choices = [("", "Toutes"), *queries.supervising_authorities()]
        self.fields["department"].choices = [("", "Tous"), *queries.departments_in_use()]


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label="Contenu du fichier",
        choices=[
            (ANNUAIRE, "Annuaire de l’éducation : les lycées et leurs caractéristiques"),
            (IPS, "Indices de position sociale des lycées (IPS)"),
            (DENSITY, "Grille communale de densité à 7 niveaux (rural, urbain)"),
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


class PathwaysForm(forms.Form):
    pathways = forms.MultipleChoiceField(
        label="Voies de formation du lycée",
        choices=[(pathway.value, pathway.label) for pathway in DECLARABLE],
        widget=forms.CheckboxSelectMultiple,
        help_text="Toutes celles dans lesquelles le lycée a des élèves à cette rentrée.",
        error_messages={"required": "Choisissez au moins une voie."},
    )
    note = PlainTextField(
        label="Précision pour la Région",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : les diplômes préparés, ou depuis quand.",
    )
