from django.db import models


class JoinOutcome(models.TextChoices):
    """What became of a request to join a school."""

    PENDING = "pending", "En attente"
    APPROVED = "approved", "Acceptée"
    REFUSED = "refused", "Refusée"
