"""Threads: the list by role, one thread, its first message."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.threads import actions, rules
from portal.threads.enums import Audience, ThreadState
from portal.threads.forms import PostForm, StaffThreadFilter, ThreadFilter
from portal.threads.models import Post, Thread
from portal.threads.queries import files_of, side_of, threads_listed, writes
from portal.threads.registry import ThreadSubject, is_begun_by_people, place_label, subject_named, subject_of
from portal.threads.tables import THREADS, waited
from portal.ui.paginate import paginate
from portal.workflow.gate import available_transitions
from portal.workflow.views import attempt, attempt_form, run_transition, sent_twice

SENT = "Votre message est envoyé. Vous pouvez le retirer pendant dix minutes, tant que personne de l’autre côté ne l’a lu."
SENT_INSIDE = "Votre message est envoyé à vos collègues. Vous pouvez le retirer pendant dix minutes, tant que personne ne l’a lu."


@require_safe
def thread_list(request: HttpRequest) -> HttpResponse:
    """Everything that one reads, the latest message first."""
    if not rules.reads_threads(request.user):
        raise PermissionDenied("threads")
    is_staff = request.user.is_region_staff
    form = (StaffThreadFilter if is_staff else ThreadFilter)(request.GET)
    page = paginate(request, threads_listed(request.user, form.values))
    context = {"form": form, "columns": THREADS, "page_obj": page, "is_staff": is_staff}
    context["mine"] = Thread.objects.awaiting(request.user).count()
    return render(request, "threads/list.html", context)


@dataclass(frozen=True)
class ShownPost:
    """A message as this reader sees it."""

    post: Post
    files: list[StoredFile]
    is_mine: bool
    is_unread: bool
    is_recent: bool  # its author may still withdraw it: nobody of the other side has read it

    @property
    def may_withdraw(self) -> bool:
        return self.is_mine and self.is_recent

    @property
    def is_readable(self) -> bool:
        """A withdrawn message is read by its author alone, to be written again."""
        return not (self.post.is_withdrawn and not self.is_mine) and not self.is_sealed

    @property
    def is_sealed(self) -> bool:
        """To be opened by a press, which its author is held to: a page that is merely shown notes nothing."""
        return self.is_recent and self.is_unread


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread, from its first message to the last, and the answer to it."""
    found = get_object_or_404(Thread.objects.visible_to(request.user).select_related("establishment"), pk=pk)
    return _page(request, found)


def _form(request: HttpRequest) -> PostForm:
    return PostForm(request.POST, request.FILES) if request.method == "POST" else PostForm()


