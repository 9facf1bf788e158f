from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from portal import working_days
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Establishment
from portal.prepared import prepared
from portal.threads.enums import Audience, ThreadSide, ThreadState
from portal.threads.registry import subject_of, subjects
from portal.threads.workflow import ThreadWorkflow

WITHDRAWABLE = timedelta(minutes=10)  # how long an author may take a message back; the mail that announces it waits as long


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Shared threads of what one reads for a lycée or as staff; internal ones of what one opens as staff. One query.

        An internal thread is never of a lycée of one's own, whatever other role one holds.
        """
        if not user.is_authenticated:
            return self.none()
        seen = Q(pk__in=())
        for subject in subjects():
            about = subject.threads
            if user.establishment_ids:
                seen |= about & Q(audience=Audience.SHARED, subject_id__in=_keys(subject.of_lycee(user)))
            if user.is_region_staff:
                elsewhere = about & ~Q(establishment__in=user.establishment_ids)
                seen |= elsewhere & Q(audience=Audience.SHARED, subject_id__in=_keys(subject.of_region(user)))
                seen |= elsewhere & Q(audience=Audience.INSIDE, subject_id__in=_keys(subject.seen_by_region(user)))
        return self.filter(seen)

    def awaiting(self, user: User) -> Self:
        """Those whose next word is this person's: their lycée's turn; the Région's, on what they follow; an internal message of somebody else."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(pk__in=())
        if user.writing_ids:
            mine |= Q(state=ThreadState.LYCEE, establishment__in=user.writing_ids)
        if user.is_region_staff:
            followed = Q(pk__in=())
            for subject in subjects():
                followed |= subject.threads & Q(subject_id__in=_keys(subject.awaited_from(user)))
            wrote = Exists(Post.objects.filter(thread=OuterRef("pk"), author_id=user.pk))
            mine |= ~Q(establishment__in=user.establishment_ids) & followed & Q(state=ThreadState.REGION)
            mine |= Q(state=ThreadState.OPEN) & ~Q(last_author_id=user.pk) & (followed | wrote)
        return self.visible_to(user).filter(mine)

    def with_unread(self, reader: int) -> Self:
        """Each with `is_unread` (somebody else wrote since this person, by key, last opened it) and `posts_standing`, how many messages it has."""
        seen = ThreadReading.objects.filter(thread=OuterRef("thread"), user_id=reader, last_post__gte=OuterRef("pk"))
        unread = Post.objects.standing().filter(thread=OuterRef("pk")).exclude(author_id=reader).filter(~Exists(seen))
        standing = Count("posts", filter=Q(posts__withdrawn_at=None))
        return self.annotate(is_unread=Exists(unread), posts_standing=standing)

    def about(self, obj: models.Model) -> Self:
        """The threads of one object, the shared ones first, in the order in which they began."""
        return self.filter(subject_of(obj).threads, subject_id=obj.pk, turn_number__gt=0).order_by("-audience", "place", "pk")

    def latest_first(self) -> Self:
        return self.order_by(F("last_post_at").desc(nulls_last=True), "-pk")


def _keys(objects: models.QuerySet) -> models.QuerySet:
    return objects.order_by().values("pk")


@prepared
def shared_about(app_label: str, model: str, subject: int, reader: int) -> models.QuerySet["Thread"]:
    """The shared threads of an object of one's own lycée, as `about` orders them: who opens it reads them. The query of every page of a form."""
    of_subject = Thread.objects.filter(subject_type__app_label=app_label, subject_type__model=model, subject_id=subject)
    begun = of_subject.filter(audience=Audience.SHARED, turn_number__gt=0)
    return begun.with_unread(reader).order_by("place", "pk")


class Thread(ConcurrentTransitionMixin, ThreadWorkflow):
    """What a lycée and the Région write to each other about one thing, at one place of it; or what the Région writes for itself alone."""

    subject_type = models.ForeignKey(ContentType, verbose_name="nature", on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField("identifiant")
    subject = GenericForeignKey("subject_type", "subject_id")
    place = models.CharField("endroit", max_length=80, blank=True)  # the key of a question; empty for the whole
    audience = models.CharField("lecteurs", max_length=8, choices=Audience.choices)
    establishment = models.ForeignKey(Establishment, verbose_name="lycée", on_delete=models.PROTECT, related_name="+")
    label = models.CharField("objet", max_length=200)  # « Dossier L40-V2-0147 · Le projet »
    opened_at = models.DateTimeField("ouvert le", default=timezone.now)
    last_post_at = models.DateTimeField("dernier message le", null=True)
    search_text = models.TextField(blank=True, editable=False)  # unaccented lower case: the object, the lycée, what stands written

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = "échange"
        verbose_name_plural = "échanges"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="thread_once_per_place", fields=["subject_type", "subject_id", "place", "audience"]),
            models.CheckConstraint(
                name="thread_inside_has_one_side",
                condition=Q(state=ThreadState.CLOSED)
                | Q(audience=Audience.INSIDE, state=ThreadState.OPEN)
                | Q(audience=Audience.SHARED, state__in=(ThreadState.REGION, ThreadState.LYCEE)),
                violation_error_message="Un échange interne n’attend pas le lycée.",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "state"], name="thread_school_state")]

    def __str__(self):
        return f"Échange interne, {self.label}" if self.is_inside else f"Échange, {self.label}"

    def get_absolute_url(self) -> str:
        return address("threads:thread", self.pk)

    @property
    def is_inside(self) -> bool:
        return self.audience == Audience.INSIDE

    @property
    def is_awaited(self) -> bool:
        return self.state in ThreadState.AWAITED

    @property
    def days_waited(self) -> int:
        """Working days since the turn began."""
        return working_days.between(timezone.localdate(self.turn_since), timezone.localdate())


class PostQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)


class Post(models.Model):
    """One message of a thread. Once sent it never changes; its author may withdraw it for some minutes."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    side = models.CharField("côté", max_length=6, choices=ThreadSide.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="auteur", null=True, on_delete=models.SET_NULL, related_name="+")
    author_label = models.CharField("auteur (libellé)", max_length=160)  # a signature: it stays when the account goes
    text = models.TextField("message")
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    withdrawn_at = models.DateTimeField("retiré le", null=True)
    turn_number = models.PositiveIntegerField("tour")
    state_before = models.CharField("état d’avant", max_length=8, choices=ThreadState.choices)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "message d’un échange"
        verbose_name_plural = "messages des échanges"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.author_label}, {self.thread}"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise TypeError("a message that was sent never changes")
        super().save(*args, **kwargs)

    @property
    def withdrawable_until(self) -> datetime:
        return self.sent_at + WITHDRAWABLE

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class ThreadReading(models.Model):
    """How far a person has read a thread, and from which side."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    side = models.CharField("côté", max_length=6, choices=ThreadSide.choices)
    last_post = models.PositiveBigIntegerField("dernier message lu")
    read_at = models.DateTimeField("lu le", default=timezone.now)

    class Meta:
        verbose_name = "lecture d’un échange"
        verbose_name_plural = "lectures des échanges"
        constraints = [models.UniqueConstraint(name="thread_reading_once", fields=["thread", "user"])]

    def __str__(self):
        return f"{self.user} : {self.thread}"
