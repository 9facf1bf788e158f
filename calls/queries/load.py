"""What each officer follows: files not decided yet, those that wait for them, what is late, by authority."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q

from calls.enums import ApplicationState
from calls.models import Application, CompletionRequest
from calls.queries.people import officers
from portal.accounts.models import User
from portal.threads.enums import ThreadState
from portal.threads.models import Thread


@dataclass
class Load:
    """Numbers of files, and of threads whose turn is the Région's. `place` is an authority ("" for all of them), `code` its code."""

    officer: User | None  # None: files that nobody follows
    place: str = ""
    code: str = ""
    open: int = 0
    to_rule: int = 0  # filed, nothing is awaited from the lycée
    late: int = 0  # complements that have not come
    threads: int = 0
    instructs: bool = True  # False: their role has ended, and somebody must take these files


@dataclass
class OfficerLoad:
    """The load of one officer: the whole, then each authority where there are several."""

    whole: Load
    places: list[Load] = field(default_factory=list)

    @property
    def rows(self) -> list[Load]:
        return [self.whole, *(self.places if len(self.places) > 1 else [])]


def loads(user: User, today: date) -> list[OfficerLoad]:
    """The load of every officer, in what `user` sees: the files that nobody follows, then by name. Constant number of queries."""
    counted: dict[int | None, list[Load]] = defaultdict(list)
    threads = _threads(user)
    in_function = {officer.pk: officer for officer in officers()}
    rows = list(_rows(user, today))
    people = in_function | User.objects.in_bulk({row["officer"] for row in rows} - {None} - set(in_function))
    for row in rows:
        key, code = row["officer"], row["establishment__authority__code"]
        numbers = {name: row[name] for name in ("open", "to_rule", "late")}
        place = row["establishment__authority__short_name"]
        counted[key].append(Load(people.get(key), place, code, **numbers, threads=threads[key, code], instructs=key in in_function))
    for key in in_function:
        counted[key] = counted.get(key, [])
    found = [_whole(people.get(key), places, key is None or key in in_function) for key, places in counted.items()]
    return sorted(found, key=lambda each: (each.whole.officer is not None, str(each.whole.officer)))


def _whole(officer: User | None, places: list[Load], instructs: bool) -> OfficerLoad:
    sums = {name: sum(getattr(place, name) for place in places) for name in ("open", "to_rule", "late", "threads")}
    return OfficerLoad(Load(officer, **sums, instructs=instructs), sorted(places, key=lambda place: place.place))


def _rows(user: User, today: date) -> list[dict]:
    asked = CompletionRequest.objects.still_open().filter(application=OuterRef("pk"))
    files = Application.objects.visible_to(user).filter(state__in=ApplicationState.UNDECIDED).order_by()
    files = files.annotate(is_asked=Exists(asked), is_late=Exists(asked.filter(due_on__lt=today)))
    return list(
        files.values("officer", "establishment__authority__code", "establishment__authority__short_name").annotate(
            open=Count("pk"),
            to_rule=Count("pk", filter=Q(state=ApplicationState.SUBMITTED, is_asked=False)),
            late=Count("pk", filter=Q(state=ApplicationState.SUBMITTED, is_late=True)),
        )
    )


def _threads(user: User) -> Counter:
    """(officer, code of the authority) → threads about a file not decided whose turn is the Région's. Two queries."""
    kind = ContentType.objects.get_for_model(Application)
    waiting = Thread.objects.visible_to(user).filter(subject_type=kind, state=ThreadState.REGION, turn_number__gt=0)
    about = Counter(waiting.order_by().values_list("subject_id", flat=True))
    files = Application.objects.visible_to(user).filter(pk__in=about, state__in=ApplicationState.UNDECIDED).order_by()
    found: Counter = Counter()
    for key, officer, code in files.values_list("pk", "officer", "establishment__authority__code"):
        found[officer, code] += about[key]
    return found
