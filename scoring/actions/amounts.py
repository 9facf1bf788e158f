"""How a call sets amounts: chosen before the jury deliberates; by an erratum once the call is public."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed
from scoring import rules
from scoring.actions.grid import publish_erratum
from scoring.models import AmountPolicy, Grid
from scoring.queries.amounts import policy_of, scale_of
from scoring.wording.amounts import policy_gaps, policy_sentence

SET = ("way", "step", "ceiling_amount", "floor", "floor_amount", "floor_percent", "weight_by", "threshold", "bands", "counts_pupils")


@transaction.atomic
def set_amounts(*, call: Call, wanted: AmountPolicy, actor: User, erratum: str = "", check: Check = believed) -> AmountPolicy:
    """Give a call the rule `wanted`, which belongs to no call yet.

    Raises PermissionDenied, and TransitionRefused once the jury deliberates, when the rule lacks something, when a public one would change
    without an erratum, or when `check` refuses what the page showed.
    """
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not rules.manages_jury(call, actor):
        raise PermissionDenied("set_amounts")
    if not call.sets_amounts:
        raise TransitionRefused(
            ["La délibération de cet appel est ouverte, ou passée : sa règle des montants ne change plus."], wrong_state=True
        )
    check()
    kept, scale = policy_of(call), scale_of(call)
    before = policy_sentence(kept, scale)
    if gaps := policy_gaps(wanted, scale):
        raise TransitionRefused([sentence for _, sentence in gaps])
    after = policy_sentence(wanted, scale)
    if changes := [f"Montants : {after} Auparavant : {before}"] if before != after else []:
        _announce(call, erratum, changes, actor)
    moved = [name for name in SET if getattr(kept, name) != getattr(wanted, name)]
    for name in moved:
        setattr(kept, name, getattr(wanted, name))
    kept.save()
    if moved:
        recorder.record(call, "set_amounts", actor=actor, data={"before": before, "after": after})
    return kept


@transaction.atomic
def adopt_amounts(*, call: Call, source: AmountPolicy, actor: User) -> AmountPolicy:
    """Give a call that has no rule of amounts the one of another call; the rule that it has stays."""
    policy, created = AmountPolicy.objects.get_or_create(call=call, defaults={name: getattr(source, name) for name in SET})
    if created:
        recorder.record(call, "set_amounts", actor=actor, data={"after": policy_sentence(policy, scale_of(call))})
    return policy


def _announce(call: Call, erratum: str, changes: list[str], actor: User) -> None:
    """On the page of a call already public, and to its teams. Raises TransitionRefused without the text that says why."""
    grid = Grid.objects.filter(call=call).first()
    if grid is None or not grid.is_frozen:
        return
    if not erratum.strip():
        raise TransitionRefused(["La règle des montants est publique : un erratum dit pourquoi elle change."])
    publish_erratum(grid, erratum, changes, actor)
