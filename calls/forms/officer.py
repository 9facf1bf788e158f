"""What staff type: filters of the list, requests for complements, who follows a file."""

from datetime import date, timedelta

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy

from calls import rules
from calls.checks import asked_in
from calls.enums import APPLICANT_LABELS, APPROVED_LABEL, OPEN, ApplicationState
from calls.models import Application, Call
from calls.queries import people as people_queries
from calls.queries.opinions import FILTERS, files_with_opinion
from portal.accounts.models import User
from portal.directory.enums import Category
from portal.directory.models import Authority, Territory
from portal.text.search import matching
from portal.ui.fields import EXAMPLE_DAY, DayField, PlainTextField
from portal.ui.filters import FilterForm, SearchField
from portal.workflow.watched import WatchedForm

USUAL_DELAY = timedelta(days=10)
LONGEST_DELAY = timedelta(days=366)
APPROVED = "approved"  # of the filter alone: the state is that of a visa asked for


class SchoolFilterForm(FilterForm):
    """What the list of one's own files can be restricted to."""

    q = SearchField()
    appel = forms.ChoiceField(label="Appel", required=False)
    etat = forms.ChoiceField(label="État", required=False)

    def __init__(self, data: QueryDict, *, user: User):
        super().__init__(data)
        self.user = user
        listed = self.calls()
        if followed := data.get("appel"):  # a link may lead to a call in which the lycée has no file: the list then says so
            listed = listed | Call.objects.public().filter(reference=followed)
        self.fields["appel"].choices = [("", "Tous"), *listed.order_by("-opens_at").values_list("reference", "title")]
        self.fields["etat"].choices = [("", "Tous"), *self.state_choices()]

    def calls(self) -> QuerySet[Call]:
        """The calls in which the lycée has a file."""
        return Call.objects.filter(pk__in=Application.objects.visible_to(self.user).values("call"))

    def state_choices(self) -> list[tuple[str, str]]:
        """One choice per label that the school reads: states that share a label are one choice; a visa given makes two of one state."""
        first = {}
        for state, label in APPLICANT_LABELS.items():
            first.setdefault(label, state.value)
            if state == ApplicationState.AWAITING_APPROVAL:
                first[APPROVED_LABEL] = APPROVED
        return [(state, label) for label, state in first.items()]

    def restrict(self, applications: QuerySet[Application]) -> QuerySet[Application]:
        """Keep the files that answer to every filter in force."""
        values = self.values
        applications = matching(applications, values.get("q"))
        if values.get("appel"):
            applications = applications.filter(call__reference=values["appel"])
        if values.get("etat"):
            applications = self.in_state(applications, values["etat"])
        return applications

    def in_state(self, applications: QuerySet[Application], state: str) -> QuerySet[Application]:
        if state in (APPROVED, ApplicationState.AWAITING_APPROVAL):
            return applications.filter(state=ApplicationState.AWAITING_APPROVAL, approved_at__isnull=state != APPROVED)
        label = APPLICANT_LABELS[ApplicationState(state)]
        return applications.filter(state__in=[same for same, words in APPLICANT_LABELS.items() if words == label])


