"""Whether what a scenario was computed from still stands: exactly for an act, from the cache for a page."""

from collections.abc import Mapping
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Max, Model, Sum

from calls.models import Call, RequestLine
from portal.text.canonical import fingerprint
from scoring.models import AmountPolicy, BalanceRule, FileLock, SelectionRun, SelectionScenario, SelectionSession
from scoring.optimiser.instance import build, cents, words_of
from scoring.optimiser.ranked import list_parameters
from scoring.optimiser.shared import is_claimed_alike
from scoring.queries.balance import money_lines, rules_of_session
from scoring.queries.jury import files_before_jury
from scoring.queries.ranking import Panel, ranking
from scoring.queries.ranking_pages import KEPT_SECONDS, state_of_marks
from scoring.selection.instance import Instance, InvalidInstance

RANKING = "Le classement a changé"
MONEY = "L’argent de la séance a changé"
RULES = "Les règles ont changé"
AMOUNTS = "La règle des montants a changé"
OFFERS = "Ce que chaque dossier peut recevoir a changé"
CHOICES = "Les dossiers que la salle fait entrer ou écarte ont changé"
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
    "establishment__priority_education",
    "establishment__ips",
    "establishment__ips_year",
    "establishment__pupils",
    *(f"establishment__has_{pathway}" for pathway in ("general", "technological", "vocational", "agricultural")),
)


def what_changed(scenario: SelectionScenario) -> str:
    """What has changed since this scenario was computed, as the beginning of a sentence; empty when nothing has.

    A scenario of an earlier version, without a run, is compared line by line with the ranking, and with nothing else.
    """
    if scenario.run is None:
        return RANKING if _frozen(scenario) != _current(scenario.session.call) else ""
    try:
        built = build(scenario.session)
    except InvalidInstance:
        return FRAME
    if built.files_digest != scenario.run.files_digest:
        return RANKING
    return _frame_changed(scenario) or _choices_changed(scenario) or _inputs_changed(scenario, built.instance)


def changed_since(run: SelectionRun) -> str:
    """What a computation read that is otherwise now, as the beginning of a sentence; empty when nothing is: its files, its rules, its money."""
    try:
        built = build(run.session, locked=run.is_composed)
    except InvalidInstance:
        return RULES
    if built.digest == run.digest:
        return ""
    return RANKING if built.files_digest != run.files_digest else RULES


def is_shared_alike(scenario: SelectionScenario) -> bool:
    """Whether the files of a shared envelope, and what each claims of it, are still those of this scenario."""
    try:
        built = build(scenario.session)
    except InvalidInstance:
        return False
    return scenario.run is not None and built.files_digest == scenario.run.files_digest and is_claimed_alike(scenario)


def seems_changed(scenario: SelectionScenario) -> str:
    """The same for a page, which changes nothing: the answer is kept as long as marks, requests, lycées and what the sitting sets are."""
    if scenario.run is None:
        return what_changed(scenario)
    session, call = scenario.session, scenario.session.call
    stated = [scenario.digest, state_of_marks(call, Panel(call)), state_of_requests(call), state_of_frame(session)]
    key = f"changed:{scenario.pk}:{scenario.run_id}:{fingerprint(stated)}"
    return cache.get_or_set(key, lambda: what_changed(scenario), KEPT_SECONDS)


def _frame_changed(scenario: SelectionScenario) -> str:
    """What the sitting had set, and sets otherwise now: money and rules; places too, unless several numbers are compared."""
    session, shared = scenario.session, scenario.is_shared
    lines, now, then = money_lines(session), list_parameters(session), scenario.parameters
    envelopes = {line.code: cents(line.amount) for line in lines}
    parts = (scenario.printed.get("sharing") or {}).get("lines", []) if shared else []
    overdrawn = any(line.amount > line.available for line in lines)  # the envelope holds less than the sitting offers
    moved = any(envelopes.get(part["line"]) != part["envelope"] for part in parts)
    if overdrawn or moved or Decimal(now["budget"]) != Decimal(then["budget"]):
        return MONEY
    if now.get("amounts") != then.get("amounts"):
        return AMOUNTS
    words = words_of(session, [] if shared else lines, rules_of_session(session))
    is_same = _rules(words, shared=shared) == _rules(scenario.run.words, shared=shared)
    return "" if is_same and now["waiting_places"] == then.get("waiting_places", 0) else FRAME


def _rules(words: Mapping, *, shared: bool) -> dict[str, str]:
    """Code → sentence of what a computation keeps to."""
    return {code: word["rule"] for code, word in words.items() if not (shared and code == "places")}


def _choices_changed(scenario: SelectionScenario) -> str:
    """What the room had put in or left out, or why, of a scenario that it composed; another one reads nothing of it."""
    if not scenario.run.is_composed:
        return ""
    now = {(lock.application_id, lock.side, lock.reason) for lock in scenario.session.locks.all()}
    then = {(lock["application"], lock["side"], lock["reason"]) for lock in scenario.run.locks}
    return CHOICES if now != then else ""


def _inputs_changed(scenario: SelectionScenario, instance: Mapping) -> str:
    """What no sentence of the frame says: what each file may receive, what breaking a rule costs and how far it may be loosened."""
    shared = scenario.is_shared
    try:
        then = Instance.from_dict(scenario.run.instance).to_dict()
    except InvalidInstance:
        return FRAME
    if _offers(then) != _offers(instance) or (shared and not is_claimed_alike(scenario)):
        return OFFERS
    return FRAME if _limits(then, shared=shared) != _limits(instance, shared=shared) else ""


def _offers(instance: Mapping) -> list[dict]:
    """The files as a computation reads them, without their names."""
    return [{key: value for key, value in file.items() if key != "name"} for file in instance["applications"]]


def _limits(instance: Mapping, *, shared: bool) -> list[dict]:
    """The rules as a computation reads them, without their names."""
    kept = [rule for rule in instance["rules"] if not (shared and rule["id"] == "places")]
    return [{key: value for key, value in rule.items() if key != "label"} for rule in kept]


def state_of_frame(session: SelectionSession) -> str:
    """A digest that changes with all that a sitting and its call set: money, places, rules, files put in or out, amounts."""
    call = session.call
    rows = [
        [*session.balance_rules.order_by("pk").values_list(*_fields(BalanceRule))],
        [*session.locks.order_by("pk").values_list(*_fields(FileLock))],
    ]
    own = [session.places, session.waiting_places, session.partial_share, call.ceiling_amount, money_lines(session), rows]
    return fingerprint(repr([own, AmountPolicy.objects.filter(call=call).values_list(*_fields(AmountPolicy)).first()]))


def _fields(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def state_of_requests(call: Call) -> str:
    """A digest that changes with the files before the jury, what they ask for and the groups of their lycées.

    A need changed has a new version, a need added a new id.
    """
    of_files = RequestLine.objects.filter(application__call=call, application__kept_for=None, is_asked=True)
    needs = of_files.aggregate(all=Count("pk"), changes=Sum("version"), newest=Max("pk"))
    return fingerprint(repr((needs, list(files_before_jury(call).order_by("pk").values_list(*FACTS)))))


def _frozen(scenario: SelectionScenario) -> set[tuple]:
    return set(scenario.lines.values_list("application_id", "rank", "score", "requested_amount"))


def _current(call: Call) -> set[tuple]:
    return {(file.application.pk, file.rank, file.score, file.application.requested_amount) for file in ranking(call)}
