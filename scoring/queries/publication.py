"""What everybody may check of the selection of a released call, and what its release would show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.fields.json import KT

from calls.conditioned.retained import retained as stands
from calls.enums import Outcome
from calls.models import Application, Call
from portal.jobs.models import Job
from portal.journal.queries import moments_of
from portal.text.dates import day, moment
from portal.text.french import NBSP, count
from scoring.enums import Method, SessionState
from scoring.models import FundingDecision, SelectionPublication, SelectionScenario
from scoring.models.balance import RuleBounds
from scoring.queries.scenario import retained_scenario
from scoring.release_effects import Effect
from scoring.selection.masking import LEAST_ALIKE, MASKS, hindered_by, hindrance, least_alike, masked
from scoring.wording.amounts import published_amount
from scoring.wording.balance import rule_label
from scoring.wording.publication import NEVER, NOT_COMPUTED, NOT_YET, cost_told, left_out_told, shown_told

LEFT_THE_SHARING = "un dossier choisi n’est pas financé, faute d’une part suffisante : il se reconnaîtrait"
OTHER_VOTE = "la Commission permanente a voté une autre liste que celle du scénario"
ILLEGIBLE = "ce qui est gardé du calcul ne peut pas être lu"
TOO_FEW = "trop peu de dossiers non retenus se ressemblent : l’un d’eux se reconnaîtrait"
FOR_ALL = {  # the same reasons for who knows of no scenario
    OTHER_VOTE: "la Commission permanente a voté une autre liste que celle du calcul",
    LEFT_THE_SHARING: "un dossier qui n’est pas financé s’y reconnaîtrait",
}


def published_scenario(call: Call) -> SelectionScenario | None:
    """The computed scenario that the vote followed; None when the call had none, or one without a proof."""
    retained = retained_scenario(call)
    if retained is None or not retained.is_optimised or not hasattr(retained, "proof"):
        return None
    return SelectionScenario.objects.select_related("run", "proof", "session__call").get(pk=retained.pk)


def hindered(call: Call, scenario: SelectionScenario) -> str:
    """Why nothing of this selection may be shown, as far as can be known without a new proof; empty when something may."""
    if scenario.printed.get("selected") is None:
        return ILLEGIBLE
    selected = set(scenario.lines.filter(is_selected=True).order_by().values_list("application_id", flat=True))
    voted = FundingDecision.objects.filter(application__call=call, outcome__in=Outcome.GRANTING)  # an aid declined since was voted
    if selected != set(voted.values_list("application_id", flat=True)):
        return OTHER_VOTE
    instance, pairs = scenario.run.instance, [(file, option) for file, option in scenario.result["selected"]]
    if len(pairs) != len(selected):
        return LEFT_THE_SHARING
    if why := hindrance(instance):
        return why
    keys = {file["id"]: file["id"] for file in instance["applications"]}
    retained = {file for file, _ in pairs}
    fits = least_alike(masked(instance, pairs, keys, MASKS[0]), retained) >= LEAST_ALIKE
    return "" if fits else TOO_FEW


def unpublishable_told(rules: Sequence[RuleBounds]) -> str:
    """What to know of these rules while they may still change, in French: under one of them nothing could be published for everybody to check."""
    for rule in rules:
        if why := hindered_by(rule.measure, has_minimum=rule.minimum is not None):
            said = f"la règle «{NBSP}{rule_label(rule)}{NBSP}»"
            return f"Avec {said}, les fichiers de la preuve ne pourront pas être publiés{NBSP}: {why}."
    return ""


def selection_to_come(call: Call) -> list[Effect]:
    """The selection that everybody will be able to check, or why nobody will; nothing without a computed scenario."""
    scenario = published_scenario(call)
    if scenario is None or SelectionPublication.objects.filter(call=call).exists():  # then the page says what is public
        return []
    if why := hindered(call, scenario):
        return [Effect("Sélection vérifiable", 0, f"Rien n’en est publié : {why}. La page des résultats le dira.")]
    files, retained = len(scenario.run.instance["applications"]), len(scenario.result["selected"])
    told = (
        f"Sur la page des résultats, {count(files, 'dossier')} sous des clés tirées au sort. Deviennent publics, pour les {retained} retenus et avec leur nom, "
        f"la note et {_amount_told(scenario, in_part=has_parts(scenario.run.instance))}. Des autres : ni nom, ni établissement, ni note, ni montant exacts, ni ordre de dépôt ; "
        f"les règles qui les concernent. {_choices_told(scenario.run.instance)}Publiée seulement si la preuve de la même liste peut être "
        "refaite ainsi ; elle peut être retirée."
    )
    return [Effect("Sélection vérifiable", files, told)]


def has_parts(instance: Mapping) -> bool:
    """Whether some file may be funded for what is indispensable alone: both amounts are then in the instance."""
    return any("options" in file for file in instance["applications"])


def _amount_told(scenario: SelectionScenario, *, in_part: bool) -> str:
    """Which amount of a retained file is read there."""
    return published_amount(scenario.amounts_way, in_part=in_part)


def _choices_told(instance: Mapping) -> str:
    """What would be read of the files that the jury put in or left out by itself, where the proof cannot do without; empty without any."""
    inside = "lesquels des retenus le jury a fait entrer en séance" if instance.get("forced_in") else ""
    jury = "il" if inside else "le jury"
    outside = f"combien de dossiers {jury} a écartés en séance, sans dire lesquels" if instance.get("forced_out") else ""
    said = " et ".join(filter(None, (inside, outside)))
    return f"Si la preuve l’exige, il s’y lit {said}. " if said else ""


@dataclass(frozen=True)
class PublicSelection:
    """What the public page says and gives."""

    publication: SelectionPublication
    files: int
    retained: int
    alike: int
    points: str  # how scores of files not retained are shown
    amounts: int  # euros
    amount_told: str  # which amount of a retained file is given
    left_out_told: str  # how many ranked files are not there, in a sentence; empty for none
    cost_told: str  # what the cost in the result is, and what was chosen with it
    since_told: str  # since when it is public, and when it was not, in a sentence


def public_selection(call: Call) -> PublicSelection | None:
    """The selection that everybody may check; None before the release, without one, and once it is withdrawn."""
    if not call.has_results:
        return None
    live = SelectionPublication.objects.filter(call=call, withdrawn_at=None, instance__isnull=False)
    unread = ("instance", "result", "program__text", "scenario__result", "scenario__run__instance")
    shown = live.select_related("program", "scenario__run").defer(*unread).annotate(cost=KT("result__cost_cents")).first()
    if shown is None:
        return None
    told = shown.told
    return PublicSelection(
        shown,
        told["files"],
        told["retained"],
        told["alike"],
        told["points"] or "",
        told["euros"],
        _amount_told(shown.scenario, in_part=bool(told.get("in_part"))),
        left_out_told(len(shown.scenario.run.left_out)),
        cost_told(
            int(shown.cost or 0), told["retained"], is_shared=shown.scenario.is_shared, places=shown.scenario.parameters.get("places")
        ),
        shown_told(shown.made_at, absences_of(shown), day),
    )


def why_not_public(call: Call) -> str:
    """Why the page of results gives nothing by which everybody could make the selection again, in French, to follow « : »; empty before the
    release, and where `public_selection` gives it.
    """
    if not call.has_results:
        return ""
    if kept := SelectionPublication.objects.filter(call=call).only("told", "withdrawn_at").first():
        gone = f"ils ont été retirés le {day(kept.withdrawn_at)}" if kept.withdrawn_at else ""
        return FOR_ALL.get(kept.why, kept.why) or gone
    over = SelectionScenario.objects.filter(session__call=call, session__state__in=SessionState.OVER, retained_at__isnull=False)
    if not over.exclude(doctrine=Method.RANKED).filter(proof__isnull=False).exists():
        return NOT_COMPUTED
    under_way = Job.objects.filter(dedupe_key=publishing_key(call), state__in=Job.State.ALIVE).exists()
    return NOT_YET if under_way else NEVER


def publishing_key(call: Call) -> str:
    """What the one work that makes the checkable selection of a call is known by."""
    return f"publish-selection-{call.pk}"


def absences_of(publication: SelectionPublication) -> list[tuple[datetime, datetime | None]]:
    """From when to when it was off the page, as the journal has it; without end while it is."""
    found: list[tuple[datetime, datetime | None]] = []
    for act, at in moments_of(publication.call, "withdraw_selection", "restore_selection"):
        if act == "withdraw_selection":
            found.append((at, None))
        elif found and found[-1][1] is None:
            found[-1] = (found[-1][0], at)
    return found


def shown_since(publication: SelectionPublication) -> str:
    """Since when it is public and when it was not, to the minute, for who shows it."""
    return shown_told(publication.made_at, absences_of(publication), moment)


def still_named(publication: SelectionPublication) -> int:
    """How many of its retained files still have the name of their lycée: those whose aid was declined since have it no more."""
    keys = [int(pk) for pk in publication.told.get("keys", {})]
    return Application.objects.filter(stands(), call=publication.call_id, pk__in=keys).count()


def retained_keys(publication: SelectionPublication, files: dict[int, object]) -> list[tuple[str, object]]:
    """(key, file) of the retained files among those whose result is public now, in the order of their keys."""
    pairs = [(key, files[int(pk)]) for pk, key in publication.told["keys"].items() if int(pk) in files]
    return sorted(pairs, key=lambda pair: pair[0])
