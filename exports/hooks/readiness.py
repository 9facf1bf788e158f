"""Papers that are read before the act that freezes them."""

from collections.abc import Iterator

from portal.addresses import address
from portal.workflow.readiness import ReadinessLine, ready
from scoring import rules
from scoring.models import SelectionSession


@rules.ready_to_sign.give
def minutes_to_read(session: SelectionSession) -> Iterator[ReadinessLine]:
    """What is signed is read first, word for word."""
    where = address("exports:draft_minutes", session.pk)
    yield ready(
        "Procès-verbal",
        "Le projet se lit avant de signer : présents, déports, sélection, motifs.",
        address=where,
        link="Lire le projet (PDF)",
    )
