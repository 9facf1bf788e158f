"""What the Wagtail admin checks before it saves."""

import unicodedata
from collections.abc import Callable
from typing import Self

from django import forms
from django.db import models
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminDateTimeInput

from calls import rules
from calls.enums import CallState
from calls.models import Call, Programme
from calls.workflows import passages
from cms.topics import Topic
from portal.accounts.models import User
from portal.ui.fields import MomentField, check_year
from portal.workflow.seen import SEEN, Authored
from portal.workflow.watched import WatchedForm

# Every moment typed in the editing site, publication dates of pages included, is read as everywhere else in the portal.
register_form_field_override(models.DateTimeField, override={"form_class": MomentField, "widget": AdminDateTimeInput})


class ComposedTextMixin:
    """Text of the editing site in NFC, as everywhere else: lists look for it, documents print it."""

    def clean(self) -> dict:
        cleaned = super().clean()
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = unicodedata.normalize("NFC", value)
        return cleaned


class CloseDaysMixin:
    """Days and moments of the editing site are of our time, as everywhere else."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators = [*field.validators, check_year]


class SeenField(forms.CharField):
    """The mark of what a page showed: nothing that its reader changes."""

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class EditorForm(WatchedForm, ComposedTextMixin, CloseDaysMixin, WagtailAdminModelForm):
    """A form of the editing site; an existing row is watched from its page on (`watch_row`)."""

    def watch_row(self, fresh: Callable[[], Self], act: Callable[[], Authored | None]) -> None:
        """As `watch`, with the hidden field that the pages of Wagtail write."""
        self.watch(fresh, act)
        mark = self.mark
        self.fields[SEEN] = SeenField(required=False, initial=mark, widget=forms.HiddenInput)


class EditorPageForm(ComposedTextMixin, CloseDaysMixin, WagtailAdminPageForm):
    pass


class CallPageForm(EditorPageForm):
    """Publishing the page publishes the call: what the call still lacks is said here, before anything is public."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "call" in self.fields:
            free = (
                Call.objects.filter(page=None)
                if self.for_user is None or self.for_user.may_edit_calls
                else Call.objects.public().filter(page=None)
            )
            self.fields["call"].queryset = free | Call.objects.filter(pk=self.instance.call_id) if self.instance.call_id else free
            self.fields["call"].disabled = bool(self.instance.call_id and self.instance.pk)

    @property
    def is_publishing(self) -> bool:
        return "action-publish" in self.data

    def clean(self) -> dict:
        cleaned = super().clean()
        call = cleaned.get("call") or getattr(self.instance, "call", None)
        if call and self.is_publishing:
            for sentence in publication_gaps(call, self.for_user):
                self.add_error(None, sentence)
        return cleaned


def publication_gaps(call: Call, user: User) -> list[str]:
    """Why publishing the page of this call would not publish the call; empty when it would, or when it is published."""
    if call.state == CallState.WITHDRAWN:
        return ["L’appel est retiré : sa page ne peut plus être publiée."]
    if call.state != CallState.DRAFT:
        return []
    if not rules.manages_call(call, user) and not user.is_superuser:
        return ["Publier un appel revient à ses gestionnaires. Enregistrez votre texte : il paraîtra avec l’appel."]
    return [f"L’appel ne peut pas encore être publié. {sentence}" for sentence in passages.ready_to_publish.missing(call)]


class SubscriptionForm(forms.Form):
    """What to follow by e-mail. The page of a subscription has no field for its address: it gives it as `email`."""

    TOPICS = Topic.choices

    email = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Par exemple : nom@exemple.fr",
    )
    topics = forms.MultipleChoiceField(
        label="Ce que vous voulez suivre", choices=TOPICS, widget=forms.CheckboxSelectMultiple, initial=Topic.values
    )
    programme = forms.ModelChoiceField(
        label="Programme",
        queryset=Programme.objects.order_by("name"),
        to_field_name="code",
        required=False,
        empty_label="Tous les programmes",
    )

    def __init__(self, *args, email: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.known_email = email
        if email:
            del self.fields["email"]

    def clean(self) -> dict:
        cleaned = super().clean()
        cleaned["email"] = self.known_email or cleaned.get("email", "").strip().lower()
        return cleaned
