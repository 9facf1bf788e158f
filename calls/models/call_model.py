from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from calls import rules
from calls.models.call import Call
from portal.accounts.models import User
from portal.addresses import address


class CallModelQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those who make calls."""
        return self.all() if rules.makes_calls(user) else self.none()

    def offered(self) -> Self:
        """What a new call may begin from."""
        return self.filter(retired_at=None)


class CallModel(models.Model):
    """A model that staff have made of a call: a call that is never opened, and whose it is.

    `kept`: what higher apps keep of it in place of rows of their own, by name of app.
    """

    call = models.OneToOneField(Call, verbose_name="contenu", on_delete=models.CASCADE, related_name="model")
    name = models.CharField("nom", max_length=120, unique=True)
    made_from = models.CharField("fait de", max_length=160)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="fait par", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField("fait le", default=timezone.now)
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)
    kept = models.JSONField(default=dict, editable=False)

    objects = CallModelQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle d’appel"
        verbose_name_plural = "modèles d’appel"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address("calls:model", self.pk)
