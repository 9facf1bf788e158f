"""Liveness and readiness, for the supervisor and the load balancer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse


@login_not_required
def live(request):
    return HttpResponse("vivant", content_type="text/plain; charset=utf-8")


@login_not_required
def ready(request):
    return HttpResponse("prêt", content_type="text/plain; charset=utf-8")
