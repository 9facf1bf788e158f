"""The page to which a person returns, kept from page to page as `next`."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request: HttpRequest) -> str:
    """The address of this site that a request carries as `next`, posted or in its own address; "" when there is none, or it leads elsewhere."""
    back = request.POST.get("next") or request.GET.get("next") or ""
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else ""
