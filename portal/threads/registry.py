"""What one may write about. The room knows no app: each registers its subjects when it starts, with who reads, who writes, and the words."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from portal.accounts.models import User
from portal.directory.models import Establishment

Readers = Callable[[User], QuerySet]
Writes = Callable[[Model, User], bool]


@dataclass(frozen=True)
class ThreadSubject:
    """One kind of thing that people write about: a file, an order.

    `of_lycee(user)`: those of which this person reads, and begins, the threads for a lycée. `of_region(user)`: those of which this person reads the
    shared threads as staff. `seen_by_region(user)`: those that this person opens as staff: only there are threads begun, and internal ones read.
    `awaited_from(user)`: those whose answers are this person's to give. None of the last three holds what is of a lycée of one's own.
    """

    model: type[Model]
    key: str  # in addresses: "dossier"
    field: str  # by which its own address names it: "reference"
    of_lycee: Readers
    of_region: Readers
    seen_by_region: Readers
    awaited_from: Readers
    lycee_writes: Writes
    region_writes: Writes
    writes_inside: Writes
    lycee_people: Callable[[Model], Iterable[User]]
    region_people: Callable[[Model], Iterable[User]]
    label: Callable[[Model], str]  # « Dossier L40-V2-0147 »
    place_label: Callable[[Model, str], str]  # raises LookupError for a place that the object does not have
    place_url: Callable[[Model, str, User], str]  # where this person reads it; "" where that page is closed to them
    school: Callable[[Model], Establishment] = lambda obj: obj.establishment

    @property
    def kind(self) -> ContentType:
        return ContentType.objects.get_for_model(self.model)

    @property
    def threads(self) -> Q:
        """The condition of threads about this kind of thing, without asking first under which number the database knows it."""
        return Q(subject_type__app_label=self.model._meta.app_label, subject_type__model=self.model._meta.model_name)


_subjects: dict[str, ThreadSubject] = {}
_own_places: dict[str, dict[str, Callable[[Model, str], str]]] = defaultdict(dict)


def register(subject: ThreadSubject) -> None:
    """Make a kind of thing one that people write about."""
    _subjects[subject.model._meta.label_lower] = subject


def add_places(model: type[Model], prefix: str, label: Callable[[Model, str], str]) -> None:
    """A higher app has places of its own on a subject (criteria), whose names begin with `prefix`: it alone begins threads there."""
    _own_places[model._meta.label_lower][prefix] = label


def is_begun_by_people(obj: Model, place: str) -> bool:
    """Whether anybody who writes may begin a thread at this place."""
    return not any(place.startswith(prefix) for prefix in _own_places[obj._meta.label_lower])


def place_label(obj: Model, place: str) -> str:
    """The words of a place. Raises LookupError where the object has none of this name."""
    own = _own_places[obj._meta.label_lower]
    label = next((label for prefix, label in own.items() if place.startswith(prefix)), subject_of(obj).place_label)
    return label(obj, place)


def subjects() -> list[ThreadSubject]:
    return list(_subjects.values())


def subject_of(obj: Model) -> ThreadSubject:
    """How people write about this object; KeyError when its app registered nothing."""
    return _subjects[obj._meta.label_lower]


def subject_named(key: str) -> ThreadSubject:
    """The kind of thing of this word in an address; KeyError for an unknown one."""
    return {subject.key: subject for subject in subjects()}[key]
