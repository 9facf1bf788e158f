from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest

from portal.accounts.models import User


class EditorBackend:
    """Access to the Wagtail admin follows the roles in force at each request, whatever the groups.

    Signs nobody in: it has no `get_user`, so no session depends on it.
    """

    def authenticate(self, request: HttpRequest | None, **credentials) -> None:
        return None

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Model | None = None) -> bool:
        if perm != "wagtailadmin.access_admin":
            return False
        if not user_obj.is_authenticated or not user_obj.may_edit_site:
            raise PermissionDenied(perm)
        return True
