"""Opinions of the académies and of the DRAAF: what a call asks, then some given, one late, one to give."""

from django.db import transaction
from django.utils import timezone

from calls.actions.opinions import ask_opinion, set_opinions, write_opinion
from calls.enums import OpinionValue
from calls.models import Application, Call, Opinion
from calls.opinions import BODIES, AskedOpinions
from cms.demo import texts
from cms.demo.clock import clock_at, days_from_now
from cms.demo.setting import demo_user
from portal.accounts.demo import PEOPLE
from portal.accounts.models import User
from portal.roles import Role
from portal.workflow.gate import perform

HEADINGS = ("Cohérence avec le projet académique", "Capacité de l’équipe", "Infrastructure")
LATER = 9  # days from now


def announce_opinions(call: Call, days: int) -> Call:
    """A call says that it asks for opinions, within so many working days."""
    asked = AskedOpinions(bodies=tuple(body.value for body in BODIES), days=days, headings=HEADINGS)
    return set_opinions(call=call, asked=asked, actor=demo_user(Role.CALL_MANAGER))


def ask_for_opinions(call: Call, day: int) -> None:
    """Each person of the demonstration has three to give: one given, one late, one to come; the first of all is given with reserves."""
    with clock_at(days_from_now(day, 18)), transaction.atomic():
        call = announce_opinions(call, days=5)
        asked = [_ask_three(call, person) for person in _advisers()]
    for rank, (user, opinions) in enumerate(asked):
        if opinions:
            value = OpinionValue.FAVOURABLE if rank else OpinionValue.WITH_RESERVES
            with clock_at(days_from_now(day + 3, 10 + rank)):
                _give(opinions[0], value, user)


def _advisers() -> list[User]:
    logins = [person.email for person in PEOPLE if person.role == Role.ADVISER]
    return list(User.objects.filter(email__in=logins).order_by("email"))


def _ask_three(call: Call, user: User) -> tuple[User, list[Opinion]]:
    """The third one is asked for a later day."""
    body = user.role_grants.get(role=Role.ADVISER).authority
    files = Application.objects.before_jury().filter(call=call, establishment__authority=body).order_by("pk")[:3]
    later = timezone.localdate(days_from_now(LATER))
    officer = demo_user(Role.OFFICER)
    return user, [ask_opinion(application=file, due_on=later if rank == 2 else None, actor=officer) for rank, file in enumerate(files)]


def _give(opinion: Opinion, value: OpinionValue, user: User) -> None:
    said = dict(zip(HEADINGS, texts.OPINION, strict=True))
    reserves = texts.RESERVES if value == OpinionValue.WITH_RESERVES else ""
    write_opinion(opinion=opinion, value=value, texts=said, reserves=reserves, remark=texts.OPINION_REMARK, actor=user)
    perform(opinion, "give", actor=user)
