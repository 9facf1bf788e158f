"""A request for complements, point by point; what a lycée answers to one of them."""

from dataclasses import dataclass, field

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from calls.actions.completion_lines import AskedLine
from calls.enums import ReasonUse
from calls.forms.officer import CompletionRequestForm, questions_of
from calls.models import Application, CompletionLine, RequestLine
from calls.reasons import NOTHING_SAID, Wording, offered_for, worded
from portal.ui.fields import PlainTextField
from portal.workflow.watched import WatchedForm

LONGEST_POINT = 1000
NOTHING_ASKED = "Choisissez au moins une question, ou écrivez ce que vous demandez du dossier en général."
TICKED_NOW = "Vous avez écrit à un point sans le cocher : {}. Il est coché ci-dessous ; envoyez de nouveau, ou effacez ce qui y est écrit."
NO_WORDS = "Dites au lycée ce qui manque, ici ou à chaque question."
NO_REASON = "Cet appel veut un motif de la liste à chaque question demandée : choisissez-le."


@dataclass
class AskedQuestion:
    """One question as the page of a request draws it."""

    key: str
    label: str
    is_asked: bool
    reason: BoundField | None
    text: BoundField
    needs: list[BoundField] = field(default_factory=list)
    former: CompletionLine | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is typed or refused in it: its fold is then open."""
        own = [bound for bound in (self.reason, self.text, *self.needs) if bound is not None]
        return self.is_asked or any(bound.value() or bound.errors for bound in own)


class CompletionLinesForm(CompletionRequestForm):
    """What is asked of one file: of each question, of a need of it, of the whole; each with a reason of the call or words of its own.

    `again`: the points that an officer wants again, already chosen.
    """

    def __init__(self, data: QueryDict | None = None, *, application: Application, again: list[CompletionLine] | None = None):
        super().__init__(data, choices=questions_of(application))
        self.call, self.again = application.call, again or []
        self.fields["fields_asked"].required = self.fields["message"].required = False
        self.fields["message"].label = "Pour tout le dossier"
        self.fields[
            "message"
        ].help_text = (
            "Lu en haut du dossier. Facultatif si chaque point a ses propres mots : il est alors un point de plus, auquel le lycée répond."
        )
        if whole := self._former("", None):
            self.fields["message"].initial = whole.asked or whole.request.message
        self.sections = self.fields["fields_asked"].choices
        self.needs = {line.pk: line for line in application.lines.all() if line.is_asked}
        reasons = [(reason.key, reason.label) for reason in offered_for(self.call.reasons, ReasonUse.COMPLETION)]
        for key, label in ((key, label) for _, questions in self.sections for key, label in questions):
            self._ask(key, label, reasons)
        self.fields["fields_asked"].initial = [line.question_key for line in self.again if line.question_key]

    def _ask(self, key: str, label: str, reasons: list[tuple[str, str]]) -> None:
        former = next((line for line in self.again if line.question_key == key and line.need_id is None), None)
        if reasons:
            chosen = next((each["key"] for each in former.chosen), "") if former else ""
            self.fields[f"motif-{key}"] = forms.ChoiceField(
                label=f"Motif, {label}", choices=[("", "Aucun"), *reasons], required=False, initial=chosen
            )
        self.fields[f"texte-{key}"] = _words(f"Ce que vous demandez, {label}", former.text if former else "")
        for need in (each for each in self.needs.values() if each.question_key == key):
            before = next((line for line in self.again if line.need_id == need.pk), None)
            self.fields[f"besoin-{need.pk}"] = _words(f"Sur le besoin « {need} »", before.text if before else "")

    @property
    def by_section(self) -> list[tuple[str, list[AskedQuestion]]]:
        asked = {*(self["fields_asked"].value() or []), *self._typed}
        return [(title, [self._question(key, label, key in asked) for key, label in questions]) for title, questions in self.sections]

    def _question(self, key: str, label: str, is_asked: bool) -> AskedQuestion:
        reason = self[f"motif-{key}"] if f"motif-{key}" in self.fields else None
        needs = [self[name] for name in self._need_fields(key)]
        former = next((line for line in self.again if line.question_key == key), None)
        return AskedQuestion(key, label, is_asked, reason, self[f"texte-{key}"], needs, former)

    def clean(self) -> dict:
        cleaned = super().clean()
        if {"fields_asked", "message"} & set(self.errors):
            return cleaned
        lines, ticked = self.lines, cleaned.get("fields_asked") or []
        if unticked := [f"« {label} »" for _, questions in self.sections for key, label in questions if key in self._typed - {*ticked}]:
            self.add_error("fields_asked", TICKED_NOW.format(", ".join(unticked)))
        elif not lines:
            self.add_error("fields_asked", NOTHING_ASKED)
        elif not cleaned.get("message") and any(not line.wording.text for line in lines):
            self.add_error("message", NO_WORDS)
        elif self._wants_reasons and any(line.key and line.need is None and not line.wording.chosen for line in lines):
            self.add_error("fields_asked", NO_REASON)
        return cleaned

    @property
    def _typed(self) -> set[str]:
        """The questions at which something is chosen or written, ticked or not."""
        if not self.is_bound:
            return set()
        keys = [key for _, questions in self.sections for key, _ in questions]
        names = {key: [f"motif-{key}", f"texte-{key}", *self._need_fields(key)] for key in keys}
        return {key for key in keys if any(self.data.get(name, "").strip() for name in names[key])}

    def _need_fields(self, key: str) -> list[str]:
        return [f"besoin-{need.pk}" for need in self.needs.values() if need.question_key == key]

    @property
    def _wants_reasons(self) -> bool:
        return self.call.reasons_only and bool(offered_for(self.call.reasons, ReasonUse.COMPLETION))

    @property
    def lines(self) -> list[AskedLine]:
        """The points asked, in the order of the form; the message asks the file in general, unless it explains a point that has no words of its own."""
        found = [line for _, questions in self.sections for key, _ in questions for line in self._lines_of(key)]
        if self.cleaned_data.get("message") and all(line.wording.text for line in found):
            return [*found, AskedLine("", former=self._former("", None))]
        return found

    def _lines_of(self, key: str) -> list[AskedLine]:
        values = self.cleaned_data
        said = worded(self.call.reasons, filter(None, [values.get(f"motif-{key}")]), values.get(f"texte-{key}") or "")
        of_needs = [
            AskedLine(key, Wording((), text), need, self._former(key, need))
            for need in self.needs.values()
            if need.question_key == key and (text := values.get(f"besoin-{need.pk}"))
        ]
        if said.text:
            return [AskedLine(key, said, former=self._former(key, None)), *of_needs]
        ticked = key in (values.get("fields_asked") or [])
        return of_needs or ([AskedLine(key, NOTHING_SAID, former=self._former(key, None))] if ticked else [])

    def _former(self, key: str, need: RequestLine | None) -> CompletionLine | None:
        wanted = need.pk if need else None
        return next((line for line in self.again if (line.question_key, line.need_id) == (key, wanted)), None)

    @property
    def keys(self) -> list[str]:
        """The questions that open again, each once."""
        return list(dict.fromkeys(line.key for line in self.lines if line.key))


def _words(label: str, initial: str) -> PlainTextField:
    return PlainTextField(
        label=label, required=False, max_length=LONGEST_POINT, multiline=True, widget=forms.Textarea(attrs={"rows": 2}), initial=initial
    )


class ReplyForm(WatchedForm, forms.Form):
    """What the lycée answers to one point."""

    reply = PlainTextField(
        label="Votre réponse à ce point", required=False, max_length=LONGEST_POINT, multiline=True,
        help_text="Elle part avec les compléments. Laissée vide, elle est retirée.",
    )  # fmt: skip