class StaffFilterForm(SchoolFilterForm):
    """What staff can restrict the list to, within their perimeter."""

    autorite = forms.ChoiceField(label="Autorité", required=False)
    suivi = forms.ChoiceField(label="Suivi par", required=False)
    departement = forms.ChoiceField(label="Département", required=False)
    statut = forms.ChoiceField(label="Statut", required=False, choices=[("", "Tous"), *Category.choices])
    avis = forms.ChoiceField(label="Avis", required=False, choices=[("", "Tous"), *FILTERS.items()])

    def __init__(self, data: QueryDict, *, user: User):
        super().__init__(data, user=user)
        perimeter = rules.steering_perimeter(user)
        authorities = (
            Authority.objects.filter(establishments__isnull=False) if perimeter is None else Authority.objects.filter(pk__in=perimeter)
        )
        departments = Territory.objects.filter(kind=Territory.Kind.DEPARTMENT, establishments__isnull=False).distinct()
        people = [
            ("moi", "Moi"),
            ("personne", "Personne"),
            *(
                (str(person.pk), person.get_full_name())
                for person in people_queries.followers(user).only("first_name", "last_name", "email")
            ),
        ]
        self.fields["autorite"].choices = [("", "Toutes"), *authorities.distinct().values_list("code", "short_name")]
        self.fields["departement"].choices = [("", "Tous"), *departments.values_list("code", "name")]
        self.fields["suivi"].choices = [("", "Tous"), *people]
        if not rules.reads_opinions(user):
            del self.fields["avis"]

    def calls(self) -> QuerySet[Call]:
        return Call.objects.public()

    def state_choices(self) -> list[tuple[str, str]]:
        states = [(state.value, state.label) for state in (*ApplicationState.FILED, ApplicationState.WITHDRAWN)]
        return [(OPEN, "Pas encore décidés"), *states]

    def in_state(self, applications: QuerySet[Application], state: str) -> QuerySet[Application]:
        return applications.filter(state__in=ApplicationState.UNDECIDED if state == OPEN else [state])

    def restrict(self, applications: QuerySet[Application]) -> QuerySet[Application]:
        applications, values = super().restrict(applications), self.values
        lookups = {
            "autorite": "establishment__authority__code",
            "departement": "establishment__department__code",
            "statut": "establishment__category",
        }
        for name, lookup in lookups.items():
            if values.get(name):
                applications = applications.filter(**{lookup: values[name]})
        if values.get("avis"):
            applications = files_with_opinion(applications, values["avis"], self.user)
        if values.get("suivi") == "moi":
            return applications.filter(officer=self.user)
        if values.get("suivi") == "personne":
            return applications.filter(officer=None)
        return applications.filter(officer=int(values["suivi"])) if values.get("suivi") else applications


Choices = list[tuple[str, list[tuple[str, str]]]]  # of questions, by section


def questions_of(application: Application) -> Choices:
    """What may be asked of this file: the questions that it is asked and that people write."""
    return [
        (section.title, [(question.key, question.label) for question in section.questions if question.is_written])
        for section in asked_in(application).sections
    ]


class CompletionRequestForm(forms.Form):
    """What is missing, in the officer's words, and the questions that open again."""

    fields_asked = forms.MultipleChoiceField(
        label="Questions à compléter",
        help_text="Le lycée ne pourra modifier que celles-ci, et celles que ses nouvelles réponses feraient poser.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une question : le reste du dossier ne pourra pas changer."},
    )
    message = PlainTextField(
        label="Ce que vous demandez",
        help_text="Le lycée le lit en haut de son dossier. Par exemple : « Joignez la délibération signée, la pièce reçue est un projet. »",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        multiline=True,
        error_messages={"required": "Dites au lycée ce qui manque."},
    )
    due_on = DayField(
        label="À rendre le, inclus",
        error_messages={
            "required": format_lazy("Donnez la date de retour, par exemple {}.", EXAMPLE_DAY),
            "invalid": format_lazy("Cette date n’est pas lisible ; écrivez-la par exemple {}.", EXAMPLE_DAY),
        },
    )

    def __init__(self, *args, choices: Choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fields_asked"].choices = choices
        self.fields["due_on"].initial = timezone.localdate() + USUAL_DELAY

    def clean_due_on(self) -> date:
        due_on, today = self.cleaned_data["due_on"], timezone.localdate()
        if due_on < today:
            raise forms.ValidationError("Cette date est passée : donnez une date à partir d’aujourd’hui.")
        if due_on > today + LONGEST_DELAY:
            raise forms.ValidationError("Cette date est à plus d’un an.")
        return due_on


class AssignForm(WatchedForm, forms.Form):
    """Which officer follows the file, among those of its perimeter."""

    officer = forms.ModelChoiceField(label="Suivi par", queryset=None, required=False, empty_label="Personne")

    def __init__(self, *args, application: Application, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = people_queries.officers_for(application.establishment)
        self.fields["officer"].initial = application.officer_id
