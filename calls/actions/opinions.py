"""The opinion of the authority of a lycée: what a call asks, asked on a file, written, ended with its file (docs/adr/0062)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.enums import CallState
from calls.models import Application, Call, Opinion
from calls.opinions import AskedOpinions
from calls.queries.opinions import asking_gap, bodies_with_people, by_adviser, has_any, is_asked_about
from calls.workflows.opinion import file_is_examined, is_received
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.seen import Check, believed

ASKED, REMINDED = "opinions_asked", "opinions_reminded"  # kinds of messages


@dataclass(frozen=True)
class OpinionLetter:
    """What one mail to one person says: `event` is what it is once for that person."""

    event: str
    opinions: list[Opinion]


@transaction.atomic
def set_opinions(*, call: Call, asked: AskedOpinions, actor: User, check: Check = believed) -> Call:
    """Say how a call asks for opinions. Once one is asked, neither the authorities nor the headings change: every opinion has the same structure.

    Raises PermissionDenied, TransitionRefused when the jury deliberates, when what is frozen would change, or when `check` refuses.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("set_opinions")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not may_be_set(locked):
        raise TransitionRefused([f"Les avis ne se règlent plus : l’appel est « {locked.get_state_display()} »."], wrong_state=True)
    check()
    before = locked.asked_opinions
    if (before.bodies, before.headings) != (asked.bodies, asked.headings) and has_any(locked):
        raise TransitionRefused(
            ["Un avis est déjà demandé dans cet appel : les autorités et les rubriques ne changent plus."], wrong_state=True
        )
    if locked.opinions != asked.kept:
        told = {"before": locked.opinions, "after": asked.kept}
        locked.opinions = asked.kept
        locked.save(update_fields=["opinions"])
        recorder.record(locked, "set_opinions", actor=actor, data=told)
    return locked


def may_be_set(call: Call) -> bool:
    """Until the jury deliberates."""
    return call.is_draft or call.state in CallState.TAKING_OPINIONS


@transaction.atomic
def ask_opinion(
    *, application: Application, due_on: date | None = None, actor: User, check: Check = believed, told: bool = True
) -> Opinion:
    """Ask the authority of the lycée for its opinion on a file. `due_on`: its last day, that of the call when None.

    `told`: its people are written to; an act on several files writes to them once for all.
    Raises PermissionDenied, and TransitionRefused where it cannot be asked.
    """
    call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=application.call_id)
    locked = Application.objects.select_for_update(of=("self",)).select_related("establishment__authority").get(pk=application.pk)
    if not rules.answers_lycee(locked, actor):
        raise PermissionDenied("ask_opinion")
    check()
    locked.call = call
    reason, detail = asking_gap(locked, is_asked=is_asked_about(locked), covered=bodies_with_people())
    if reason:
        raise TransitionRefused([f"{reason}.", *([detail] if detail else [])], wrong_state=True)
    due_on = due_on or call.asked_opinions.due_on(timezone.localdate())
    opinion = Opinion.objects.create(application=locked, authority=locked.establishment.authority, due_on=due_on, asked_by=actor)
    recorder.record(locked, "ask_opinion", actor=actor, data={"authority": str(opinion.authority), "due_on": due_on})
    if told:
        tell_asked([opinion], event=str(opinion.pk))
    return opinion


def tell_asked(opinions: Iterable[Opinion], *, event: str) -> int:
    """Write to the people of the authorities that are asked: one mail a person, whatever the number of files. Returns how many."""
    return sum(post_letter(ASKED, user, event, asked) for user, asked in by_adviser(opinions).items())


def post_letter(code: str, user: User, event: str, opinions: list[Opinion]) -> int:
    """One mail to one person about several opinions."""
    user.letter = OpinionLetter(event, opinions)
    return outbox.post(code, about=user)


@transaction.atomic
def write_opinion(
    *, opinion: Opinion, value: str, texts: Mapping[str, str], reserves: str, remark: str, actor: User, check: Check = believed
) -> Opinion:
    """Keep what is written of an opinion, before it is given. `texts`: by the words of the heading.

    Raises PermissionDenied, TransitionRefused once it is given, cancelled or too late, and what `check` raises on a stale page.
    """
    locked = Opinion.objects.select_for_update(of=("self",)).select_related("application__call").get(pk=opinion.pk)
    if not rules.gives_opinion(locked, actor):
        raise PermissionDenied("write_opinion")
    if not locked.is_asked:
        raise TransitionRefused([f"L’avis ne s’écrit pas : il est « {locked.get_state_display()} »."], wrong_state=True)
    if too_late := writing_gaps(locked):
        raise TransitionRefused(too_late, wrong_state=True)
    check()
    headings = locked.application.call.asked_opinions.headings
    locked.value, locked.reserves, locked.remark = value, reserves, remark
    locked.texts = {heading: texts.get(heading, "") for heading in headings}
    locked.written_by, locked.written_at = actor, timezone.now()
    locked.save(update_fields=["value", "texts", "reserves", "remark", "written_by", "written_at"])
    recorder.record(locked, "write_opinion", actor=actor)
    return locked


def writing_gaps(opinion: Opinion) -> list[str]:
    """Why an opinion that is asked is written no more: its file is examined no more, or its day is passed where the call takes no late one."""
    return file_is_examined.missing(opinion) or is_received.missing(opinion)


def end_opinions(application: Application) -> None:
    """Nobody waits any more for the opinion on a file that is withdrawn or inadmissible."""
    for opinion in application.opinions.filter(state=Opinion.State.ASKED).order_by("pk"):
        perform(opinion, "end", actor=SYSTEM)
