"""What a lycée declares of itself where the directory does not say it, and what the directory makes of it."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from portal.directory import facts, rules
from portal.directory.enums import DeclarationState, Fact
from portal.directory.models import Establishment, FactDeclaration
from portal.journal import recorder
from portal.notifications import outbox
from portal.roles import Person
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.reactions import Move, after

SAID = {
    Fact.PATHWAYS: "L’annuaire dit les voies de ce lycée : une erreur s’y corrige.",
    Fact.PUPILS: "L’annuaire dit les élèves de cette année scolaire : une erreur s’y corrige.",
    Fact.BOARDING: "L’annuaire dit si ce lycée a un internat : une erreur s’y corrige.",
    Fact.PRIORITY: "L’annuaire dit l’éducation prioritaire de ce lycée : une erreur s’y corrige.",
}
LACKING = {
    Fact.PATHWAYS: "Choisissez au moins une voie.",
    Fact.PUPILS: "Donnez le nombre d’élèves et son année scolaire.",
    Fact.BOARDING: "Dites si le lycée a un internat.",
    Fact.PRIORITY: "Choisissez une réponse.",
}


@transaction.atomic
def declare_fact(*, establishment: Establishment, fact: str, values: Mapping[str, object], note: str, actor: Person) -> FactDeclaration:
    """Declare what the directory does not say; `values` by column of the fact (portal.directory.facts). It counts once confirmed.

    The row of the lycée is locked: two people do not declare at once. Raises PermissionDenied, and TransitionRefused when nothing is said,
    when the directory says it, when the lycée is closed, or when a declaration of this fact awaits its answer.
    """
    if not rules.declares_facts(establishment, actor):
        raise PermissionDenied("declare_fact")
    school = Establishment.objects.select_for_update(of=("self",)).get(pk=establishment.pk)
    if gaps := declaration_gaps(school, fact):
        raise TransitionRefused(gaps, wrong_state=True)
    chosen = facts.SILENT[Fact(fact)] | {name: values[name] for name in facts.columns(fact) if name in values}
    if not facts.is_said(fact, chosen) or (fact == Fact.PUPILS and None in chosen.values()):
        raise TransitionRefused([LACKING[Fact(fact)]])
    if fact == Fact.PUPILS and chosen["pupils_year"] not in years_open(school):
        raise TransitionRefused([SAID[Fact.PUPILS]])
    declaration = FactDeclaration(establishment=school, fact=fact, note=note, declared_by=actor, **chosen)
    declaration.save()
    recorder.record(declaration, "declare_fact", actor=actor, target=declaration.state, data={"declared": declaration.label})
    outbox.post("fact_declared", about=declaration, actor=actor)
    return declaration


def declaration_gaps(establishment: Establishment, fact: str) -> list[str]:
    """Why this fact of this lycée may not be declared; empty when it may. One query."""
    standing = list(FactDeclaration.objects.standing().filter(establishment=establishment, fact=fact))
    return gaps_among(establishment, fact, standing)


def gaps_among(establishment: Establishment, fact: str, standing: list[FactDeclaration]) -> list[str]:
    """The same, among declarations already read."""
    if establishment.is_closed:
        return ["Ce lycée est fermé."]
    if any(each.awaits_answer for each in standing):
        return [f"Une déclaration existe déjà : {DeclarationState.DECLARED.label.lower()}."]
    official = official_values(establishment, fact, standing)
    if fact == Fact.PUPILS and facts.years_to_declare(timezone.localdate(), official):
        return []
    return [SAID[Fact(fact)]] if facts.is_said(fact, official) else []


def official_values(establishment: Establishment, fact: str, standing: list[FactDeclaration]) -> dict[str, object]:
    """What the directory alone says of this fact: what the lycée has, but for what a confirmed declaration gave it."""
    confirmed = next((each for each in standing if each.is_confirmed and each.fact == fact), None)
    return confirmed.directory_values if confirmed else facts.values_of(fact, establishment)


def years_open(establishment: Establishment) -> list[str]:
    """The school years of which the pupils of this lycée may be declared, the latest first."""
    standing = list(FactDeclaration.objects.confirmed().filter(establishment=establishment, fact=Fact.PUPILS))
    return facts.years_to_declare(timezone.localdate(), official_values(establishment, Fact.PUPILS, standing))


@after(FactDeclaration, "confirm")
def give_fact(declaration: FactDeclaration, move: Move) -> None:
    """The lycée has what was declared: everything that counts it reads it there. An earlier declaration of the fact ends."""
    school = Establishment.objects.get(pk=declaration.establishment_id)
    others = list(FactDeclaration.objects.confirmed().filter(establishment=school, fact=declaration.fact).exclude(pk=declaration.pk))
    official = official_values(school, declaration.fact, others)
    for other in others:
        perform(other, "replace", actor=SYSTEM, reason=f"Une autre déclaration est confirmée : {declaration.label}.")
    FactDeclaration.objects.filter(pk=declaration.pk).update(directory_values=official, answered_by=move.actor)
    Establishment.objects.filter(pk=school.pk).update(**declaration.values)


@after(FactDeclaration, "refuse")
def note_who_refused(declaration: FactDeclaration, move: Move) -> None:
    FactDeclaration.objects.filter(pk=declaration.pk).update(answered_by=move.actor)


@after(FactDeclaration, "revoke")
def take_fact_back(declaration: FactDeclaration, move: Move) -> None:
    """The lycée has again what the directory says."""
    FactDeclaration.objects.filter(pk=declaration.pk).update(answered_by=move.actor)
    Establishment.objects.filter(pk=declaration.establishment_id).update(
        **facts.SILENT[Fact(declaration.fact)] | declaration.directory_values
    )
