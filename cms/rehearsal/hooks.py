"""What rehearsals give the portal when it starts: their door, the names of their acts, the visit of the worker."""

from cms.rehearsal import cast
from portal.jobs import schedules
from portal.jobs.tasks import recover_jobs
from portal.journal import acts
from portal.journal.seal import seal_pending
from portal.rehearsal import building, door, places

ACTS = {
    "prepare_rehearsal": "Répétition demandée",
    "restart_rehearsal": "Répétition recommencée",
    "close_rehearsal": "Répétition fermée",
}


def register() -> None:
    """Called once, when the apps are ready."""
    door.register(cast.admits)
    acts.register(ACTS)
    schedules.register("visit-rehearsals", "cms.rehearsal.hooks.visit", minutes=5)


def visit() -> int:
    """What the clock does for the real portal, done in each rehearsal: lost jobs again, the journal sealed. No message is sent. How many."""
    visited = 0
    for place in places.known():
        with place.entered():
            if building.is_current():
                recover_jobs()
                seal_pending()
                visited += 1
    return visited
