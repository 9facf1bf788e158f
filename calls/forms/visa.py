"""What whoever gives the visa types when the file goes back to its team."""

from collections.abc import Iterator

from django import forms
from django.forms import BoundField

from calls.asking import Asking
from calls.questionnaire import Section
from portal.ui.fields import PlainTextField
from portal.workflow.forms import REASON_LENGTH

MARK = "r-"  # how the name of the remark on a question begins


class GivenBackForm(forms.Form):
    """One remark on the whole file, and one on each question where there is something to mend."""

    reason = PlainTextField(
        label="Remarque générale",
        help_text="L’équipe la lit sur la page du dossier, et au journal.",
        max_length=REASON_LENGTH,
        multiline=True,
        error_messages={"required": "Dites à l’équipe ce qu’elle doit revoir."},
    )

    def __init__(self, *args, asked: Asking, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        for question in self._questions():
            self.fields[f"{MARK}{question.key}"] = PlainTextField(
                label=question.label, required=False, max_length=REASON_LENGTH, multiline=True, widget=forms.Textarea(attrs={"rows": 2})
            )

    def _questions(self) -> Iterator:
        return (question for section in self.asked.sections for question in section.questions if question.is_written)

    @property
    def by_section(self) -> list[tuple[Section, list[BoundField], bool]]:
        """The fields of each section, and whether something is written or refused in them: its fold is then open."""
        found = []
        for section in self.asked.sections:
            fields = [self[f"{MARK}{question.key}"] for question in section.questions if question.is_written]
            if fields:
                found.append((section, fields, any(bound.value() or bound.errors for bound in fields)))
        return found

    @property
    def remarks(self) -> dict[str, str]:
        """What was written on each question, by key."""
        return {name.removeprefix(MARK): text for name, text in self.cleaned_data.items() if name.startswith(MARK) and text}
