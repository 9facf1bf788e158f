"""A small portal: the parts of the interface without the apps that stand on it."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from portal import home
from tests.portal.ui import sample

FAILURES = {
    "adresse": SuspiciousOperation("adresse"),
    "refus": PermissionDenied("refus"),
    "absent": Http404("absent"),
    "panne": RuntimeError("<b>panne</b>"),
    "base": OperationalError("database is locked"),
}


seen: dict[str, str] = {}  # the identifier of the last request that failed, as the logs carry it


@login_not_required
def fail(request, kind):
    seen.update(structlog.contextvars.get_contextvars())
    raise FAILURES[kind]


@login_not_required
def page(request):
    return render(request, "ui/base.html", {})


def part(request):
    return HttpResponse("<p>une partie</p>")


TYPING = """{% extends "ui/base.html" %}{% block heading %}Saisie{% endblock %}{% block content %}
<form data-autosave><label for="t">Texte</label>
<textarea id="t" name="t" data-hx-post="/partie/" data-hx-trigger="change" data-hx-swap="none"></textarea><p data-autosave-status></p></form>
{% endblock %}"""


def typing(request):
    return HttpResponse(engines["django"].from_string(TYPING).render({}, request))


urlpatterns = [
    path("saisie/", typing),
    path("espace/", home.my_space, name="my_space"),
    path("echec/<slug:kind>/", fail),
    path("page/", page),
    path("composants/", sample.components),
    path("partie/", part),
    path("compte/", include("portal.accounts.urls")),
    path("", include("calls.urls")),  # files, the example of an object with a machine
]

handler400 = "portal.ui.errors.bad_request"
handler403 = "portal.ui.errors.permission_denied"
handler404 = "portal.ui.errors.page_not_found"
handler500 = "portal.ui.errors.server_error"
