"""Which lycées a call is for: chosen while it is a draft, what schools rely on from its publication."""

from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.conditioned.eligibility import errors_in_eligibility, waves_for
from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed


@dataclass(frozen=True)
class EligibleLycees:
    """Codes of statuts and voies (none: every voie), how many files one lycée may send, and the condition as it is stored."""

    eligible_categories: list[str]
    eligible_pathways: list[str]
    max_per_establishment: int
    eligibility: dict | None


@transaction.atomic
def set_eligibility(*, call: Call, terms: EligibleLycees, actor: User, check: Check = believed) -> Call:
    """Keep which lycées the call is for. Raises PermissionDenied, and TransitionRefused once it is published or where the condition decides nothing."""
    if not rules.manages_call(call, actor):
        raise PermissionDenied("set_eligibility")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.state != CallState.DRAFT:
        raise TransitionRefused(
            [f"Les lycées éligibles se choisissent avant la publication : état actuel « {locked.get_state_display()} »."], wrong_state=True
        )
    check()
    if errors := errors_in_eligibility(terms.eligibility, waves_for(locked, terms.eligibility)):
        raise TransitionRefused(errors)
    chosen = asdict(terms)
    before = {name: getattr(locked, name) for name in chosen}
    if before == chosen:
        return locked
    for name, value in chosen.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(chosen))
    recorder.record(locked, "set_eligibility", actor=actor, data={"before": before, "after": chosen})
    return locked