def _page(request: HttpRequest, found: Thread, form: PostForm | None = None) -> HttpResponse:
    may_write = writes(found, request.user)
    if request.method == "POST" and not may_write:
        raise PermissionDenied("thread")
    form = form or _form(request)
    side = side_of(found, request.user)
    if answer := _sent(request, found, form, side):
        return answer
    posts = _shown(list(found.posts.select_related("author").order_by("pk")), found, request.user)
    subject = subject_of(found.subject)
    context = {
        "thread": found,
        "posts": posts,
        "is_unread": any(shown.is_unread for shown in posts),
        "has_sealed": any(shown.is_sealed for shown in posts),
        "may_write": may_write,
        "form": form,
        "options": available_transitions(found, request.user),
        "waited": waited(found),
        "place_url": subject.place_url(found.subject, found.place, request.user),
        "is_of_lycee": found.establishment_id in request.user.establishment_ids,
    }
    return render(request, "threads/thread.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest, found: Thread, form: PostForm, side: str) -> HttpResponse | None:
    """The answer to a message that was sent; None where its page is to be shown."""
    if request.method != "POST":
        return None
    if again := sent_twice(request, found, to=found.get_absolute_url()):
        return again
    return attempt_form(
        request, found, "Envoyer un message", form,
        lambda: actions.write(
            thread=found, text=form.cleaned_data["text"], files=form.cleaned_data["files"], side=side, actor=request.user
        ),
        field="files", success=SENT_INSIDE if found.is_inside else SENT, then=found.get_absolute_url(),
    )  # fmt: skip


def _shown(posts: list[Post], found: Thread, user: User) -> list[ShownPost]:
    files, readings, side = files_of([post.pk for post in posts]), list(found.readings.all()), side_of(found, user)
    seen = max((reading.last_post for reading in readings if reading.user_id == user.pk), default=0)
    shown = []
    for post in posts:
        post.thread = found
        is_mine = post.author_id == user.pk
        is_recent = not actions.withdrawal_gaps(post, post.author, readings=readings)
        is_of_others = not is_mine and (found.is_inside or post.side != side)
        is_unread = not is_mine and not post.is_withdrawn and post.pk > seen
        shown.append(ShownPost(post, files.get(post.pk, []), is_mine, is_unread, is_recent and (is_mine or is_of_others)))
    return shown


@require_POST
def read_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that this person has read the thread to its end. Said by a press, or by the page once it is shown."""
    found = get_object_or_404(Thread.objects.visible_to(request.user), pk=pk)
    actions.read(thread=found, user=request.user, side=side_of(found, request.user))
    if request.headers.get("HX-Request"):
        return HttpResponse('<p class="pr-meta" id="lecture">Lu.</p>')
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, kind: str, key: str, place: str = "") -> HttpResponse:
    """The thread with the other side about a thing, or one place of it: an empty page to write in as long as nobody has."""
    return _begin(request, kind, key, place, Audience.SHARED)


@require_http_methods(["GET", "HEAD", "POST"])
def begin_inside(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The same, among the staff of the Région."""
    return _begin(request, kind, key, "", Audience.INSIDE)


def _begin(request: HttpRequest, kind: str, key: str, place: str, audience: str) -> HttpResponse:
    subject, obj, is_of_lycee = _subject(request, kind, key)
    if is_of_lycee and audience == Audience.INSIDE:
        raise Http404(key)
    label = _place(obj, place)
    where = Thread.objects.filter(subject_type=subject.kind, subject_id=obj.pk, place=place, audience=audience)
    begun = where.visible_to(request.user).select_related("establishment").first()
    if begun is not None and (request.method == "POST" or begun.turn_number):
        return _page(request, begun) if request.method == "POST" else redirect(begun)
    writes_here = subject.lycee_writes if is_of_lycee else subject.writes_inside if audience == Audience.INSIDE else subject.region_writes
    if not writes_here(obj, request.user):
        raise PermissionDenied("begin")
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        return _page(request, actions.thread_at(obj, place, audience), form)
    context = {
        "form": form, "label": subject.label(obj), "place_label": label, "school": subject.school(obj), "is_inside": audience == Audience.INSIDE,
        "is_of_lycee": is_of_lycee, "place_url": subject.place_url(obj, place, request.user),
    }  # fmt: skip
    return render(request, "threads/begin.html", context, status=422 if form.errors else 200)


def _subject(request: HttpRequest, kind: str, key: str) -> tuple[ThreadSubject, Model, bool]:
    """The thing of this address where this person may begin a thread, and whether it is of their lycée. Raises Http404."""
    try:
        subject = subject_named(kind)
    except KeyError as error:
        raise Http404(kind) from error
    named = {subject.field: key}
    if obj := subject.of_lycee(request.user).filter(**named).first():
        return subject, obj, True
    return subject, get_object_or_404(subject.seen_by_region(request.user), **named), False


def _place(obj: Model, place: str) -> str:
    """The words of a place where people begin threads. Raises Http404."""
    try:
        label = place_label(obj, place) if place else ""
    except LookupError as error:
        raise Http404(place) from error
    if place and not is_begun_by_people(obj, place):
        raise Http404(place)
    return label


@require_http_methods(["GET", "HEAD", "POST"])
def thread_action(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """What the buttons of a thread lead to: nothing to answer."""
    return run_transition(request, get_object_or_404(Thread.objects.visible_to(request.user), pk=pk), name)


@require_POST
def withdraw_post(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    """Take back one's own message."""
    found = get_object_or_404(Thread.objects.visible_to(request.user), pk=pk)
    message = get_object_or_404(found.posts.select_related("thread"), pk=post)
    if message.author_id != request.user.pk:
        raise PermissionDenied("withdraw")
    return attempt(
        request, found, "Retirer ce message", lambda: actions.withdraw(post=message, actor=request.user),
        success="Votre message est retiré : personne ne le lit plus, et son courriel ne part pas. Son texte vous reste, pour le récrire.",
        then=reverse("threads:thread", args=[found.pk]), back=found.get_absolute_url(),
        names=tuple(f"take_back_to_{state}" for state in ThreadState.values),
    )  # fmt: skip
