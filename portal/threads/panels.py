"""What a page shows of its threads: a block on the page of a thing, a small link beside a question."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.accounts.models import User
from portal.addresses import address
from portal.threads.enums import Audience
from portal.threads.models import Thread, shared_about
from portal.threads.registry import ThreadSubject, subject_of


@dataclass
class ThreadsOf:
    """The threads of one object that a person reads, and where that person may begin one. Two queries, once asked."""

    obj: Model
    user: User

    @property
    def subject(self) -> ThreadSubject:
        return subject_of(self.obj)

    @cached_property
    def is_of_lycee(self) -> bool:
        return self.subject.school(self.obj).pk in self.user.establishment_ids

    @cached_property
    def threads(self) -> list[Thread]:
        if not self.is_of_lycee or self.user.is_region_staff:
            return list(Thread.objects.visible_to(self.user).about(self.obj).with_unread(self.user.pk))
        kind = self.obj._meta
        return shared_about(kind.app_label, kind.model_name, self.obj.pk, self.user.pk)  # whose page opens `obj` reads its shared threads

    @cached_property
    def by_place(self) -> dict[tuple[str, str], Thread]:
        return {(thread.place, thread.audience): thread for thread in self.threads}

    @cached_property
    def may_write(self) -> bool:
        """In the threads with the lycée, from the side of this person."""
        return self.subject.lycee_writes(self.obj, self.user) if self.is_of_lycee else self.subject.region_writes(self.obj, self.user)

    @cached_property
    def may_write_inside(self) -> bool:
        return not self.is_of_lycee and self.subject.writes_inside(self.obj, self.user)

    @property
    def whole_url(self) -> str:
        return self.url()

    @property
    def inside_url(self) -> str:
        return self.url(audience=Audience.INSIDE)

    def url(self, place: str = "", audience: str = Audience.SHARED) -> str:
        """Where a thread begins, or goes on."""
        key = getattr(self.obj, self.subject.field)
        name = "threads:inside" if audience == Audience.INSIDE else "threads:place" if place else "threads:whole"
        return address(name, self.subject.key, key, *([place] if place else []))


def panel(request: HttpRequest, obj: Model) -> str:
    """The threads of this thing, for whoever reads some or may begin one."""
    threads = ThreadsOf(obj, request.user)
    subject = threads.subject
    begins = subject.of_lycee(request.user) if threads.is_of_lycee else subject.seen_by_region(request.user)
    if not begins.filter(pk=obj.pk).exists():
        return ""
    if not threads.threads and not threads.may_write and not threads.may_write_inside:
        return ""
    return render_to_string("threads/_panel.html", {"talk": threads}, request)
