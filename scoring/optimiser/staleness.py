"""Whether what a scenario was computed from still stands: exactly for an act, from the cache for a page."""

from collections.abc import Mapping
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from calls.models import Call, RequestLine
from portal.text.canonical import fingerprint
from scoring.models import SelectionScenario
from scoring.optimiser.instance import cents, files_digest, words_of
from scoring.optimiser.ranked import list_parameters
from scoring.queries.balance import money_lines, rules_of_session
from scoring.queries.jury import files_before_jury
from scoring.queries.ranking import Panel, ranking
from scoring.queries.ranking_pages import KEPT_SECONDS, state_of_marks

RANKING = "Le classement a changé"
MONEY = "L’argent de la séance a changé"
AMOUNTS = "La règle des montants a changé"
FRAME = "Les places, les enveloppes ou les règles de la séance ont changé"

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


def what_changed(scenario: SelectionScenario) -> str:
    """What has changed since this scenario was computed, as the beginning of a sentence; empty when nothing has.

    A scenario of an earlier version, without a run, is compared line by line with the ranking, and with nothing else.
    """
    if scenario.run is None:
        return RANKING if _frozen(scenario) != _current(scenario.session.call) else ""
    return RANKING if files_digest(scenario.session) != scenario.run.files_digest else _frame_changed(scenario)


def seems_changed(scenario: SelectionScenario) -> str:
    """The same for a page, which changes nothing: the digest of the files is kept as long as marks, requests and lycées are."""
    if scenario.run is None:
        return what_changed(scenario)
    call = scenario.session.call
    key = f"files:{call.pk}:{state_of_marks(call, Panel(call))}:{state_of_requests(call)}"
    files = cache.get_or_set(key, lambda: files_digest(scenario.session), KEPT_SECONDS)
    return RANKING if files != scenario.run.files_digest else _frame_changed(scenario)


def _frame_changed(scenario: SelectionScenario) -> str:
    """What the sitting had set, and sets otherwise now: money and rules; places too, unless several numbers are compared."""
    session, shared = scenario.session, scenario.is_shared
    lines, now, then = money_lines(session), list_parameters(session), scenario.parameters
    envelopes = {line.code: cents(line.amount) for line in lines}
    parts = (scenario.result.get("sharing") or {}).get("lines", []) if shared else []
    if Decimal(now["budget"]) != Decimal(then["budget"]) or any(envelopes.get(part["line"]) != part["envelope"] for part in parts):
        return MONEY
    if now.get("amounts") != then.get("amounts"):
        return AMOUNTS
    words = words_of(session, [] if shared else lines, rules_of_session(session))
    return FRAME if _rules(words, shared=shared) != _rules(scenario.run.words, shared=shared) else ""


def _rules(words: Mapping, *, shared: bool) -> dict[str, str]:
    """Code → sentence of what a computation keeps to."""
    return {code: word["rule"] for code, word in words.items() if not (shared and code == "places")}


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
