from django import forms

from portal.notifications.families import ABOUT, Family, choices_of
from portal.notifications.models import Message
from portal.notifications.queries import TROUBLE, UNREAD
from portal.ui.filters import FilterForm, SearchField


class MessageFilter(FilterForm):
    q = SearchField(label="Adresse ou objet")
    state = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), (TROUBLE, "En difficulté"), *Message.State.choices])


class OwnMessagesFilter(FilterForm):
    q = SearchField(label="Dossier, objet ou mots du texte")
    lecture = forms.ChoiceField(label="Lecture", required=False, choices=[("", "Tous"), (UNREAD, "Non lus")])


class PreferencesForm(forms.Form):
    """One choice for each family, named as the family."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for family in Family:
            self.fields[family.value] = forms.ChoiceField(
                label=family.label, help_text=ABOUT[family], choices=choices_of(family), widget=forms.RadioSelect
            )
            self.fields[family.value].is_answered = True  # one is always chosen: nothing to say of it
