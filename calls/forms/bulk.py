"""What is given with an act on several files: why, to whom, what is asked."""

from collections.abc import Iterable

from django import forms

from calls.actions.bulk_kinds import Assign, BulkKind, Complements
from calls.forms.officer import CompletionRequestForm
from calls.models import Application
from calls.queries import people as people_queries
from portal.ui.fields import PlainTextField

LONGEST_REASON = 2000
NOBODY = "personne"


def _reason(**options: object) -> PlainTextField:
    return PlainTextField(
        label="Motif", widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_REASON, multiline=True, **options
    )  # fmt: skip


class ReasonParams(forms.Form):
    """Why acts are taken back."""

    reason = _reason(help_text="Il est gardé au journal de chaque dossier et communiqué aux personnes concernées.")

    def __init__(self, *args, files: Iterable[Application], **kwargs):
        super().__init__(*args, **kwargs)

    def params(self) -> dict:
        return {"reason": self.cleaned_data["reason"]}


class AssignParams(forms.Form):
    """To whom files are given. Where somebody follows one already, why."""

    officer = forms.ChoiceField(label="Suivi par", error_messages={"required": "Choisissez qui suivra ces dossiers, ou « Personne »."})
    reason = _reason(required=False)

    def __init__(self, *args, files: Iterable[Application], **kwargs):
        super().__init__(*args, **kwargs)
        people = [(str(user.pk), str(user)) for user in people_queries.officers()]
        self.fields["officer"].choices = [("", "Choisissez"), *people, (NOBODY, "Personne")]
        self.fields["reason"].required = any(file.officer_id for file in files)
        self.fields["reason"].help_text = "Il est gardé au journal de chaque dossier, et envoyé à qui les suivait et à qui les suivra."
        self.fields["reason"].error_messages["required"] = "Dites pourquoi : certains de ces dossiers sont déjà suivis par quelqu’un."

    def params(self) -> dict:
        officer = self.cleaned_data["officer"]
        return {"officer": None if officer == NOBODY else int(officer), "reason": self.cleaned_data["reason"]}


class ComplementsParams(CompletionRequestForm):
    """The same complements asked of several files of one call."""

    def __init__(self, *args, files: Iterable[Application], **kwargs):
        definitions = {file.questionnaire_id: file.questionnaire.schema for file in files}
        sections: dict[str, dict[str, str]] = {}
        for _, definition in sorted(definitions.items(), reverse=True):  # the words of the last version
            for section in definition.sections:
                questions = sections.setdefault(section.title, {})
                for question in section.questions:
                    if question.is_written:
                        questions.setdefault(question.key, question.label)
        super().__init__(*args, choices=[(title, list(questions.items())) for title, questions in sections.items()], **kwargs)

    def params(self) -> dict:
        data = self.cleaned_data
        return {"fields": data["fields_asked"], "message": data["message"], "due_on": data["due_on"].isoformat()}


_FORMS = {Assign.name: AssignParams, Complements.name: ComplementsParams}


def params_form(kind: BulkKind) -> type[forms.Form] | None:
    """The form of what is given with an act; None for one that wants nothing."""
    return _FORMS.get(kind.name, ReasonParams) if kind.wants_params else None
