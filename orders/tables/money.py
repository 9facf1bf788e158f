"""Columns of accounts: the decisions of an envelope, the orders and works of a decision or of a lot."""

from collections.abc import Callable

from orders.models import CablingWork, PurchaseOrder
from orders.queries.money import DecisionAccount, EnvelopeAccount, LotAccount, Sums, gross_sums, net_sums
from portal.addresses import address
from portal.text import french
from portal.ui.tables import Column, own_page
from portal.ui.templatetags.ui import badge_of

STEPS = {
    "prepared": "En préparation",
    "engaged": "Engagé",
    "delivered": "Livré",
    "accepted": "Réceptionné",
    "invoiced": "Facturé",
    "given_back": "Abandonné",  # by the orders cancelled or closed early, and what the holders of closed ones never invoiced
}


def _columns(read: Callable[[object], Sums]) -> list[Column]:
    """One column for each step of the money; `read(row)` gives its sums."""
    return [Column(name, label, lambda row, name=name: getattr(read(row), name), french.euros, css="n") for name, label in STEPS.items()]


def _document(read: Callable[[object], Sums]) -> list[Column]:
    return [
        Column("numero", "Commande ou travaux", "number", link=own_page, small=_kind, css="w", row_header=True),
        Column("etat", "État", badge_of, css="w"),
        *_columns(read),
    ]


def _kind(document: PurchaseOrder | CablingWork) -> str:
    return "Travaux de câblage" if isinstance(document, CablingWork) else "Bon de commande"


def _account(row: DecisionAccount) -> str:
    return address("orders:account_decision", row.decision.application.reference)


def _paid(row: DecisionAccount) -> str:
    return f"dont {french.money(row.to_pay)} à verser" if row.to_pay else ""


OF_A_DECISION = _document(gross_sums)
OF_A_LOT = _document(net_sums)
OF_AN_ENVELOPE = [
    Column(
        "lycee", "Lycée", "decision.application.establishment.name", link=_account, small="decision.application.reference", css="w",
        row_header=True,
    ),
    Column("etat", "État", lambda row: badge_of(row.decision), css="w"),
    Column("demande", "Demandé", "asked", french.euros, css="n"),
    Column("vote", "Accordé", "voted", french.euros, css="n", small=_paid),
    Column("depassement", "Dépassement", "excess", french.euros, css="n"),
    Column("rendu_enveloppe", "Rendu à l’enveloppe", "given_back", french.euros, css="n"),
    Column("engage", "Engagé", "sums.engaged", french.euros, css="n"),
    Column("livre", "Livré", "sums.delivered", french.euros, css="n"),
    Column("receptionne", "Réceptionné", "sums.accepted", french.euros, css="n"),
    Column("facture", "Facturé", "sums.invoiced", french.euros, css="n"),
    Column("reste", "Reste", "left", french.euros, css="n"),
]  # fmt: skip


def figures_of_decision(account: DecisionAccount) -> list[tuple[str, str]]:
    """The account of a decision in words, incl. VAT."""
    return _written(
        ("Demandé", account.asked),
        ("Voté", account.voted),
        *_to_pay(account),
        ("Dépassement", account.excess),
        *_steps(account.sums),
        ("Rendu à l’enveloppe", account.given_back),
        ("Reste à engager", account.left),
    )


def figures_of_envelope(account: EnvelopeAccount) -> list[tuple[str, str]]:
    """The account of an envelope in words, incl. VAT."""
    return _written(
        ("Montant", account.envelope.amount),
        ("Demandé", account.asked),
        ("Proposé", account.proposed),
        ("Voté", account.voted),
        *_to_pay(account),
        ("Dépassements", account.excess),
        ("Aides déclinées", account.given_back),
        ("Pris", account.taken),
        *_steps(account.sums),
        ("Reste à attribuer", account.left),
    )


def figures_of_lot(account: LotAccount) -> list[tuple[str, str]]:
    """The account of a lot in words, excl. VAT."""
    return _written(("Maximum", account.lot.maximum_amount), *_steps(account.sums), ("Reste", account.left))


def _to_pay(account: DecisionAccount | EnvelopeAccount) -> list[tuple[str, object]]:
    return [("dont à verser au lycée", account.to_pay)] if account.to_pay else []


def _steps(sums: Sums) -> list[tuple[str, object]]:
    return [(label, getattr(sums, name)) for name, label in STEPS.items()]


def _written(*rows: tuple[str, object]) -> list[tuple[str, str]]:
    return [(label, french.euros(amount)) for label, amount in rows]
