"""The document that a piece to join gives to fill in."""

from django import forms

from calls.actions.to_fill import GIVEN_AS


class DocumentForm(forms.Form):
    """One file; the portal checks it as every file that it receives."""

    file = forms.FileField(
        label="Fichier",
        help_text=f"{', '.join(extension.upper() for extension in GIVEN_AS)}.",
        widget=forms.FileInput(attrs={"accept": ",".join(f".{extension}" for extension in GIVEN_AS)}),
        allow_empty_file=True,  # portal.files.intake refuses it, in better words
        error_messages={"required": "Choisissez un fichier."},
    )
