"""Computations of a sitting without a solver: what it would print, and the ranked list alone."""

from decimal import Decimal

from portal.accounts.models import User
from scoring.actions.balance import set_frame
from scoring.actions.run import freeze_run, store_run
from scoring.models import SelectionRun, SelectionScenario, SelectionSession
from scoring.queries.balance import envelope_rows


def answer(run: SelectionRun, chosen, *, doctrine="merit", status="proven", **explanations) -> dict:
    """What the optimiser would print for these selected references, or (reference, option) pairs."""
    pairs = sorted([list(one) if isinstance(one, tuple) else [one, "full"] for one in chosen])
    by_id = {application["id"]: application for application in run.instance["applications"]}
    return {
        "status": status,
        "doctrine": doctrine,
        "selected": pairs,
        "count": len(pairs),
        "objective": str(sum(Decimal(by_id[reference]["score"]) for reference, _ in pairs)),
        "cost_cents": 0,
        "bound": "0",
        "gap": "0",
        "digest": run.digest,
        "solver": {"name": "highs", "version": "1.14.0", "parameters": {}},
        "certificate": {},
        "warnings": [],
        "figures": {},
        "gauges": [],
        "explanations": {"prices": [], "files": {}, "waiting": {}, "ties": [], "conflicts": [], "relaxations": []} | explanations,
    }


def ranked(session: SelectionSession, actor: User, *, budget=None, places: int | None = None, waiting_places: int = 0) -> SelectionScenario:
    """The ranked list of a computation of this sitting, without the scenarios of the optimiser. `budget` (euros): what its envelopes
    offer, the first one first; all that they hold unless said.
    """
    offers, left = {}, None if budget is None else Decimal(budget)
    for row in envelope_rows(session) if left is not None else ():
        given = min(left, row.envelope.remaining_amount)
        offers[row.envelope_id], left = (given, ""), left - given
    session = set_frame(session=session, places=places, waiting_places=waiting_places, partial_share=None, offers=offers, actor=actor)
    run = freeze_run(session=session, actor=actor)
    made = store_run(run=run, answers={"merit": answer(run, [])}, actor=actor)
    SelectionScenario.objects.filter(run=run).exclude(doctrine="ranked").delete()
    return made[0]
