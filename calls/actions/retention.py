"""How long a call keeps things, what suspends it, and the deletion of what is over: proposed by one person, confirmed by another, done by a job."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import retention, rules
from calls.enums import BulkResult
from calls.models import Application, Call, RetentionHold, RetentionItem, RetentionPeriod, RetentionProposal
from calls.queries.retention import ERASE, RetentionLine, due_calls, erase_under, lines_of
from calls.retention import RetentionRule
from portal.accounts.models import User
from portal.files.retention import purge_files
from portal.jobs.queue import enqueue
from portal.journal import recorder
from portal.text.canonical import fingerprint
from portal.text.french import count
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused

JOB = "calls.erase_retained"
CHANGED = "La liste a changé depuis cette page : relisez-la."
Progress = Callable[[int, int, str], None]


def _managed(call: Call, actor: User) -> Call:
    """The call, locked. Raises PermissionDenied."""
    if not rules.proposes_erasure(call, actor):
        raise PermissionDenied("retention")
    return Call.objects.select_for_update(of=("self",)).get(pk=call.pk)


@transaction.atomic
def set_period(*, call: Call, rule: RetentionRule, months: int, reason: str, actor: User, check: Callable[[], None] = lambda: None) -> Call:
    """Have a call keep what a rule covers so many months; the duration of the settings is no exception any more.

    Raises PermissionDenied, and TransitionRefused out of the bounds of the rule or while a list is waiting to be carried out.
    """
    call = _managed(call, actor)
    check()
    if not rule.floor <= months <= rule.ceiling:
        raise TransitionRefused([f"La durée va {rule.bounds}."])
    if call.retention_proposals.alive().exists():
        raise TransitionRefused(["Un effacement est proposé sur cet appel : arrêtez-le d’abord, les durées qu’il suit sont figées."])
    before = RetentionPeriod.objects.filter(call=call, rule=rule.key).first()
    if months == retention.default_months(rule):
        RetentionPeriod.objects.filter(call=call, rule=rule.key).delete()
    else:
        new = {"months": months, "reason": reason, "set_by": actor, "set_at": timezone.now()}
        RetentionPeriod.objects.update_or_create(call=call, rule=rule.key, defaults=new)
    was = before.months if before else retention.default_months(rule)
    told = {"rule": rule.label, "before": retention.in_words(was), "after": retention.in_words(months)}
    recorder.record(call, "set_retention", actor=actor, reason=reason, data=told)
    note_due_of([call])
    return call


@transaction.atomic
def place_hold(*, call: Call, application: Application | None, reason: str, actor: User) -> RetentionHold:
    """Delete nothing of this file, or of the whole call, until somebody ends it. Raises PermissionDenied, TransitionRefused (it stands already)."""
    call = _managed(call, actor)
    if call.retention_holds.standing().filter(application=application).exists():
        raise TransitionRefused(["L’effacement est déjà suspendu."])
    hold = RetentionHold.objects.create(call=call, application=application, reason=reason, placed_by=actor)
    recorder.record(application or call, "hold_retention", actor=actor, reason=reason)
    note_due_of([call])
    return hold


@transaction.atomic
def end_hold(*, hold: RetentionHold, reason: str, actor: User) -> RetentionHold:
    """The time of what was held counts again. Raises PermissionDenied, TransitionRefused (ended already)."""
    call = _managed(hold.call, actor)
    hold = RetentionHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if not hold.is_standing:
        raise TransitionRefused(["Cette suspension est déjà levée."], wrong_state=True)
    hold.ended_at, hold.ended_by, hold.end_reason = timezone.now(), actor, reason
    hold.save(update_fields=["ended_at", "ended_by", "end_reason"])
    recorder.record(hold.application or call, "end_hold_retention", actor=actor, reason=reason)
    note_due_of([call])
    return hold


def fingerprint_of(lines: Collection[RetentionLine]) -> str:
    """SHA-256 of a list of what is due: what two persons agree on."""
    return fingerprint(sorted(line.frozen for line in lines))


def due_under(call: Call, keys: Collection[str], user: User) -> list[RetentionLine]:
    """What may go today under these rules, as this person sees it."""
    return [line for line in lines_of([call], user=user) if line.is_due and line.rule.key in keys]


@transaction.atomic
def propose(*, call: Call, keys: Collection[str], seen: str, actor: User) -> RetentionProposal:
    """Freeze the list of what is due today under these rules, for another person to confirm. `seen`: the fingerprint of the list that was shown.

    Raises PermissionDenied, and TransitionRefused: nothing is due, the list is no longer what was shown, another one waits.
    """
    call = _managed(call, actor)
    if call.retention_proposals.alive().exists():
        raise TransitionRefused(["Un effacement est déjà proposé sur cet appel."], wrong_state=True)
    lines = due_under(call, keys, actor)
    if not lines:
        raise TransitionRefused(["Rien n’est échu sous ces règles."])
    if fingerprint_of(lines) != seen:
        raise TransitionRefused([CHANGED])
    proposal = RetentionProposal.objects.create(
        call=call, rule_keys=sorted({line.rule.key for line in lines}), sha256=seen, proposed_by=actor
    )
    RetentionItem.objects.bulk_create(_item(proposal, line) for line in lines)
    recorder.record(call, "propose_erasure", actor=actor, data=_told(proposal, len(lines)))
    return proposal


def _item(proposal: RetentionProposal, line: RetentionLine) -> RetentionItem:
    return RetentionItem(
        proposal=proposal, application=line.application, rule=line.rule.key, starts_on=line.starts_on, due_on=line.due_on,
        stamp=line.stamp, pieces=line.held.pieces, people=len(line.held.people),
    )  # fmt: skip


def _told(proposal: RetentionProposal, total: int) -> dict:
    names = [rule.label for rule in retention.RULES if rule.key in proposal.rule_keys]
    return {"rules": ", ".join(names), "count": total, "digest": proposal.sha256}


def _locked(proposal: RetentionProposal) -> RetentionProposal:
    return (
        RetentionProposal.objects.select_for_update(of=("self",)).select_related("call", "proposed_by", "confirmed_by").get(pk=proposal.pk)
    )


def listed(proposal: RetentionProposal) -> str:
    """The fingerprint of the list as its rows have it: that of the proposal, unless somebody changed them."""
    rows = proposal.items.order_by().values_list("application__reference", "rule", "starts_on", "due_on", "stamp")
    return fingerprint(sorted([reference, rule, str(start), str(due), stamp] for reference, rule, start, due, stamp in rows))


@transaction.atomic
def confirm(*, proposal: RetentionProposal, actor: User) -> RetentionProposal:
    """The second person agrees: the list is carried out once the delay is over. Raises PermissionDenied (the first, or not theirs), TransitionRefused."""
    locked = _locked(proposal)
    if not rules.confirms_erasure(locked, actor):
        raise PermissionDenied("confirm_erasure")
    if not locked.awaits_second_person:
        raise TransitionRefused(["Cette proposition n’attend plus de confirmation."], wrong_state=True)
    if not locked.is_whole_for(actor):
        raise TransitionRefused(["Un lien que vous avez déclaré vous ferme un dossier de cette liste : une autre personne la confirme."])
    if listed(locked) != locked.sha256:
        raise TransitionRefused(["La liste n’est plus celle qui a été proposée : arrêtez-la, et proposez-la de nouveau."])
    items = list(locked.items.all())
    gaps = gaps_today(locked, items)
    if len(gaps) == len(items):
        raise TransitionRefused([f"Rien de cette liste ne peut être effacé aujourd’hui : {next(iter(gaps.values()))}"])
    now = timezone.now()
    locked.confirmed_by, locked.confirmed_at, locked.runs_at = actor, now, now + locked.delay()
    locked.save(update_fields=["confirmed_by", "confirmed_at", "runs_at"])
    recorder.record(locked.call, "confirm_erasure", actor=actor, data=_told(locked, locked.items.count()))
    return locked


@transaction.atomic
def stop(*, proposal: RetentionProposal, reason: str, actor: User) -> RetentionProposal:
    """Take a proposal back: before it is confirmed, and until its end for what is not done yet. Raises PermissionDenied, TransitionRefused."""
    locked = _locked(proposal)
    if not rules.stops_erasure(locked, actor):
        raise PermissionDenied("stop_erasure")
    if not locked.is_alive:
        raise TransitionRefused(["Cette proposition est déjà arrêtée, ou terminée."], wrong_state=True)
    locked.stopped_by, locked.stopped_at, locked.stop_reason = actor, timezone.now(), reason
    locked.save(update_fields=["stopped_by", "stopped_at", "stop_reason"])
    recorder.record(locked.call, "stop_erasure", actor=actor, reason=reason, data=_told(locked, locked.items.count()))
    return locked


def start_due() -> str:
    """For the schedule: hand to the worker the confirmed lists whose delay is over. Returns what was done."""
    due = RetentionProposal.objects.alive().filter(runs_at__lte=timezone.now()).select_related("call", "confirmed_by").order_by("pk")
    for proposal in due:
        enqueue(
            JOB, label=f"Effacement, {proposal.call.reference}", owner=proposal.confirmed_by, params={"proposal": proposal.pk},
            dedupe_key=f"{JOB}:{proposal.pk}", return_url=proposal.get_absolute_url(),
        )  # fmt: skip
    return f"{len(due)} effacements confiés"


def run(proposal: RetentionProposal, progress: Progress = lambda done, total, note: None) -> None:
    """Carry out what is left of a confirmed list, file by file. Stopped anywhere and run again, or run by two workers, nothing is done twice."""
    waiting = list(proposal.items.filter(result=BulkResult.WAITING).order_by("application__reference", "pk").values_list("pk", flat=True))
    total = proposal.items.count()
    for rank, key in enumerate(waiting, total - len(waiting)):
        progress(rank, total, "Effacement")
        if not _run_one(proposal, key):
            break
    purge_files()
    _end(proposal)
    progress(total, total, "Terminé")


@transaction.atomic
def _run_one(proposal: RetentionProposal, key: int) -> bool:
    """One file under one rule; False once the list is stopped. The lock of the list makes a stop come before it or after it."""
    locked = _locked(proposal)
    if not locked.is_due(timezone.now()):
        return False
    item = RetentionItem.objects.select_for_update(of=("self",)).get(pk=key)
    if item.result != BulkResult.WAITING:
        return True
    file = Application.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=item.application_id)
    now = next((line for line in lines_of([locked.call], keys=[file.pk]) if line.rule.key == item.rule), None)
    item.done_at, item.reason = timezone.now(), _gap(item, now)
    item.result = BulkResult.LEFT if item.reason else BulkResult.DONE
    if not item.reason:
        erase_under(item.named, file)
        file.erased = [*file.erased, item.rule]
        file.save(update_fields=["erased", "title", "search_text"])
        told = {"rule": item.named.label, "count": item.pieces, "proposed_by": locked.proposed_by, "confirmed_by": locked.confirmed_by}
        recorder.record(file, ERASE, actor=SYSTEM, data=told)
    item.save(update_fields=["result", "reason", "done_at"])
    return True


def gaps_today(proposal: RetentionProposal, items: Sequence[RetentionItem]) -> dict[int, str]:
    """Why each of these files, not done yet, would be left as it is if the list were carried out now; those that would go are not there.

    A constant number of queries.
    """
    waiting = [item for item in items if item.result == BulkResult.WAITING]
    lines = {
        (line.application.pk, line.rule.key): line for line in lines_of([proposal.call], keys=[item.application_id for item in waiting])
    }
    gaps = {item.pk: _gap(item, lines.get((item.application_id, item.rule))) for item in waiting}
    return {key: gap for key, gap in gaps.items() if gap}


def _gap(item: RetentionItem, now: RetentionLine | None) -> str:
    """Why a file of the list stays as it is, in French; empty when it goes."""
    if now is None:
        return "Le dossier ne relève plus de cette règle, ou il n’en reste rien."
    if now.obstacle:
        return now.obstacle
    if not now.is_over or now.starts_on != item.starts_on:
        return "Sa durée court désormais d’une autre date, ou est plus longue."
    return "Le dossier a changé depuis la proposition." if now.stamp != item.stamp else ""


@transaction.atomic
def _end(proposal: RetentionProposal) -> None:
    locked = _locked(proposal)
    if not locked.is_alive or locked.items.filter(result=BulkResult.WAITING).exists():
        return
    locked.finished_at = timezone.now()
    locked.save(update_fields=["finished_at"])
    done = locked.items.filter(result=BulkResult.DONE).count()
    recorder.record(locked.call, "carry_out_erasure", actor=SYSTEM, data=_told(locked, done))
    note_due_of([locked.call])


def note_due() -> str:
    """For the schedule: note on each call the first day on which something may go, for the lists of things to do. Returns what was done."""
    calls = due_calls(timezone.now())
    note_due_of(calls)
    today = timezone.localdate()
    over = sum(1 for call in calls if call.retention_due_on and call.retention_due_on <= today)
    return f"{count(len(calls), 'appel')}, {count(over, 'échu', 'échus')}"


def note_due_of(calls: Collection[Call]) -> None:
    first: dict[int, date] = {}
    for line in lines_of(calls):
        if line.due_on and not line.obstacle:
            first[line.application.call_id] = min(line.due_on, first.get(line.application.call_id, line.due_on))
    for call in calls:
        if call.retention_due_on != first.get(call.pk):
            call.retention_due_on = first.get(call.pk)
            Call.objects.filter(pk=call.pk).update(retention_due_on=call.retention_due_on)
