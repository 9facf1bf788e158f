from django.core.exceptions import PermissionDenied


class EditorBackend:
    """The door of the Wagtail admin follows the roles in force at each request, whatever groups still say.

    It signs nobody in: no `get_user`, so that no session ever rests on it.
    """

    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        if perm != "wagtailadmin.access_admin":
            return False
        if not user_obj.is_authenticated or not user_obj.may_edit_site:
            raise PermissionDenied(perm)
        return True
