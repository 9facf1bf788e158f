import re
from datetime import datetime, timedelta
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django_fsm import ConcurrentTransitionMixin

from calls import rules
from calls.enums import CallState
from calls.opinions import AskedOpinions, opinions_in
from calls.questionnaire import Definition, read
from calls.reasons import default_reasons
from calls.workflows.call import CallWorkflow
from portal.accounts.models import User
from portal.directory.enums import Category
from portal.text.dates import days_until
from portal.text.french import enumeration


class Programme(models.Model):
    """A policy of the Région that publishes calls, wave after wave: Lycée 4.0, Usages numériques."""

    code = models.SlugField("code", max_length=20, unique=True)  # "L40"
    name = models.CharField("nom", max_length=120)
    summary = models.TextField("présentation", blank=True)
    legal_basis = models.CharField("base juridique", max_length=200, blank=True)

    class Meta:
        verbose_name = "programme"
        verbose_name_plural = "programmes"
        ordering = ["name"]

    def __str__(self):
        return self.name


_INSIDE = re.compile(r"(?<=\w)[.,’'](?=\w)")  # what parts two words or two figures without a space


def slug_of(title: str) -> str:
    """The end of the address of a call, from its title: « lycee-4-0-vague-3 » of « Lycée 4.0, vague 3 ». Empty when it has no letter nor figure."""
    return slugify(_INSIDE.sub("-", title))[:60].rstrip("-")


def default_categories() -> list[str]:
    return [
        Category.PUBLIC_EDUCATION.value,
        Category.PRIVATE_CONTRACT.value,
        Category.PUBLIC_AGRICULTURE.value,
        Category.PRIVATE_AGRICULTURE.value,
    ]


def reminder_words(days: list[int]) -> str:
    """When reminders leave: « 7, 3 et 1 jours ouvrés avant »."""
    if not days:
        return "aucun"
    return f"{enumeration([str(each) for each in days])} {'jour ouvré' if days == [1] else 'jours ouvrés'} avant"


def default_reminder_days() -> list[int]:
    """Working days before a deadline on which schools are reminded of it, unless the call says otherwise."""
    return [7, 3, 1]


class CallQuerySet(models.QuerySet):
    def public(self) -> Self:
        return self.exclude(state__in=CallState.HIDDEN)

    def open(self, at: datetime | None = None) -> Self:
        """Published and between opening and closing, by the server's clock."""
        at = at or timezone.now()
        return self.filter(state=CallState.PUBLISHED, opens_at__lte=at, closes_at__gt=at)

    def open_to_some(self, at: datetime | None = None) -> Self:
        """The same, and those that are prolonged for some lycée."""
        at = at or timezone.now()
        later = Q(closes_at__gt=at) | Q(latest_closing__gt=at)
        return self.filter(later, state=CallState.PUBLISHED, opens_at__lte=at)

    def visible_to(self, user: User) -> Self:
        """Staff see drafts too; everyone else sees what is public."""
        return self.all() if rules.works_on_calls(user) else self.public()

    def with_form_seen_by(self, user: User) -> Self:
        """Those of which this person reads the form: a model is read by those who make calls alone. To be asked of `Call.everything`."""
        seen = self.visible_to(user)
        return seen if rules.makes_calls(user) else seen.filter(is_model=False)


class CallManager(models.Manager.from_queryset(CallQuerySet)):
    """Every call but the models: no list, count, feed, search, export nor page meets these."""

    def get_queryset(self) -> CallQuerySet:
        return super().get_queryset().filter(is_model=False)


