"""From which envelope each file that a sitting retained takes."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from calls.models import Call
from portal.text.french import money
from portal.workflow.gate import TransitionRefused
from scoring.actions.retained import granted_by
from scoring.models import DecisionLine, Envelope, ScenarioLine
from scoring.queries.envelope import is_for


def share_out(call: Call, lines: list[ScenarioLine], retained: Mapping[int, list[DecisionLine]]) -> dict[int, Envelope]:
    """The envelope of each selected file (id). Raises TransitionRefused when they cannot all be covered."""
    amounts = {line: granted_by(retained[line.application_id]) for line in lines if line.is_selected}
    empty = [f"Le dossier {line.application.reference} ne demande ni besoin ni montant." for line, amount in amounts.items() if not amount]
    if empty:
        raise TransitionRefused(empty)
    envelopes = list(Envelope.objects.filter(call=call).order_by("-group", "label", "pk"))  # those that are reserved serve first
    by_amount = sorted(amounts, key=lambda line: -amounts[line])
    for order in (list(amounts), by_amount):  # in order of merit; failing that the dearest first, which leaves smaller remainders
        chosen, short = _first_fit(order, amounts, envelopes)
        if not short:
            return chosen
    raise TransitionRefused(short)


def _first_fit(
    order: Iterable[ScenarioLine], amounts: dict[ScenarioLine, Decimal], envelopes: list[Envelope]
) -> tuple[dict[int, Envelope], list[str]]:
    """Each file in the envelope of its scenario, otherwise in the first that still covers it; and a sentence for each one that none covers."""
    left = {envelope: envelope.remaining_amount for envelope in envelopes}
    chosen, short = {}, []
    for line in sorted(order, key=lambda line: line.envelope_id is None):  # those that have no choice first
        allowed = [e for e in envelopes if line.envelope_id in (None, e.pk) and is_for(e.group, line.application.establishment)]
        envelope = next((e for e in allowed if left[e] >= amounts[line]), None)
        if envelope:
            left[envelope] -= amounts[line]
            chosen[line.application_id] = envelope
        else:
            short.append(_shortage(line, amounts[line], {e: left[e] for e in allowed or envelopes}))
    return chosen, short


def _shortage(line: ScenarioLine, amount: Decimal, left: dict[Envelope, Decimal]) -> str:
    if not left:
        return "Cet appel n’a pas d’enveloppe : ouvrez-en une d’abord."
    best = max(left, key=left.get)
    return (
        f"Aucune enveloppe ne couvre seule le dossier {line.application.reference} ({money(amount)}) : il manque "
        f"{money(amount - left[best])} sur « {best.label} ». Déplacez cette somme d’une enveloppe à l’autre, puis recommencez."
    )
