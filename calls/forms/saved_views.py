"""The name under which a person keeps a view of the list."""

from django import forms

from portal.ui.fields import PlainTextField


class ViewForm(forms.Form):
    """A view: its name, and whether the list opens on it."""

    name = PlainTextField(label="Nom de la vue", max_length=60, error_messages={"required": "Donnez un nom à cette vue."})
    is_default = forms.BooleanField(label="Ouvrir la liste sur cette vue", required=False)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
