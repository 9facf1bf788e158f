"""What a person may be on the portal."""

from django.db import models


class Role(models.TextChoices):
    """What a person may be. A grant says where: an establishment, an authority, or the whole Région."""

    MEMBER = "member", "Membre de l’équipe pédagogique"
    HEAD = "head", "Chef d’établissement"
    JUROR = "juror", "Membre du jury"
    CHAIR = "chair", "Présidence du jury"
    CALL_MANAGER = "call_manager", "Gestionnaire d’appels"
    OFFICER = "officer", "Instruction"
    FINANCE = "finance", "Finances"
    ORDERS = "orders", "Commandes"
    TECHNICIAN = "technician", "Technicien d’agence territoriale"
    AUDITOR = "auditor", "Audit"
    ADMIN = "admin", "Administration du portail"


SCHOOL_ROLES = frozenset({Role.MEMBER, Role.HEAD})
JURY_ROLES = frozenset({Role.JUROR, Role.CHAIR})
STAFF_ROLES = frozenset({Role.CALL_MANAGER, Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.TECHNICIAN, Role.AUDITOR, Role.ADMIN})
# A second factor is compulsory for whoever sees other people's files.
SECOND_FACTOR_ROLES = STAFF_ROLES | JURY_ROLES
EDITOR_ROLES = frozenset({Role.CALL_MANAGER, Role.ADMIN})  # the only ones who enter the Wagtail admin
