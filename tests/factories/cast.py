"""Everybody who may come before a workflow, and the check that the right ones act and nobody else does.

A table gives, for each arrow of a machine, the kinds of people it is open to: `{("draft", "publish", "published"): {"call_manager"}, …}`.
`assert_matrix` then tries every cell of one state: each transition of the machine, by each person of the cast.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from calls.models import ApplicationVersion, Call
from portal.accounts.models import RoleGrant, User
from portal.directory.models import Establishment
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.gate import TransitionRefused, available_transitions, is_ready, perform
from portal.workflow.machine import transitions_of
from scoring.models import PanelMember
from tests.factories.accounts import RoleGrantFactory, UserFactory, person
from tests.factories.directory import AuthorityFactory, EstablishmentFactory, TerritoryFactory
from tests.factories.scoring import PanelMemberFactory

Table = Mapping[tuple[str, str, str], Collection[str]]
Cast = Mapping[str, User | AnonymousUser]

SCHOOL = frozenset({"member", "head"})
MANAGERS = frozenset({"call_manager", "admin"})
OFFICERS = frozenset({"officer", "own_officer"})

FORBIDDEN, TOO_LATE = "forbidden", "not from this state"


def cast_around(call: Call, establishment: Establishment) -> dict[str, User | AnonymousUser]:
    """One person of each kind, by name of kind, around a lycée and a call.

    Each role under its own name (`officer`: of every authority; `technician`: of every department; `juror`, `chair`: without a seat); the same from elsewhere; jurors with a
    seat; and those who hold nothing, or no longer. `inactive` and `former` have had every role there is, here, and preside.
    In a matrix, those of the object before come: what they held there they hold here.
    """
    if not _touring:
        return _cast_around(call, establishment)
    if not _touring[-1]:
        _touring[-1].append(_Company(call, establishment, _cast_around(call, establishment)))
    return _touring[-1][0].brought_to(call, establishment)


_touring: list[list["_Company"]] = []  # that of the matrix being tried


@contextmanager
def _one_company() -> Iterator[None]:
    """Sixty people and grants are built for the first object, and moved to each of the others."""
    _touring.append([])
    try:
        yield
    finally:
        _touring.pop()


@dataclass
class _Company:
    call: Call
    establishment: Establishment
    people: dict[str, User | AnonymousUser]

    def brought_to(self, call: Call, establishment: Establishment) -> dict[str, User | AnonymousUser]:
        """The same people, read anew, around another call and another lycée."""
        keys = [user.pk for user in self.people.values() if user.pk]
        PanelMember.objects.filter(user__in=keys, call=self.call).update(call=call)
        grants = RoleGrant.objects.filter(user__in=keys)
        grants.filter(establishment=self.establishment).update(establishment=establishment)
        grants.filter(user=self.people["own_officer"]).update(authority=establishment.authority)
        grants.filter(user=self.people["own_technician"]).update(department=establishment.department)
        self.call, self.establishment = call, establishment
        anew = User.objects.in_bulk(keys)
        return {kind: anew[user.pk] if user.pk else AnonymousUser() for kind, user in self.people.items()}


def _cast_around(call: Call, establishment: Establishment) -> dict[str, User | AnonymousUser]:
    elsewhere, reims, meuse = EstablishmentFactory(), AuthorityFactory(reims=True), TerritoryFactory(meuse=True)
    people: dict[str, User | AnonymousUser] = {
        role.value: person(role, at=establishment if role in SCHOOL_ROLES else None, second_factor=False) for role in Role
    }
    people |= {
        "foreign_member": person(Role.MEMBER, at=elsewhere),
        "foreign_head": person(Role.HEAD, at=elsewhere),
        "own_officer": person(Role.OFFICER, authority=establishment.authority, second_factor=False),
        "foreign_officer": person(Role.OFFICER, authority=reims, second_factor=False),
        "own_adviser": person(Role.ADVISER, authority=establishment.authority, second_factor=False),
        "foreign_adviser": person(Role.ADVISER, authority=reims, second_factor=False),
        "own_technician": person(Role.TECHNICIAN, department=establishment.department, second_factor=False),
        "foreign_technician": person(Role.TECHNICIAN, department=meuse, second_factor=False),
        "seated_juror": _seated(person(Role.JUROR, second_factor=False), call),
        "seated_chair": _seated(person(Role.CHAIR, second_factor=False), call, is_chair=True),
        "inactive": _seated(_with_every_role(establishment, is_active=False), call, is_chair=True),
        "former": _seated(_with_every_role(establishment), call, is_chair=True),
        "nobody": person(),
        "superuser": person(is_superuser=True),
        "anonymous": AnonymousUser(),
    }
    people["former"].role_grants.update(ended_at=people["former"].date_joined)
    return people


def _seated(user: User, call: Call, **seat) -> User:
    PanelMemberFactory(call=call, user=user, **seat)
    return user


def _with_every_role(establishment: Establishment, **fields) -> User:
    user = UserFactory(**fields)
    for role in Role:
        RoleGrantFactory(user=user, role=role, establishment=establishment if role in SCHOOL_ROLES else None)
    return user


def states_of(model: type[models.Model]) -> list[str]:
    """Every state that the machine of a model declares, reached or not by its arrows."""
    return [value for value, _ in model._meta.get_field("state").choices]


def assert_matrix(state: str, table: Table, *, make: Callable[[str, str], models.Model], cast: Callable[[models.Model], Cast]) -> None:
    """Try each transition of the table, from one state, by each person; each cell is undone before the next.

    `make(state, name)` builds an object in this state with all that transition `name` needs ("" for none); `cast(object)` its people.
    Where the table has an arrow, those it names reach its target, leave one line in the journal, and are offered it unless it is hidden;
    the others are forbidden. Where it has none, everybody is told that the state does not allow it. Refused, nothing is written.
    """
    arrows = {name: (target, kinds) for (source, name, target), kinds in table.items() if source == state}
    elsewhere = sorted({name for _, name, _ in table} - set(arrows))
    with _one_company():
        resting = make(state, "")
        wrong = _wrong_cells(resting, cast(resting), {name: {} for name in elsewhere}, TOO_LATE)
        for name, (target, kinds) in arrows.items():
            obj = make(state, name)
            people = cast(obj)
            assert set(kinds) <= set(people), f"{name}: not all of {sorted(kinds)} are of the cast"
            wrong += _wrong_cells(obj, people, {name: dict.fromkeys(kinds, target)}, FORBIDDEN)
    assert not wrong, "\n".join(wrong)


def _wrong_cells(obj: models.Model, people: Cast, targets: Mapping[str, Mapping[str, str]], refusal: str) -> list[str]:
    """Sentences on the cells of these transitions that are not as they should be, and on what a refusal has left behind.

    `targets` gives, by transition, the state that each of those allowed reaches; for all others, `refusal` is expected.
    """
    before, wrong = _written(obj), []
    hidden = {t.name for t in transitions_of(obj) if t.custom.get("hidden")}
    for kind, actor in _tried(people, targets).items():
        offered = {option.name for option in available_transitions(obj, actor)}
        for name, reached in targets.items():
            allowed = kind in reached
            expected = (reached.get(kind, refusal), allowed and name not in hidden, allowed)
            found = (_outcome(obj, name, actor), name in offered, is_ready(obj, actor, name))
            if found != expected:
                wrong.append(f"{obj.state} × {name} × {kind}: {found}, should be {expected} (outcome, offered, ready)")
    return wrong if _written(obj) == before else [*wrong, f"{obj.state} × {', '.join(targets)}: a refusal changed something"]


def _tried(people: Cast, targets: Mapping[str, Mapping[str, str]]) -> Cast:
    """Everybody on SQLite. On PostgreSQL, where what is new is the statements, whoever may act and one in four of the others, in turn."""
    if connection.vendor == "sqlite":
        return people
    allowed = {kind for reached in targets.values() for kind in reached}
    others = [kind for kind in people if kind not in allowed]
    turn = sum(map(len, targets)) % 4
    return {kind: people[kind] for kind in people if kind in allowed or kind in others[turn::4]}


def _outcome(obj: models.Model, name: str, actor) -> str:
    """The state that is reached, with its line of the journal, or how the gate refuses; what was reached is undone."""
    with transaction.atomic():
        try:
            reached = perform(obj, name, actor=actor, reason="Motif.")
        except PermissionDenied:
            return FORBIDDEN
        except TransitionRefused as refused:
            return TOO_LATE if refused.wrong_state else f"lacks: {refused}"
        lines = JournalEntry.objects.filter(
            action=name, source=obj.state, target=reached.state, actor=actor, subject_id=str(obj.pk)
        ).count()
        transaction.set_rollback(True)
        return reached.state if lines == 1 else f"{reached.state}, with {lines} lines of the journal"


def _written(obj: models.Model) -> tuple:
    """What an act would have changed: the object, the journal, the messages, the frozen versions."""
    return (
        type(obj)._base_manager.filter(pk=obj.pk).values().get(),
        *(model.objects.count() for model in (JournalEntry, Message, ApplicationVersion)),
    )
