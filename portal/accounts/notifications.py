"""Mails about accounts, all through the outbox. Those that carry a personal link are confidential: staff never read their text."""

import uuid

from django.db.models import QuerySet
from django.urls import reverse

from portal.accounts.models import Delegation, JoinRequest, RoleGrant, User
from portal.accounts.names import carries_address
from portal.accounts.queries import grants_of, heads, holders_of, who_answers
from portal.directory.enums import DeclarationState
from portal.directory.models import Establishment, FactDeclaration, SchoolClosure
from portal.journal.queries import last_act
from portal.notifications import outbox, reach, registry
from portal.notifications.families import Always, Family
from portal.notifications.models import Message
from portal.notifications.registry import EmailNotification
from portal.roles import Role
from portal.workflow.actors import SYSTEM


@registry.register("account_letter")
class AccountLetter(EmailNotification):
    """What allauth writes: confirmation of an address, new password, changes of security. Its text comes ready made."""

    confidential = True

    def recipients(self, about: User) -> list[User]:
        return [about]


@registry.register("invitation")
class Invitation(EmailNotification):
    """The link by which an invited person chooses a password."""

    template = "accounts/email/invitation"
    confidential = True

    def recipients(self, user: User) -> list[User]:
        return [user]

    def context(self, user: User, actor: User) -> dict:
        return {
            "path": reverse("accounts:invitation", args=[user.invitation_token]),
            "by": "" if actor is SYSTEM else actor.get_full_name(),
            "grants": [grant for grant in grants_of(user) if grant.is_in_force],
        }

    def event_key(self, code: str, user: User) -> str:
        return f"{code}:{user.pk}:{user.invitation_token[-24:]}"


class JoinMessage(EmailNotification):
    """A request to join, with what the person says of themselves: never words that carry an address, whatever door they came by."""

    def context(self, join_request: JoinRequest, actor: User) -> dict[str, str]:
        said = {"job_title": join_request.user.job_title, "note": join_request.note}
        return {name: "" if carries_address(text) else text for name, text in said.items()}


@registry.register("join_asked")
class JoinAsked(JoinMessage):
    """To the school's mailbox: the link that takes a person in the team."""

    template = "accounts/email/join_asked"
    confidential = True

    def recipients(self, join_request: JoinRequest) -> list[str]:
        return [join_request.establishment.email]

    def context(self, join_request: JoinRequest, actor: User) -> dict[str, str]:
        return super().context(join_request, actor) | {"path": reverse("accounts:join_link", args=[join_request.token])}

    def event_key(self, code: str, join_request: JoinRequest) -> str:
        return f"{code}:{join_request.token_digest}"


@registry.register("join_asked_heads")
class JoinAskedHeads(JoinMessage):
    """To the people of the school who answer: its heads and whoever signs this for them, its members where the head lets them."""

    template = "accounts/email/join_asked_heads"

    def recipients(self, join_request: JoinRequest) -> list[User]:
        return who_answers(join_request.establishment)

    def is_settled(self, about: JoinRequest, message: Message) -> bool:
        return not about.is_open

    def event_key(self, code: str, join_request: JoinRequest) -> str:
        return f"{code}:{join_request.token_digest}"


class JoinAnswered(EmailNotification):
    """The answer, and what it has done besides (`followed`): a draft that became the lycée's, or that stays the person's."""

    def recipients(self, join_request: JoinRequest) -> list[User]:
        return [join_request.user]

    def context(self, join_request: JoinRequest, actor: User) -> dict:
        return {"followed": join_request.followed}


@registry.register("join_approved")
class JoinApproved(JoinAnswered):
    """To the person: welcome in the team."""

    template = "accounts/email/join_approved"


@registry.register("join_refused")
class JoinRefused(JoinAnswered):
    """To the person: the school does not recognise them; when they may ask it again."""

    template = "accounts/email/join_refused"

    def context(self, join_request: JoinRequest, actor: User) -> dict:
        return super().context(join_request, actor) | {"again_at": join_request.again_at}


class FactMessage(EmailNotification):
    """About what a lycée declares of itself."""

    def __init__(self, code: str):
        self.template = f"accounts/email/{code}"


class FactDeclared(FactMessage):
    """To who keeps the directory: a declaration to confirm or to refuse."""

    def recipients(self, declaration: FactDeclaration) -> QuerySet[User]:
        return holders_of(RoleGrant.objects.in_force().of_roles(Role.CALL_MANAGER, Role.ADMIN))

    def is_settled(self, about: FactDeclaration, message: Message) -> bool:
        return about.state != DeclarationState.DECLARED


class FactAnswered(FactMessage):
    """To the heads of the lycée today, and to whoever declared."""

    def recipients(self, declaration: FactDeclaration) -> list[User]:
        heads = holders_of(RoleGrant.objects.in_force().of_heads().filter(establishment=declaration.establishment))
        return [*heads, *([declaration.declared_by] if declaration.declared_by else [])]


registry.add("fact_declared", FactDeclared("fact_declared"))
for code in ("fact_confirmed", "fact_refused", "fact_revoked", "fact_superseded"):
    registry.add(code, FactAnswered(code))
reach.register(FactDeclaration, lambda user: FactDeclaration.objects.visible_to(user))


