"""Scenarios that the optimiser computes: asked for, frozen, stored with their proof."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from scoring.actions.proof import keep_proof, proved_at_a_glance
from scoring.actions.session import locked_session
from scoring.enums import AmountWay, Method, RuleMeasure, RunStatus
from scoring.models import AmountPolicy, ScenarioLine, SelectionRun, SelectionScenario, SelectionSession
from scoring.optimiser.instance import WHOLE, Built, build, cents
from scoring.optimiser.lines import funded_options, scenario_lines
from scoring.optimiser.ranked import list_digest, list_lines, list_parameters, listed_files
from scoring.optimiser.shared import share_out
from scoring.queries.amounts import policy_of, scale_of
from scoring.queries.balance import money_lines, rules_of_session
from scoring.queries.scenario import limits_of
from scoring.selection.gauges import figures, gauges
from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.ranked_list import ranked_list
from scoring.wording.amounts import amount_sentence, sharing_name
from scoring.wording.balance import rule_label

NAMES = {Method.RANKED: "Par rang", Method.MERIT: "Ordre de mérite", Method.SUM: "Total des notes"}
COMPOSED = "Composé en séance"


@transaction.atomic
def ask_run(*, session: SelectionSession, actor: User, doctrine: str = "") -> Job:
    """Freeze the instance of a sitting and have the worker solve it: see `freeze_run`.

    Asked twice with nothing changed, the same job. Raises PermissionDenied and TransitionRefused.
    """
    run = freeze_run(session=session, actor=actor, doctrine=doctrine)
    return enqueue(
        "scoring.select",
        label=f"{'Recalcul' if run.is_composed else 'Calcul des scénarios'}, {run.session.call.title}",
        owner=actor,
        params={"run": run.pk, "doctrines": [doctrine] if run.is_composed else [Method.MERIT.value, Method.SUM.value]},
        dedupe_key=f"select-{run.session_id}-{actor.pk}-{run.digest[:24]}-{doctrine}",
        return_url=run.session.get_absolute_url(),
    )


@transaction.atomic
def freeze_run(*, session: SelectionSession, actor: User, doctrine: str = "") -> SelectionRun:
    """Freeze the instance of a sitting, to be solved.

    Without `doctrine`, for the ranked list and both doctrines side by side; with one, for the scenario composed in the room, with
    the files locked in or out. Raises PermissionDenied and TransitionRefused.
    """
    locked = locked_session(session, actor)
    composed = doctrine in (Method.MERIT, Method.SUM)
    built = _built(locked, composed)
    run = SelectionRun.objects.create(
        session=locked,
        instance=built.instance,
        digest=built.digest,
        files_digest=built.files_digest,
        left_out=built.left_out,
        words=built.words,
        locks=_frozen_locks(locked) if composed else [],
        is_composed=composed,
        created_by=actor,
        created_at=timezone.now(),
    )
    kept = {"digest": run.digest, "doctrine": doctrine or "both", "files": len(built.instance["applications"])}
    recorder.record(locked, "ask_run", actor=actor, data=kept)
    return run


def _built(session: SelectionSession, composed: bool) -> Built:
    """The instance, or TransitionRefused when there is nothing to choose from or nothing to give."""
    try:
        built = build(session, locked=composed)
    except InvalidInstance as error:
        raise TransitionRefused([problem.message for problem in error.problems[:5]]) from error
    if sum((line.amount for line in money_lines(session)), Decimal(0)) <= 0:
        raise TransitionRefused(
            ["Cette séance n’a pas d’argent à répartir : les finances ouvrent une enveloppe sur la page des décisions."]
        )
    if not built.instance["applications"]:
        raise TransitionRefused(["Aucun dossier de cet appel n’a à la fois une note et un montant."])
    if policy_of(session.call).is_shared and (gaps := sharing_gaps(session)):
        raise TransitionRefused(gaps)
    return built


def sharing_gaps(session: SelectionSession) -> list[str]:
    """What a sitting lacks before its envelope can be shared, as sentences."""
    if session.places is None:
        return [
            "L’enveloppe se partage entre les dossiers retenus : choisissez d’abord combien, sur « Combien de lycées, combien chacun »."
        ]
    if session.partial_share is not None:
        return [
            "Une enveloppe partagée donne à chacun sa part : sur la page des règles, ne permettez plus de ne financer que les besoins dits "
            "indispensables."
        ]
    on_money = [rule for rule in rules_of_session(session) if rule.measure in (RuleMeasure.AMOUNT, RuleMeasure.AMOUNT_SHARE)]
    return [
        f"« {rule_label(rule)} » porte sur un montant, qui n’est connu qu’une fois l’enveloppe partagée : changez cette règle en nombre de dossiers."
        for rule in on_money
    ]


def _frozen_locks(session: SelectionSession) -> list[dict]:
    return [
        {"application": lock.application_id, "side": lock.side, "reason": lock.reason, "author": str(lock.author)}
        for lock in session.locks.select_related("author")
    ]


@transaction.atomic
def store_run(*, run: SelectionRun, answers: Mapping[str, Mapping], actor: User) -> list[SelectionScenario]:
    """Store what the solver answered, by doctrine: scenarios with their lines, or the contradictions of the rules.

    Done twice, nothing more happens. Raises TransitionRefused when the sitting has closed or the ranking has changed meanwhile.
    """
    session = locked_session(run.session, actor)
    run = SelectionRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.status != RunStatus.WAITING:
        return []
    built = _built_again(session, run)
    run.status = _status(answers)
    if run.is_impossible:
        told = next(answer for answer in answers.values() if answer["status"] == RunStatus.INFEASIBLE).get("explanations") or {}
        proved = next(answer.get("proof") for answer in answers.values() if answer["status"] == RunStatus.INFEASIBLE)
        run.contradictions = {"conflicts": told.get("conflicts", []), "relaxations": told.get("relaxations", [])}
        run.contradictions |= {"proof": proved} if proved else {}
        answers = {}
    run.save(update_fields=["status", "contradictions"])
    keeps = run.is_impossible and session.scenarios.exists()  # contradictory rules take nothing away from what stands
    replaced = [] if keeps else _replaced(session, run)
    shared = policy_of(session.call).is_shared  # with as many files as places, the list by rank is the order of merit
    made = [] if run.is_composed or keeps or shared else _ranked(run, session, built, actor)
    made += [_optimised(run, session, built, doctrine, answer, actor) for doctrine, answer in answers.items()]
    kept = {"digest": run.digest, "status": run.status, "scenarios": [scenario.name for scenario in made], "replaced": replaced}
    recorder.record(session, "store_run", actor=actor, data=kept)
    return made


def _built_again(session: SelectionSession, run: SelectionRun) -> Built:
    """The sitting as it is once the solver has answered. Raises TransitionRefused when it is no longer what was solved."""
    try:
        built = build(session, locked=run.is_composed)
    except InvalidInstance as error:
        raise TransitionRefused(["Les dossiers, les places ou les enveloppes ont changé pendant le calcul : relancez-le."]) from error
    if built.files_digest != run.files_digest:
        raise TransitionRefused(["Le classement a changé pendant le calcul : relancez-le."])
    return built


def _status(answers: Mapping[str, Mapping]) -> str:
    """The least certain status. Raises TransitionRefused when the time allowed gave no selection at all."""
    statuses = {answer["status"] for answer in answers.values()}
    if any(answer["selected"] is None for answer in answers.values()) and RunStatus.INFEASIBLE not in statuses:
        raise TransitionRefused([f"Aucune sélection n’a été trouvée en {settings.SELECTION_TIME_LIMIT} secondes : allégez les règles."])
    return next(status for status in (RunStatus.INFEASIBLE, RunStatus.BOUNDED, RunStatus.PROVEN) if status in statuses)


def _replaced(session: SelectionSession, run: SelectionRun) -> list[str]:
    """Remove the scenarios of the same kind that nobody retained: the new ones take their names. Their digests stay in the journal.

    Where an envelope is shared, those of another number of files stay, to be compared.
    """
    alike = session.scenarios.filter(run__is_composed=run.is_composed, run__pk__lt=run.pk, retained_at=None)
    old = [one for one in alike.only("name", "digest", "parameters") if not one.is_shared or one.parameters["places"] == places_of(run)]
    session.scenarios.filter(pk__in=[one.pk for one in old]).delete()
    return [f"{one.name} {one.digest}" for one in old]


def places_of(run: SelectionRun) -> int | None:
    """How many files a frozen instance asks for."""
    return next((rule.get("max") for rule in run.instance["rules"] if rule["id"] == "places"), None)


def _free_name(session: SelectionSession, name: str) -> str:
    taken = set(session.scenarios.values_list("name", flat=True))
    numbered = (f"{name} ({rank})" for rank in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def _ranked(run: SelectionRun, session: SelectionSession, built: Built, actor: User) -> list[SelectionScenario]:
    """The ranked list with the same money and places, measured on every rule; none when there is no money left."""
    parameters = list_parameters(session)
    limits, files = limits_of(parameters), listed_files(built.files, built.offers)
    left_out = {row["application"]: row for row in built.left_out if "motive" in row}
    if limits.budget <= 0:
        return []
    listed = ranked_list(files, limits)
    rows = list_lines(listed, built.files, limits.places, left_out)
    _say_amounts(session, policy_of(session.call), rows)
    result = measured(built.instance, [(line.file.key, WHOLE) for line in listed if line.is_selected])
    scenario = SelectionScenario(
        name=_free_name(session, NAMES[Method.RANKED]),
        parameters=parameters,
        summary=_summary(rows) | _at_a_glance(result),
        digest=list_digest(session.call.reference, parameters, files),
        result=result,
    )
    return [_stored(run, session, scenario, rows, actor)]


def measured(instance: Mapping, pairs: Iterable[tuple[str, str]]) -> dict:
    """Gauges and figures of a selection, any selection, counted here from the rules rather than believed."""
    read = Instance.from_dict(instance)
    chosen = [(reference, option) for reference, option in pairs if reference in read.by_id]
    return {"gauges": [gauge.to_dict() for gauge in gauges(read, chosen)], "figures": figures(read, chosen)}


def _at_a_glance(result: Mapping) -> dict:
    """What tabs and comparisons show without reading the whole result."""
    states = {gauge["rule"]: gauge["state"] for gauge in result["gauges"]}
    proof = proved_at_a_glance(result["proof"]) if result.get("proof") else None
    return {"states": states, "figures": result["figures"], "gap": result.get("gap"), "proof": proof}


def _optimised(
    run: SelectionRun, session: SelectionSession, built: Built, doctrine: str, answer: Mapping, actor: User
) -> SelectionScenario:
    lines, parameters = money_lines(session), list_parameters(session)
    rows = scenario_lines(run, answer, built.files, lines, session.waiting_places)
    policy, name = policy_of(session.call), COMPOSED if run.is_composed else NAMES[Method(doctrine)]
    result, chosen = dict(answer), list(answer["selected"])
    if policy.is_shared:
        drawn = {reference: next(iter(option.amounts)) for reference, option in funded_options(run.instance, answer).items()}
        result["sharing"] = share_out(session, policy, rows, drawn, lines)
        chosen = [[row.application.reference, WHOLE] for row in rows if row.is_selected]
        parameters["places"], name = places_of(run), sharing_name(name, places_of(run))
    else:
        _say_amounts(session, policy, rows)
    result |= measured(run.instance, chosen)
    reached = {"objective": answer["objective"]}
    if len(chosen) < len(answer["selected"]):  # the total that is proved counts files which left the sharing
        reached = {"objective": str(sum((row.score for row in rows if row.is_selected), Decimal(0))), "chosen": len(answer["selected"])}
    scenario = SelectionScenario(
        name=_free_name(session, name),
        doctrine=doctrine,
        parameters=parameters,
        summary=_summary(rows) | reached | _at_a_glance(result),
        digest=run.digest,
        status=answer["status"],
        result={key: value for key, value in result.items() if key != "proof"},
    )
    stored = _stored(run, session, scenario, rows, actor)
    if proof := answer.get("proof"):
        keep_proof(stored, proof)
    return stored


def _say_amounts(session: SelectionSession, policy: AmountPolicy, rows: Iterable[ScenarioLine]) -> None:
    """Why each selected file has its amount, where the call does not give what is asked."""
    why = {AmountWay.ESSENTIAL: "ses besoins dits indispensables", AmountWay.RATE: "la part de sa demande que sa note lui donne"}
    scale = scale_of(session.call)
    for row in rows if not policy.is_as_asked else ():
        if row.is_selected:
            row.amount_reason = amount_sentence(
                amount=row.amount,
                asked=row.requested_amount,
                due=cents(row.amount),
                why=why[AmountWay.ESSENTIAL if row.is_partial else policy.way],
                score=row.score,
                scale=scale,
            )


def _stored(
    run: SelectionRun, session: SelectionSession, scenario: SelectionScenario, rows: list[ScenarioLine], actor: User
) -> SelectionScenario:
    """The scenario of a run, saved with its lines."""
    scenario.session, scenario.run, scenario.created_by, scenario.created_at = session, run, actor, timezone.now()
    scenario.save()
    for row in rows:
        row.scenario = scenario
    ScenarioLine.objects.bulk_create(rows)
    return scenario


def _summary(rows: list[ScenarioLine]) -> dict:
    """The figures of the tabs: counts, scores and amounts (decimal strings, euros)."""
    selected = [row for row in rows if row.is_selected]
    refused = [row.score for row in rows if not row.is_selected and row.score is not None]
    return {
        "files": len(rows),
        "selected": len(selected),
        "partial": sum(row.is_partial for row in selected),
        "amount": str(sum((row.amount for row in selected), Decimal(0))),
        "lowest_selected": str(min(row.score for row in selected)) if selected else None,
        "highest_refused": str(max(refused)) if refused else None,
    }
