"""Why a file is deliberated without all its evaluations."""

from django import forms

from portal.ui.fields import PlainTextField


class WaiverForm(forms.Form):
    """The reason: kept in the journal, and given to the lycée when nobody read its file."""

    reason = PlainTextField(
        label="Motif de la dérogation",
        max_length=500,
        multiline=True,
        help_text="Gardé au journal. Si personne n’a lu le dossier, le lycée le lit dans sa lettre.",
        error_messages={"required": "Dites pourquoi le jury délibère sans ces évaluations, par exemple : juré empêché, lecture en séance."},
    )
