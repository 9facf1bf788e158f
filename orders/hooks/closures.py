"""What the Région still has with a lycée, said before its closure is noted."""

from collections.abc import Iterator

from orders.queries.closed_schools import left_by
from portal.directory.closures import EFFECTS
from portal.directory.models import Establishment
from portal.text.french import count


@EFFECTS.give
def of_files_and_orders(establishment: Establishment) -> Iterator[str]:
    """Drafts that will not be filed any more, then what somebody has still to decide of."""
    left = left_by(establishment)
    if left.drafts:
        verb = "ne pourra plus être déposé" if left.drafts == 1 else "ne pourront plus être déposés"
        yield f"{count(left.drafts, 'dossier')} en préparation {verb}."
    waiting = [
        count(number, one, many)
        for number, one, many in (
            (left.files, "dossier déposé", "dossiers déposés"),
            (left.aids, "aide accordée", "aides accordées"),
            (left.orders, "commande en cours", "commandes en cours"),
            (left.works, "chantier de câblage", "chantiers de câblage"),
        )
        if number
    ]
    yield (
        f"À décider dans « Lycées fermés » : {', '.join(waiting)}."
        if waiting
        else "Il n’a ni dossier déposé, ni aide, ni commande en cours."
    )
