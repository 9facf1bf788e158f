"""What a call manager does to a call beside moving it from one state to the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.enums import CallState
from calls.models import Call, Questionnaire
from calls.queries.knowledge import with_known
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.text.dates import moment
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

_followers: list[Callable[[Call, User], None]] = []
LONGEST_EXTENSION = timedelta(days=731)  # from today: two years, a leap day included


def sealing_gap(call: Call) -> str:
    """Why the closing of a sealed call does not move any more, for all or for one lycée; "" when it may."""
    if call.unsealed_at:
        return f"Les dossiers scellés ont été ouverts le {moment(call.unsealed_at)} : la clôture ne change plus."
    if call.opening_asked_at:
        asked = f"L’ouverture des dossiers scellés est demandée depuis le {moment(call.opening_asked_at)} : la clôture ne change plus."
        return f"{asked} Pour donner du temps, renoncez d’abord à ouvrir les dossiers."
    return ""


def extension_gap(call: Call) -> str:
    """Why the closing of this call cannot be put off now, whatever the day; "" when it can."""
    if call.state != CallState.PUBLISHED:
        return f"Un appel se prolonge tant qu’il est publié : état actuel « {call.get_state_display()} »."
    return sealing_gap(call)


def closing_gap(call: Call, closes_at: datetime) -> str:
    """Why the closing of this call cannot become that one: it only goes later, to a day to come, within two years. Empty when it can."""
    if gap := sealing_gap(call):
        return gap
    if closes_at <= call.closes_at:
        return f"La clôture ne peut qu’être repoussée : elle est fixée au {moment(call.closes_at)}."
    if closes_at <= timezone.now():
        return "La nouvelle clôture est déjà passée."
    if closes_at > timezone.now() + LONGEST_EXTENSION:
        return "La nouvelle clôture est à plus de deux ans d’ici : vérifiez l’année."
    return ""


@transaction.atomic
def extend_closing(*, call: Call, closes_at: datetime, reason: str, actor: User, check: Check = believed) -> Call:
    """Close the call later, even when its deadline has just passed; the teams with a draft are told.

    Never earlier: a team must not lose time that it was promised. Raises PermissionDenied, and TransitionRefused when
    the date is refused by `closing_gap`, when the instruction has begun, or when `check` refuses what the page showed.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("extend_closing")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if gap := extension_gap(locked):
        raise TransitionRefused([gap], wrong_state=True)
    check()
    if gap := closing_gap(locked, closes_at):
        raise TransitionRefused([gap])
    before, locked.closes_at = locked.closes_at, closes_at
    locked.save(update_fields=["closes_at"])
    recorder.record(locked, "extend_closing", actor=actor, reason=reason, data={"before": before, "after": closes_at})
    outbox.post("call_extended", about=locked, actor=actor)
    for extension in locked.extensions.standing().filter(closes_at__gt=closes_at).select_related("establishment").order_by("pk"):
        extension.call = locked
        outbox.post("call_extended_elsewhere", about=extension, actor=actor)
    for follow in _followers:
        follow(locked, actor)
    return locked


def after_extension(follow: Callable[[Call, User], None]) -> Callable[[Call, User], None]:
    """Have a higher app do `follow(call, actor)` in the transaction of each extension, once it is in the journal. Usable as a decorator."""
    if follow not in _followers:
        _followers.append(follow)
    return follow


@transaction.atomic
def freeze_questionnaire(*, call: Call, actor: User) -> Questionnaire | None:
    """Freeze the latest version of the form: it is in force from now on. Doing it twice changes nothing."""
    latest = call.questionnaires.select_for_update(of=("self",)).order_by("-version").first()
    if latest is None or latest.frozen_at:
        return latest
    latest.frozen_at = timezone.now()
    latest.save(update_fields=["frozen_at"])
    latest.revisions.all().delete()
    recorder.record(call, "freeze_questionnaire", actor=actor, data={"version": latest.version})
    return latest


@transaction.atomic
def renew_questionnaire(*, questionnaire: Questionnaire, actor: User) -> Questionnaire:
    """A new version to edit, copied from a frozen one; files already open keep theirs.

    Gives the version being edited back when there is one. Raises PermissionDenied.
    """
    call = questionnaire.call
    if not rules.manages_call(call, actor):
        raise PermissionDenied("renew_questionnaire")
    latest = call.questionnaires.select_for_update(of=("self",)).order_by("-version").first()
    if latest.frozen_at is None:
        return latest
    renewed = Questionnaire.objects.create(call=call, version=latest.version + 1, definition=with_known(call, questionnaire.definition))
    recorder.record(call, "renew_questionnaire", actor=actor, data={"version": renewed.version, "from": questionnaire.version})
    return renewed
