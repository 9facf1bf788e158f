"""Questions asked to the threads."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.text.search import matching
from portal.threads.enums import Audience, ThreadSide, ThreadState
from portal.threads.models import Post, Thread
from portal.threads.registry import subject_of

MINE, OTHERS, CLOSED, INSIDE, UNREAD = "a-moi", "aux-autres", "clos", "internes", "non-lus"


def files_of(posts: Iterable[int]) -> dict[int, list[StoredFile]]:
    """The attachments of messages (ids) that may still be read, by message. One query."""
    found: dict[int, list[StoredFile]] = defaultdict(list)
    kind = ContentType.objects.get_for_model(Post)
    files = StoredFile.objects.filter(subject_type=kind, subject_id__in=[str(pk) for pk in posts], deleted_at=None)
    for file in files.order_by("created_at", "pk"):
        found[int(file.subject_id)].append(file)
    return found


def side_of(thread: Thread, user: User) -> str:
    """From which side this person, who may read the thread, does: that of the lycée as soon as it is of theirs."""
    return ThreadSide.LYCEE if thread.establishment_id in user.establishment_ids else ThreadSide.REGION


def threads_listed(user: User, wanted: dict) -> QuerySet[Thread]:
    """The threads that this person reads, the latest message first. Keys of `wanted`, each optional: q, tour (MINE, OTHERS, CLOSED…), nature."""
    found = Thread.objects.visible_to(user).filter(turn_number__gt=0).with_unread(user.pk).select_related("establishment")
    found = matching(found, wanted.get("q"))
    match wanted.get("tour"):
        case "a-moi":
            found = found.filter(pk__in=Thread.objects.awaiting(user).values("pk"))
        case "aux-autres":
            found = found.filter(state__in=ThreadState.AWAITED).exclude(pk__in=Thread.objects.awaiting(user).values("pk"))
        case "clos":
            found = found.filter(state=ThreadState.CLOSED)
        case "non-lus":
            found = found.filter(is_unread=True)
    if wanted.get("nature") == INSIDE:
        found = found.filter(audience=Audience.INSIDE)
    return found.latest_first()


def writes(thread: Thread, user: User) -> bool:
    """Whether this person, who reads the thread, writes in it."""
    subject = subject_of(thread.subject)
    if thread.is_inside:
        return thread.establishment_id not in user.establishment_ids and subject.writes_inside(thread.subject, user)
    if side_of(thread, user) == ThreadSide.LYCEE:
        return subject.lycee_writes(thread.subject, user)
    return subject.region_writes(thread.subject, user)
