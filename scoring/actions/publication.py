"""The selection of a released call made checkable by everybody: made, withdrawn, shown again."""

from collections.abc import Mapping
from secrets import SystemRandom

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.models import Application, Call
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused
from scoring import rules
from scoring.models import SelectionPublication, SelectionScenario
from scoring.optimiser.checking import keep_checker
from scoring.queries.publication import has_parts, hindered, published_scenario, publishing_key


@transaction.atomic
def ask_publication(*, call: Call, actor: User | SystemActor) -> Job | None:
    """Have the worker make what everybody may check of a released call; None when the vote followed no computed scenario."""
    if published_scenario(call) is None:
        return None
    return enqueue(
        "scoring.publish_selection",
        label=f"Sélection vérifiable, {call.title}",
        owner=actor if isinstance(actor, User) else None,
        params={"call": call.pk},
        dedupe_key=publishing_key(call),
        return_url=call.results_page.url if hasattr(call, "results_page") else "",
    )


def drawn_keys(instance: Mapping) -> dict[str, str]:
    """A key for each file, drawn by lot: nobody keeps which is whose, but for the files retained."""
    references = [file["id"] for file in instance["applications"]]
    SystemRandom().shuffle(references)
    return {reference: f"dossier-{rank:04d}" for rank, reference in enumerate(references, start=1)}


@transaction.atomic
def record_publication(
    *, call: Call, scenario: SelectionScenario, answer: Mapping, keys: Mapping[str, str], actor: User | None
) -> SelectionPublication:
    """Keep what the process made: the masked instance with its proof, or why there is none. Done twice, the first one stays."""
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if kept := SelectionPublication.objects.filter(call=locked).first():
        return kept
    if "why" in answer or (why := hindered(locked, scenario)):
        told = {"why": answer.get("why") or why}
        made = SelectionPublication.objects.create(call=locked, scenario=scenario, told=told)
    else:
        references = {file for file, _ in scenario.result["selected"]}
        retained = Application.objects.filter(call=locked, reference__in=references).values_list("pk", "reference")
        mask = answer["mask"]
        told = {
            "files": len(answer["instance"]["applications"]), "retained": len(references), "alike": answer["alike"],
            "points": mask["points"], "euros": mask["cents"] // 100, "rules": mask["rules"],
            "digest": answer["result"]["digest"],
            "in_part": has_parts(answer["instance"]),
            "keys": {str(pk): keys[reference] for pk, reference in retained},
        }  # fmt: skip
        made = SelectionPublication.objects.create(
            call=locked, scenario=scenario, program=keep_checker(), instance=answer["instance"], result=answer["result"], told=told
        )
    data = {key: value for key, value in told.items() if key != "keys"}
    recorder.record(locked, "publish_selection", actor=actor, data=data)
    return made


@transaction.atomic
def withdraw_publication(*, call: Call, reason: str, actor: User) -> SelectionPublication:
    """Take the checkable selection off the public page. Raises PermissionDenied, and TransitionRefused when it is not there."""
    shown = _locked(call, actor)
    if shown.withdrawn_at is not None:
        raise TransitionRefused(["La sélection vérifiable n’est plus publique."], wrong_state=True)
    shown.withdrawn_at = timezone.now()
    shown.save(update_fields=["withdrawn_at"])
    recorder.record(call, "withdraw_selection", actor=actor, reason=reason)
    return shown


@transaction.atomic
def restore_publication(*, call: Call, reason: str, actor: User) -> SelectionPublication:
    """Show it again, as it was. Raises PermissionDenied, and TransitionRefused when it is there already."""
    shown = _locked(call, actor)
    if shown.withdrawn_at is None:
        raise TransitionRefused(["La sélection vérifiable est déjà publique."], wrong_state=True)
    shown.withdrawn_at = None
    shown.save(update_fields=["withdrawn_at"])
    recorder.record(call, "restore_selection", actor=actor, reason=reason)
    return shown


def _locked(call: Call, actor: User) -> SelectionPublication:
    if not rules.releases_results(call, actor):
        raise PermissionDenied("selection_publication")
    found = SelectionPublication.objects.select_for_update(of=("self",)).filter(call=call, instance__isnull=False).first()
    if found is None:
        raise TransitionRefused(["Cet appel n’a pas de sélection vérifiable."], wrong_state=True)
    return found
