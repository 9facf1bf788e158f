"""Where what a trial finds is corrected."""

from calls.models import Call
from portal.addresses import address
from portal.ui import links


def edition_of(call: Call) -> dict[str, str]:
    """The page where the call is written, as a higher app says; failing that, its own."""
    offered = links.links_for("calls.edition", None, call=str(call.pk))
    if offered:
        return {"address": offered[0].url, "link": "Modifier l’appel"}
    return {"address": address("calls:steered_call", call.reference), "link": "Ouvrir l’appel"}
