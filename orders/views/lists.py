"""What the list of orders and that of works share: who reads them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from orders import rules


def reads_as_staff(request: HttpRequest) -> bool:
    """Whether the list is that of the Région; that of a school otherwise. Raises PermissionDenied for others."""
    is_staff = rules.follows_orders(request.user)
    if not (is_staff or request.user.is_school_user):
        raise PermissionDenied(request.path)
    return is_staff
