"""The points of a request for complements: written with it, answered one by one by the lycée, checked one by one by the officer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.enums import ApplicationState, LineVerdict
from calls.models import Application, CompletionLine, CompletionRequest, RequestLine
from calls.reasons import NOTHING_SAID, Wording
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed


@dataclass(frozen=True)
class AskedLine:
    """One point to ask: the key of a question ("" for the whole file), what is asked of it, on which need, and the line that it asks again."""

    key: str
    wording: Wording = NOTHING_SAID
    need: RequestLine | None = None
    former: CompletionLine | None = None


def keep_lines(request: CompletionRequest, lines: Sequence[AskedLine]) -> None:
    """Write the points of a request that has just been opened, in its transaction; one for each of its questions where none is given."""
    lines = lines or [AskedLine(key) for key in request.fields]
    CompletionLine.objects.bulk_create(
        CompletionLine(
            request=request, position=rank, question_key=line.key, need=line.need, need_label=str(line.need) if line.need else "",
            chosen=line.wording.kept, text=line.wording.precision, former=line.former,
        )
        for rank, line in enumerate(lines, 1)
    )  # fmt: skip


@transaction.atomic
def reply_to_line(*, line: CompletionLine, text: str, actor: User, check: Check = believed) -> CompletionLine:
    """What the lycée answers to one point, sent with the rest; "" takes it back. Raises PermissionDenied, and TransitionRefused once the request has ended."""
    application = _lock(line)
    if not rules.writes_file(application, actor):
        raise PermissionDenied("reply_to_line")
    fresh = CompletionLine.objects.select_related("request").get(pk=line.pk)
    if application.state != ApplicationState.SUBMITTED or not fresh.request.is_open:
        raise TransitionRefused(["Cette demande de compléments n’attend plus de réponse."], wrong_state=True)
    check()
    if fresh.reply == text:
        return fresh
    fresh.reply, fresh.replied_at, fresh.replied_by = text, timezone.now() if text else None, actor if text else None
    fresh.save(update_fields=["reply", "replied_at", "replied_by"])
    return fresh


@transaction.atomic
def check_line(*, line: CompletionLine, verdict: LineVerdict, actor: User, seen: str = "") -> CompletionLine:
    """An officer says that a point is satisfied, to be asked again, or still to be checked. Said twice, nothing is written.

    `seen`: what the page said of it. Raises PermissionDenied, and TransitionRefused: not answered yet, pronounced already, said otherwise meanwhile.
    """
    application = _lock(line)
    if not rules.instructs_file(application, actor):
        raise PermissionDenied("check_line")
    fresh = CompletionLine.objects.select_related("request", "checked_by").get(pk=line.pk)
    if application.state != ApplicationState.SUBMITTED:
        raise TransitionRefused(
            [f"Le dossier est « {application.get_state_display()} » : ses compléments ne se vérifient plus."], wrong_state=True
        )
    if fresh.request.answered_at is None:
        raise TransitionRefused(["Le lycée n’a pas encore répondu à cette demande."], wrong_state=True)
    if fresh.verdict == verdict:
        return fresh
    if fresh.verdict != seen:
        by = f" par {fresh.checked_by}" if fresh.checked_by else ""
        raise TransitionRefused(
            [f"Depuis l’ouverture de la page, ce point est « {fresh.get_verdict_display()} »{by} : relisez-le."], wrong_state=True
        )
    before, fresh.verdict = fresh.get_verdict_display(), verdict
    fresh.checked_at, fresh.checked_by = (timezone.now(), actor) if verdict else (None, None)
    fresh.save(update_fields=["verdict", "checked_at", "checked_by"])
    question = application.questionnaire.schema.question(fresh.question_key) if fresh.question_key else None
    about = fresh.need_label or (question.label if question else "tout le dossier")
    recorder.record(application, "check_line", actor=actor, data={"on": about, "before": before, "after": fresh.get_verdict_display()})
    return fresh


def _lock(line: CompletionLine) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("questionnaire", "establishment")
    return rows.get(pk=line.request.application_id)
