"""The points of recevabilité that a person ticks: each line of the call, on the page of one file."""

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from calls.actions.ticking import Answers
from calls.conditioned.admissibility_lines import LONGEST_LABEL
from calls.conditioned.ticked_lines import LONGEST_HELP, TickedLine
from calls.enums import ReasonUse, TickAnswer
from calls.models import Application, Call
from calls.reasons import offered_for
from calls.workflows.ticked import TickedPoint, ticked_points
from portal.ui.fields import PlainTextField
from portal.workflow.watched import WatchedForm

LONGEST_REMARK = 1000


class TicksForm(WatchedForm, forms.Form):
    """One answer and one remark for each line. What was ticked before the file changed is shown beside it, and is to be given again."""

    def __init__(self, data: QueryDict | None = None, *, application: Application):
        super().__init__(data)
        self.points = ticked_points(application)
        for point in self.points:
            standing = point.tick if point.is_ticked else None
            self.fields[_answer(point)] = forms.ChoiceField(
                label=f"Réponse : {point.line.label}", choices=TickAnswer.choices, widget=forms.RadioSelect, required=False,
                initial=standing.answer if standing else None,
            )  # fmt: skip
            self.fields[_remark(point)] = PlainTextField(
                label=f"Remarque : {point.line.label}", required=False, max_length=LONGEST_REMARK, multiline=True,
                widget=forms.Textarea(attrs={"rows": 2}), initial=standing.remark if standing else "",
            )  # fmt: skip

    @property
    def rows(self) -> list[tuple[TickedPoint, BoundField, BoundField]]:
        """Each point with its two fields, named after it for whoever does not see the heading above them."""
        return [(point, self[_answer(point)], self[_remark(point)]) for point in self.points]

    @property
    def answers(self) -> Answers:
        values = self.cleaned_data
        return {point.line.key: (values[_answer(point)], values[_remark(point)]) for point in self.points}

    def clean(self) -> dict:
        cleaned = super().clean()
        for point in self.points:
            if cleaned.get(_remark(point)) and not cleaned.get(_answer(point)) and _answer(point) not in self.errors:
                self.add_error(_answer(point), "Cochez une réponse : la remarque seule n’est pas gardée.")
        if not self.errors and not any(cleaned.get(_answer(point)) for point in self.points):
            self.add_error(None, "Rien n’est coché : répondez à un point au moins, ou revenez au dossier.")
        return cleaned

    @property
    def against(self) -> list[str]:
        """The points answered « Non » that hold the file back."""
        return [point.line.label for point in self.points if point.line.is_blocking and self.cleaned_data[_answer(point)] == TickAnswer.NO]


def _answer(point: TickedPoint) -> str:
    return f"reponse-{point.line.key}"


def _remark(point: TickedPoint) -> str:
    return f"remarque-{point.line.key}"


class TickedLineForm(WatchedForm, forms.Form):
    """A line that a person ticks, as the manager of the call writes it."""

    label = PlainTextField(
        label="Ce qui est vérifié",
        help_text="Une affirmation, à laquelle on répond Oui, Non ou Sans objet. Par exemple : La délibération porte sur ce projet.",
        max_length=LONGEST_LABEL,
        error_messages={"required": "Écrivez ce qui est vérifié."},
    )
    help = PlainTextField(
        label="Aide pour l’instructeur", required=False, max_length=LONGEST_HELP, multiline=True,
        help_text="Facultatif. Où regarder, et ce qui compte. Le lycée ne la lit pas.",
    )  # fmt: skip
    blocking = forms.BooleanField(
        label="« Non » empêche de déclarer le dossier recevable", required=False, initial=True,
        help_text="Sinon, « Non » est un signalement : le dossier peut être déclaré recevable.",
    )  # fmt: skip
    reason = forms.ChoiceField(
        label="Motif que donne « Non »", required=False,
        help_text="Il est déjà coché quand le dossier est déclaré irrecevable.",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, call: Call, line: TickedLine | None = None):
        initial = {"label": line.label, "help": line.help, "blocking": line.is_blocking, "reason": line.reason} if line else {}
        super().__init__(data, initial=initial)
        listed = offered_for(call.reasons, ReasonUse.INADMISSIBILITY)
        self.fields["reason"].choices = [("", "Aucun"), *((reason.key, reason.label) for reason in listed)]
