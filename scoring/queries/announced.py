"""What the pages that propose, vote and release name, to be acted on as they showed it (`portal.workflow.told`)."""

from decimal import Decimal

from calls.enums import Outcome
from calls.models import Call
from portal.text.dates import day
from portal.text.french import count, money
from portal.workflow.told import Told, told
from scoring.models import FundingDecision, Vote
from scoring.queries.decision import counts_by_outcome, granted_total, money_of
from scoring.queries.scenario import retained_scenario


def proposed_from(call: Call) -> Told:
    """The scenario from which decisions are proposed, and the money that they take from."""
    scenario, held = retained_scenario(call), money_of(call)
    if scenario is None:
        return told([])
    chosen = count(scenario.summary["selected"], "dossier retenu", "dossiers retenus")
    name = f"« {scenario.name} », {chosen} pour {money(Decimal(scenario.summary['amount']))}"
    return told([f"Scénario : {name}", f"Enveloppes : {money(held.total)}, dont {money(held.remaining)} libres"], [scenario.pk])


def announced_of(call: Call) -> Told:
    """What the envelopes of a call hold, which its page will say, and what it says now."""
    held = money_of(call)
    return told([f"Enveloppes : {money(held.total)}", f"Annoncé : {money(held.announced)}"])


def voted_on(call: Call) -> Told:
    """The decisions that a vote carries."""
    counts, held = counts_by_outcome(call), money_of(call)
    outcomes = ", ".join(f"{counts[outcome]} × {outcome.label.lower()}" for outcome in Outcome if counts[outcome])
    return told([outcomes, f"{money(held.committed)} accordés sur {money(held.total)}"], _decisions(call))


def released_of(call: Call) -> Told:
    """The decisions that a release sends, and the vote of which their letters speak."""
    counts, vote = counts_by_outcome(call), Vote.objects.filter(call=call).first()
    outcomes = ", ".join(f"{counts[outcome]} × {outcome.label.lower()}" for outcome in Outcome if counts[outcome])
    deliberation = f"Délibération {vote.number} du {day(vote.held_on)}" if vote else ""
    return told([outcomes, f"{money(granted_total(call))} accordés", deliberation], _decisions(call))


def _decisions(call: Call) -> list[tuple]:
    """Each decision as it stands: its version grows with whatever is revised in it."""
    shown = ("pk", "version", "outcome", "granted_amount")
    return [(*row[:-1], str(row[-1])) for row in FundingDecision.objects.filter(application__call=call).order_by("pk").values_list(*shown)]
