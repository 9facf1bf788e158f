from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django_fsm import ConcurrentTransitionMixin

from calls import files_by_need, hidden_files, retention, rules
from calls.enums import (
    APPLICANT_LABELS,
    APPROVED_LABEL,
    REAPPROVED_LABEL,
    REWRITING_LABELS,
    ApplicationState,
    Outcome,
    Rewriting,
    VersionReason,
)
from calls.models.call import Call, Questionnaire
from calls.models.situation import Situation, situation_of
from calls.workflows.application import ApplicationWorkflow
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Establishment
from portal.files.models import StoredFile
from portal.journal.queries import last_act
from portal.roles import Role

if TYPE_CHECKING:
    from calls.models.application_version import ApplicationVersion
    from calls.models.completion import CompletionRequest
    from calls.models.completion_line import CompletionLine
    from calls.models.visa_remark import VisaRemark


def before_jury_at(path: str = "") -> Q:
    """The condition that a file, at `path` ("application__"), is or was before the jury. One closed without outcome was inadmissible."""
    closed = Q(**{f"{path}state": ApplicationState.CLOSED, f"{path}outcome": ""})
    return Q(**{f"{path}state__in": ApplicationState.BEFORE_JURY}) & ~closed


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Own establishment's files; filed ones of one's perimeter for officers; all filed ones for who runs or audits calls.

        Finance and orders read a filed one from the moment that their work on it begins (calls.files_by_need).

        A file withdrawn after its submission stays open to them: whoever worked on it reads that it is withdrawn.

        Jurors do not pass here: they read through their assessments (scoring), where conflicts of interest apply. What is
        hidden from a person (calls.hidden_files), staff do not see either; nor, until it is opened by two persons, what a sealed call received.
        """
        if not user.is_authenticated:
            return self.none()
        seen = Q(establishment__in=user.establishment_ids)
        filed = hidden_files.open_to(
            user, Q(state__in=ApplicationState.FILED) | Q(state=ApplicationState.WITHDRAWN, submitted_at__isnull=False)
        )
        if rules.reads_everything(user):
            seen |= filed
        elif rules.reads_by_need(user):
            seen |= filed & files_by_need.opened_to(user)
        for grant in user.grants:
            if grant.role == Role.OFFICER:
                seen |= filed if grant.authority_id is None else filed & Q(establishment__authority_id=grant.authority_id)
        return self.filter(seen)

    def of_writers(self, user: User) -> Self:
        """The files of one's own establishments, and one's personal drafts: among `everything`, what the applicant's pages open."""
        return self.written_by(user.pk, user.establishment_ids)

    def written_by(self, user: int, schools: Collection[int]) -> Self:
        """The same of a person and of establishments known by their keys."""
        return self.filter(Q(kept_for=user) | Q(kept_for=None, establishment__in=schools))

    def filed(self) -> Self:
        return self.filter(state__in=ApplicationState.FILED)

    def received(self) -> Self:
        """Those that the Région has received, withdrawn since or not."""
        return self.exclude(submitted_at=None).exclude(state__in=ApplicationState.UNFILED)

    def before_jury(self) -> Self:
        """Declared admissible, whatever came after."""
        return self.filter(before_jury_at())


class ApplicationManager(models.Manager.from_queryset(ApplicationQuerySet)):
    """Every file but the personal drafts: no list, count, search, export or reading of a lycée or of the Région meets these."""

    def get_queryset(self) -> ApplicationQuerySet:
        return super().get_queryset().filter(kept_for=None)


