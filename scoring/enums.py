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


class LineMotive(models.TextChoices):
    """Why a file is in or out of a scenario; the codes are those of `scoring.scenario.Motive`."""

    MERIT = "merit", "Retenu par ordre de mérite"
    RESERVED = "reserved", "Retenu pour le quota"
    BUDGET = "budget", "Écarté par l’enveloppe"
    LIST_STOPPED = "list_stopped", "Écarté par l’enveloppe"
    QUOTA_MINIMUM = "quota_minimum", "Écarté par le minimum du quota"
    QUOTA_MAXIMUM = "quota_maximum", "Écarté par le maximum du quota"
    NO_SCORE = "no_score", "Sans note"
    NO_AMOUNT = "no_amount", "Sans montant demandé"


class QuotaDimension(models.TextChoices):
    """What a quota may count."""

    CATEGORY = "category", "Statut"
    AUTHORITY = "authority", "Autorité"
    DEPARTMENT = "department", "Département"
    DENSITY = "density", "Rural ou urbain"
    PATHWAY = "pathway", "Voie de formation"


class Density(models.TextChoices):
    RURAL = "rural", "Rural"
    URBAN = "urban", "Urbain"


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
