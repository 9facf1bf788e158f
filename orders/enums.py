from django.db import models

from portal.ui import looks
from portal.ui.looks import Look


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


OrderState.EDITABLE = (OrderState.DRAFT, OrderState.APPROVED)
OrderState.AWAITED = (OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.PARTLY_DELIVERED)  # something is still to arrive
# Everything has arrived.
OrderState.ARRIVED = (
    OrderState.DELIVERED,
    OrderState.ACCEPTED,
    OrderState.ACCEPTED_WITH_RESERVES,
    OrderState.INVOICED,
    OrderState.CLOSED,
)
# Its money is taken: approved, and not cancelled.
OrderState.ENGAGED = (OrderState.APPROVED, *OrderState.AWAITED, *OrderState.ARRIVED)
OrderState.SIGNED = (OrderState.ACCEPTED, OrderState.ACCEPTED_WITH_RESERVES, OrderState.INVOICED, OrderState.CLOSED)  # accepted
OrderState.BILLABLE = (OrderState.ACCEPTED,)  # service done and signed for: its invoices are recorded
OrderState.BILLED = OrderState.SIGNED  # an invoice may count
# Its references, printed on what its holder received, may still be corrected: it has left, and an invoice may come.
OrderState.REFERRED_TO = (
    *OrderState.AWAITED, OrderState.DELIVERED, OrderState.ACCEPTED, OrderState.ACCEPTED_WITH_RESERVES, OrderState.INVOICED,
)  # fmt: skip
OrderState.UNSENT = (OrderState.DRAFT, OrderState.APPROVED, OrderState.CANCELLED)  # the holder has received nothing
OrderState.UNDELIVERED = (OrderState.DRAFT, OrderState.PARTLY_DELIVERED)
OrderState.OVER = (OrderState.CLOSED, OrderState.CANCELLED)
OrderState.LOOKS = {
    OrderState.DRAFT: looks.DRAFT,
    OrderState.APPROVED: Look("accent", "check"),
    OrderState.SENT: Look("accent", "paper-airplane"),
    OrderState.ACKNOWLEDGED: Look("accent", "hand-thumb-up"),
    OrderState.PARTLY_DELIVERED: Look("accent", "truck"),
    OrderState.DELIVERED: Look("warn", "truck"),
    OrderState.ACCEPTED: looks.DONE,
    OrderState.ACCEPTED_WITH_RESERVES: Look("warn", "exclamation-triangle"),
    OrderState.INVOICED: Look("accent", "banknotes"),
    OrderState.CLOSED: looks.CLOSED,
    OrderState.CANCELLED: looks.CANCELLED,
}


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


WorkState.UNORDERED = (WorkState.REQUESTED, WorkState.SURVEYED, WorkState.QUOTED)
WorkState.ONGOING = (WorkState.ORDERED, WorkState.IN_PROGRESS, WorkState.PRE_ACCEPTANCE)
WorkState.UNENGAGED = (*WorkState.UNORDERED, WorkState.CANCELLED)  # no service order holds
WorkState.OVER = (WorkState.CLOSED, WorkState.CANCELLED)
WorkState.RECEIVED = (WorkState.ACCEPTED, WorkState.ACCEPTED_WITH_RESERVES, WorkState.RESERVES_LIFTED, WorkState.CLOSED)
# Its invoices are recorded: an instalment as soon as the site is open (R2191-20), the balance after reception.
WorkState.BILLABLE = (
    WorkState.IN_PROGRESS,
    WorkState.PRE_ACCEPTANCE,
    WorkState.ACCEPTED,
    WorkState.ACCEPTED_WITH_RESERVES,
    WorkState.RESERVES_LIFTED,
)
WorkState.REFERRED_TO = (WorkState.ORDERED, *WorkState.BILLABLE)  # as for orders
WorkState.BILLED = (*WorkState.BILLABLE, WorkState.CLOSED)  # an invoice may count
WorkState.TO_BILL = (WorkState.ACCEPTED, WorkState.RESERVES_LIFTED)  # nothing but its invoices is awaited
WorkState.LOOKS = {
    WorkState.REQUESTED: looks.WAITING,
    WorkState.SURVEYED: Look("accent", "eye"),
    WorkState.QUOTED: Look("accent", "document-text"),
    WorkState.ORDERED: Look("accent", "paper-airplane"),
    WorkState.IN_PROGRESS: Look("accent", "wrench-screwdriver"),
    WorkState.PRE_ACCEPTANCE: Look("warn", "clipboard-document-check"),
    WorkState.ACCEPTED: looks.DONE,
    WorkState.ACCEPTED_WITH_RESERVES: Look("warn", "exclamation-triangle"),
    WorkState.RESERVES_LIFTED: looks.DONE,
    WorkState.CLOSED: looks.CLOSED,
    WorkState.CANCELLED: looks.CANCELLED,
}


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", "Facture"
    CREDIT_NOTE = "credit_note", "Avoir"


class ItemCategory(models.TextChoices):
    EQUIPMENT = "equipment", "Équipement"
    CABLING = "cabling", "Câblage et réseau"


WIFI_CODES = ("borne-wifi",)  # installed after the cabling of the site
SCREEN_CODES = ("videoprojecteur",)  # installed after the cabling of the room
