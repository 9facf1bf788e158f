"""The rule of amounts of a call, as it stands."""

from calls.models import Call
from scoring.models import AmountPolicy
from scoring.wording.amounts import policy_sentence

DEFAULT_SCALE = 100


def policy_of(call: Call) -> AmountPolicy:
    """The rule of a call; one that is not stored, as asked, when it has none."""
    return getattr(call, "amount_policy", None) or AmountPolicy(call=call)


def scale_of(call: Call) -> int:
    """What its marks are out of."""
    grid = getattr(call, "grid", None)
    return grid.scale if grid else DEFAULT_SCALE


def public_amounts(call: Call) -> str:
    """What lycées read of the rule before they apply; empty while the call has none."""
    policy = getattr(call, "amount_policy", None)
    return policy_sentence(policy, scale_of(call)) if policy else ""
