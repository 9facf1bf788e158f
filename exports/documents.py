"""The documents that the portal issues."""

from collections.abc import Callable

from django.utils.text import slugify

from calls import rules as call_rules
from calls.models import Application
from exports import queries, queries_following
from exports.pdf.acceptance import render_acceptance
from exports.pdf.decision_letter import render_letter
from exports.pdf.minutes import render_minutes
from exports.pdf.purchase_order import render_order
from exports.pdf.receipt import render_receipt
from exports.registry import DocumentKind, register_document
from orders.models import CablingWork, PurchaseOrder
from scoring.enums import DecisionState
from scoring.models import FundingDecision, SelectionSession
from scoring.queries.conflicts import hidden_ids


def _document(code: str, stem: str, model, render: Callable, *, reference: Callable, label: str = "", may_read: Callable | None = None):
    """One kind of document about a `model`, titled and named after `stem` and the reference of its subject.

    Whoever sees the subject reads the document, unless `may_read` says otherwise.
    """
    register_document(
        DocumentKind(
            code=code,
            label=label or stem,
            model=model._meta.label_lower,
            title=lambda subject: f"{stem} {reference(subject)}",
            render=render,
            filename=lambda subject: f"{slugify(stem)}-{reference(subject)}.pdf",
            may_read=may_read or _sees,
        )
    )


def _sees(user, subject) -> bool:
    return type(subject).objects.visible_to(user).filter(pk=subject.pk).exists()


def _reads_letter(user, decision) -> bool:
    """The school and the staff of the file, once released; nobody before."""
    if decision.state != DecisionState.RELEASED:
        return False
    return call_rules.reads_everything(user) or _sees(user, decision.application)


def _reads_minutes(user, session) -> bool:
    """The panel and the staff who see the sitting, unless a file of it is hidden from them: the minutes tell them all."""
    return _sees(user, session) and not hidden_ids(session.call, user)


def _number(document) -> str:
    return document.number


_document(
    "receipt", "Accusé de dépôt", Application, lambda application: render_receipt(queries.receipt_row(application)),
    reference=lambda application: application.reference,
)  # fmt: skip
_document(
    "decision_letter", "Décision", FundingDecision, lambda decision: render_letter(queries.letter_row(decision)),
    reference=lambda decision: decision.application.reference, label="Lettre de décision", may_read=_reads_letter,
)  # fmt: skip
_document(
    "session_minutes", "Procès-verbal de séance", SelectionSession,
    lambda session: render_minutes(queries_following.minutes_row(session)),
    reference=queries_following.minutes_reference, may_read=_reads_minutes,
)  # fmt: skip
_document("purchase_order", "Bon de commande", PurchaseOrder, lambda order: render_order(queries.order_row(order)), reference=_number)
_document("service_order", "Ordre de service", CablingWork, lambda work: render_order(queries.service_order_row(work)), reference=_number)
for model, prefix in ((PurchaseOrder, "order"), (CablingWork, "work")):
    _document(
        f"{prefix}_acceptance", "Procès-verbal de réception", model,
        lambda document: render_acceptance(queries_following.acceptance_row(document)), reference=_number,
    )  # fmt: skip
    _document(
        f"{prefix}_lifting", "Procès-verbal de levée des réserves", model,
        lambda document: render_acceptance(queries_following.lifting_row(document)), reference=_number,
    )  # fmt: skip
