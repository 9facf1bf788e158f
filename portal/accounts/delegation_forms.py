"""What is typed of a delegation of signature, by a head or from a paper."""

from datetime import date

from django import forms
from django.utils import timezone

from portal.accounts.actions import Terms
from portal.accounts.delegable import calls_offered
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import heads, holders_of
from portal.directory.models import Establishment
from portal.roles import WRITING_ROLES
from portal.signing import OF_NO_CALL, SignedAct
from portal.ui.fields import DayField, PlainTextField

NO_ACCOUNT = "Aucun compte : son nom ci-dessous"


class DelegationForm(forms.Form):
    """To whom, for what, until when."""

    delegate = forms.ModelChoiceField(
        label="Personne",
        queryset=User.objects.none(),
        empty_label="Choisir une personne de l’équipe",
        error_messages={"required": "Choisissez une personne de l’équipe."},
    )
    acts = forms.MultipleChoiceField(
        label="Actes",
        choices=SignedAct.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un acte."},
    )
    calls = forms.MultipleChoiceField(
        label="Appels",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : tous les appels, ceux à venir compris.",
    )
    starts_on = DayField(label="Du")
    ends_on = DayField(label="Au", help_text="Ce jour compris. Elle s’arrête aussi si l’un de vous quitte ses fonctions dans ce lycée.")
    deed = PlainTextField(
        label="Délibération ou arrêté",
        max_length=200,
        required=False,
        help_text="Facultatif. Par exemple : délibération n° 12 du conseil d’administration du 3 octobre 2026.",
    )
    document = forms.FileField(label="Document signé", required=False, help_text="Facultatif. PDF, JPEG ou PNG.", allow_empty_file=True)

    def __init__(self, *args, establishment: Establishment, **kwargs):
        super().__init__(*args, **kwargs)
        in_force = RoleGrant.objects.in_force().filter(establishment=establishment)
        team = holders_of(in_force.of_roles(*WRITING_ROLES)).exclude(pk__in=in_force.of_heads().values("user"))
        self.fields["delegate"].queryset = team.order_by("last_name", "first_name", "pk")
        self.fields["calls"].choices = list(calls_offered().items())
        if not self.fields["calls"].choices:
            del self.fields["calls"]
        self.initial.setdefault("starts_on", timezone.localdate())

    def clean_ends_on(self) -> date:
        day = self.cleaned_data["ends_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("Cette date est passée : choisissez un jour à venir.")
        return day

    def clean(self) -> dict:
        values = super().clean()
        if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            self.add_error("ends_on", "La fin doit venir après le début.")
        without = [act.label for act in SignedAct if act in OF_NO_CALL and act in values.get("acts", ())]
        if values.get("calls") and without:
            named = " et ".join(f"« {label} »" for label in without)
            self.add_error("acts", f"{named} : sans lien avec un appel. Ne cochez aucun appel, ou donnez-le par une autre délégation.")
        return values

    @property
    def terms(self) -> Terms:
        values, titles = self.cleaned_data, dict(self.fields["calls"].choices) if "calls" in self.fields else {}
        return Terms(
            delegate=values["delegate"],
            acts=frozenset(SignedAct(act) for act in values["acts"]),
            calls={key: titles[key] for key in values.get("calls", ())},
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            deed=values["deed"],
            document=values["document"],
        )


class PaperDelegationForm(DelegationForm):
    """The same, read on the paper that the head has signed."""

    head = forms.ModelChoiceField(label="Chef d’établissement", queryset=User.objects.none(), required=False, empty_label=NO_ACCOUNT)
    head_name = PlainTextField(label="Nom du chef d’établissement, s’il n’a pas de compte", max_length=160, required=False)
    signed_on = DayField(label="Signée le")
    field_order = ["head", "head_name", "signed_on", "delegate", "acts", "calls", "starts_on", "ends_on", "deed", "document"]

    def __init__(self, *args, establishment: Establishment, **kwargs):
        super().__init__(*args, establishment=establishment, **kwargs)
        self.fields["head"].queryset = User.objects.filter(pk__in=[head.pk for head in heads(establishment)])
        self.fields["document"].required = True
        self.fields["document"].error_messages["required"] = "Joignez la délégation signée : c’est elle qui fait foi."
        self.fields["document"].help_text = "La délégation signée, numérisée. PDF, JPEG ou PNG."
        self.fields["deed"].help_text = "Facultatif, tel que le papier le cite."

    def clean_signed_on(self) -> date:
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Cette date est dans le futur : notez la délégation une fois signée.")
        return day

    def clean(self) -> dict:
        values = super().clean()
        if not values.get("head") and not values.get("head_name") and "head_name" not in self.errors:
            self.add_error("head_name", "Dites qui a signé : choisissez son compte, ou écrivez son nom.")
        return values

    @property
    def signature(self) -> dict:
        """Arguments of `note_delegation` that the paper says."""
        return {name: self.cleaned_data[name] for name in ("head", "head_name", "signed_on")}
