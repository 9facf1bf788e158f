"""Suppliers, agreements, lots and articles, as the orders officer types them."""

import re
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from stdnum.fr import siret

from orders.models import CatalogueItem, FrameworkAgreement, Lot, Supplier
from orders.queries.catalogue import is_named_by_what_left
from portal.directory.models import Territory
from portal.text.dates import figures
from portal.text.french import euros
from portal.ui.fields import AmountField, DayField, PlainTextField, WholeNumberField
from portal.ui.horizon import TWO_YEARS
from portal.workflow.watched import WatchedForm

_CPV = re.compile(r"\d{8}-\d", re.ASCII)
_PREFIXES = re.compile(r"\d{2,5}", re.ASCII)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
MAX_VAT = 20
MAX_YEARS = 4  # L2125-1: the usual longest duration of a framework agreement


class NamedOnPapers:
    """A form whose entry is named by papers: once an order has left, what they copy of it (`named`) does not change any more."""

    named: tuple[str, ...] = ()
    kept = ""

    def clean(self) -> dict:
        values = super().clean()
        changed = [name for name in self.named if name in self.changed_data and name in values]
        if self.instance.pk and changed and is_named_by_what_left(self.instance):
            for name in changed:
                self.add_error(name, self.kept)
        return values


class SupplierForm(WatchedForm, forms.ModelForm):
    name = PlainTextField(label="Raison sociale", max_length=160)
    siret = PlainTextField(
        label="SIRET",
        max_length=20,
        help_text="14 chiffres, par exemple 732 829 320 00074.",
        error_messages={"unique": "Ce SIRET est déjà celui d’un titulaire enregistré."},
    )
    address = PlainTextField(label="Adresse", max_length=400, multiline=True)
    phone = PlainTextField(label="Téléphone", max_length=30, required=False)

    class Meta:
        model = Supplier
        fields = ["name", "siret", "address", "email", "phone"]
        help_texts = {
            "email": "Les bons de commande y sont envoyés, comme les messages sur ceux qui sont déjà partis. Ceux-ci gardent le nom, le SIRET"
            " et l’adresse de leur envoi."
        }

    def clean_siret(self) -> str:
        number = siret.compact(self.cleaned_data["siret"])
        if not siret.is_valid(number):
            raise forms.ValidationError("Ce SIRET n’est pas valable : 14 chiffres, dont la clé de contrôle. Vérifiez-le sur le Kbis.")
        return number


class AgreementForm(WatchedForm, NamedOnPapers, forms.ModelForm):
    named = ("reference",)
    kept = "Des commandes déjà envoyées portent cette référence : elle ne change plus."

    reference = PlainTextField(
        label="Référence", max_length=40, error_messages={"unique": "Cette référence est déjà celle d’un accord-cadre."}
    )
    title = PlainTextField(label="Objet", max_length=200)
    starts_on = DayField(label="Début")
    ends_on = DayField(label="Fin", help_text="Quatre ans au plus ; une commande ne part que pendant l’accord-cadre.")

    class Meta:
        model = FrameworkAgreement
        fields = ["reference", "title", "starts_on", "ends_on"]

    def clean(self) -> dict:
        values = super().clean()
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and starts_on > (latest := timezone.localdate() + TWO_YEARS):
            self.add_error("starts_on", f"Cette date est trop lointaine : le {figures(latest)} au plus tard. Vérifiez l’année.")
        if starts_on and ends_on:
            if ends_on <= starts_on:
                self.add_error("ends_on", "La fin vient après le début.")
            elif (ends_on.year - starts_on.year, ends_on.month, ends_on.day) > (MAX_YEARS, starts_on.month, starts_on.day):
                self.add_error("ends_on", "Un accord-cadre dure quatre ans au plus.")
        return values


class TerritoriesField(forms.ModelMultipleChoiceField):
    """Territories by their keys. A key that the database cannot hold is no territory: SQLite would raise OverflowError."""

    def clean(self, value: object) -> QuerySet[Territory]:
        try:
            return super().clean(value)
        except OverflowError:
            raise forms.ValidationError("Choisissez des territoires de la liste.", code="invalid_choice") from None


