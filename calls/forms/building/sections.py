"""What is written of a section and of a limit, and where a question is moved."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from calls.conditions.catalogue import Catalogue
from calls.forms.building.conditions import condition_field
from calls.forms.conditions import ComposingForm
from portal.ui.fields import LeanSelect, PlainTextField, WholeNumberField
from portal.workflow.watched import WatchedForm

MOST_PLACES = 500


class SectionForm(ComposingForm, WatchedForm, forms.Form):
    """A section, without its questions."""

    title = PlainTextField(label="Titre de la section", max_length=120)
    help = PlainTextField(label="Présentation", max_length=1000, multiline=True, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, catalogue: Catalogue, raw: Mapping[str, Any] | None = None, takes_condition: bool = True, **kwargs):
        kwargs.setdefault("initial", dict(raw or {}))
        super().__init__(*args, **kwargs)
        if takes_condition:
            self.fields["shown_if"] = condition_field(
                catalogue, "Posée si", "Sans condition : toujours posée. Elle ne porte que sur les sections placées avant.", lead="Posée"
            )

    @property
    def values(self) -> dict[str, Any]:
        """The section as a definition writes it, without its key."""
        return dict(self.cleaned_data)


class LimitForm(ComposingForm, WatchedForm, forms.Form):
    """What answers must be together, and what is said to who does not keep to it."""

    message = PlainTextField(
        label="Message", max_length=300, multiline=True, help_text="Il est dit au lycée dont les réponses ne vont pas ensemble.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args, catalogue: Catalogue, raw: Mapping[str, Any] | None = None, **kwargs):
        kwargs.setdefault("initial", dict(raw or {}))
        super().__init__(*args, **kwargs)
        self.fields["condition"] = condition_field(
            catalogue, "Les réponses vont ensemble si", "Regardé quand toutes ces questions ont leur réponse.", lead="", required=True
        )

    @property
    def values(self) -> dict[str, Any]:
        """The limit as a definition writes it, without its key."""
        return {"condition": self.cleaned_data["condition"], "message": self.cleaned_data["message"]}


class QuestionPlaceForm(forms.Form):
    """Where a question goes: a section, and a rank in it."""

    section = forms.ChoiceField(label="Section", widget=LeanSelect)
    place = WholeNumberField(label="Rang dans cette section", minimum=1, maximum=MOST_PLACES)

    def __init__(self, *args, sections: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = sections


class ForceForm(forms.Form):
    """What becomes of the drafts when a new version is put in force."""

    drafts = forms.ChoiceField(
        label="Les brouillons déjà commencés",
        choices=[
            ("follow", "passent à la nouvelle version, avec toutes leurs réponses"),
            ("stay", "gardent la version avec laquelle ils ont été commencés"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que deviennent les brouillons."},
    )

    def __init__(self, *args, takes_drafts: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not takes_drafts:
            del self.fields["drafts"]
