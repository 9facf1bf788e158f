"""Scenarios of a sitting: retain one, drop one, close the scoring of its files."""

from django.db import transaction
from django.utils import timezone

from calls.enums import ApplicationState
from calls.models import Application, Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.proof import refuse_bettered
from scoring.actions.session import locked_session
from scoring.enums import SessionState
from scoring.models import Assessment, SelectionScenario, SelectionSession
from scoring.optimiser.staleness import what_changed


@transaction.atomic
def retain_scenario(*, scenario: SelectionScenario, actor: User) -> SelectionScenario:
    """Choose the scenario of the sitting; another one chosen before no longer is. Raises PermissionDenied and TransitionRefused."""
    session = locked_session(scenario.session, actor)
    if session.state != SessionState.OPEN:
        raise TransitionRefused(["Un scénario se retient en séance : ouvrez-la d’abord."])
    chosen = session.scenarios.get(pk=scenario.pk)
    if chosen.is_retained:
        return chosen
    refuse_stale(chosen)
    refuse_bettered(chosen)
    session.scenarios.filter(retained_at__isnull=False).update(retained_at=None)
    chosen.retained_at = timezone.now()
    chosen.save(update_fields=["retained_at"])
    recorder.record(session, "retain_scenario", actor=actor, reason=f"Scénario « {chosen.name} »", data={"digest": chosen.digest})
    return chosen


def refuse_stale(scenario: SelectionScenario) -> None:
    """Raise TransitionRefused when the ranking, or what the sitting had set, has changed since this scenario was computed."""
    if changed := what_changed(scenario):
        raise TransitionRefused([f"{changed} depuis le calcul du scénario « {scenario.name} » : relancez le calcul."])


@transaction.atomic
def drop_scenario(*, scenario: SelectionScenario, actor: User) -> None:
    """Remove a scenario that is not retained. Raises PermissionDenied and TransitionRefused."""
    session = locked_session(scenario.session, actor)
    found = session.scenarios.filter(pk=scenario.pk).first()
    if found is None:
        return
    if found.is_retained:
        raise TransitionRefused([kept_by_choice(found)])
    recorder.record(
        session, "drop_scenario", actor=actor, reason=f"Scénario « {found.name} »", data={"digest": found.digest, "row": found.pk}
    )
    found.delete()


def kept_by_choice(scenario: SelectionScenario) -> str:
    """Why a scenario that the room has retained is not removed."""
    return f"Le scénario « {scenario.name} » est retenu : retenez-en un autre d’abord."


def freeze_readings(call: Call) -> None:
    """Write on each reading of the call whether it enters the score: what is learnt of its juror later changes no number."""
    readings = Assessment.objects.filter(application__call=call, is_counted=None)
    readings.filter(pk__in=readings.counted().values("pk")).update(is_counted=True)
    readings.update(is_counted=False)


@transaction.atomic
def close_scoring(*, session: SelectionSession, actor: User | SystemActor) -> int:
    """Close the scoring of every file of the retained scenario, and freeze what enters each score. Returns how many files; doing it
    twice does nothing."""
    retained = session.scenarios.get(retained_at__isnull=False)
    refuse_stale(retained)
    freeze_readings(session.call)
    files = [
        line.application for line in retained.lines.select_related("application").filter(application__state=ApplicationState.ADMISSIBLE)
    ]
    for application in files:
        perform(application, "mark_assessed", actor=actor)
    return len(files)


@transaction.atomic
def reopen_scoring(*, session: SelectionSession, actor: User | SystemActor) -> int:
    """The contrary of `close_scoring`: readings enter the score as their jurors stand today, files are scored again. Returns how many files."""
    Assessment.objects.filter(application__call=session.call).update(is_counted=None)
    files = list(Application.objects.filter(call=session.call, state=ApplicationState.ASSESSED).order_by("pk"))
    for application in files:
        perform(application, "take_back_scoring", actor=actor)
    return len(files)
