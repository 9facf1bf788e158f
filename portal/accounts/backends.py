"""Who somebody is, and what the editing site lets them do."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, Model, OuterRef, QuerySet

from portal.accounts.models import User
from portal.accounts.models.people import SECOND_FACTORS
from portal.prepared import prepared


class RoleBackend(AuthenticationBackend):
    """Signs in with an e-mail address; permissions of the editing site hold only while an editor's role is in force."""

    def get_user(self, user_id: int) -> User | None:
        """The account of a session, with what the second-factor check needs, in one query. None once it is closed."""
        user = _account.first(int(user_id))
        return user if user and self.user_can_authenticate(user) else None

    def _get_permissions(self, user_obj: User, obj: Model | None, from_name: str) -> set[str]:
        # Membership of the group follows the roles; a role that ends by its date counts at once all the same.
        if not user_obj.may_edit_site:
            return set()
        return super()._get_permissions(user_obj, obj, from_name)


@prepared
def _account(key: int) -> QuerySet[User]:
    """The query of every request of somebody signed in."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return User.objects.filter(pk=key).annotate(has_second_factor=Exists(factor))
