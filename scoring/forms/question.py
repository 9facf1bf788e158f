from datetime import date, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from portal import working_days
from portal.ui.fields import DayField, PlainTextField
from scoring.models import JuryQuestion

USUAL_DELAY = 5  # working days
LONGEST_DELAY = timedelta(days=90)


class JuryQuestionForm(forms.Form):
    """What a juror asks."""

    text = PlainTextField(
        label="Votre question",
        help_text="Le lycée la lit telle quelle, sans votre nom. Par exemple : « Combien de classes utiliseront les chariots chaque semaine ? »",
        max_length=1000,
        multiline=True,
        error_messages={"required": "Écrivez votre question."},
    )


class SendQuestionsForm(forms.Form):
    """Which questions go, and until when the lycées may answer."""

    questions = forms.ModelMultipleChoiceField(
        label="Questions à envoyer",
        queryset=JuryQuestion.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins une question.",
            "invalid_choice": "Une des questions choisies vient d’être envoyée ou retirée : choisissez de nouveau.",
        },
    )
    due_on = DayField(label="Réponse attendue jusqu’au, inclus")

    def __init__(self, *args, proposed: QuerySet[JuryQuestion], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["questions"].queryset = proposed
        self.fields["questions"].label_from_instance = lambda asked: (
            f"{asked.application.reference}, {asked.criterion.label} : {asked.text}"
        )
        self.fields["questions"].initial = [asked.pk for asked in proposed]
        self.fields["due_on"].initial = working_days.moved(timezone.localdate(), USUAL_DELAY)

    def clean_due_on(self) -> date:
        due_on, today = self.cleaned_data["due_on"], timezone.localdate()
        if due_on <= today:
            raise forms.ValidationError("Laissez au lycée au moins jusqu’à demain.")
        if due_on > today + LONGEST_DELAY:
            raise forms.ValidationError("Cette date est à plus de trois mois.")
        return due_on
