"""What is given with an act on several files: why, to whom, what is asked."""

from collections.abc import Iterable
from hashlib import sha256

from django import forms

from calls.actions.bulk_kinds import Assign, BulkKind, Complements, Inadmissible
from calls.actions.bulk_opinions import AskOpinions, CancelOpinions
from calls.admissibility import Check, automatic_checks, reasons_against
from calls.checks import received_in
from calls.enums import ReasonUse
from calls.forms.completion import NOTHING_ASKED
from calls.forms.officer import CompletionRequestForm
from calls.forms.opinions import DueForm
from calls.forms.reasons import MISSING, ReasonsField, SaysWhy
from calls.models import Application
from calls.queries import people as people_queries
from calls.reasons import Wording, said_as, worded
from calls.workflows.ticked import ticked_points
from portal.text.french import count
from portal.ui.fields import PlainTextField

LONGEST_REASON = 2000
NOBODY = "personne"
NEED_MARK = "|"  # between the question of a need and its article, in the value of a box
MOST_BY_FILE = 30  # files that each have a field of their own, beside that of their group


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


class KeptReasonParams(ReasonParams):
    """Why acts are taken back that tell nobody."""

    reason = _reason(help_text="Il est gardé au journal de chaque dossier ; il n’est envoyé à personne.")


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


class ComplementsParams(SaysWhy, CompletionRequestForm):
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
        self.call = next((file.call for file in files), None)
        self.fields["fields_asked"].required = False
        self.fields["message"].label = "Pour tout le dossier"
        self.fields["message"].help_text = (
            "Lu en haut de chaque dossier. Sans motif, il dit ce qui est demandé aux points cochés ; avec un motif, ou sans aucun point, "
            "c’est un point de plus, auquel chaque lycée répond."
        )
        if needs := _needs_of(files):
            self.fields["needs_asked"] = forms.MultipleChoiceField(
                label="Besoins à revoir", choices=needs, required=False, widget=forms.CheckboxSelectMultiple,
                help_text="Chaque dossier qui n’a pas le besoin coché est laissé de côté.",
            )  # fmt: skip
        listed = ReasonsField(call=self.call, uses=[ReasonUse.COMPLETION]) if self.call else None
        if listed and listed.offered:
            listed.help_text = "Lus par chaque lycée à l’endroit de chaque question demandée."
            self.fields["motifs"] = listed
            self.fields["message"].required = False
        self.order_fields(["fields_asked", "needs_asked", "motifs", "message", "due_on"])

    def clean(self) -> dict:
        cleaned = super().clean()
        points = [*(cleaned.get("fields_asked") or ()), *(cleaned.get("needs_asked") or ())]
        if not points and not cleaned.get("message") and not self.errors:
            self.add_error("fields_asked", NOTHING_ASKED)
        elif not points and cleaned.get("motifs"):
            self.add_error("fields_asked", "Un motif se dit à une question ou à un besoin : cochez-en un, ou écrivez pour tout le dossier.")
        elif points and "motifs" in self.fields:
            self.read_reasons("motifs", "message", required=True)
        return cleaned

    def params(self) -> dict:
        data = self.cleaned_data
        said = worded(self.call.reasons, data.get("motifs") or ()).kept if self.call else []
        needs = [key.split(NEED_MARK, 1) for key in data.get("needs_asked") or ()]
        return {
            "fields": data["fields_asked"], "message": data["message"], "due_on": data["due_on"].isoformat(), "chosen": said, "needs": needs,
        }  # fmt: skip


def _needs_of(files: Iterable[Application]) -> list[tuple[str, str]]:
    """The articles asked for in these files, by question: each once, in the words of the first file that has it. No query where they are prefetched."""
    found = {}
    for file in files:
        for need in file.lines.all():
            if need.is_asked:
                found.setdefault(f"{need.question_key}{NEED_MARK}{need.item_code}", need.label)
    return sorted(found.items(), key=lambda each: each[1])