class ClosureMessage(EmailNotification):
    """A lycée is said closed, or no longer: to its team, or its mailbox when nobody is in it, and to the heads of the one that follows."""

    def __init__(self, code: str):
        self.template = f"accounts/email/{code}"

    def recipients(self, closure: SchoolClosure) -> list[User | str]:
        grants = RoleGrant.objects.in_force()
        team = list(holders_of(grants.in_teams().filter(establishment=closure.establishment)))
        heirs = holders_of(grants.of_heads().filter(establishment=closure.successor_id)) if closure.successor_id else []
        return list(dict.fromkeys([*(team or [closure.establishment.email]), *heirs]))


for code in ("school_closed", "school_closure_lifted"):
    registry.add(code, ClosureMessage(code))
reach.register(SchoolClosure, lambda user: SchoolClosure.objects.visible_to(user))


class RoleChanged(EmailNotification):
    def recipients(self, grant: RoleGrant) -> list[User]:
        return [] if grant.user.is_invited else [grant.user]  # an invited person reads it in the invitation


@registry.register("role_given")
class RoleGiven(RoleChanged):
    """A role begins, or goes on until another day: `told_by` is the line of the journal that changed its end."""

    template = "accounts/email/role_given"

    def event_key(self, code: str, grant: RoleGrant) -> str:
        key = super().event_key(code, grant)
        return f"{key}:{grant.told_by}" if hasattr(grant, "told_by") else key


@registry.register("role_ended")
class RoleEnded(RoleChanged):
    template = "accounts/email/role_ended"


@registry.register("role_ending")
class RoleEnding(EmailNotification):
    """Before the last day of a role: to its person, and to who may give it again, the heads of its school or whoever gave it."""

    template = "accounts/email/role_ending"

    def recipients(self, grant: RoleGrant) -> list[User]:
        givers = heads(grant.establishment) if grant.establishment else [grant.granted_by] if grant.granted_by else []
        return list(dict.fromkeys([grant.user, *givers]))

    def event_key(self, code: str, grant: RoleGrant) -> str:
        return f"{super().event_key(code, grant)}:{grant.last_day:%Y%m%d}"


@registry.register("colleague_joined")
class ColleagueJoined(EmailNotification):
    """Somebody of the team took a colleague in: to the heads, unless one of them did."""

    template = "accounts/email/colleague_joined"

    def recipients(self, grant: RoleGrant) -> list[User]:
        found = heads(grant.establishment)
        return [] if grant.granted_by in found else found

    def context(self, grant: RoleGrant, actor: User) -> dict:
        return {"team_page": reverse("team:team", args=[grant.establishment.uai])}

    def event_key(self, code: str, grant: RoleGrant) -> str:
        return f"{super().event_key(code, grant)}:{grant.last_day:%Y%m%d}" if grant.last_day else super().event_key(code, grant)


class TeamOpened(EmailNotification):
    """The head lets the team take colleagues in, or keeps it again: to its members."""

    def __init__(self, code: str):
        self.template = f"accounts/email/{code}"

    def recipients(self, establishment: Establishment) -> QuerySet[User]:
        return holders_of(RoleGrant.objects.in_force().in_teams().filter(establishment=establishment))

    def context(self, establishment: Establishment, actor: User) -> dict:
        return {"team_page": reverse("team:team", args=[establishment.uai])}

    def event_key(self, code: str, establishment: Establishment) -> str:
        act = last_act(establishment, "open_team", "close_team")
        return f"{super().event_key(code, establishment)}:{act.pk if act else 0}"


for code in ("team_opened", "team_closed"):
    registry.add(code, TeamOpened(code))


class DelegationMessage(EmailNotification):
    """About a delegation of signature: to the person who holds it, to the heads of the school and to whoever gave it."""

    def __init__(self, code: str):
        self.template = f"accounts/email/{code}"

    def recipients(self, delegation: Delegation) -> list[User]:
        given_by = [delegation.head] if delegation.head else []
        return list(dict.fromkeys([delegation.delegate, *given_by, *heads(delegation.establishment)]))

    def context(self, delegation: Delegation, actor: User) -> dict:
        return {"team_page": reverse("team:team", args=[delegation.establishment.uai])}


for code in ("delegation_given", "delegation_ended"):
    registry.add(code, DelegationMessage(code))
reach.register(Delegation, lambda user: Delegation.objects.visible_to(user))


@registry.register("second_factor_removed")
class SecondFactorRemoved(EmailNotification):
    """A change of security that the person must know of, in case they did not ask."""

    template = "accounts/email/second_factor_removed"

    def recipients(self, user: User) -> list[User]:
        return [user]

    def event_key(self, code: str, user: User) -> str:
        return f"{code}:{user.pk}:{user.told_by}"


registry.always_send(Always.SECURITY, "account_letter", "invitation", "join_asked", "second_factor_removed")
registry.sort_into(Family.AWAITED, "join_asked_heads", "fact_declared")
registry.sort_into(Family.DATES, "role_ending")
registry.sort_into(
    Family.TEAM, "join_approved", "join_refused", "fact_confirmed", "fact_refused", "fact_revoked", "fact_superseded", "school_closed",
    "school_closure_lifted", "role_given", "role_ended", "colleague_joined", "team_opened", "team_closed", "delegation_given", "delegation_ended",
)  # fmt: skip


def post_letter(*, to: str, subject: str, body: str, user: User | None = None) -> None:
    """Hand a letter of allauth to the outbox. Each one is an event of its own: asking twice for a link sends two."""
    outbox.post_text("account_letter", event_key=f"account_letter:{uuid.uuid4()}", to=to, subject=subject, body=body, about=user)
