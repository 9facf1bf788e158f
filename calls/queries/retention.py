"""What calls keep and until when: the files that still hold something under a rule, from which day it is over, and what stands in the way.

Each app says what it keeps of files (`holding`) and what prevents a deletion (`obstacle`); nobody else knows where it is.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils import timezone

from calls import hidden_files, retention
from calls.enums import ApplicationState, BulkResult, CallState, Outcome
from calls.models import Application, Call, RetentionHold, RetentionItem, RetentionPeriod, read_closings
from calls.queries.bulk import stamps_of
from calls.retention import RULES, RetentionRule
from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.text.french import count

ERASED = "Texte effacé à la fin de sa durée de conservation."
ERASE = "erase_content"  # the line of the journal of a file
_KNOWN = ("release", "declare_unsuccessful")  # from then on a lycée knows how its file ended
_ENDED = ("decline_award", "give_up_award", "declare_inadmissible", "withdraw_filed")


@dataclass(frozen=True)
class Held:
    """What an app keeps of one file under a rule: how many elements, and the people of whom it holds something (their keys)."""

    pieces: int = 0
    people: frozenset[int] = frozenset()

    def __add__(self, other: "Held") -> "Held":
        return Held(self.pieces + other.pieces, self.people | other.people)


@dataclass(frozen=True)
class KeptContent:
    """What an app keeps under some rules. `held(files)`: by file (keys), in a constant number of queries; `erase(file, rule)` deletes it, in a transaction."""

    rules: tuple[RetentionRule, ...]
    held: Callable[[Collection[int]], dict[int, Held]]
    erase: Callable[[Application, RetentionRule], None]


Obstacle = Callable[[Collection[int]], dict[int, str]]
_holdings: list[KeptContent] = []
_obstacles: list[Obstacle] = []


def holding(*rules: RetentionRule, held: Callable[[Collection[int]], dict[int, Held]], erase: Callable) -> None:
    """An app says what it keeps of files under these rules, and how it goes."""
    _holdings.append(KeptContent(rules, held, erase))


def obstacle(reader: Obstacle) -> Obstacle:
    """Decorator: the function gives, for some of these files (keys), the French sentence of what forbids to delete anything of them now."""
    _obstacles.append(reader)
    return reader


def erase_under(rule: RetentionRule, file: Application) -> None:
    """Delete what every app keeps of a file under a rule. Under the lock of the file."""
    for each in _holdings:
        if rule in each.rules:
            each.erase(file, rule)


@dataclass(frozen=True)
class RetentionLine:
    """One file under one rule. `starts_on` is None while the fact from which its time runs has not come."""

    application: Application
    rule: RetentionRule
    held: Held
    starts_on: date | None
    due_on: date | None
    obstacle: str = ""
    stamp: int = 0

    @property
    def is_over(self) -> bool:
        """Its time is over, whatever stands in the way."""
        return self.due_on is not None and self.due_on <= timezone.localdate()

    @property
    def is_due(self) -> bool:
        return self.is_over and not self.obstacle

    @property
    def frozen(self) -> list[str | int]:
        """What a frozen list keeps of it, and its fingerprint covers."""
        return [self.application.reference, self.rule.key, str(self.starts_on), str(self.due_on), self.stamp]


def lines_of(calls: Collection[Call], *, user: User | None = None, keys: Collection[int] | None = None) -> list[RetentionLine]:
    """The files of these calls that still hold something, under each rule, by reference. A constant number of queries.

    `user`: without those hidden from this person. `keys`: of these files alone.
    """
    by_key = {call.pk: call for call in calls}
    files = Application.objects.filter(call__in=by_key).select_related("establishment")
    if user is not None:
        files = files.filter(hidden_files.open_to(user, Q()))
    if keys is not None:
        files = files.filter(pk__in=keys)
    found = list(files.order_by("reference"))
    for file in found:
        file.call = by_key[file.call_id]
    read_closings(found)
    facts, kept = _facts_of(found), _kept([file.pk for file in found])
    months, stops = months_of(by_key), obstacles_of(found)
    stamps = stamps_of([file.pk for file in found]) if found else {}
    return [
        _line(file, rule, kept[rule.key][file.pk], facts, months, stops, stamps)
        for file in found
        for rule in RULES
        if file.pk in kept[rule.key] and (rule not in retention.OF_CONTENT or rule is _content_rule(file))
    ]


def _line(
    file: Application, rule: RetentionRule, held: Held, facts: "RetentionFacts", months: dict, stops: dict, stamps: dict
) -> RetentionLine:
    start = facts.start(file, rule)
    due = retention.due_on(start, months[file.call_id, rule.key]) if start else None
    return RetentionLine(file, rule, held, start, due, stops.get(file.pk, ""), stamps.get(file.pk, 0))


def _kept(keys: list[int]) -> dict[str, dict[int, Held]]:
    """What is kept of these files, by rule; those of which nothing is left are not there."""
    found: dict[str, dict[int, Held]] = {rule.key: {} for rule in RULES}
    for each in _holdings:
        held = each.held(keys) if keys else {}
        for rule in each.rules:
            for key, part in held.items():
                if part.pieces:
                    found[rule.key][key] = found[rule.key].get(key, Held()) + part
    return found


def _content_rule(file: Application) -> RetentionRule:
    """The one rule of its content: never filed, retained, or not."""
    if file.state in ApplicationState.UNFILED or (file.is_withdrawn and file.submitted_at is None):
        return retention.DRAFTS
    granted = file.outcome in Outcome.GRANTING and not file.is_declined
    return retention.RETAINED if granted else retention.REFUSED


@dataclass(frozen=True)
class RetentionFacts:
    """From which days time runs, as the journal has them."""

    known: dict[int, date]  # by call: its results, or that it had none
    ended: dict[int, date]  # by file: the lycée or the Région put an end to it
    closed: dict[int, date]  # by file: closed, once followed to the end

    def start(self, file: Application, rule: RetentionRule) -> date | None:
        """The day from which the time of this rule runs for this file; None when it has not come."""
        if rule is retention.JURY:
            return self.known.get(file.call_id)
        content = _content_rule(file)
        if content is retention.DRAFTS:
            over = file.call.last_deadline < timezone.now() and not file.call.is_draft
            return timezone.localdate(file.closes_at) if over else None
        if content is retention.RETAINED:
            return self.closed.get(file.pk) if file.is_closed else None
        known = self.known.get(file.call_id)
        return max(known, self.ended.get(file.pk, known)) if known else None


def _facts_of(files: list[Application]) -> RetentionFacts:
    """Two queries."""
    told = {file.call_id for file in files if file.call.state in (*CallState.WITH_RESULTS, CallState.UNSUCCESSFUL)}
    known = _last(Call, told, _KNOWN)
    acts = _last(Application, {file.pk for file in files if not file.is_closed}, _ENDED)
    closed = _last(Application, {file.pk for file in files if file.is_closed}, ("close",))
    return RetentionFacts(known, acts | closed, closed)


def _last(model: type, keys: Iterable[int], names: tuple[str, ...]) -> dict[int, date]:
    """The day of the last of these acts on each of these objects."""
    kind = ContentType.objects.get_for_model(model)
    lines = JournalEntry.objects.filter(subject_type=kind, subject_id__in=[str(key) for key in keys], action__in=names).order_by()
    found: dict[int, date] = {}
    for key, at in lines.values_list("subject_id").annotate(last=Max("at")):
        found[int(key)] = timezone.localdate(at)
    return found


def months_of(calls: Iterable[int]) -> dict[tuple[int, str], int]:
    """How long each of these calls (keys) keeps what each rule covers, in months. One query."""
    keys = list(calls)
    found = {(key, rule.key): retention.default_months(rule) for key in keys for rule in RULES}
    return found | {(each.call_id, each.rule): each.months for each in RetentionPeriod.objects.filter(call__in=keys)}


def obstacles_of(files: list[Application]) -> dict[int, str]:
    """What forbids to delete anything of these files now, in French: a hold, and what the apps know of a payment that is open."""
    keys = [file.pk for file in files]
    found: dict[int, str] = {}
    for reader in _obstacles:
        found |= reader(keys)
    holds = RetentionHold.objects.standing().filter(call__in={file.call_id for file in files})
    held = {(hold.call_id, hold.application_id): hold.reason for hold in holds}
    for file in files:
        reason = held.get((file.call_id, file.pk)) or held.get((file.call_id, None))
        if reason:
            found[file.pk] = f"Effacement suspendu : {reason}"[:300]
    return found


@dataclass(frozen=True)
class RuleSummary:
    """One rule for one call: how long, what is due today, what waits and from when."""

    rule: RetentionRule
    months: int
    is_own: bool  # the call has set it
    due: tuple[RetentionLine, ...]
    held_back: tuple[RetentionLine, ...]  # over, with something in the way
    later: tuple[RetentionLine, ...]  # their day is known
    unknown: tuple[RetentionLine, ...]  # what starts their time has not come
    is_sealed: bool = False  # what the call received is closed to everybody: not even counted

    @property
    def duration(self) -> str:
        return retention.in_words(self.months)

    @property
    def pieces(self) -> int:
        return sum(line.held.pieces for line in self.due)

    @property
    def people(self) -> int:
        return len({person for line in self.due for person in line.held.people})

    @property
    def next_on(self) -> date | None:
        return min((line.due_on for line in self.later), default=None)


def summaries_of(call: Call, lines: list[RetentionLine]) -> list[RuleSummary]:
    """Each rule of the catalogue for this call, from what `lines_of` read of it. One query."""
    own = set(RetentionPeriod.objects.filter(call=call).values_list("rule", flat=True))
    months, found = months_of([call.pk]), []
    for rule in RULES:
        mine = [line for line in lines if line.rule is rule]
        found.append(
            RuleSummary(
                rule,
                months[call.pk, rule.key],
                rule.key in own,
                due=tuple(line for line in mine if line.is_due),
                held_back=tuple(line for line in mine if line.is_over and line.obstacle),
                later=tuple(line for line in mine if line.due_on and not line.is_over),
                unknown=tuple(line for line in mine if line.due_on is None),
                is_sealed=call.is_sealed,
            )
        )
    return found


def due_in_words(lines: Collection[RetentionLine]) -> str:
    """« 12 dossiers, 84 éléments, 9 personnes »."""
    people = {person for line in lines for person in line.held.people}
    files, pieces = len({line.application.pk for line in lines}), sum(line.held.pieces for line in lines)
    return f"{count(files, 'dossier')}, {count(pieces, 'élément')}, {count(len(people), 'personne')}"


def erasures_of(file: Application) -> list[RetentionItem]:
    """What of a file is gone, the first first, with who agreed to it. One query for a file of which something is; none otherwise."""
    if not file.erased:
        return []
    done = file.retention_items.filter(result=BulkResult.DONE).select_related("proposal__proposed_by", "proposal__confirmed_by")
    return list(done.order_by("done_at", "pk"))


def due_calls(at: datetime) -> list[Call]:
    """Calls of which something may be over: closed for all."""
    closed = Q(closes_at__lt=at) & (Q(latest_closing=None) | Q(latest_closing__lt=at))
    return list(Call.objects.filter(closed).exclude(state=CallState.DRAFT).order_by("-closes_at", "pk"))
