"""Issued documents on the pages of what they are about."""

from collections.abc import Iterable

from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string

from calls.enums import ApplicationState
from calls.models import Application
from exports.issue import documents_about
from exports.registry import document_kind
from orders.models import CablingWork, PurchaseOrder
from portal.ui import panels
from scoring.models import FundingDecision, SelectionSession


def _panel(request: HttpRequest, subjects: Iterable[Model]) -> str:
    """The documents of these subjects that this person may read."""
    documents = [
        document
        for subject in subjects
        for document in documents_about(subject)
        if document_kind(document.kind).may_read(request.user, subject)
    ]
    return render_to_string("exports/_documents_panel.html", {"documents": documents}, request) if documents else ""


def of_application(request: HttpRequest, application: Application) -> str:
    """Those of the file, once it was filed, and of its decision, once it is known: before, there is none."""
    if application.submitted_at is None:
        return ""
    known = application.state in ApplicationState.ANSWERED
    decisions = FundingDecision.objects.select_related("application__establishment").filter(application=application)
    decision = decisions.first() if known else None
    return _panel(request, [application, *([decision] if decision else [])])


def of_subject(request: HttpRequest, subject: PurchaseOrder | CablingWork) -> str:
    return _panel(request, [subject])


def of_sitting(request: HttpRequest, session: SelectionSession) -> str:
    """Nothing before the signature, without asking."""
    return _panel(request, [session]) if session.signed_at else ""


panels.register("calls.application", of_application, order=80)
panels.register("orders.purchaseorder", of_subject, order=20)
panels.register("orders.cablingwork", of_subject, order=20)
panels.register("scoring.selectionsession", of_sitting, order=20)
