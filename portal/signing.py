"""Signing in the place of a head of establishment: which acts are signed, and the one predicate that says who may.

A head signs for the school; so does whoever holds a delegation in force that gives this act, for this call. Every act that asks a head asks here.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from portal.roles import Person


class SignedAct(models.TextChoices):
    """What a head signs, hence may delegate. The transition behind each one names it (`custom["signs"]`)."""

    VISA = "visa", "Donner le visa d’un dossier"
    PRIORITY = "priority", "Ranger par priorité les dossiers déposés à un même appel"
    WITHDRAWAL = "withdrawal", "Retirer un dossier déposé"
    AWARD = "award", "Accepter ou décliner une aide"
    ACCEPTANCE = "acceptance", "Réceptionner une livraison, lever des réserves"
    PARTNERSHIP = "partnership", "Donner l’accord du lycée à un projet dont il est partenaire"
    TEAM = "team", "Répondre aux demandes de rattachement, inviter un collègue"


OF_NO_CALL = frozenset({SignedAct.TEAM})  # a delegation that names calls does not give it


class NotSigned(PermissionDenied):
    """An act refused to somebody who holds a delegation that does not reach it: its message says why, and is for them to read."""


class SignedSubject(Protocol):
    """What an act is signed about: a file, an order, works."""

    @property
    def signed_call_id(self) -> int: ...


class Mandate(Protocol):
    """A delegation, for the rooms that cannot name portal.accounts.models.Delegation."""

    establishment_id: int
    calls: Mapping[str, str]

    @property
    def mention(self) -> str: ...

    def covers(self, act: SignedAct, about: SignedSubject | None = None) -> bool: ...


def may_sign(person: Person, establishment: Any, act: SignedAct, about: SignedSubject | None = None) -> bool:
    """Whether this person signs this act for a school: its head, or by a delegation in force. `about` says for which call."""
    return establishment.pk in person.headed_ids or person.delegation_for(establishment, act, about) is not None


def mention(person: Any, establishment: Any, act: SignedAct, about: SignedSubject | None = None) -> dict[str, str]:
    """What the journal adds to an act signed by delegation; nothing where the head signs, or somebody who needs no delegation."""
    if person.pk is None or establishment.pk in person.headed_ids:
        return {}
    held = person.delegation_for(establishment, act, about)
    return {"delegation": held.mention} if held else {}


def signed_schools(person: Person, act: SignedAct) -> frozenset[int]:
    """The schools (keys) for which this person signs an act that belongs to no call."""
    return person.headed_ids | {held.establishment_id for held in person.delegations if held.covers(act)}


def signed_by(person: Person, act: SignedAct, *, establishment: str = "establishment", call: str = "call") -> Q:
    """What this person signs among objects of schools, by the paths that lead to the school and to the call."""
    wanted = Q(**{f"{establishment}__in": person.headed_ids})
    for held in person.delegations:
        if act in held.acts:
            within = {f"{call}__in": [int(key) for key in held.calls]} if held.calls else {}
            wanted |= Q(**{establishment: held.establishment_id, **within})
    return wanted
