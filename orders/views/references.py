"""The references of what has left: typed or corrected on a page that says what is issued anew, and to whom."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from orders.actions.references import correct_references
from orders.forms.references import ReferencesForm
from orders.models import CablingWork, PurchaseOrder
from orders.views.orders import visible_order
from orders.views.works import visible_work
from portal.workflow.views import Act, carry_out

CORRECT = Act(
    ("correct_references",), "Corriger les références", "orders/references.html", "Les références sont corrigées et le document renvoyé."
)


@require_http_methods(["GET", "HEAD", "POST"])
def order_references(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, visible_order(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
def work_references(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, visible_work(request, number))


def _page(request: HttpRequest, document: PurchaseOrder | CablingWork) -> HttpResponse:
    def do(form: ReferencesForm) -> PurchaseOrder | CablingWork:
        return correct_references(document=document, actor=request.user, **form.cleaned_data)

    return carry_out(request, document, CORRECT, ReferencesForm(request.POST or None, document=document), do)
