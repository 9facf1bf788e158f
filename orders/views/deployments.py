"""Where the retained schools stand."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from orders import rules
from orders.forms.deployments import DeploymentFilter
from orders.queries import deployments
from orders.queries.calendar import calendar_of
from orders.queries.listing import perimeter_of
from orders.queries.milestones import milestones, steps_of
from orders.tables.deployments import DEPLOYMENTS
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts


@require_safe
def deployment_list(request: HttpRequest) -> HttpResponse:
    is_staff = rules.follows_orders(request.user)
    if not (is_staff or request.user.is_school_user):
        raise PermissionDenied("deployments")
    form = DeploymentFilter(request.GET, reader=request.user)
    values = form.values
    found, sort = sort_queryset(request, deployments.retained(request.user, **values), sorts(DEPLOYMENTS), "lycee")
    page = paginate(request, deployments.listed(found))
    context = {
        "form": form,
        "columns": DEPLOYMENTS,
        "page_obj": page,
        "sort": sort,
        "rows": deployments.progress_of(list(page), request.user),
        "coverage": deployments.coverage(values.get("appel"), reader=request.user) if is_staff else [],
        "is_staff": is_staff,
        "perimeter": perimeter_of(request.user),
    }
    return render(request, "orders/deployment_list.html", context)


@require_safe
def deployment_detail(request: HttpRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(deployments.retained(request.user), application__reference=reference)
    deployment = deployments.deployment_of(decision, request.user)
    context = {
        "decision": decision,
        "application": decision.application,
        "reads_file": rules.reads_file(decision.application, request.user),
        "establishment": decision.application.establishment,
        "deployment": deployment,
        "milestones": milestones(deployment),
        "calendar": calendar_of(deployment),
        "works": [(work, steps_of(work)) for work in deployment.works],
        "to_sign": [order for order in deployment.orders if order.awaits_acceptance and rules.accepts_delivery(order, request.user)],
    }
    return render(request, "orders/deployment.html", context)
