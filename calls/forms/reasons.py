"""Why: reasons of the list of a call, and words of one's own. One way of asking, for every act that wants a reason."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial

from django import forms
from django.http import QueryDict

from calls.enums import ReasonUse
from calls.models import Application, Call, GivenReason
from calls.reasons import LONGEST_LABEL, LONGEST_SENTENCE, NOT_RECEIVED, CallReason, Wording, offered_for, worded
from portal.text.typography import typo
from portal.ui.fields import PlainTextField
from portal.workflow.forms import ReasonForm
from portal.workflow.watched import WatchedForm

BY_TRANSITION = {
    "declare_inadmissible": ReasonUse.INADMISSIBILITY,
    "withdraw_filed": ReasonUse.WITHDRAWAL,
    "decline_award": ReasonUse.DECLINE,
    "give_up_award": ReasonUse.DECLINE,
}
MISSING = "Choisissez un motif de la liste, ou écrivez le vôtre : il est gardé au journal."
ONLY_LISTED = "Choisissez au moins un motif de la liste : cet appel n’en admet pas d’autre. Vous pouvez y ajouter une précision."


class ReasonsField(forms.MultipleChoiceField):
    """Reasons of a call that may be given with acts of these uses. Value: their keys. Each is shown with the sentence that the other side reads.

    `but`: keys of those that would not be true of this file.
    """

    def __init__(self, *, call: Call, uses: Collection[str], but: Collection[str] = (), **options):
        options.setdefault("label", "Motifs de l’appel")
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **options)
        self.offered: list[CallReason] = offered_for(call.reasons, *uses, but=but)
        self.choices = [(reason.key, typo(f"{reason.label} : « {reason.sentence} »")) for reason in self.offered]
        self.error_messages["invalid_choice"] = "Ce motif n’est pas proposé pour ce dossier, ou ne l’est plus pour cet appel."


class SaysWhy:
    """What a form takes to ask why, as one value: `said` gives the field of the list and that of what is typed beside it."""

    call: Call

    def read_reasons(self, listed: str, typed: str, *, required: bool) -> Wording:
        """What was chosen and typed; puts on the fields of this form what lacks."""
        keys, precision = self.cleaned_data.get(listed) or [], self.cleaned_data.get(typed) or ""
        field = self.fields.get(listed)
        if listed in self.errors or typed in self.errors:
            return Wording()
        if required and not keys and field and field.offered and self.call.reasons_only:
            self.add_error(listed, ONLY_LISTED)
        elif required and not keys and not precision:
            self.add_error(typed, self.fields[typed].error_messages["required"])
        return worded(self.call.reasons, keys, precision)


class ReasonsForm(SaysWhy, ReasonForm):
    """The reason of one transition of a file: those that its call proposes, what an officer has noted at the points against it, and a free text.

    `remarks`: by the key of its box, a point and what was noted there; none is chosen beforehand, for they were written for colleagues.
    """

    def __init__(
        self, *args, application: Application, use: ReasonUse, required: bool, chosen: Iterable[str] = (),
        remarks: Mapping[str, tuple[str, str]] | None = None, but: Collection[str] = (), **kwargs,
    ):  # fmt: skip
        super().__init__(*args, required=False, **kwargs)
        self.application, self.call, self.use, self.wanted = application, application.call, use, required
        self.wording, self.remarks = Wording(), remarks or {}
        field = ReasonsField(call=self.call, uses=[use], but=but, initial=list(chosen))
        field.choices = [
            *field.choices,
            *((key, typo(f"Votre remarque, {point} : « {told} »")) for key, (point, told) in self.remarks.items()),
        ]
        if field.choices:
            self.fields["motifs"] = field
            self.fields["reason"].label = "Précision" if self.call.reasons_only and field.offered else "Précision, ou autre motif"
            self.fields["reason"].error_messages["required"] = MISSING
            self.fields["reason"].help_text = "Lue à la suite des motifs choisis, et gardée au journal."
            field.help_text = "La phrase entre guillemets est celle qui sera lue ; elle est gardée telle quelle avec l’acte."

    def clean(self) -> dict:
        cleaned = super().clean()
        ticked = [key for key in cleaned.get("motifs") or [] if key in self.remarks]
        if ticked:
            cleaned["motifs"] = [key for key in cleaned["motifs"] if key not in self.remarks]
            cleaned["reason"] = "\n".join(filter(None, [*(self.remarks[key][1] for key in ticked), cleaned.get("reason")]))
        self.wording = self.read_reasons("motifs", "reason", required=self.wanted)
        return cleaned

    @property
    def offered(self) -> forms.BoundField | None:
        return self["motifs"] if "motifs" in self.fields else None

    @property
    def text(self) -> str:
        return self.wording.text

    @property
    def carried(self) -> dict:
        return {"given": GivenReason.of(self.application, self.use, self.wording)}


def form_of_transition(
    application: Application, name: str, chosen: Iterable[str] = (), remarks: Mapping[str, tuple[str, str]] | None = None
) -> type[ReasonForm] | partial:
    """What asks the reason of a transition of a file: with the list of its call where the act is one of its uses.

    « Compléments non reçus » is not offered while the lycée still has until a day to come.
    """
    use, request = BY_TRANSITION.get(name), application.open_completion_request
    but = [NOT_RECEIVED] if request and not request.is_late else []
    return partial(ReasonsForm, application=application, use=use, chosen=chosen, remarks=remarks, but=but) if use else ReasonForm


class ReasonEditForm(WatchedForm, forms.Form):
    """One reason of the list of a call, as its manager writes it."""

    label = PlainTextField(
        label="Libellé pour les agents",
        help_text="Court : c’est lui que les agents choisissent, et que les tableaux comptent.",
        max_length=LONGEST_LABEL,
        error_messages={"required": "Donnez un libellé, par exemple : Délibération absente."},
    )
    sentence = PlainTextField(
        label="Phrase qui sera lue",
        help_text="Par le lycée quand la Région donne ce motif ; par la Région quand c’est le lycée. Une phrase entière.",
        max_length=LONGEST_SENTENCE,
        multiline=True,
        error_messages={"required": "Écrivez la phrase qui sera lue."},
    )
    uses = forms.MultipleChoiceField(
        label="Actes où il est proposé",
        choices=ReasonUse.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un acte : sinon, ce motif ne serait proposé nulle part."},
    )

    def __init__(self, data: QueryDict | None = None, *, reason: CallReason | None = None):
        initial = {"label": reason.label, "sentence": reason.sentence, "uses": list(reason.uses)} if reason else {}
        super().__init__(data, initial=initial)


class ReasonsOnlyForm(WatchedForm, forms.Form):
    """Whether a reason of the list is compulsory."""

    reasons_only = forms.BooleanField(
        label="Un motif de la liste est obligatoire", required=False,
        help_text="Sinon, un texte libre suffit.",
    )  # fmt: skip
