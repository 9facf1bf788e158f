"""What a head declares of the pathways of a lycée, and what the directory makes of it."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.directory import rules
from portal.directory.enums import DECLARABLE
from portal.directory.models import Establishment, PathwayDeclaration
from portal.journal import recorder
from portal.notifications import outbox
from portal.roles import Person
from portal.workflow.gate import TransitionRefused
from portal.workflow.reactions import Move, after


@transaction.atomic
def declare_pathways(*, establishment: Establishment, pathways: Iterable[str], note: str, actor: Person) -> PathwayDeclaration:
    """Declare what the directory does not say; `pathways` are values of `DECLARABLE`, one at least. It counts once confirmed.

    The row of the lycée is locked: two heads do not declare at once. Raises PermissionDenied, and TransitionRefused when the directory
    says the pathways, when the lycée is closed, or when a declaration stands.
    """
    if not rules.declares_pathways(establishment, actor):
        raise PermissionDenied("declare_pathways")
    school = Establishment.objects.select_for_update(of=("self",)).get(pk=establishment.pk)
    if gaps := declaration_gaps(school):
        raise TransitionRefused(gaps, wrong_state=True)
    chosen = {f"has_{pathway.value}": pathway.value in pathways for pathway in DECLARABLE}
    if not any(chosen.values()):
        raise TransitionRefused(["Choisissez au moins une voie."])
    declaration = PathwayDeclaration(establishment=school, note=note, declared_by=actor, **chosen)
    declaration.save()
    recorder.record(declaration, "declare_pathways", actor=actor, target=declaration.state, data={"pathways": declaration.label})
    outbox.post("pathways_declared", about=declaration, actor=actor)
    return declaration


def declaration_gaps(establishment: Establishment) -> list[str]:
    """Why nothing may be declared of this lycée; empty when it may. One query when the directory says nothing, none otherwise."""
    if establishment.is_closed:
        return ["Ce lycée est fermé."]
    standing = PathwayDeclaration.objects.standing().filter(establishment=establishment).first()
    if standing is not None:
        return [f"Une déclaration existe déjà : {standing.get_state_display().lower()}."]
    return ["L’annuaire dit les voies de ce lycée : une erreur s’y corrige."] if establishment.knows_pathways else []


@after(PathwayDeclaration, "confirm")
def give_pathways(declaration: PathwayDeclaration, move: Move) -> None:
    """The lycée has what was declared: everything that counts pathways reads them there."""
    Establishment.objects.filter(pk=declaration.establishment_id).update(**declaration.fields)


@after(PathwayDeclaration, "revoke")
def take_pathways_back(declaration: PathwayDeclaration, move: Move) -> None:
    Establishment.objects.filter(pk=declaration.establishment_id).update(**dict.fromkeys(declaration.fields, False))
