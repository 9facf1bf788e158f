"""Columns of what moves between envelopes, and of what is delegated."""

from django.utils.html import format_html

from calls.models import Call
from portal.addresses import address
from portal.text import french
from portal.text.dates import moment
from portal.ui.tables import Column, own_page, whole_euros
from portal.ui.templatetags.ui import badge_of
from scoring.models import Envelope, EnvelopeTransfer


def _named(envelope: Envelope, transfer: EnvelopeTransfer) -> str:
    """With its call, where money went from one call to another."""
    other = transfer.source.call_id != transfer.target.call_id
    return f"{envelope.label} ({envelope.call.title})" if other else envelope.label


def _way(transfer: EnvelopeTransfer) -> str:
    return f"{_named(transfer.source, transfer)} → {_named(transfer.target, transfer)}"


def _why(transfer: EnvelopeTransfer) -> str:
    return f"{'Annule un virement : ' if transfer.reverses_id else ''}{transfer.reason}"


def _undone(transfer: EnvelopeTransfer) -> str:
    if transfer.reverses_id:
        return french.NOTHING
    if transfer.is_taken_back:
        return "Annulé"
    url = address("scoring:transfer_take_back", transfer.pk)
    return format_html('<a href="{}">Annuler<span class="visually-hidden"> ce virement du {}</span></a>', url, moment(transfer.made_at))


def _gap(call: Call) -> str | None:
    """What its page announces beside what its envelopes hold."""
    if not call.n_envelopes:
        return "Aucune enveloppe"
    gap = call.held_amount - call.budget_amount
    return french.NOTHING if not gap else f"{french.euros(abs(gap), 0)} de {'plus' if gap > 0 else 'moins'}"


MONEY = [
    Column("appel", "Appel", "title", link=lambda call: address("scoring:money", call.reference), small="reference", row_header=True),
    Column("etat", "État", badge_of, css="w", narrow=""),
    Column("annonce", "Annoncé", "budget_amount", whole_euros, css="n"),
    Column("enveloppes", "Enveloppes", "held_amount", whole_euros, css="n"),
    Column("ecart", "Écart", _gap, css="n"),
    Column("pris", "Pris par les décisions", "taken_amount", whole_euros, css="n"),
    Column("reste", "Reste", lambda call: call.held_amount - call.taken_amount, whole_euros, css="n"),
]

TRANSFERS = [
    Column("quand", "Fait le", "made_at", moment, css="w"),
    Column("sens", "De, vers", _way, small=_why, row_header=True),
    Column("montant", "Montant", "amount", french.euros, css="n"),
    Column("par", "Par", lambda transfer: transfer.made_by or "Compte supprimé"),
    Column("retour", "Retour", _undone, css="w"),
]

PARTS = [
    Column("part", "Sous-enveloppe", "label", link=own_page, small="group_label", row_header=True),
    Column("montant", "Montant", "amount", french.euros, css="n"),
    Column("pris", "Pris par les décisions", "committed_amount", french.euros, css="n"),
    Column("reste", "Reste", "remaining_amount", french.euros, css="n"),
]
