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


EDITABLE_ORDER_STATES = (OrderState.DRAFT, OrderState.APPROVED)
AWAITED_ORDER_STATES = (OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.PARTLY_DELIVERED)  # something is still to arrive
# Everything has arrived.
DELIVERED_ORDER_STATES = (
    OrderState.DELIVERED,
    OrderState.ACCEPTED,
    OrderState.ACCEPTED_WITH_RESERVES,
    OrderState.INVOICED,
    OrderState.CLOSED,
)


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


ONGOING_WORK_STATES = (WorkState.ORDERED, WorkState.IN_PROGRESS, WorkState.PRE_ACCEPTANCE)
RECEIVED_WORK_STATES = (WorkState.ACCEPTED, WorkState.ACCEPTED_WITH_RESERVES, WorkState.RESERVES_LIFTED, WorkState.CLOSED)


class ItemCategory(models.TextChoices):
    EQUIPMENT = "equipment", "Équipement"
    CABLING = "cabling", "Câblage et réseau"


WIFI_CODES = ("borne-wifi",)  # installed after the cabling of the site
SCREEN_CODES = ("videoprojecteur",)  # installed after the cabling of the room
