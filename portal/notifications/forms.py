from django import forms

from portal.notifications.models import Message
from portal.notifications.queries import TROUBLE
from portal.ui.filters import FilterForm, SearchField


class MessageFilter(FilterForm):
    q = SearchField(label="Adresse ou objet")
    state = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), (TROUBLE, "En difficulté"), *Message.State.choices])