class LotForm(WatchedForm, NamedOnPapers, forms.ModelForm):
    named = ("agreement", "number")
    kept = "Des commandes déjà envoyées nomment ce lot : ni son numéro ni son accord-cadre ne changent plus."

    number = PlainTextField(label="Numéro", max_length=10)
    title = PlainTextField(label="Objet", max_length=200)
    maximum_amount = AmountField(label="Maximum HT", maximum=Decimal("9999999999.99"))
    delivery_days = WholeNumberField(label="Délai de livraison (jours)", minimum=1, maximum=730)
    departments = TerritoriesField(
        label="Territoires",
        queryset=Territory.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun : le lot sert toute la région.",
    )
    postal_prefixes = PlainTextField(
        label="Débuts de codes postaux",
        max_length=200,
        required=False,
        help_text="Pour une agence plus petite que le département, par exemple « 572, 574 ». Vide : tout le territoire.",
    )

    class Meta:
        model = Lot
        fields = [
            "agreement",
            "number",
            "title",
            "category",
            "supplier",
            "maximum_amount",
            "delivery_days",
            "departments",
            "postal_prefixes",
        ]
        help_texts = {"supplier": "Ce qui est déjà envoyé reste à son titulaire ; ce qui ne l’est pas passe au nouveau."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["departments"].queryset = Territory.objects.order_by("kind", "code")
        if self.instance.pk and self.instance.items.exists():
            del self.fields["category"]

    def clean_maximum_amount(self) -> Decimal:
        maximum = self.cleaned_data["maximum_amount"]
        if maximum < self.instance.ordered_amount:
            raise forms.ValidationError(
                f"Déjà {euros(self.instance.ordered_amount)} HT commandés sur ce lot : le maximum ne peut être plus bas."
            )
        return maximum

    def clean_postal_prefixes(self) -> str:
        prefixes = [prefix.strip() for prefix in self.cleaned_data["postal_prefixes"].split(",") if prefix.strip()]
        if wrong := [prefix for prefix in prefixes if not _PREFIXES.fullmatch(prefix)]:
            raise forms.ValidationError(f"« {wrong[0]} » n’est pas un début de code postal : de 2 à 5 chiffres.")
        return ", ".join(prefixes)


class ItemForm(WatchedForm, NamedOnPapers, forms.ModelForm):
    named = ("lot", "reference", "unit")
    kept = "Des commandes déjà envoyées portent cet article : retirez-le du catalogue et créez-en un autre."

    reference = PlainTextField(label="Référence BPU", max_length=40, help_text="Ligne du bordereau des prix unitaires.")
    item_code = PlainTextField(
        label="Code du besoin", max_length=40, help_text="Le code des besoins des dossiers, par exemple « portable-11 »."
    )
    label = PlainTextField(label="Désignation", max_length=200)
    unit = PlainTextField(label="Unité", max_length=20)
    unit_price_amount = AmountField(label="Prix unitaire HT", minimum=Decimal("0.00"))
    vat_rate = AmountField(label="TVA (%)", minimum=Decimal("0"), maximum=Decimal("9999"), help_text="20, 10, 5,5 ou 2,1.")
    cpv_code = PlainTextField(label="Code CPV", max_length=10, help_text="Huit chiffres, un tiret, un chiffre : 30213100-6.")

    class Meta:
        model = CatalogueItem
        fields = ["lot", "reference", "item_code", "label", "unit", "unit_price_amount", "vat_rate", "cpv_code", "is_active"]
        labels = {"is_active": "Au catalogue : les nouvelles commandes peuvent prendre cet article"}

    def clean_vat_rate(self) -> Decimal:
        rate = self.cleaned_data["vat_rate"]
        if rate > MAX_VAT:
            raise forms.ValidationError("La TVA va de 0 à 20 %.")
        if rate != rate.quantize(Decimal("0.1")):
            raise forms.ValidationError("La TVA s’écrit avec une décimale au plus, par exemple 5,5.")
        return rate.quantize(Decimal("0.1"))

    def clean_cpv_code(self) -> str:
        code = self.cleaned_data["cpv_code"]
        if not _CPV.fullmatch(code):
            raise forms.ValidationError("Un code CPV a huit chiffres, un tiret et un chiffre, par exemple 30213100-6.")
        return code

    def clean_item_code(self) -> str:
        code = self.cleaned_data["item_code"].lower()
        if not _CODE.fullmatch(code):
            raise forms.ValidationError("Des lettres sans accent, des chiffres et des tirets, par exemple « portable-11 ».")
        return code
