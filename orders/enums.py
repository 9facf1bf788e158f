from django.db import models


class OrderState(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    APPROVED = "approved", "Validée"
    SENT = "sent", "Envoyée"
    ACKNOWLEDGED = "acknowledged", "Accusée par le titulaire"
    PARTLY_DELIVERED = "partly_delivered", "Livrée en partie"
    DELIVERED = "delivered", "Livrée"
    ACCEPTED = "accepted", "Réceptionnée sans réserve"
    ACCEPTED_WITH_RESERVES = "accepted_with_reserves", "Réceptionnée avec réserves"
    INVOICED = "invoiced", "Facturée"
    CLOSED = "closed", "Close"
    CANCELLED = "cancelled", "Annulée"


class WorkState(models.TextChoices):
    REQUESTED = "requested", "Demandés"
    SURVEYED = "surveyed", "Visite faite"
    QUOTED = "quoted", "Devis reçu"
    ORDERED = "ordered", "Ordre de service émis"
    IN_PROGRESS = "in_progress", "En cours"
    PRE_ACCEPTANCE = "pre_acceptance", "Opérations préalables à la réception"
    ACCEPTED = "accepted", "Réceptionnés sans réserve"
    ACCEPTED_WITH_RESERVES = "accepted_with_reserves", "Réceptionnés avec réserves"
    RESERVES_LIFTED = "reserves_lifted", "Réserves levées"
    CLOSED = "closed", "Clos"
    CANCELLED = "cancelled", "Annulés"


class ItemCategory(models.TextChoices):
    EQUIPMENT = "equipment", "Équipement"
    CABLING = "cabling", "Câblage et réseau"
