from collections.abc import Mapping

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal.files.formats import accept_of
from portal.files.intake import UploadRefused, check_upload
from portal.text.french import count
from portal.threads.actions import FORMATS, MOST_FILES
from portal.threads.queries import CLOSED, INSIDE, MINE, OTHERS, UNREAD
from portal.ui.fields import PlainTextField
from portal.ui.filters import FilterForm, SearchField

MOST_SIGNS = 4000
KEPT = "Votre message est gardé ci-dessous ; rien n’est envoyé."


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one choice, each checked as every file that the portal receives."""

    widget = SeveralFiles(attrs={"accept": accept_of(FORMATS)})

    def clean(self, data: object, initial: object = None) -> list[UploadedFile]:
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(f"{count(MOST_FILES, 'pièce')} au plus par message. {KEPT}")
        errors = []
        for file in given:
            try:
                check_upload(file, allowed=FORMATS, kept=KEPT)
            except UploadRefused as refusal:
                errors.append(str(refusal))
        if errors:
            raise forms.ValidationError(errors)
        return given


class PostForm(forms.Form):
    """One message and its attachments."""

    text = PlainTextField(
        label="Votre message",
        max_length=MOST_SIGNS,
        multiline=True,
        error_messages={"required": "Écrivez votre message avant de l’envoyer."},
    )
    files = FilesField(
        label="Pièces jointes",
        required=False,
        help_text="Facultatif. Cinq au plus : PDF, Word, Excel, OpenDocument, photo (JPEG, HEIC) ou PNG.",
    )

    def __init__(self, data: Mapping | None = None, files: Mapping | None = None):
        super().__init__(data, files)
        self.had_files = bool(files)

    @property
    def lost_files(self) -> bool:
        """A browser never sends a file twice: those chosen before this page are to be chosen again."""
        return self.had_files and bool(self.errors)


class ThreadFilter(FilterForm):
    q = SearchField(label="Dossier, lycée ou mots d’un message")
    tour = forms.ChoiceField(
        label="Tour", required=False,
        choices=[("", "Tous"), (MINE, "À moi de répondre"), (OTHERS, "À d’autres de répondre"), (CLOSED, "Rien à répondre"), (UNREAD, "Non lus")],
    )  # fmt: skip


class StaffThreadFilter(ThreadFilter):
    nature = forms.ChoiceField(label="Lecteurs", required=False, choices=[("", "Tous"), (INSIDE, "Internes à la Région")])
