"""What somebody may follow by e-mail."""

from django.db import models


class Topic(models.TextChoices):
    CALLS = "appels", "Les nouveaux appels"
    DATES = "dates", "Les changements de dates"
    RESULTS = "resultats", "Les résultats"
