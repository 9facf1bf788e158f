"""What a person may be on the portal, and what is asked of whoever reads or acts."""

from typing import Any, Protocol

from django.db import models


class Role(models.TextChoices):
    """What a person may be. A grant says where: an establishment, an authority, a department, or the whole Région."""

    MEMBER = "member", "Membre de l’équipe pédagogique"
    READER = "reader", "Lecture des dossiers de l’établissement"
    HEAD = "head", "Chef d’établissement"
    JUROR = "juror", "Membre du jury"
    CHAIR = "chair", "Présidence du jury"
    CALL_MANAGER = "call_manager", "Gestionnaire d’appels"
    OFFICER = "officer", "Instruction"
    ADVISER = "adviser", "Avis de l’autorité"
    FINANCE = "finance", "Finances"
    ORDERS = "orders", "Commandes"
    TECHNICIAN = "technician", "Technicien d’agence territoriale"
    COMMUNICATION = "communication", "Communication"
    AUDITOR = "auditor", "Audit"
    ADMIN = "admin", "Administration du portail"


SCHOOL_ROLES = frozenset({Role.MEMBER, Role.HEAD, Role.READER})  # they read the files of their school
WRITING_ROLES = frozenset({Role.MEMBER, Role.HEAD})  # and these write in them
JURY_ROLES = frozenset({Role.JUROR, Role.CHAIR})
STAFF_ROLES = frozenset({Role.CALL_MANAGER, Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.TECHNICIAN, Role.AUDITOR, Role.ADMIN})
ADVISING_ROLES = frozenset({Role.ADVISER})  # they read the files on which their authority is asked for its opinion, and nothing else
SITE_ROLES = frozenset({Role.COMMUNICATION})  # they write the public site and read no file
SEATED_ROLES = JURY_ROLES | ADVISING_ROLES  # held for one authority, always
PLACED_ROLES = frozenset({Role.TECHNICIAN})  # those that a grant may hold to one department
# A second factor is compulsory for whoever sees other people's files, or speaks to everybody in the name of the Région.
SECOND_FACTOR_ROLES = STAFF_ROLES | JURY_ROLES | ADVISING_ROLES | SITE_ROLES
CALL_EDITOR_ROLES = frozenset({Role.CALL_MANAGER, Role.ADMIN})  # who writes calls and their forms in the Wagtail admin
EDITOR_ROLES = CALL_EDITOR_ROLES | SITE_ROLES  # the only ones who enter it


class Actor(Protocol):
    """Whoever carries out an act: an account, or the portal itself (portal.workflow.actors.SYSTEM)."""

    @property
    def pk(self) -> Any: ...

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def roles(self) -> frozenset[str]: ...


class Person(Actor, Protocol):
    """An account, for the rooms below portal.accounts: they cannot name portal.accounts.models.User."""

    @property
    def email(self) -> str: ...

    @property
    def is_active(self) -> bool: ...

    @property
    def is_superuser(self) -> bool: ...

    @property
    def is_region_staff(self) -> bool: ...

    @property
    def establishment_ids(self) -> frozenset[int]: ...

    @property
    def writing_ids(self) -> frozenset[int]: ...

    @property
    def headed_ids(self) -> frozenset[int]: ...

    def holds(self, *roles: str, at: Any = None) -> bool: ...

    @property
    def delegations(self) -> "list[Any]": ...

    def delegation_for(self, establishment: Any, act: Any, about: Any = None) -> Any: ...

    def unsigned_because(self, establishment: Any, act: Any, about: Any = None) -> str: ...

    def as_administrator(self) -> "Person": ...
