from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from calls import hidden_files, rules
from calls.enums import ApplicationState, CallState, OpinionState, OpinionValue
from calls.models.application import Application
from calls.workflows.opinion import OpinionWorkflow
from portal.accounts.models import RoleGrant, User
from portal.addresses import address
from portal.directory.models import Authority
from portal.ui.looks import Look


class OpinionQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Asked or given: neither cancelled nor without object."""
        return self.filter(state__in=OpinionState.CURRENT)

    def unlinked_to(self, user: User) -> Self:
        """Without those on files that are sealed, that a declared link hides from this person, or of a lycée where they hold or held a role."""
        held = RoleGrant.objects.in_schools().filter(user=user.pk).order_by().values("establishment")
        files = Application.objects.filter(hidden_files.open_to(user, Q())).order_by().values("pk")
        return self.filter(application__in=files).exclude(application__establishment__in=held)

    def of_body(self, user: User) -> Self:
        """Those that the authorities of this person are asked for, or have given."""
        return self.once_of_body(user).current()

    def once_of_body(self, user: User) -> Self:
        """The same, and those whose request was cancelled or lost its object: what was being typed there is given back, and nothing is shown."""
        bodies = rules.advised_for(user) if user.is_authenticated else frozenset()
        return self.filter(authority__in=bodies).unlinked_to(user) if bodies else self.none()

    def of_region(self, user: User) -> Self:
        """Those on the files that this person reads at the Région; never on a file of a lycée of their own."""
        if not user.is_authenticated or not rules.reads_opinions(user):
            return self.none()
        files = Application.objects.visible_to(user).exclude(establishment__in=user.establishment_ids)
        return self.filter(application__in=files.order_by().values("pk"))

    def visible_to(self, user: User) -> Self:
        """For the people of the authority that is asked, and for the staff who read the file. The lycée reads none."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=self.of_body(user).order_by().values("pk")) | Q(pk__in=self.of_region(user).order_by().values("pk")))

    def to_give(self) -> Self:
        """Those asked on a file that is still examined, whatever their day."""
        return self.filter(
            state=OpinionState.ASKED,
            application__state__in=ApplicationState.UNDECIDED,
            application__call__state__in=CallState.TAKING_OPINIONS,
        )

    def awaited(self) -> Self:
        """Those that may still be given: their file is examined, and their day is to come or their call takes late ones."""
        in_time = Q(due_on__gte=timezone.localdate()) | Q(application__call__opinions__late=True)
        return self.to_give().filter(in_time)


class Opinion(ConcurrentTransitionMixin, OpinionWorkflow):
    """What the authority of a lycée thinks of its file: asked by the Région, written under the headings of the call. The lycée never reads it."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="opinions")
    authority = models.ForeignKey(Authority, verbose_name="autorité", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    value = models.CharField("sens de l’avis", max_length=16, choices=OpinionValue.choices, blank=True)
    texts = models.JSONField("ce qui est dit de chaque rubrique", default=dict, blank=True)  # by the words of the heading
    reserves = models.TextField("réserves", blank=True)
    remark = models.TextField("remarque réservée à l’instruction", blank=True)  # never read by the jury
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="écrit par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField("écrit le", null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="rendu par", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="opinion_asked_once", fields=["application", "authority"], condition=Q(state__in=OpinionState.CURRENT)
            ),
            models.CheckConstraint(
                name="opinion_given_has_date",
                condition=~Q(state=OpinionState.GIVEN) | (Q(given_at__isnull=False) & ~Q(value="")),
                violation_error_message="Un avis rendu porte sa date et son sens.",
            ),
        ]

    def __str__(self):
        return f"Avis sur le dossier {self.application.reference}, {self.authority}"

    def get_absolute_url(self) -> str:
        return address("calls:opinion", self.pk)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What is said under each heading of the call."""
        return [(heading, self.texts.get(heading, "")) for heading in self.application.call.asked_opinions.headings]

    @property
    def is_given(self) -> bool:
        return self.state == OpinionState.GIVEN

    @property
    def is_asked(self) -> bool:
        return self.state == OpinionState.ASKED

    @property
    def is_late(self) -> bool:
        """Given after its day, or not given yet once it is passed."""
        if self.given_at:
            return timezone.localdate(self.given_at) > self.due_on
        return self.is_asked and timezone.localdate() > self.due_on

    @property
    def look(self) -> Look:
        """How its value looks."""
        return OpinionValue.LOOKS[OpinionValue(self.value)]

    @property
    def is_outdated(self) -> bool:
        """The file was received anew after the version on which it was given."""
        version = self.application.submitted_version if self.is_given else None
        return version is not None and self.on_version is not None and version.number > self.on_version

    def is_hidden_from(self, user: User) -> bool:
        """Whether this person has a link with the lycée of the file."""
        return not Opinion.objects.unlinked_to(user).filter(pk=self.pk).exists()
