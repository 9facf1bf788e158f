"""Scenarios of a sitting: compute a ranked list, retain one, drop one, close the scoring of its files."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from calls.enums import ApplicationState
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.french import money
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.session import locked_session
from scoring.enums import SessionState
from scoring.models import ScenarioLine, SelectionScenario, SelectionSession
from scoring.optimiser.instance import is_stale
from scoring.queries.conflicts import hidden_ids
from scoring.queries.ranking import RankedFile, ranking
from scoring.queries.scenario import candidates, cut_rules, input_digest
from scoring.queries.session import envelopes_total
from scoring.selection.ranked_list import Cut, Impossible, cut
from scoring.wording import cut as cut_wording


@transaction.atomic
def run_scenario(*, session: SelectionSession, name: str, parameters: Mapping, actor: User) -> SelectionScenario:
    """Compute one scenario and freeze it: lines, reasons, digest of the input.

    `parameters`: {"budget": decimal string in euros, "overflow": "skip" | "stop", "waiting_places": int,
    "quota": {"dimension", "value", "label", "minimum", "maximum"} | None}. Nothing is stored when the rules cannot hold.
    Raises PermissionDenied, and TransitionRefused with the reason in French.
    """
    locked = locked_session(session, actor)
    if locked.scenarios.filter(name=name).exists():
        raise TransitionRefused([f"Cette séance a déjà un scénario « {name} »."])
    total = envelopes_total(locked.call)
    if Decimal(parameters["budget"]) > total:
        raise TransitionRefused([f"L’enveloppe du scénario dépasse les enveloppes de l’appel ({money(total)})."])
    files = ranking(locked.call)
    entries = candidates(files, parameters.get("quota"))
    try:
        answer = cut(entries, cut_rules(parameters))
    except Impossible as problem:
        hidden = hidden_ids(locked.call, actor)
        sentence = "Ces règles ne peuvent pas être tenues ensemble." if hidden else cut_wording.impossibility(problem)
        raise TransitionRefused([sentence]) from problem
    digest = input_digest(locked.call.reference, parameters, entries)
    scenario = SelectionScenario.objects.create(
        session=locked, name=name, parameters=dict(parameters), summary=summary_of(answer), digest=digest, created_by=actor
    )
    ScenarioLine.objects.bulk_create(ranked_lines(scenario, answer, files))
    kept = {"parameters": dict(parameters), "digest": digest}
    recorder.record(locked, "run_scenario", actor=actor, reason=f"Scénario « {name} »", data=kept)
    return scenario


def summary_of(answer: Cut) -> dict:
    """Counts, amounts (decimal strings, euros) and bounds that the screen shows without reading the lines."""
    scores = [line.candidate.score for line in answer.selected]
    refused = [line.candidate.score for line in answer.lines if not line.is_selected and line.candidate.score is not None]
    return {
        "files": len(answer.lines),
        "selected": len(answer.selected),
        "amount": str(answer.amount),
        "remaining": str(answer.remaining),
        "group": answer.group_count,
        "cut_position": answer.cut_position,
        "lowest_selected": str(min(scores)) if scores else None,
        "highest_refused": str(max(refused)) if refused else None,
    }


def ranked_lines(scenario: SelectionScenario, answer: Cut, files: Iterable[RankedFile]) -> list[ScenarioLine]:
    """Unsaved lines of a cut, in its order, each with its reason in the room."""
    by_key = {file.application.reference: file for file in files}
    rows = []
    for line in answer.lines:
        file = by_key[line.candidate.key]
        other = line.taken_by or line.stopped_by
        rows.append(
            ScenarioLine(
                scenario=scenario,
                application=file.application,
                position=line.position,
                rank=file.rank,
                score=file.score,
                marks=[str(mark.score) for mark in file.jurors],
                requested_amount=line.candidate.amount,
                in_group=line.candidate.in_group,
                is_selected=line.is_selected,
                waiting_rank=line.waiting_rank,
                motive=line.motive.value,
                gap_amount=line.gap,
                other=by_key[other.key].application if other else None,
                reason=cut_wording.reason(line, answer.rules),
            )
        )
    return rows


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
    session.scenarios.filter(retained_at__isnull=False).update(retained_at=None)
    chosen.retained_at = timezone.now()
    chosen.save(update_fields=["retained_at"])
    recorder.record(session, "retain_scenario", actor=actor, reason=f"Scénario « {chosen.name} »", data={"digest": chosen.digest})
    return chosen


def refuse_stale(scenario: SelectionScenario) -> None:
    """Raise TransitionRefused when the ranking has changed since this scenario was computed."""
    if is_stale(scenario):
        raise TransitionRefused(
            [f"Le classement a changé depuis le calcul du scénario « {scenario.name} » : calculez-le à nouveau sous un autre nom."]
        )


@transaction.atomic
def drop_scenario(*, scenario: SelectionScenario, actor: User) -> None:
    """Remove a scenario that is not retained. Raises PermissionDenied and TransitionRefused."""
    session = locked_session(scenario.session, actor)
    found = session.scenarios.filter(pk=scenario.pk).first()
    if found is None:
        return
    if found.is_retained:
        raise TransitionRefused([f"Le scénario « {found.name} » est retenu : retenez-en un autre d’abord."])
    recorder.record(session, "drop_scenario", actor=actor, reason=f"Scénario « {found.name} »", data={"digest": found.digest})
    found.delete()


@transaction.atomic
def close_scoring(*, session: SelectionSession, actor) -> int:
    """Close the scoring of every file of the retained scenario. Returns how many; doing it twice does nothing."""
    retained = session.scenarios.get(retained_at__isnull=False)
    refuse_stale(retained)
    files = [
        line.application for line in retained.lines.select_related("application").filter(application__state=ApplicationState.ADMISSIBLE)
    ]
    for application in files:
        perform(application, "mark_assessed", actor=actor)
    return len(files)
