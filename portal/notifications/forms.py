from django import forms

from portal.notifications.models import Message
from portal.notifications.queries import TROUBLE
from portal.ui.filters import FilterForm


class MessageFilter(FilterForm):
    q = forms.CharField(label="Adresse ou objet", required=False, max_length=100)
    state = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), (TROUBLE, "En difficulté"), *Message.State.choices])
