"""What awaits those who decide of what calls keep: lists to confirm, calls of which something is over."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from calls import rules
from calls.models import Call, RetentionProposal
from portal.accounts.models import User
from portal.addresses import address
from portal.text.dates import day
from portal.ui.todo import TodoItem

MOST = 5  # calls named one by one


def todo_for_retention(user: User) -> list[TodoItem]:
    """Two queries; the first day of each call is noted in the night, not read here."""
    if not rules.makes_calls(user):
        return []
    waiting = RetentionProposal.objects.to_confirm(user).select_related("call", "proposed_by").order_by("proposed_at", "pk")
    items = [
        TodoItem(
            f"Confirmer ou refuser un effacement, appel « {proposal.call.title} »",
            f"Proposé le {day(proposal.proposed_at)} par {proposal.proposed_by.get_full_name()}",
            proposal.get_absolute_url(),
            "Lire la liste",
            level="warn",
        )
        for proposal in waiting
    ]
    alive = RetentionProposal.objects.alive().filter(call=OuterRef("pk"))
    over = Call.objects.filter(~Exists(alive), retention_due_on__lte=timezone.localdate()).order_by("retention_due_on", "pk")
    return items + [
        TodoItem(
            f"Des données de l’appel « {call.title} » ont fini leur durée de conservation",
            f"Depuis le {day(call.retention_due_on)} : à relire, puis à proposer à l’effacement",
            address("calls:call_retention", call.reference),
            "Voir",
            level="neutral",
        )
        for call in over[:MOST]
    ]
