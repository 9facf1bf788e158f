"""A page that was opened before somebody else changed what it shows: nothing is written over unseen."""

from orders.models import CablingWork, PurchaseOrder
from portal.journal.queries import last_act
from portal.text.dates import figures
from portal.workflow.gate import TransitionRefused


def version_of(document: PurchaseOrder | CablingWork) -> int:
    """What a page keeps of what it showed: the key of the last line of the journal, which every change writes; 0 before the first."""
    act = last_act(document)
    return act.pk if act else 0


def changed_since(document: PurchaseOrder | CablingWork, seen: int | None) -> str:
    """Who changed the document after the page was opened, in a sentence; "" when nobody did, or when the page says nothing."""
    act = last_act(document)
    if seen is None or act is None or act.pk <= seen:
        return ""
    return f"{act.actor_label} a agi sur {document} le {figures(act.at)}, après l’ouverture de cette page : relisez ce qui suit, puis recommencez."


def refuse_stale(document: PurchaseOrder | CablingWork, seen: int | None) -> None:
    """For an action that has just locked the document. Raises TransitionRefused."""
    if said := changed_since(document, seen):
        raise TransitionRefused([said], wrong_state=True)
