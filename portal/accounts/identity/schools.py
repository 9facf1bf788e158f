"""The schools that a provider names: proposed to the person, or given where the settings take its word for it."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from portal.accounts.actions.roles import put_role
from portal.accounts.identity.linking import provider_name, said_by
from portal.accounts.models import RoleGrant, User
from portal.accounts.rules import may_ask_to_join
from portal.directory.models import Establishment
from portal.roles import SCHOOL_ROLES
from portal.workflow.actors import SYSTEM


def named_schools(user: User) -> list[Establishment]:
    """Open schools where a provider says that this person works, and where they hold no role: what joining proposes first."""
    codes = {code for account in user.socialaccount_set.all() for code in said_by(account).get("uai", [])}
    if not codes:
        return []
    return list(
        Establishment.objects.open()
        .select_related("department")
        .filter(uai__in=codes)
        .exclude(pk__in=user.establishment_ids)
        .order_by("name", "pk")
    )


def give_trusted(user: User, account: SocialAccount) -> None:
    """Give the roles that the settings let this provider give, by its schools and profiles. Once: a role ended here is not given back."""
    provider = next((one for one in settings.IDENTITY_PROVIDERS if one.id == account.provider), None)
    said = said_by(account)
    roles = sorted({provider.roles[profile] for profile in said.get("profiles", []) if profile in provider.roles}) if provider else []
    # In the order of the alphabet, which is that of what they open: « member » before « reader ».
    if not roles or not may_ask_to_join(user):
        return
    known = RoleGrant.objects.filter(user=user, role__in=SCHOOL_ROLES).values("establishment")
    for school in Establishment.objects.open().filter(uai__in=said.get("uai", [])).exclude(pk__in=known).order_by("uai"):
        put_role(user=user, role=roles[0], establishment=school, reason=f"D’après {provider_name(account)}", actor=SYSTEM)
