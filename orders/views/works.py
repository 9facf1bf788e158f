"""Cabling works: the list, the page, and the acts on site."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from orders import rules
from orders.actions.acceptance import accept_document
from orders.actions.work import correct_quote, issue_service_order, save_quote
from orders.forms.documents import CorrectQuoteForm, QuoteForm, ReceptionForm, ServiceOrderForm, StepForm
from orders.forms.lists import WorkFilter
from orders.models import CablingWork, WorkLine
from orders.queries import deployments, invoices, listing
from orders.queries.milestones import steps_of
from orders.queries.money import account_read_by
from orders.queries.photos import give_photos
from orders.queries.second_person import awaits_second_person
from orders.tables.documents import LOT_SORT, WORKS, totals
from orders.views.acts import links_for
from orders.views.lists import reads_as_staff
from orders.views.orders import lift_page, reopen_page
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts
from portal.workflow.gate import perform
from portal.workflow.views import Act, carry_out, offered, run_transition

SORTS = {**sorts(WORKS), **LOT_SORT}
PAGES = {
    "work_survey": (("survey",), "Noter la visite du site", "eye"),
    "work_quote": (("record_quote",), "Enregistrer le devis", "document-text"),
    "work_order": (("order",), "Émettre l’ordre de service", "paper-airplane"),
    "work_start": (("start",), "Noter le démarrage", "wrench-screwdriver"),
    "work_pre_acceptance": (("hold_pre_acceptance",), "Tenir les OPR", "clipboard-document-check"),
    "work_reception": (("accept", "accept_with_reserves"), "Prononcer la réception", "pencil-square"),
    "work_invoice": (rules.bills, "Noter une facture", "banknotes"),
    "work_quote_correct": (("correct_quote",), "Corriger le devis", "pencil-square"),
}
STEPS = {
    "survey": Act(("survey",), "Noter la visite du site", "orders/act_form.html", "La visite est notée."),
    "start": Act(("start",), "Noter le démarrage des travaux", "orders/act_form.html", "Le démarrage est noté."),
    "hold_pre_acceptance": Act(
        ("hold_pre_acceptance",), "Tenir les opérations préalables à la réception", "orders/act_form.html", "Les OPR sont notées."
    ),
}
QUOTE = Act(("record_quote",), "Enregistrer le devis", "orders/quote_form.html", "Le devis est enregistré.")
CORRECTION = Act(("correct_quote",), "Corriger le devis", "orders/quote_form.html", "Le devis est corrigé.")
ORDER = Act(("order",), "Émettre l’ordre de service", "orders/service_order.html", "L’ordre de service est émis et envoyé au titulaire.")
RECEPTION = Act(("accept", "accept_with_reserves"), "Prononcer la réception", "orders/reception.html", "La réception est prononcée.")


def visible_work(request: HttpRequest, number: str) -> CablingWork:
    """The works of this number if this person may see them; 404 otherwise."""
    works = CablingWork.objects.visible_to(request.user).select_related(
        "lot__agreement", "establishment__department", "decision__application__call"
    )
    lines = Prefetch("lines", WorkLine.objects.select_related("item", "decision_line"))
    return get_object_or_404(works.prefetch_related(lines, "reserves__raised_by", "reserves__lifted_by", invoices.SHOWN), number=number)


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    is_staff = reads_as_staff(request)
    form = WorkFilter(request.GET, reader=request.user)
    works, sort = sort_queryset(request, listing.works_listed(request.user, **form.values), SORTS, "-numero")
    late = CablingWork.objects.visible_to(request.user).late().count()
    perimeter = listing.perimeter_of(request.user)
    context = {"form": form, "columns": WORKS, "page_obj": paginate(request, works), "sort": sort, "is_staff": is_staff, "late": late}
    context["perimeter"] = perimeter
    return render(request, "orders/work_list.html", context)


@require_safe
def work_detail(request: HttpRequest, number: str) -> HttpResponse:
    work = visible_work(request, number)
    give_photos(list(work.reserves.all()))
    context = {
        "work": work,
        "totals": totals(work),
        "acts": links_for(work, request.user, PAGES),
        "steps": steps_of(work),
        "is_staff": rules.follows_at(work.establishment, request.user),
        "invoice_rows": invoices.rows_of(work, request.user),
        "account": account_read_by(request.user, work.decision),
        "reads_file": rules.reads_file(work, request.user),
        "may_correct": offered(work, request.user, "correct_references"),
        "may_reopen": work.takes_reserves_back and rules.lifts_reserves(work, request.user),
        "may_lift": work.has_reserves and rules.lifts_reserves(work, request.user),
        "second_person": awaits_second_person(work, request.user),
        "awaits_wifi": deployments.awaits_wifi(work) and not work.is_received,
    }
    return render(request, "orders/work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def work_step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """An act on site that has a day: survey, start, OPR."""
    if name not in STEPS:
        raise Http404(name)
    work = visible_work(request, number)

    def do(form: StepForm) -> CablingWork:
        return perform(work, name, actor=request.user, on=form.cleaned_data["on"], reason=form.cleaned_data["remarks"])

    return carry_out(request, work, STEPS[name], StepForm(request.POST or None, work=work), do)


@require_http_methods(["GET", "HEAD", "POST"])
def work_quote(request: HttpRequest, number: str) -> HttpResponse:
    work = visible_work(request, number)

    def do(form: QuoteForm) -> CablingWork:
        return save_quote(work=work, actor=request.user, **form.cleaned_data)

    return carry_out(request, work, QUOTE, QuoteForm(request.POST or None), do, estimate=work.net_amount)


@require_http_methods(["GET", "HEAD", "POST"])
def work_quote_correct(request: HttpRequest, number: str) -> HttpResponse:
    work = visible_work(request, number)

    def do(form: CorrectQuoteForm) -> CablingWork:
        return correct_quote(work=work, actor=request.user, **form.cleaned_data)

    return carry_out(request, work, CORRECTION, CorrectQuoteForm(request.POST or None, work=work), do, estimate=work.net_amount)


@require_http_methods(["GET", "HEAD", "POST"])
def work_order(request: HttpRequest, number: str) -> HttpResponse:
    work = visible_work(request, number)

    def do(form: ServiceOrderForm) -> CablingWork:
        return issue_service_order(work=work, terms=form.cleaned_data, seen=form.cleaned_data["seen"], actor=request.user)

    form, account = ServiceOrderForm(request.POST or None, work=work), account_read_by(request.user, work.decision)
    return carry_out(request, work, ORDER, form, do, account=account)


@require_http_methods(["GET", "HEAD", "POST"])
def work_reception(request: HttpRequest, number: str) -> HttpResponse:
    work = visible_work(request, number)
    more = request.method == "POST" and "ajouter" in request.POST
    form = ReceptionForm(files=request.FILES, typed=request.POST) if more else ReceptionForm(request.POST or None, request.FILES or None)

    def do(form: ReceptionForm) -> CablingWork:
        return accept_document(document=work, reserves=form.reserves, actor=request.user)

    return carry_out(request, work, RECEPTION, form, do, deliveries=(), due_on=None)  # the template also serves orders


@require_http_methods(["GET", "HEAD", "POST"])
def work_reserve(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    work = visible_work(request, number)
    return lift_page(request, work, get_object_or_404(work.reserves, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def work_reserve_reopen(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    work = visible_work(request, number)
    return reopen_page(request, work, get_object_or_404(work.reserves, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def work_transition(request: HttpRequest, number: str, name: str) -> HttpResponse:
    return run_transition(request, visible_work(request, number), name)
