"""What an access list is made of: kinds of people, addresses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

from tests.architecture.world import KINDS

Kinds = frozenset[str]


def kinds(words: str) -> Kinds:
    """The kinds of people of these names; raises ValueError for one that does not exist."""
    found = frozenset(words.split())
    if unknown := found - set(KINDS):
        raise ValueError(f"unknown kinds of people: {sorted(unknown)}")
    return found


NOBODY: Kinds = frozenset()
EVERYBODY = frozenset(KINDS)
ANONYMOUS = kinds("anonymous")
SIGNED_IN = EVERYBODY - ANONYMOUS
MEMBER, HEAD, FOREIGN_HEAD = kinds("member"), kinds("head"), kinds("foreign_head")
JUROR, CHAIR = kinds("juror"), kinds("chair")
CALL_MANAGER, OFFICER, FINANCE, ORDERS, ADMIN = (kinds(name) for name in ("call_manager", "officer", "finance", "orders", "admin"))
READER, ADVISER = kinds("reader"), kinds("adviser")
WRITERS = MEMBER | HEAD
SCHOOL = WRITERS | READER  # they read the files of their school
JOINERS = SCHOOL | FOREIGN_HEAD | kinds("nobody")
JURY = JUROR | CHAIR
MANAGE = CALL_MANAGER | ADMIN
TEAM_HEADS = HEAD | MANAGE
WATCH = MANAGE | kinds("auditor")
DECISIONS = WATCH | FINANCE
FILE_READERS = WATCH | OFFICER  # as soon as filed
STEERING = FILE_READERS | FINANCE | ORDERS
RUN_WORKS = ORDERS | kinds("technician")
FOLLOW = DECISIONS | RUN_WORKS
STAFF = FOLLOW | OFFICER
NEVER = None  # the address does not take this method: 405


@dataclass(frozen=True)
class At:
    """An address: its name, its arguments and what is posted, both drawn from the objects of `tests.architecture.world`."""

    name: str
    args: Callable[[SimpleNamespace], tuple] = lambda w: ()
    posted: Callable[[SimpleNamespace], dict] = lambda w: {}


@dataclass(frozen=True)
class AccessList:
    """Addresses that the same people open (`reads`), and to which the same people post (`posts`)."""

    title: str
    reads: Kinds | None
    posts: Kinds | None
    addresses: tuple[At, ...]
    sees: Kinds = field(default=SIGNED_IN)

    @property
    def is_public(self) -> bool:
        """Open without signing in: nobody is sent to the sign-in page."""
        return bool(ANONYMOUS & ((self.reads or NOBODY) | (self.posts or NOBODY)))
