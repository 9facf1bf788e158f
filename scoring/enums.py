from django.db import models


class CriterionKind(models.TextChoices):
    RATED = "rated", "Noté par le jury"
    COMPUTED = "computed", "Calculé"


class AssessmentState(models.TextChoices):
    ASSIGNED = "assigned", "À noter"
    IN_PROGRESS = "in_progress", "En cours"
    SUBMITTED = "submitted", "Rendue"
    REOPENED = "reopened", "Rouverte"
    RECUSED = "recused", "Déport"


class SessionState(models.TextChoices):
    PREPARED = "prepared", "Préparée"
    OPEN = "open", "Ouverte"
    CLOSED = "closed", "Close"
    MINUTES_SIGNED = "minutes_signed", "Procès-verbal signé"


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", "Proposée"
    VOTED = "voted", "Votée"
    RELEASED = "released", "Notifiée"


class Outcome(models.TextChoices):
    AWARDED = "awarded", "Retenu"
    PARTLY_AWARDED = "partly_awarded", "Retenu en partie"
    RESERVE = "reserve", "Liste complémentaire"
    REJECTED = "rejected", "Non retenu"


class Doctrine(models.TextChoices):
    RANKED = "ranked", "Liste classée, coupée par l’enveloppe et le quota"


GRANTING_OUTCOMES = (Outcome.AWARDED, Outcome.PARTLY_AWARDED)
