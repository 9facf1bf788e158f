from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from portal.notifications.families import Family, Timing


class Message(models.Model):
    """One e-mail to one person, written in the transaction of the act it announces, sent later, once."""

    class State(models.TextChoices):
        PENDING = "pending", "En attente"
        SENDING = "sending", "En cours d’envoi"
        SENT = "sent", "Envoyé"
        FAILED = "failed", "En échec"
        HELD = "held", "Attend le résumé du jour"
        DIGESTED = "digested", "Envoyé dans un résumé"
        PORTAL = "portal", "Dans le portail seulement"
        BOUNCED = "bounced", "Revenu"
        UNREACHED = "unreached", "Adresse qui ne répond plus"

    code = models.CharField("nature", max_length=60)
    event_key = models.CharField("événement", max_length=120)  # same event, same person: one message
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="destinataire", null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    to_email = models.EmailField("adresse")
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte")
    about_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    about_id = models.CharField(max_length=40, blank=True)
    message_id = models.CharField("Message-ID", max_length=160, unique=True)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField("envoyé le", null=True)
    digest = models.ForeignKey("self", verbose_name="résumé", null=True, on_delete=models.SET_NULL, related_name="digested")
    read_at = models.DateTimeField("lu dans le portail le", null=True)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "not_before"], name="message_queue"),
            models.Index(fields=["about_type", "about_id"], name="message_about"),
        ]
        constraints = [models.UniqueConstraint(name="message_once_per_person", fields=["event_key", "to_email"])]

    def __str__(self):
        return f"{self.subject} → {self.to_email}"

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING

    @property
    def is_sent(self) -> bool:
        return self.state == self.State.SENT

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED

    @property
    def is_held(self) -> bool:
        return self.state == self.State.HELD

    @property
    def is_portal_only(self) -> bool:
        return self.state == self.State.PORTAL

    @property
    def is_digested(self) -> bool:
        return self.state == self.State.DIGESTED

    @property
    def is_bounced(self) -> bool:
        return self.state == self.State.BOUNCED

    @property
    def is_lost(self) -> bool:
        """Whether its mail came back, or was not sent to an address that answers no more."""
        return self.state in Message.LOST


Message.LOST = (Message.State.BOUNCED, Message.State.UNREACHED, Message.State.FAILED)
Message.UNSENT = (Message.State.PENDING, Message.State.HELD, Message.State.PORTAL)  # no mail has left, or is leaving
Message.TOLD = (Message.State.SENT, Message.State.DIGESTED)  # a mail has said it


class DeliveryChoice(models.Model):
    """When a person wants the messages of one family. No row: the default, at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delivery_choices")
    family = models.CharField("messages", max_length=10, choices=Family.choices)
    delivery = models.CharField("envoi", max_length=10, choices=Timing.choices)
    changed_at = models.DateTimeField("choisi le", default=timezone.now)

    class Meta:
        verbose_name = "choix d’envoi"
        verbose_name_plural = "choix d’envoi"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="delivery_chosen_once", fields=["user", "family"])]

    def __str__(self):
        return f"{self.get_family_display()} : {self.get_delivery_display()}"


class UnreachableAddress(models.Model):
    """An address that answers no more: nothing is sent to it until somebody says that it works again."""

    email = models.EmailField("adresse", unique=True)
    status = models.CharField("code", max_length=12, blank=True)  # RFC 3463
    words = models.CharField("ce que dit le serveur", max_length=300, blank=True)
    message = models.ForeignKey(Message, verbose_name="message revenu", null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField("depuis", default=timezone.now)

    class Meta:
        verbose_name = "adresse qui ne répond plus"
        verbose_name_plural = "adresses qui ne répondent plus"
        ordering = ["-since", "-pk"]

    def __str__(self):
        return self.email


class BounceReport(models.Model):
    """One mail found among those that servers send back. Of what it says, the status alone is kept."""

    digest = models.CharField("empreinte SHA-256", max_length=64, unique=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="bounce_reports")
    status = models.CharField("code", max_length=12, blank=True)
    is_believed = models.BooleanField("tenu pour vrai", default=False)
    read_at = models.DateTimeField("lu le", default=timezone.now)

    class Meta:
        verbose_name = "avis de non-remise"
        verbose_name_plural = "avis de non-remise"
        ordering = ["-pk"]

    def __str__(self):
        return f"avis {self.pk}"
