"""Joining a school's team: asked by a person, answered by who signs for it, or through the school's mailbox."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from portal import signing
from portal.accounts import links, queries, rules
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.actions.roles import put_role
from portal.accounts.enums import JoinOutcome
from portal.accounts.models import ASK_AGAIN_AFTER, LINK_VALIDITY, JoinRequest, User
from portal.directory.models import Establishment
from portal.journal.recorder import record
from portal.notifications import outbox
from portal.roles import Role
from portal.signing import SignedAct
from portal.text.dates import moment
from portal.workflow.actors import SYSTEM, SystemActor


@dataclass(frozen=True)
class Followed:
    """What an answer has done besides, told to the person in its mail: a French sentence, and the page where they read on."""

    sentence: str
    path: str


_followers: list[Callable[[JoinRequest], list[Followed]]] = []
MOST_OPEN = 5  # requests of one person that await an answer


@transaction.atomic
def ask_to_join(*, user: User, establishment: Establishment, note: str = "") -> JoinRequest:
    """Ask, or ask again after a day: a new link goes to the school's mailbox, the former one dies; the heads are told.

    Raises PermissionDenied (somebody of the Région or of a jury), ActionRefused: already there, asked or refused since yesterday, too many
    requests open, school closed.
    """
    if not rules.may_ask_to_join(user):
        raise PermissionDenied("ask_to_join")
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_may_ask(user, establishment)
    token, now = links.new_token(), timezone.now()
    pending = JoinRequest.objects.filter(user=user, establishment=establishment, outcome=JoinOutcome.PENDING).first()
    asked = pending or JoinRequest(user=user, establishment=establishment)
    asked.note, asked.token_digest, asked.sent_at, asked.expires_at = note, links.digest(token), now, now + LINK_VALIDITY
    asked.save()
    record(asked, "ask_to_join", actor=user, reason=note)
    asked.token = token
    if establishment.email:
        outbox.post("join_asked", about=asked, actor=user)
    outbox.post("join_asked_heads", about=asked, actor=user)
    return asked


@transaction.atomic
def answer_join(*, join_request: JoinRequest, approve: bool, actor: User | SystemActor, by_mailbox: bool = False) -> JoinRequest:
    """Take the person in the team, or not. `by_mailbox`: whoever holds the link sent to the school, `actor` then being SYSTEM or the asker.

    Raises PermissionDenied (nobody who answers for this school), ActionRefused (answered already, or the link is too old).
    """
    asked = JoinRequest.objects.select_for_update(of=("self",)).select_related("user", "establishment").get(pk=join_request.pk)
    if not by_mailbox and not (actor is SYSTEM or rules.may_answer(actor, asked)):
        raise PermissionDenied("answer")
    if asked.outcome != JoinOutcome.PENDING:
        raise ActionRefused(f"Cette demande a déjà reçu sa réponse : {asked.get_outcome_display().lower()}.")
    if by_mailbox and not asked.is_open:
        raise ActionRefused("Ce lien n’est plus valable : il servait quatorze jours. La personne peut refaire sa demande.")
    asked.outcome = JoinOutcome.APPROVED if approve else JoinOutcome.REFUSED
    asked.answered_at, asked.answered_by, asked.by_mailbox = timezone.now(), actor if actor.pk and not by_mailbox else None, by_mailbox
    asked.save()
    signed = {} if by_mailbox else signing.mention(actor, asked.establishment, SignedAct.TEAM)
    record(asked, "approve_join" if approve else "refuse_join", actor=actor, data={"by_mailbox": by_mailbox, **signed})
    if approve:
        grant = put_role(user=asked.user, role=Role.MEMBER, establishment=asked.establishment, actor=SYSTEM if by_mailbox else actor)
        if not by_mailbox:
            outbox.post("colleague_joined", about=grant, actor=actor)
    asked.followed = [told for follow in _followers for told in follow(asked)]
    outbox.post("join_approved" if approve else "join_refused", about=asked, actor=actor)
    return asked


def may_resend(asked: JoinRequest) -> bool:
    """Whether a request that awaits its answer may leave again: a day after it last did."""
    return asked.again_at <= timezone.now()


def after_answer(follow: Callable[[JoinRequest], list[Followed]]) -> None:
    """Have a higher app do `follow(request)` in the transaction of each answer, once the person is in the team or refused; what it gives is told."""
    _followers.append(follow)


def _check_may_ask(user: User, establishment: Establishment) -> None:
    now = timezone.now()
    if user.holds(Role.MEMBER, Role.HEAD, at=establishment):
        raise ActionRefused("Vous faites déjà partie de cet établissement.")
    if establishment.is_closed:
        raise ActionRefused("Cet établissement est fermé : il ne peut plus recevoir de demande.")
    waiting = JoinRequest.objects.filter(user=user, outcome=JoinOutcome.PENDING)
    if waiting.filter(establishment=establishment, sent_at__gt=now - ASK_AGAIN_AFTER).exists():
        raise ActionRefused("Votre demande est déjà partie. Vous pourrez la renvoyer un jour après le premier envoi.")
    if refused := queries.just_refused(user, establishment):
        raise ActionRefused(f"Votre demande a été refusée. Vous pourrez en faire une autre à partir du {moment(refused.again_at)}.")
    if waiting.filter(expires_at__gt=now).exclude(establishment=establishment).count() >= MOST_OPEN:
        raise ActionRefused(f"Vous avez déjà {MOST_OPEN} demandes en attente : attendez une réponse avant d’en faire une autre.")
