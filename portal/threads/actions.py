"""Writing, withdrawing, reading. The thread's row is locked first: two people who write at once are both kept, one after the other."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from portal.accounts.models import User
from portal.files.intake import UploadRefused, retire, store_upload
from portal.notifications import outbox
from portal.notifications.models import Message
from portal.notifications.registry import get
from portal.text.folding import fold
from portal.threads.enums import Audience, ThreadSide, ThreadState
from portal.threads.models import WITHDRAWABLE, Post, Thread, ThreadReading
from portal.threads.queries import files_of
from portal.threads.registry import place_label, subject_of
from portal.workflow.gate import TransitionRefused, perform

PURPOSE = "thread"
FORMATS = ("pdf", "docx", "xlsx", "odt", "ods", "jpg", "png")
MOST_FILES = 5
CODES = {ThreadState.LYCEE: "thread_for_lycee", ThreadState.REGION: "thread_for_region", ThreadState.OPEN: "thread_inside"}
_WRITE = {(Audience.SHARED, ThreadSide.LYCEE): "write_as_lycee", (Audience.SHARED, ThreadSide.REGION): "write_as_region"}


def thread_at(obj: Model, place: str, audience: str) -> Thread:
    """The thread of this place, made when there is none yet; it holds nothing until somebody writes. Raises LookupError for an unknown place."""
    subject = subject_of(obj)
    label = " · ".join(filter(None, [subject.label(obj), place_label(obj, place) if place else ""]))[:200]
    where = {"subject_type": subject.kind, "subject_id": obj.pk, "place": place, "audience": audience}
    new = {"label": label, "establishment": subject.school(obj)}
    try:
        with transaction.atomic():
            return Thread.objects.get_or_create(**where, defaults=new)[0]
    except IntegrityError:  # somebody began it at the same instant
        return Thread.objects.get(**where)


@transaction.atomic
def write(*, thread: Thread, text: str, actor: User, side: str, files: Iterable[UploadedFile] = ()) -> Post:
    """Send one message: the turn passes to the other side, whose people are told when it can no longer be withdrawn.

    Raises PermissionDenied, and TransitionRefused for a file that cannot be kept; nothing is written then.
    """
    name = _WRITE.get((Audience(thread.audience), ThreadSide(side)), "write_inside")
    fresh = perform(thread, name, actor=actor, **({"author": actor} if name == "write_inside" else {}))
    post = Post.objects.create(
        thread=fresh, side=side, author=actor, author_label=str(actor)[:160], text=text, turn_number=fresh.turn_number,
        state_before=fresh.state_before,
    )  # fmt: skip
    try:
        for file in files:
            store_upload(file, purpose=PURPOSE, subject=post, actor=actor, allowed=FORMATS)
    except UploadRefused as refusal:
        raise TransitionRefused([str(refusal)]) from refusal
    _keep_columns(fresh)
    fresh.refresh_from_db()  # whoever reacts may have given the turn to nobody
    tell_turn(fresh)
    return post


def withdrawal_gaps(post: Post, user: User | None, *, readings: Iterable[ThreadReading] | None = None) -> list[str]:
    """Why this person (None: an account that is gone) cannot withdraw this message now; empty when they can."""
    if user is None or post.author_id != user.pk:
        return ["Seul l’auteur d’un message peut le retirer."]
    if post.is_withdrawn:
        return ["Ce message est déjà retiré."]
    if timezone.now() >= post.withdrawable_until:
        return ["Dix minutes sont passées : ce message ne se retire plus. Écrivez-en un autre pour le corriger."]
    readings = list(post.thread.readings.all()) if readings is None else readings
    if any(_is_other_side(reading, post) and reading.last_post >= post.pk for reading in readings):
        return ["Ce message est déjà lu : il ne se retire plus. Écrivez-en un autre pour le corriger."]
    return []


def _is_other_side(reading: ThreadReading, post: Post) -> bool:
    """In an internal thread, anybody else."""
    return reading.user_id != post.author_id if post.thread.is_inside else reading.side != post.side


@transaction.atomic
def withdraw(*, post: Post, actor: User) -> Thread:
    """Take one's own message back: nobody reads it any more, its mail does not leave, the turn is what it was before. Returns the fresh thread.

    Raises PermissionDenied, and TransitionRefused once it is read or ten minutes old.
    """
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=post.thread_id)
    post = Post.objects.select_related("thread").get(pk=post.pk)
    if gaps := withdrawal_gaps(post, actor):
        raise TransitionRefused(gaps, wrong_state=True)
    Post.objects.filter(pk=post.pk).update(withdrawn_at=timezone.now())
    for file in files_of([post.pk]).get(post.pk, []):
        retire(file, actor, told=False)
    state, number, since = _turn_without(thread, post)
    fresh = perform(thread, f"take_back_to_{state}", actor=actor)
    unsent = Message.objects.filter(event_key__in=_keys_of(fresh, post.turn_number), state__in=Message.UNSENT)
    unsent.delete()
    Thread.objects.filter(pk=fresh.pk).update(turn_number=number, turn_since=since)
    fresh.refresh_from_db()
    _keep_columns(fresh)
    tell_turn(fresh)
    return fresh


def _turn_without(thread: Thread, post: Post) -> tuple[str, int, datetime]:
    """Whose turn it is once `post` is withdrawn, the number of that turn and since when. Where others wrote after it, what it is now.

    Number 0 stands for a thread of which nothing is left: it is shown to nobody.
    """
    standing = list(thread.posts.standing().exclude(pk=post.pk).order_by("pk"))
    if standing and standing[-1].pk > post.pk:
        return thread.state, thread.turn_number, thread.turn_since
    first = thread.posts.filter(pk__gt=standing[-1].pk if standing else 0).order_by("pk").first()
    state = first.state_before if standing else ThreadState.CLOSED
    number = standing[-1].turn_number if standing else 0
    begun = [each.sent_at for each in standing if each.turn_number == number]
    return state, number, begun[0] if begun else timezone.now()


def _keep_columns(thread: Thread) -> None:
    """What lists read of a thread: its last message and author, the text that searches compare."""
    standing = list(thread.posts.standing().order_by("pk"))
    last = standing[-1] if standing else None
    words = [thread.label, thread.establishment.name, thread.establishment.commune_name, *(post.text for post in standing)]
    Thread.objects.filter(pk=thread.pk).update(
        search_text=fold(" ".join(words)), last_post_at=last.sent_at if last else None, last_author=last.author if last else None
    )
    thread.last_author = last.author if last else None


@transaction.atomic
def read(*, thread: Thread, user: User, side: str) -> None:
    """Note that this person has read a thread to its end. The row is locked: a message is withdrawn before it is read, or not at all."""
    Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    last = thread.posts.order_by("pk").last()
    if last is not None:
        values = {"last_post": last.pk, "side": side, "read_at": timezone.now()}
        ThreadReading.objects.update_or_create(thread=thread, user=user, defaults=values)


def tell_turn(thread: Thread) -> None:
    """Write to those whose turn it is, each once a turn, of its first message; the mail waits as long as this message can be withdrawn."""
    code = CODES.get(ThreadState(thread.state))
    first = thread.posts.standing().filter(turn_number=thread.turn_number).order_by("pk").first()
    if code and first:
        outbox.post(code, about=thread, actor=None, not_before=first.sent_at + WITHDRAWABLE)


def hand_over(obj: Model) -> None:
    """Others now follow `obj` at the Région: those whose turn it becomes are told of each thread that awaits the Région."""
    for thread in Thread.objects.about(obj).filter(state=ThreadState.REGION):
        tell_turn(thread)


def _keys_of(thread: Thread, turn: int) -> list[str]:
    return [get(code).key_of(code, thread, turn) for code in CODES.values()]