class Application(ConcurrentTransitionMixin, ApplicationWorkflow):
    """The file of one establishment for one call. It belongs to the lycée, never to the person who typed it."""

    read_under_lock = ("call", "questionnaire", "establishment__authority", "establishment__department")

    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.PROTECT, related_name="applications")
    establishment = models.ForeignKey(Establishment, verbose_name="établissement", on_delete=models.PROTECT, related_name="applications")
    questionnaire = models.ForeignKey(Questionnaire, verbose_name="questionnaire", on_delete=models.PROTECT, related_name="applications")
    reference = models.CharField("référence", max_length=30, unique=True)  # "L40-V2-0147"
    title = models.CharField("titre du projet", max_length=160, blank=True)
    requested_amount = models.DecimalField("montant demandé TTC", max_digits=12, decimal_places=2, default=0)  # kept by calls.actions
    outcome = models.CharField("issue", max_length=16, choices=Outcome.choices, blank=True)  # written by the release
    granted_amount = models.DecimalField("montant accordé TTC", max_digits=12, decimal_places=2, null=True, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="suivi par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="créé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("créé le", default=timezone.now)
    search_text = models.CharField(max_length=400, blank=True, editable=False)  # unaccented lower case: reference, lycée, commune, title
    # A personal draft (calls.actions.personal): whose; until when it is kept once the request of this person has ended.
    kept_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="brouillon personnel de", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kept_until = models.DateField("gardé jusqu’au", null=True, blank=True)
    # Remarks of the visa still to deal with (calls.actions.visa); None when the file was never given back with some.
    remarks_left = models.PositiveSmallIntegerField("remarques du visa à traiter", null=True, blank=True, editable=False)

    # Its place among those of its lycée for its call, as the head ranked them (calls.actions.priorities); None while nobody did.
    school_rank = models.PositiveSmallIntegerField("ordre de priorité du lycée", null=True, blank=True, editable=False)

    # The rules of calls.retention whose time was over and that were carried out on it (calls.actions.retention).
    erased = models.JSONField("effacé au titre de", default=list, blank=True, editable=False)

    objects = ApplicationManager()
    everything = ApplicationQuerySet.as_manager()  # personal drafts too: to be filtered on whose they are

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        ordering = ["reference"]
        indexes = [models.Index(fields=["call", "state"], name="application_call_state")]
        constraints = [
            models.CheckConstraint(
                name="application_filed_has_date",
                condition=Q(state__in=ApplicationState.UNFILED, submitted_at=None)
                | Q(state=ApplicationState.WITHDRAWN)
                | (~Q(state__in=ApplicationState.UNFILED) & Q(submitted_at__isnull=False)),
                violation_error_message="Un dossier déposé porte une date de dépôt.",
            ),
            models.CheckConstraint(
                name="application_amount_not_negative",
                condition=Q(requested_amount__gte=0),
                violation_error_message="Un montant n’est pas négatif.",
            ),
            models.UniqueConstraint(
                name="application_one_personal_draft", fields=["call", "establishment", "kept_for"], condition=Q(kept_for__isnull=False)
            ),
            models.CheckConstraint(
                name="application_new_visa_on_new_version",
                condition=Q(reapproved_at=None) | Q(rewriting=Rewriting.VISA),
                violation_error_message="Le visa d’une nouvelle version se donne une fois demandé.",
            ),
            models.CheckConstraint(
                name="application_personal_is_a_draft",
                condition=Q(kept_for=None, kept_until=None) | Q(kept_for__isnull=False, state=ApplicationState.DRAFT, submitted_at=None),
                violation_error_message="Un brouillon personnel ne se dépose pas.",
            ),
        ]

    def __str__(self):
        return f"{self.reference}, {self.establishment.name}"

    def get_absolute_url(self) -> str:
        return address("calls:file", self.reference)

    @property
    def applicant_label(self) -> str:
        """The state as the school reads it."""
        if self.state == ApplicationState.AWAITING_APPROVAL and self.approved_at:
            return APPROVED_LABEL
        if self.rewriting:
            return REAPPROVED_LABEL if self.reapproved_at else REWRITING_LABELS[Rewriting(self.rewriting)]
        return APPLICANT_LABELS[ApplicationState(self.state)]

    @property
    def is_personal(self) -> bool:
        """Read by one person alone, who is not of the lycée yet."""
        return self.kept_for_id is not None

    @property
    def is_emptied(self) -> bool:
        """Its answers and pieces are gone, at the end of their time: what is left is said on its page."""
        return any(rule.key in self.erased for rule in retention.OF_CONTENT)

    @property
    def is_editable(self) -> bool:
        return self.state in ApplicationState.EDITABLE

    @property
    def is_filed(self) -> bool:
        return self.state in ApplicationState.FILED

    @property
    def is_rewritten(self) -> bool:
        """Filed, and written anew: its rows hold what is not filed yet."""
        return bool(self.rewriting)

    @property
    def is_being_written(self) -> bool:
        """A draft, or a filed file whose new version the team writes; whether the call still takes it is another matter."""
        return self.is_editable or self.rewriting == Rewriting.WRITING

    @property
    def is_before_jury(self) -> bool:
        """The same as the condition `before_jury_at`."""
        return self.state in ApplicationState.BEFORE_JURY and bool(self.outcome or self.state != ApplicationState.CLOSED)

    @property
    def signed_call_id(self) -> int:
        """The call for which this is signed: a delegation of signature may name some."""
        return self.call_id

    @property
    def closes_at(self) -> datetime:
        """When the call closes for this file: later than for others where its lycée was granted it. A personal draft is no lycée's yet."""
        return self.call.closing_for(None if self.is_personal else self.establishment_id)

    @property
    def deadline(self) -> datetime:
        """The last instant at which it is received."""
        return self.call.deadline_for(None if self.is_personal else self.establishment_id)

    @property
    def may_be_sent(self) -> bool:
        """Whether its call still takes it, by the clock."""
        return self.call.accepts_from(None if self.is_personal else self.establishment_id)

    @property
    def is_awarded(self) -> bool:
        return self.outcome in Outcome.GRANTING

    @property
    def is_partly_awarded(self) -> bool:
        return self.outcome == Outcome.PARTLY_AWARDED

    @property
    def is_in_reserve(self) -> bool:
        """On the list from which files are called if money is freed."""
        return self.outcome == Outcome.RESERVE

    @property
    def awaits_answer(self) -> bool:
        """The decision is known; an aid granted is still to be accepted or declined by the lycée."""
        return self.state == ApplicationState.DECIDED

    @property
    def is_withdrawn(self) -> bool:
        return self.state == ApplicationState.WITHDRAWN

    @property
    def is_closed(self) -> bool:
        """Nothing is done on it any more."""
        return self.state == ApplicationState.CLOSED

    @property
    def is_declined(self) -> bool:
        return self.state == ApplicationState.DECLINED_BY_SCHOOL

    @cached_property
    def state_before_closing(self) -> str:
        """What a closed file was, as the journal has it; empty for one that was never closed."""
        closing = last_act(self, "close") if self.state == ApplicationState.CLOSED else None
        return closing.source if closing else ""

    @cached_property
    def priority(self) -> str:
        """« 1 sur 3 »: its place among the filed ones of its lycée for its call; empty for one that was not ranked. One query once it was."""
        if self.school_rank is None:
            return ""
        ranks = Application.objects.filed().filter(call=self.call_id, establishment=self.establishment_id).exclude(school_rank=None)
        ranked = list(ranks.values_list("school_rank", flat=True).order_by("school_rank"))
        return f"{ranked.index(self.school_rank) + 1} sur {len(ranked)}" if self.school_rank in ranked else ""

    @cached_property
    def open_remarks(self) -> "dict[str, list[VisaRemark]]":
        """The remarks of the visa that the team of a draft has still to deal with, by question. No query for a file without any."""
        if not self.remarks_left or not self.is_being_written:
            return {}
        found: dict[str, list[VisaRemark]] = {}
        for remark in self.visa_remarks.filter(done_at=None).select_related("written_by").order_by("pk"):
            found.setdefault(remark.question_key, []).append(remark)
        return found

    @cached_property
    def asked_lines(self) -> "dict[str, list[CompletionLine]]":
        """The points of the open request for complements, by question. No query for a file of which nothing may be asked now."""
        request = self.open_completion_request if self.state == ApplicationState.SUBMITTED and not self.is_rewritten else None
        found: dict[str, list[CompletionLine]] = {}
        for line in request.lines.all() if request else ():
            found.setdefault(line.question_key, []).append(line)
        return found

    @property
    def told_state(self) -> Situation | None:
        """What its badge says in place of its state while it is checked: complements awaited, late, received. Works on prefetched requests."""
        return situation_of(self, timezone.localdate()) if self.state == ApplicationState.SUBMITTED else None

    @property
    def open_completion_request(self) -> "CompletionRequest | None":
        """The request for complements still to be answered, or None. Works on prefetched requests."""
        return next((request for request in self.completion_requests.all() if request.is_open), None)

    @property
    def approved_version(self) -> "ApplicationVersion | None":
        """The frozen version that received the visa, or None."""
        return self.versions.filter(reason=VersionReason.APPROVAL).order_by("-number").first()

    @cached_property
    def submitted_version(self) -> "ApplicationVersion | None":
        """The frozen version that the Région and the jury read: the latest of submission or completion."""
        return self.versions.received().order_by("-number").first()


class Answer(models.Model):
    """The answer to one question. `version` grows at each save: a stale save is shown, never silently written over."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question_key = models.CharField("question", max_length=60)
    value = models.JSONField("réponse", encoder=DjangoJSONEncoder, null=True)  # str, int; amounts are decimal strings
    unsound = models.TextField("texte tapé, pas valable", blank=True)  # kept for its writer to mend; never read by the Région
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField("modifié le", default=timezone.now)

    class Meta:
        verbose_name = "réponse"
        verbose_name_plural = "réponses"
        constraints = [models.UniqueConstraint(name="answer_once_per_question", fields=["application", "question_key"])]

    def __str__(self):
        return f"{self.question_key} : {self.value}"

    @property
    def shown(self) -> str | int | list | None:
        """What the field of the question shows: the text still to mend, otherwise the answer."""
        return self.unsound or self.value


class AttachmentQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Those that the file shows now; one that the antivirus closed after it was sent is shown as such."""
        return self.filter(Q(file__deleted_at=None) | Q(file__scan=StoredFile.Scan.INFECTED), removed_at=None)


class Attachment(models.Model):
    """A file given in answer to a question. Replaced or removed softly: what a frozen version names stays readable."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="attachments")
    question_key = models.CharField("question", max_length=60)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="attachment")
    removed_at = models.DateTimeField("retirée le", null=True, blank=True)  # a frozen version may still show it

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["pk"]

    def __str__(self):
        return self.file.name


class Presence(models.Model):
    """Where a member of the team is in a file: one row per person and file, renewed while a page of it is open."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section_key = models.CharField("section", max_length=60, blank=True)
    seen_at = models.DateTimeField("vu le", default=timezone.now)

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        constraints = [models.UniqueConstraint(name="presence_once_per_person", fields=["application", "user"])]

    def __str__(self):
        return f"{self.user} : {self.application.reference}"
