"""Who does what in the editing site."""

from collections.abc import Callable, Iterable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.permission_policies.base import BasePermissionPolicy

from portal.accounts.models import User

ERROR_TRIALS = ("/failwhale/", "/test404/")


class EditorPolicy(BasePermissionPolicy):
    """Call managers and administrators see, add and change; nobody deletes: a call is withdrawn or archived. Communication is not let in."""

    actions = frozenset({"add", "change", "view"})

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in self.actions and user.is_active and user.may_edit_calls

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        if not self.actions & set(actions):
            return User.objects.none()
        return User.objects.filter(pk__in=[user.pk for user in User.objects.filter(is_active=True) if user.may_edit_calls])


def editors_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view of the Wagtail admin: 403 to whoever is not an editor (Wagtail would redirect them without end).

    Its spreadsheet exports are closed too: they write typed text as formulas, and the portal has its own. So are the pages on which
    its authors try their errors.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated and not request.user.may_edit_site:
            raise PermissionDenied("site editing")
        if request.GET.get("export"):
            raise Http404("exports are made by the portal")
        if request.path.endswith(ERROR_TRIALS):
            raise Http404("pages of trials are closed")
        return view(request, *args, **kwargs)

    return guarded
