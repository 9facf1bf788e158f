"""What the public site adds to the pages of lower apps."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from calls.models import Call
from cms.models import CallPage, ResultsPage, Subscription
from portal.accounts.models import User


def create_programme(user: User) -> str:
    """Where whoever writes calls adds the programme that a new one needs."""
    return reverse("programmes:add") if user.may_edit_calls else ""


def edit_call(user: User | None, call: str) -> str:
    """Where a call (its key) is written: the page itself says who may."""
    return reverse("appels:edit", args=[call])


def publication(request: HttpRequest, call: Call) -> str:
    """Where the public page of a call stands, and, for editors, where each of its parts is written."""
    page = CallPage.objects.filter(call=call).first()
    context = {
        "call": call,
        "page": page,
        "results": ResultsPage.objects.live().filter(call=call).first(),
        "followers": Subscription.objects.following(call.programme_id).count(),
        "links": _editing_links(call, page) if request.user.may_edit_calls else [],
    }
    return render_to_string("cms/panels/publication.html", context, request=request)


def _editing_links(call: Call, page: CallPage | None) -> list[tuple[str, str]]:
    links = [
        ("Modifier l’appel", reverse("appels:edit", args=[call.pk])),
        ("Écrire le formulaire", reverse("calls:form", args=[call.reference])),
    ]
    if page:
        links.append(("Rédiger la page publique", reverse("wagtailadmin_pages:edit", args=[page.pk])))
    return links