class Call(ConcurrentTransitionMixin, CallWorkflow):
    """A call for projects (appel à projets): one wave of a programme, with its calendar, form, grid and envelope.

    Open and closed are computed from the clock, never from a task having run.
    """

    programme = models.ForeignKey(Programme, verbose_name="programme", on_delete=models.PROTECT, related_name="calls")
    reference = models.CharField("référence", max_length=20, unique=True)  # "L40-V2"
    slug = models.SlugField("adresse", max_length=60, unique=True)
    title = models.CharField("intitulé", max_length=160)
    wave = models.PositiveSmallIntegerField("vague", default=1)
    previous = models.ForeignKey(
        "self", verbose_name="vague précédente", null=True, blank=True, on_delete=models.PROTECT, related_name="followers"
    )
    summary = models.CharField("en une phrase", max_length=300, blank=True)
    opens_at = models.DateTimeField("ouverture")
    closes_at = models.DateTimeField("clôture")
    grace_minutes = models.PositiveSmallIntegerField("délai de grâce (minutes)", default=0)
    latest_closing = models.DateTimeField(
        "dernière clôture accordée à un lycée", null=True, blank=True, editable=False
    )  # calls.actions.extensions
    reminder_days = models.JSONField("rappels, jours ouvrés avant l’échéance", default=default_reminder_days, blank=True)
    results_on = models.DateField("résultats attendus le", null=True, blank=True)
    jury_on = models.DateField("jury le", null=True, blank=True)
    budget_amount = models.DecimalField("enveloppe", max_digits=12, decimal_places=2)
    ceiling_amount = models.DecimalField("plafond par dossier", max_digits=12, decimal_places=2, null=True, blank=True)
    max_per_establishment = models.PositiveSmallIntegerField("dossiers par lycée", default=1)
    eligible_categories = models.JSONField("statuts éligibles", default=default_categories)
    eligible_pathways = models.JSONField("voies éligibles", default=list, blank=True)  # empty: every pathway
    eligibility = models.JSONField("condition d’éligibilité", null=True, blank=True, default=None)  # calls.conditioned.eligibility
    admissibility_lines = models.JSONField("lignes de recevabilité", default=list, blank=True)  # calls.conditioned.admissibility_lines
    reasons = models.JSONField("motifs proposés", default=default_reasons, blank=True)  # calls.reasons
    opinions = models.JSONField("avis demandés", default=dict, db_default=Value({}, models.JSONField()), blank=True)  # calls.opinions
    reasons_only = models.BooleanField("motif de la liste obligatoire", default=False)
    requires_approval = models.BooleanField("visa du chef d’établissement obligatoire", default=True)
    own_scores_first = models.BooleanField("un juré voit les notes des autres après la sienne", default=True)
    contact_email = models.EmailField("contact", blank=True)
    unsuccessful_because = models.TextField("motif, si l’appel est infructueux", blank=True)  # public
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # The first day on which something that it gathered is over (calls.actions.retention.note_due, each night); none: nothing foreseen.
    retention_due_on = models.DateField("premier effacement possible le", null=True, blank=True, editable=False)

    is_model = models.BooleanField("modèle", default=False, editable=False)  # never published: CallModel says whose it is

    objects = CallManager()
    everything = CallQuerySet.as_manager()  # models too: to be filtered on what they are

    class Meta:
        verbose_name = "appel à projets"
        verbose_name_plural = "appels à projets"
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                name="call_closes_after_opening",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message="La clôture vient après l’ouverture.",
            ),
            models.CheckConstraint(
                name="call_budget_not_negative",
                condition=Q(budget_amount__gte=0),
                violation_error_message="Une enveloppe n’est pas négative.",
            ),
            models.CheckConstraint(
                name="call_model_stays_a_draft",
                condition=Q(is_model=False) | Q(state=CallState.DRAFT),
                violation_error_message="Un modèle ne se publie pas.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return f"/appels/{self.slug}/"

    @classmethod
    def following_of(cls, call: "Call") -> "Call | None":
        """The next wave of a call, once it is prepared; one withdrawn is none, and another may be prepared."""
        return cls.objects.filter(previous=call).exclude(state=CallState.WITHDRAWN).first()

    @property
    def deadline(self) -> datetime:
        """The last instant at which a submission is received: closing plus the stated grace."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)

    @property
    def reminders_in_words(self) -> str:
        return reminder_words(self.reminder_days)

    @property
    def has_extensions(self) -> bool:
        """Whether some lycée may be received after the closing of all."""
        return self.latest_closing is not None and self.latest_closing > self.closes_at

    @cached_property
    def granted_closings(self) -> dict[int, datetime]:
        """The closing granted to single lycées, by their key. One query; none when `calls.models.read_closings` has read them."""
        rows = self.extensions.standing().order_by("closes_at").values_list("establishment", "closes_at")
        return dict(list(rows))

    def closing_for(self, establishment_id: int | None) -> datetime:
        """When this call closes for a lycée: with everybody, or later where it was granted. No query for a call that granted nothing."""
        if establishment_id is None or not self.has_extensions:
            return self.closes_at
        return max(self.closes_at, self.granted_closings.get(establishment_id, self.closes_at))

    def deadline_for(self, establishment_id: int | None) -> datetime:
        """The last instant at which a submission of this lycée is received."""
        return self.closing_for(establishment_id) + timedelta(minutes=self.grace_minutes)

    def accepts_from(self, establishment_id: int | None) -> bool:
        return self.state == CallState.PUBLISHED and self.opens_at <= timezone.now() <= self.deadline_for(establishment_id)

    @property
    def last_deadline(self) -> datetime:
        """The last instant at which any lycée may be received."""
        return (self.latest_closing if self.has_extensions else self.closes_at) + timedelta(minutes=self.grace_minutes)

    @property
    def asked_opinions(self) -> AskedOpinions:
        """How it asks the authorities of its lycées for their opinion."""
        return opinions_in(self.opinions)

    @property
    def is_open(self) -> bool:
        return self.state == CallState.PUBLISHED and self.opens_at <= timezone.now() < self.closes_at

    @property
    def accepts_submissions(self) -> bool:
        return self.state == CallState.PUBLISHED and self.opens_at <= timezone.now() <= self.deadline

    @property
    def is_draft(self) -> bool:
        return self.state == CallState.DRAFT

    @property
    def is_scored(self) -> bool:
        """Whether jurors give marks now."""
        return self.state == CallState.ASSESSMENT

    @property
    def is_deliberated(self) -> bool:
        """Whether the jury deliberates now."""
        return self.state == CallState.DELIBERATION

    @property
    def is_voted(self) -> bool:
        """Whether the vote is recorded and the results still unknown to schools."""
        return self.state == CallState.VOTED

    @property
    def has_results(self) -> bool:
        """Whether its results are public."""
        return self.state in CallState.WITH_RESULTS

    @property
    def is_unsuccessful(self) -> bool:
        """Whether it ended without any file for its jury."""
        return self.state == CallState.UNSUCCESSFUL

    @property
    def is_before_scoring(self) -> bool:
        return self.state in CallState.BEFORE_SCORING

    @property
    def sets_amounts(self) -> bool:
        """Whether its rule of amounts may still change: until the jury deliberates."""
        return self.is_before_scoring or self.is_scored

    @property
    def is_upcoming(self) -> bool:
        return self.state == CallState.PUBLISHED and timezone.now() < self.opens_at

    @property
    def days_left(self) -> int:
        """Days before the day of closing, never negative."""
        return max(0, days_until(self.closes_at))

    @property
    def live_state(self) -> tuple[str, str]:
        """(code, label) that the public reads: upcoming, open and closed come from the clock."""
        if self.state == CallState.PUBLISHED:
            if self.is_upcoming:
                return "upcoming", "À venir"
            return ("open", "Ouvert") if self.is_open else ("closed", "Clos")
        if self.state in CallState.UNDER_EXAMINATION:
            return "examination", "En cours d’examen"
        return self.state, self.get_state_display()

    @property
    def questionnaire(self) -> "Questionnaire | None":
        """The version in force: the latest one of a draft, the latest frozen one once the call is published."""
        versions = self.questionnaires.order_by("-version")
        if self.state == CallState.DRAFT:
            return versions.first()
        return versions.exclude(frozen_at=None).first() or versions.first()


class Questionnaire(models.Model):
    """A call's form, as data (schema: calls.questionnaire). Frozen at opening; a later change is a new version."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questionnaires")
    version = models.PositiveSmallIntegerField("version", default=1)
    definition = models.JSONField("définition", encoder=DjangoJSONEncoder)
    frozen_at = models.DateTimeField("figé le", null=True, blank=True)

    class Meta:
        verbose_name = "questionnaire"
        verbose_name_plural = "questionnaires"
        ordering = ["call", "-version"]
        constraints = [models.UniqueConstraint(name="questionnaire_unique_version", fields=["call", "version"])]

    def __str__(self):
        return f"{self.call}, questionnaire v{self.version}"

    @cached_property
    def schema(self) -> Definition:
        """The definition, read. Raises questionnaire.DefinitionError."""
        return read(self.definition)