class InadmissibleParams(SaysWhy, forms.Form):
    """Why, for each group of files that the same points hold back, and file by file where one has something more."""

    def __init__(self, *args, files: Iterable[Application], **kwargs):
        super().__init__(*args, **kwargs)
        found = list(files)
        self.call = found[0].call
        self.groups = _by_points(found)
        self.why: dict[int, Wording] = {}
        for mark, (points, members) in self.groups.items():
            self._ask(mark, points, members)
        if len(found) <= MOST_BY_FILE and len(found) > 1:
            for file in found:
                label = f"Précision pour {file.reference} seul, {file.establishment.name}"
                self.fields[f"dossier-{file.pk}"] = _reason(required=False)
                self.fields[f"dossier-{file.pk}"].label = label
                noted = [
                    f"{point.line.label} : {point.tick.remark}" for point in ticked_points(file) if point.is_against and point.tick.remark
                ]
                self.fields[f"dossier-{file.pk}"].help_text = f"Noté au point {' ; '.join(noted)}" if noted else ""

    def _ask(self, mark: str, points: tuple[Check, ...], members: list[Application]) -> None:
        labels = " ; ".join(check.label for check in points) or "aucun point contre"
        named = ", ".join(file.reference for file in members)
        listed = ReasonsField(call=self.call, uses=[ReasonUse.INADMISSIBILITY], initial=reasons_against(points))
        listed.label, listed.help_text = f"Motifs, {labels.lower()} ({count(len(members), 'dossier')})", named
        if listed.offered:
            self.fields[f"motifs-{mark}"] = listed
        typed = _reason(required=False)
        typed.label = f"Précision pour ces dossiers, {labels.lower()}" if listed.offered else f"Motif, {labels.lower()} ({named})"
        typed.error_messages["required"] = MISSING
        self.fields[f"precision-{mark}"] = typed

    def clean(self) -> dict:
        cleaned = super().clean()
        for mark, (_, members) in self.groups.items():
            alone = [file for file in members if not cleaned.get(f"dossier-{file.pk}")]
            shared = self.read_reasons(f"motifs-{mark}", f"precision-{mark}", required=bool(alone))
            for file in members:
                own = cleaned.get(f"dossier-{file.pk}") or ""
                self.why[file.pk] = Wording(shared.chosen, "\n".join(filter(None, [shared.precision, own])))
        return cleaned

    def params(self) -> dict:
        return {"why": {str(key): said_as(wording) for key, wording in self.why.items()}}


def _by_points(files: list[Application]) -> dict[str, tuple[tuple[Check, ...], list[Application]]]:
    """The files by what stands against them, under a mark that the page keeps; the largest group first."""
    found: dict[str, tuple[tuple[Check, ...], list[Application]]] = {}
    for file in files:
        points = tuple(check for check in automatic_checks(file, received_in(file)) if check.level == "err")
        mark = sha256("|".join(check.label for check in points).encode()).hexdigest()[:8]
        found.setdefault(mark, (points, []))[1].append(file)
    return dict(sorted(found.items(), key=lambda group: -len(group[1][1])))


class OpinionParams(DueForm):
    """For when opinions are asked on several files, of one call or of several."""

    def __init__(self, *args, files: Iterable[Application], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = False
        self.fields["due_on"].help_text = "Laissé vide : la date que prévoit chaque appel."

    def params(self) -> dict:
        due_on = self.cleaned_data["due_on"]
        return {"due_on": due_on.isoformat() if due_on else ""}


_FORMS = {
    AskOpinions.name: OpinionParams,
    CancelOpinions.name: KeptReasonParams,
    Inadmissible.name: InadmissibleParams,
    Assign.name: AssignParams,
    Complements.name: ComplementsParams,
}


def params_form(kind: BulkKind) -> type[forms.Form] | None:
    """The form of what is given with an act; None for one that wants nothing."""
    return _FORMS.get(kind.name, ReasonParams) if kind.wants_params else None
