"""Whether what a scenario was computed from still stands: exactly for an act, from the cache for a page."""

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from calls.models import Call, RequestLine
from portal.text.canonical import fingerprint
from scoring.models import SelectionScenario
from scoring.optimiser.instance import files_digest
from scoring.queries.jury import files_before_jury
from scoring.queries.ranking import Panel, ranking
from scoring.queries.ranking_pages import KEPT_SECONDS, state_of_marks

# What the facts of a file are read from, besides its marks and its indispensable needs.
FACTS = (
    "pk",
    "submitted_at",
    "requested_amount",
    "establishment__sector",
    "establishment__category",
    "establishment__authority__code",
    "establishment__department__code",
    "establishment__density_level",
    "establishment__pupils",
    *(f"establishment__has_{pathway}" for pathway in ("general", "technological", "vocational", "agricultural")),
)


def is_stale(scenario: SelectionScenario) -> bool:
    """Whether the ranking or the requests have changed since this scenario was computed. Rules changed since do not count.

    A scenario of an earlier version, without a run, is compared line by line.
    """
    if scenario.run is None:
        return _frozen(scenario) != _current(scenario.session.call)
    return files_digest(scenario.session) != scenario.run.files_digest


def looks_stale(scenario: SelectionScenario) -> bool:
    """The same for a page, which changes nothing: the digest of the files is kept as long as marks, requests and lycées are."""
    if scenario.run is None:
        return is_stale(scenario)
    call = scenario.session.call
    key = f"files:{call.pk}:{state_of_marks(call, Panel(call))}:{state_of_requests(call)}"
    return cache.get_or_set(key, lambda: files_digest(scenario.session), KEPT_SECONDS) != scenario.run.files_digest


def state_of_requests(call: Call) -> str:
    """A digest that changes with the files before the jury, what they ask for and the groups of their lycées.

    A need changed has a new version, a need added a new id.
    """
    of_files = RequestLine.objects.filter(application__call=call, application__kept_for=None)
    needs = of_files.aggregate(all=Count("pk"), changes=Sum("version"), newest=Max("pk"))
    return fingerprint(repr((needs, list(files_before_jury(call).order_by("pk").values_list(*FACTS)))))


def _frozen(scenario: SelectionScenario) -> set[tuple]:
    return set(scenario.lines.values_list("application_id", "rank", "score", "requested_amount"))


def _current(call: Call) -> set[tuple]:
    return {(file.application.pk, file.rank, file.score, file.application.requested_amount) for file in ranking(call)}
