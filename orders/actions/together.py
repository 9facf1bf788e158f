from orders.models import PurchaseOrder
from portal.accounts.models import User
from portal.workflow.gate import TransitionRefused, perform


def perform_each(*, orders: list[PurchaseOrder], name: str, actor: User) -> tuple[int, list[tuple[PurchaseOrder, str]]]:
    """Carry one transition out on each order, each in its own transaction: (how many went, those refused with why).

    One that is refused stops nothing: what is done is done, what is not is told. Raises PermissionDenied.
    """
    done, refused = 0, []
    for order in orders:
        try:
            perform(order, name, actor=actor)
        except TransitionRefused as refusal:
            refused.append((order, " ".join(refusal.reasons)))
        else:
            done += 1
    return done, refused
