"""Whether what a scenario was computed from has changed since."""

from scoring.instances import build
from scoring.models import SelectionScenario
from scoring.queries_ranking import ranking
from scoring.queries_session import candidates, input_digest


def is_stale(scenario: SelectionScenario) -> bool:
    """Whether the ranking or the requests have changed since this scenario was computed. Rules changed since do not count."""
    session = scenario.session
    if scenario.is_optimised:
        return build(session).files_digest != scenario.run.files_digest
    entries = candidates(ranking(session.call), scenario.parameters.get("quota"))
    return scenario.digest != input_digest(session.call.reference, scenario.parameters, entries)
