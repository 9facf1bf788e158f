"""Personal drafts: begun by a person whose request to join a lycée awaits its answer, read by that person alone.

Nothing counts them: `Application.objects` leaves them out, the journal tells nothing of them. Accepted, the person gives theirs to the lycée.
"""

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from calls import checks, rules
from calls.actions.start import next_reference, search_text
from calls.models import Application, Call
from portal.accounts.actions.joining import Followed
from portal.accounts.models import JoinRequest, User
from portal.accounts.queries import request_pending
from portal.directory.models import Establishment
from portal.journal import recorder
from portal.text.dates import day
from portal.workflow.gate import TransitionRefused

KEPT = timedelta(days=30)  # after the answer, or the end of a request that got none


@transaction.atomic
def start_personal(*, call: Call, establishment: Establishment, actor: User) -> Application:
    """The draft of this person for this lycée: the one begun before, open again, or a new one.

    Raises PermissionDenied (no request awaits its answer) and TransitionRefused (closed, not eligible).
    """
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if request_pending(actor, establishment) is None:
        raise PermissionDenied("start_personal")
    gaps = checks.opening_gaps(call) + checks.eligibility_gaps(call, establishment)
    if call.questionnaire is None:
        gaps.append("L’appel n’a pas encore de questionnaire.")
    if gaps:
        raise TransitionRefused(gaps)
    draft = Application.everything.filter(call=call, establishment=establishment, kept_for=actor).first() or Application(
        call=call, establishment=establishment, questionnaire=call.questionnaire, kept_for=actor, created_by=actor,
        reference=f"{rules.PERSONAL}{secrets.token_hex(5)}",
    )  # fmt: skip
    draft.kept_until = None
    draft.save()
    return draft


@transaction.atomic
def give_to_lycee(*, draft: Application, actor: User) -> Application:
    """Make the personal draft the lycée's: its team reads it from then on, and its journal begins.

    Raises PermissionDenied (not this person's, or not yet of this lycée) and TransitionRefused: the call is closed, the lycée has its file
    already. Nothing changes then.
    """
    call = Call.objects.select_for_update(of=("self",)).get(pk=draft.call_id)
    draft = Application.everything.select_for_update(of=("self",)).select_related("establishment").get(pk=draft.pk)
    if draft.kept_for_id != actor.pk or not rules.starts_file(draft.establishment, actor):
        raise PermissionDenied("give_to_lycee")
    if gaps := giving_gaps(call, draft.establishment):
        raise TransitionRefused(gaps)
    draft.kept_for, draft.kept_until, draft.reference = None, None, next_reference(call)
    draft.search_text = search_text(draft)
    draft.save(update_fields=["kept_for", "kept_until", "reference", "search_text"])
    recorder.record(draft, "start", actor=actor, target=draft.state)
    return draft


def giving_gaps(call: Call, establishment: Establishment) -> list[str]:
    """Why a draft cannot become the lycée's now; empty when it can."""
    return checks.opening_gaps(call, establishment) + checks.eligibility_gaps(call, establishment) or checks.limit_gaps(call, establishment)


@transaction.atomic
def discard(*, draft: Application) -> None:
    """Remove a personal draft with all it holds; the contents of its files go with the next purge."""
    draft = Application.everything.select_for_update(of=("self",)).exclude(kept_for=None).get(pk=draft.pk)
    for attachment in draft.attachments.select_related("file"):
        attachment.file.deleted_at = attachment.file.deleted_at or timezone.now()
        attachment.file.save(update_fields=["deleted_at"])
    draft.delete()


def follow_answer(asked: JoinRequest) -> list[Followed]:
    """The request has its answer: accepted, the drafts become the lycée's where they can; the others are kept to be read, for a time.

    To be called in the transaction of the answer. What became of each is told to its author.
    """
    drafts = Application.everything.filter(kept_for=asked.user_id, establishment=asked.establishment_id).order_by("pk")
    actor = User.objects.get(pk=asked.user_id)
    return [_follow(draft, actor, accepted=asked.is_approved) for draft in drafts.select_related("call", "establishment")]


def _follow(draft: Application, actor: User, *, accepted: bool) -> Followed:
    whose = f"brouillon personnel pour l’appel « {draft.call.title} »"
    gaps = giving_gaps(draft.call, draft.establishment) if accepted else []
    if accepted and not gaps:
        given = give_to_lycee(draft=draft, actor=actor)
        said = f"Votre {whose} est devenu celui du lycée, dossier {given.reference} : toute l’équipe le lit et y écrit."
        return Followed(said, given.get_absolute_url())
    draft.kept_until = timezone.localdate() + KEPT
    draft.save(update_fields=["kept_until"])
    why = f"Votre {whose} n’est pas devenu celui du lycée. {' '.join(gaps)} Il reste à vous" if accepted else f"Votre {whose} reste à vous"
    return Followed(f"{why} seul : vous le lisez et l’imprimez jusqu’au {day(draft.kept_until)} inclus.", draft.get_absolute_url())


def drop_over() -> str:
    """For the schedule: remove the personal drafts whose time is over, and count the days of those whose request has ended unanswered."""
    today = timezone.localdate()
    awaiting = JoinRequest.objects.pending().filter(user=OuterRef("kept_for"), establishment=OuterRef("establishment"))
    kept = Application.everything.exclude(kept_for=None)
    ended = kept.filter(~Exists(awaiting), kept_until=None).update(kept_until=today + KEPT)
    over = list(kept.filter(kept_until__lt=today))
    for draft in over:
        discard(draft=draft)
    return f"{len(over)} brouillons personnels supprimés, {ended} gardés jusqu’au {today + KEPT:%d/%m/%Y}"
