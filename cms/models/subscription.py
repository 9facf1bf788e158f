import uuid
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from calls.models import Programme
from cms.topics import Topic


class SubscriptionQuerySet(models.QuerySet):
    def following(self, programme: Programme | int) -> Self:
        """Those of this programme, and those of all."""
        return self.filter(models.Q(programme=programme) | models.Q(programme=None))

    def wanting(self, *topics: str) -> Self:
        """Those that follow one of these topics at least."""
        wanted = models.Q()
        for topic in topics:
            wanted |= models.Q(**{Subscription.FIELDS[topic]: True})
        return self.filter(wanted)


class Subscription(models.Model):
    """An address that follows the calls by e-mail. It is written when its owner confirms, and removed when they stop: nothing else is kept.

    `key` opens the page that changes or stops it: it is in the messages sent to the address, and nowhere else.
    """

    FIELDS = {Topic.CALLS: "wants_calls", Topic.DATES: "wants_dates", Topic.RESULTS: "wants_results"}

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("adresse", unique=True)
    programme = models.ForeignKey(Programme, verbose_name="programme", null=True, on_delete=models.CASCADE, related_name="+")  # none: all
    wants_calls = models.BooleanField("nouveaux appels", default=True)
    wants_dates = models.BooleanField("changements de dates", default=True)
    wants_results = models.BooleanField("résultats", default=True)
    confirmed_at = models.DateTimeField("confirmé le", default=timezone.now)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "abonnement"
        verbose_name_plural = "abonnements"
        constraints = [
            models.CheckConstraint(
                name="subscription_follows_something",
                condition=models.Q(wants_calls=True) | models.Q(wants_dates=True) | models.Q(wants_results=True),
            )
        ]

    def __str__(self):
        return f"abonnement {self.pk}"  # never the address: what is logged is read by others

    def get_absolute_url(self) -> str:
        return reverse("cms:subscription", args=[self.key])

    @property
    def topics(self) -> list[str]:
        return [topic.value for topic, field in self.FIELDS.items() if getattr(self, field)]
