"""Columns of decisions: their list, what the release sends, the needs and reasons of one of them."""

from dataclasses import replace
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.html import format_html

from calls.models import Application, RequestLine
from portal.text import french
from portal.text.typography import typo
from portal.ui import icons
from portal.ui.tables import Column, TotalRow, own_page, whole_euros
from portal.ui.templatetags.ui import badge_of, outcome_badge
from scoring.models import DecisionCut, DecisionLine, FundingDecision
from scoring.queries.decision import Addressees
from scoring.wording import cuts
from scoring.wording.motives import points_of_reason


def place_of(application: Application) -> str:
    """The town and the reference, below the name of a lycée."""
    return f"{application.establishment.town} · {application.reference}"


def _granted(decision: FundingDecision) -> str | None:
    if not decision.is_granted:
        return None
    rate = f", {french.percent(decision.rate)} de la demande" if decision.rate not in (None, 100) else ""
    told = "rendu à l’enveloppe" if decision.is_declined else f"{decision.envelope.label}{rate}"
    amount = whole_euros(decision.granted_amount)
    if decision.to_pay_amount and not decision.is_declined:
        return format_html(
            '{}<small>dont {} à verser</small><small class="text-wrap">{}</small>', amount, whole_euros(decision.to_pay_amount), told
        )
    return format_html(
        '{}<small class="text-wrap">{}</small>', amount, told
    )  # or the name of an envelope leaves no room to that of the lycée


DECISIONS = [
    Column(
        "lycee",
        "Lycée",
        "application.establishment.name",
        link=own_page,
        small=lambda decision: place_of(decision.application),
        row_header=True,
        heading_css="w-100",  # what the other columns leave
        sort="application__establishment__name",
    ),
    Column("rang", "Rang", "rank", css="n", sort="place"),
    Column("note", "Note", "score", french.mark, css="n", sort="points"),
    Column("issue", "Issue", outcome_badge, css="w", narrow="", sort=("outcome", "place")),
    Column(
        "demande", "Demandé", "application.requested_amount", whole_euros, css="n", narrow="Demandé TTC",
        sort="application__requested_amount",
    ),
    Column("accorde", "Accordé", _granted, css="n", narrow="Accordé TTC", sort="granted_amount"),
    Column("etat", "État", badge_of, css="w", narrow=""),
]  # fmt: skip


OF_A_LYCEE = [
    Column("dossier", "Dossier", "application.reference", link=own_page, small="application.call.title", css="w", row_header=True),
    *[replace(column, sort=()) for column in DECISIONS if column.key in ("rang", "issue", "accorde", "etat")],
]


def shown_total(amount: Decimal) -> list[TotalRow]:
    """The foot of the list: what the decisions that the filters keep grant together."""
    return [TotalRow("Accordé par les décisions de cette liste, hors aides déclinées", "accorde", whole_euros(amount), css="total")]


def _told(delivery: Addressees) -> str:
    decision = delivery.decision
    return f"{decision.application.establishment.commune_name} · {decision.application.reference}"


def _reached(delivery: Addressees) -> str:
    if not delivery.reached:
        sign = icons.draw("exclamation-triangle", "sm")
        return format_html('<span class="pr-badge is-warn">{}Personne\u00a0: par courrier</span>', sign)
    return f"{french.count(len(delivery.people), 'personne')}{' et l’adresse du lycée' if delivery.mailbox else ''}"


DELIVERIES = [
    Column(
        "lycee",
        "Lycée",
        "decision.application.establishment.name",
        link=lambda delivery: delivery.decision.get_absolute_url(),
        small=_told,
        row_header=True,
    ),
    Column("issue", "Issue", lambda delivery: outcome_badge(delivery.decision), narrow=""),
    Column(
        "montant",
        "Montant",
        lambda delivery: delivery.decision.granted_amount if delivery.decision.is_granted else None,
        whole_euros,
        css="n",
    ),
    Column("destinataires", "Message et lettre à", _reached, css="w"),
    Column("etat", "État", lambda delivery: badge_of(delivery.decision), narrow=""),
]


def _nature(line: DecisionLine) -> str:
    if not line.is_amount:
        return line.request_line.get_kind_display()
    asked = f", sur {french.money(line.asked_amount)} demandés" if line.granted_amount != line.asked_amount else ""
    return f"Montant à verser{asked}"


def _quantity(line: DecisionLine) -> str:
    if line.is_amount:
        return french.NOTHING
    asked = line.request_line.quantity
    return str(line.quantity) if line.quantity == asked else f"{line.quantity} sur {asked}"


LINES = [
    Column("ligne", "Retenu", "heading", small=_nature, row_header=True),
    Column("quantite", "Quantité", _quantity, css="n"),
    Column("montant", "Montant TTC", "granted_amount", french.euros, css="n"),
]


def lines_of(decision: FundingDecision) -> QuerySet[DecisionLine]:
    return decision.lines.all()


def granted_of(decision: FundingDecision) -> list[TotalRow]:
    to_pay = [TotalRow("dont à verser au lycée", "montant", french.euros(decision.to_pay_amount))] if decision.to_pay_amount else []
    return [TotalRow("Montant accordé TTC", "montant", french.euros(decision.granted_amount), css="total"), *to_pay]


# What is not retained, or in part, and why.
CUTS = [
    Column("ligne", "Non retenu", cuts.told, row_header=True),
    Column("motif", "Motif", lambda cut: typo(cuts.reason(cut)), css="w", narrow=""),
]


def cuts_of(decision: FundingDecision) -> QuerySet[DecisionCut]:
    return decision.cuts.all()


def _need(need: RequestLine) -> str:
    said = [f"{need.get_kind_display()}, priorité {need.priority}{', indispensable' if need.is_essential else ''}", need.detail]
    return " · ".join(filter(None, said))


# The form that changes a decision. A row is a need with its fields.
NEEDS = [
    Column("besoin", "Besoin", "label", small=lambda row: _need(row.need), row_header=True),
    Column("prix_unitaire_ht", "Prix unitaire HT", "need.unit_price_amount", french.euros, css="n"),
    Column("demande", "Demandé", "need.quantity", css="n"),
    Column("total_ttc", "Total TTC", "need.gross_amount", french.euros, css="n"),
    Column("retenu", "Retenu", template="scoring/decision/_quantity.html"),
    Column("motif", "Si ce n’est pas tout, pourquoi", template="scoring/decision/_cut.html", css="w", narrow=""),
]


# A row is an amount asked with its fields.
AMOUNTS = [
    Column("montant", "Montant demandé pour", "label", row_header=True),
    Column("demande", "Demandé TTC", "asked.amount", french.euros, css="n"),
    Column("retenu", "Retenu TTC", template="scoring/decision/_amount.html"),
    Column("motif", "Si ce n’est pas tout, pourquoi", template="scoring/decision/_cut.html", css="w", narrow=""),
]


def _points(reason: dict) -> str:
    return " sur ".join(filter(None, points_of_reason(reason)))


REASONS = [
    Column("critere", "Critère", lambda reason: reason["criterion"], row_header=True),
    Column("points", "Points", _points, css="n"),
    Column("motif", "Motif", lambda reason: typo(reason["sentence"]), css="w", narrow=""),
]
