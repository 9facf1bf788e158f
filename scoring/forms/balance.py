"""Forms of what a sitting sets: places and money, one rule of balance, one file locked in or out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from portal.text.french import NBSP, exact, number
from portal.ui.fields import AmountField, PlainTextField, WholeNumberField
from portal.workflow.watched import WatchedForm
from scoring.enums import Combination, GroupDimension, LockSide, RuleMeasure
from scoring.groups import Group
from scoring.ips_bands import IpsScale
from scoring.models import SelectionSession, SessionEnvelope
from scoring.models.balance import RuleBounds
from scoring.queries.amounts import policy_of
from scoring.selection.masking import hindered_by
from scoring.wording.drafts import RuleDraft

MOST = Decimal("9999999999.99")
MOST_POINTS = Decimal("9999.99")
MOST_FILES = 100_000
MOST_INDEX = Decimal("300")  # of social position: those published go from about 45 to 165
REASON_LENGTH = 300
HARD, SOFT = "hard", "soft"
PARTIAL_DEFAULT = 80
ON_FILES = (RuleMeasure.COUNT, RuleMeasure.COUNT_SHARE)


class BoundField(AmountField):
    """A bound in the unit of its rule: "6", "12,5", "1 200 000". Value: Decimal, or None when empty."""

    what, in_words = "Le nombre", staticmethod(exact)

    def __init__(self, *, maximum: Decimal = MOST, **options):
        super().__init__(minimum=Decimal(0), maximum=maximum, required=False, **options)

    def read(self, text: str) -> Decimal:
        try:
            return super().read(text.removesuffix("%").strip())
        except ValidationError as error:
            message = error.messages[0].replace("un montant en euros", "un nombre").replace("12 345,60", "12 ou 12,5")
            raise ValidationError(message) from error


# The measures under which nothing can be published for everybody to check (`scoring.selection.masking`), and why.
HINDERING = (
    f"Avec un montant minimum ou une part du montant, les fichiers de la preuve ne pourront pas être publiés{NBSP}: "
    f"{hindered_by(RuleMeasure.AMOUNT_SHARE, has_minimum=True)}."
)


class RuleForm(WatchedForm, forms.Form):
    """One rule of balance. `groups` are those of the files that may be selected, by label of dimension."""

    measure = forms.ChoiceField(label="La règle porte sur", widget=forms.RadioSelect, choices=RuleMeasure.choices, help_text=HINDERING)
    groups = forms.MultipleChoiceField(label="Groupes", required=False)
    combination = forms.ChoiceField(
        label="Avec plusieurs groupes, compter les dossiers", widget=forms.RadioSelect, choices=Combination.choices, required=False
    )
    minimum = BoundField(label="Au moins")
    maximum = BoundField(label="Au plus")
    strength = forms.ChoiceField(
        label="Force de la règle",
        widget=forms.RadioSelect,
        choices=[
            (HARD, "Impérative : aucune sélection ne l’enfreint"),
            (SOFT, "Souple : l’enfreindre coûte des points"),
        ],
    )
    penalty_points = BoundField(
        label="Points perdus par unité qui manque ou dépasse",
        maximum=MOST_POINTS,
        help_text="Une unité est un dossier, ou 1 000 € commencés pour un montant. Règle souple seulement.",
    )
    is_negotiable = forms.BooleanField(label="Peut être assouplie si les règles se contredisent", required=False)
    lowest_minimum = BoundField(label="Minimum acceptable", help_text="Facultatif : jusqu’où le minimum peut baisser.")
    highest_maximum = BoundField(label="Maximum acceptable", help_text="Facultatif : jusqu’où le maximum peut monter.")

    def __init__(
        self,
        *args,
        groups: Mapping[str, Sequence[Group]],
        is_shared: bool = False,
        kept: RuleBounds | None = None,
        with_departure: bool = False,
        with_erratum: bool = False,
        **kwargs,
    ):
        """`is_shared`: amounts are known once the envelope is shared, and no rule may bound them before. `kept` is the rule that changes: its
        groups are offered even where nobody is in them. `with_departure`: the call has published rules, and another one says why.
        `with_erratum`: the rule is public, and says why it changes.
        """
        super().__init__(*args, **kwargs)
        groups = with_groups_of(kept, groups) if kept else groups
        if is_shared:
            self.fields["measure"].help_text = ""
            self.fields["measure"].choices = [choice for choice in RuleMeasure.choices if choice[0] in ON_FILES]
            self.fields["measure"].error_messages["invalid_choice"] = (
                "L’enveloppe de cet appel est partagée, et un montant n’est connu qu’ensuite : choisissez un nombre ou une part de dossiers."
            )
        self.groups_offered = groups
        self.fields["groups"].choices = [
            (label, [(group.key, f"{group.label} ({number(group.count)})") for group in row]) for label, row in groups.items()
        ]
        self.fields["groups"].error_messages["invalid_choice"] = "Ce groupe n’a aucun dossier dans cet appel : choisissez dans la liste."
        if with_departure:
            self.fields["departure"] = departure_field(required=False)
        if with_erratum:
            self.fields["erratum"] = rule_erratum_field()

    @property
    def says_departure(self) -> bool:
        """Whether it asks why the sitting departs from the published rules."""
        return "departure" in self.fields

    @property
    def group_rows(self) -> list[tuple[str, list[tuple[Group, bool]]]]:
        """(dimension, [(group, whether it is ticked)]), for the boxes."""
        ticked = set(self["groups"].value() or [])
        return [(label, [(group, group.key in ticked) for group in row]) for label, row in self.groups_offered.items()]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("strength") == SOFT and cleaned.get("penalty_points") is None and "penalty_points" not in self.errors:
            self.add_error("penalty_points", "Dites combien de points coûte chaque unité.")
        return cleaned

    @property
    def draft(self) -> RuleDraft:
        """What `save_rule` takes."""
        cleaned = self.cleaned_data
        return RuleDraft(
            measure=cleaned["measure"],
            groups=tuple(cleaned["groups"]),
            combination=cleaned["combination"] or Combination.ANY.value,
            minimum=cleaned["minimum"],
            maximum=cleaned["maximum"],
            penalty_points=cleaned["penalty_points"] if cleaned["strength"] == SOFT else None,
            is_negotiable=cleaned["is_negotiable"],
            lowest_minimum=cleaned["lowest_minimum"] if cleaned["is_negotiable"] else None,
            highest_maximum=cleaned["highest_maximum"] if cleaned["is_negotiable"] else None,
        )


def with_groups_of(rule: RuleBounds, groups: Mapping[str, Sequence[Group]]) -> dict[str, list[Group]]:
    """The groups offered, and those of this rule that nobody is in: else its form would lose them."""
    offered = {label: list(row) for label, row in groups.items()}
    known = {group.key for row in offered.values() for group in row}
    for key, label in zip(rule.groups, rule.group_labels, strict=True):
        dimension, _, value = key.partition(":")
        if key not in known and dimension in GroupDimension:
            offered.setdefault(GroupDimension(dimension).label, []).append(Group(dimension, value, label, 0))
    return offered


def departure_field(*, required: bool = True) -> PlainTextField:
    """Why a sitting departs from a rule that its call has published."""
    return PlainTextField(
        label="Motif de l’écart",
        max_length=REASON_LENGTH,
        required=required,
        help_text="L’appel a publié ses règles : dites pourquoi la séance s’en écarte. Le motif est au procès-verbal et au journal.",
        error_messages={"required": "L’appel a publié cette règle : dites pourquoi la séance s’en écarte."},
    )


def rule_erratum_field() -> PlainTextField:
    """Why a rule that is public changes: read by everybody."""
    return PlainTextField(
        label="Erratum",
        max_length=500,
        multiline=True,
        help_text="Les règles sont publiques. Ce texte paraît sur la page de l’appel, avec ce qui change, et part aux équipes qui ont un dossier.",
        error_messages={"required": "Dites pourquoi la règle change, par exemple : le minimum annoncé dépassait le nombre de lycées."},
    )


class DepartureForm(forms.Form):
    """Why a sitting does without a rule that its call has published."""

    departure = departure_field()


class RuleErratumForm(forms.Form):
    """Why a public rule is taken away."""

    erratum = rule_erratum_field()


class IpsBandsForm(WatchedForm, forms.Form):
    """The three bounds of the index of social position; all empty: the quartiles of the lycées."""

    first = BoundField(label="Première borne", maximum=MOST_INDEX)
    second = BoundField(label="Deuxième borne", maximum=MOST_INDEX)
    third = BoundField(label="Troisième borne", maximum=MOST_INDEX)

    def __init__(self, data: QueryDict | None = None, *, scale: IpsScale | None, with_erratum: bool = False):
        bounds = scale.bounds if scale and scale.is_given else ("", "", "")
        names = ("first", "second", "third")
        initial = {name: bound and number(bound, 1) for name, bound in zip(names, bounds, strict=True)}
        super().__init__(data, initial=initial)
        if with_erratum:
            self.fields["erratum"] = rule_erratum_field()

    def clean(self) -> dict:
        cleaned = super().clean()
        typed = {name: cleaned.get(name) for name in ("first", "second", "third") if name not in self.errors}
        given = [value for value in typed.values() if value is not None]
        if given and len(typed) == 3:
            for name, value in typed.items():
                if value is None:
                    self.add_error(name, "Donnez les trois bornes, ou aucune.")
                elif value <= 0 or value != round(value, 1):
                    self.add_error(name, "Un indice est plus grand que 0, avec une décimale au plus.")
            if len(given) == 3 and not self.errors and not given[0] < given[1] < given[2]:
                self.add_error("second", "Les bornes vont de la plus basse à la plus haute, toutes différentes.")
        return cleaned

    @property
    def bounds(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """The three bounds; None when the quartiles are left."""
        first, second, third = (self.cleaned_data[name] for name in ("first", "second", "third"))
        return (round(first, 1), round(second, 1), round(third, 1)) if first is not None else None


def initial_of(rule: RuleBounds | None) -> dict:
    """What the form of a rule shows first."""
    if rule is None:
        return {"measure": RuleMeasure.COUNT, "combination": Combination.ANY, "strength": HARD, "is_negotiable": True}
    bounds = ("minimum", "maximum", "penalty_points", "lowest_minimum", "highest_maximum")
    written = {name: written_number(getattr(rule, name)) for name in bounds}
    kept = {"measure": rule.measure, "groups": rule.groups, "combination": rule.combination, "is_negotiable": rule.is_negotiable}
    return kept | written | {"strength": SOFT if rule.is_soft else HARD, "departure": getattr(rule, "departure", "")}


def written_number(value: Decimal | None) -> str:
    """A number as a person types it: 12, 12,5, 1 200 000."""
    if value is None:
        return ""
    plain = value.normalize()
    return number(plain, max(0, -int(plain.as_tuple().exponent)))


SHARED_PLACES = "L’enveloppe se partage entre ce nombre de dossiers : il se choisit sur « Combien de lycées, combien chacun »."
SHARED_PARTIAL = "Laissez la case vide : l’enveloppe partagée donne à chacun sa part, et la séance ne se calcule pas avec les deux."


class FrameForm(WatchedForm, forms.Form):
    """Places, waiting list, partial awards, and for each envelope what it offers and to whom."""

    places = WholeNumberField(
        minimum=1,
        maximum=MOST_FILES,
        label="Nombre de places",
        help_text="Laissez vide pour retenir autant de dossiers que l’enveloppe le permet.",
        required=False,
    )
    waiting_places = WholeNumberField(
        minimum=0,
        maximum=MOST_FILES,
        label="Dossiers en liste complémentaire",
        help_text="Laissez vide pour n’en inscrire aucun.",
        required=False,
    )
    allows_partial = forms.BooleanField(
        label="Permettre de ne financer que les besoins dits indispensables",
        required=False,
        help_text="Une aide en partie laisse de côté les montants demandés en euros.",
    )
    partial_share = WholeNumberField(
        minimum=1,
        maximum=99,
        label="Part de la note que vaut alors le dossier, en %",
        help_text=f"De 1 à 99. Sans indication, {PARTIAL_DEFAULT}.",
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        session: SelectionSession,
        rows: Sequence[SessionEnvelope],
        groups: Mapping[str, Sequence[Group]],
    ):
        share = session.partial_share
        initial = {"places": session.places, "waiting_places": session.waiting_places or None}
        super().__init__(data, initial=initial | {"allows_partial": share is not None, "partial_share": share})
        if policy_of(session.call).is_shared:
            self.fields["places"].help_text = SHARED_PLACES
            self.fields["allows_partial"].help_text = SHARED_PARTIAL
        self.envelopes = list(rows)
        offered = [("", "Tous les lycées qui n’ont pas la leur")]
        offered += [(label, [(group.key, group.label) for group in row]) for label, row in groups.items()]
        for row in self.envelopes:
            held = row.envelope.remaining_amount
            self.fields[f"amount-{row.envelope_id}"] = AmountField(
                minimum=Decimal(0), maximum=held, label="Montant offert, en euros", initial=number(row.amount, 2), required=False
            )
            reserved = row.envelope.group
            self.fields[f"group-{row.envelope_id}"] = forms.ChoiceField(
                label="S’adresse à",
                choices=[(reserved, row.envelope.group_label)] if reserved else offered,
                required=False,
                initial=reserved or row.group,
                help_text="Réservée par les finances." if reserved else "",
            )

    @property
    def envelope_rows(self) -> list[tuple]:
        """(envelope, field of its amount, field of its group)."""
        return [(row.envelope, self[f"amount-{row.envelope_id}"], self[f"group-{row.envelope_id}"]) for row in self.envelopes]

    @property
    def offers(self) -> dict[int, tuple[Decimal, str]]:
        """Envelope (id) → euros offered, group."""
        cleaned = self.cleaned_data
        return {
            row.envelope_id: (
                Decimal(cleaned[f"amount-{row.envelope_id}"] or 0),
                row.envelope.group or cleaned[f"group-{row.envelope_id}"],
            )
            for row in self.envelopes
        }

    @property
    def share(self) -> int | None:
        return (self.cleaned_data["partial_share"] or PARTIAL_DEFAULT) if self.cleaned_data["allows_partial"] else None


UNREAD_PAGE = "La page envoyée ne dit plus lisiblement le nombre qu’elle montrait : votre saisie est gardée. Relisez, puis recommencez."


class NumberForm(forms.Form):
    """How many files share the envelope, of `most` that may. `vu`: the number that the page showed."""

    def __init__(self, data: QueryDict | None = None, *, most: int, initial: Mapping | None = None, auto_id: str = "id_%s"):
        super().__init__(data, initial=initial, auto_id=auto_id)
        self.fields["nombre"] = WholeNumberField(
            minimum=1, maximum=max(1, most), label="Nombre de dossiers retenus", help_text=f"De 1 à {number(most)}."
        )
        self.fields["vu"] = WholeNumberField(minimum=0, maximum=MOST_FILES, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict:
        """What the page showed cannot be read: said on the number, which is kept; the page shown again bears what stands."""
        if self.errors.pop("vu", None):
            self.data = self.data.copy()
            self.data["vu"] = "" if self.initial.get("vu") is None else str(self.initial["vu"])
            self.add_error("nombre", UNREAD_PAGE)
        return self.cleaned_data


class LockForm(forms.Form):
    """One file put in or left out, and why."""

    side = forms.ChoiceField(label="Que faire de ce dossier", widget=forms.RadioSelect, choices=[
        (LockSide.IN.value, "Le faire entrer, quelles que soient les règles"),
        (LockSide.OUT.value, "L’écarter"),
    ], error_messages={"required": "Choisissez."})  # fmt: skip
    reason = PlainTextField(
        max_length=REASON_LENGTH,
        label="Motif",
        help_text="Gardé avec le scénario et au journal de la séance.",
        error_messages={"required": "Dites pourquoi : le motif est gardé avec le scénario."},
    )
