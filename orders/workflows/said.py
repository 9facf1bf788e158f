"""What the acts on orders and works do, and to whom, as their pages say it before the press."""

from decimal import Decimal
from typing import TYPE_CHECKING

from portal.text.french import euros
from portal.workflow.readiness import Effects

if TYPE_CHECKING:
    from orders.models import CablingWork, PurchaseOrder

approving = Effects(
    "Son montant est pris sur le lot et sur l’aide : d’autres commandes n’en disposent plus.",
    "Ses lignes et ses quantités ne changent plus ; sa date et ses références peuvent changer jusqu’à l’envoi.",
    "Rien n’est envoyé au titulaire ni au lycée. La commande s’annule encore, avec un motif.",
)


@approving.give
def waits_for_the_lycee(order: "PurchaseOrder") -> list[str]:
    """Approved, it takes its money, and leaves no sooner than the page of the decision tells the lycée."""
    if not order.awaits_acceptance_of_aid:
        return []
    return [
        "Le lycée n’a pas encore accepté cette aide : la commande validée ne partira qu’après son acceptation, et s’annule s’il la décline."
    ]


recording_delivery = Effects(
    "Le chef d’établissement et l’équipe du lycée reçoivent un message : ce qui est arrivé, et ce qui est encore attendu.",
    "Une livraison saisie par erreur s’annule, avec un motif, jusqu’à la réception.",
)
accepting = Effects(
    "Le procès-verbal de réception est établi en PDF, à votre nom et à l’heure.",
    "Le titulaire et le chef d’établissement reçoivent un message, avec les réserves s’il y en a.",
    "La réception se reprend par une autre personne, avec un motif, tant qu’aucune facture n’est notée.",
)
lifting = Effects(
    "Quand la dernière réserve est levée, le procès-verbal de levée est établi, et envoyé au titulaire et au chef d’établissement.",
)
ending_invoicing = Effects(
    "La commande devient « Facturée » : plus aucune facture ne s’y note.",
    "Elle peut alors être close. Si une autre facture arrive, la facturation se rouvre, avec un motif.",
)


@ending_invoicing.give
def nothing_to_invoice(order: "PurchaseOrder") -> list[str]:
    return ["Cette commande ne coûte rien : elle se termine sans facture."] if order.is_free else []


reopening_invoicing = Effects(
    "Une autre facture est attendue : elle peut de nouveau être notée, et celles d’avant restent telles quelles.",
    "Les finances et les commandes reçoivent un message avec votre nom.",
)


def rest_to_confirm(document: "PurchaseOrder | CablingWork") -> str:
    """What is said of the money that no invoice will ever bear, and has to be confirmed; "" where there is none, roundings left out."""
    rest = document.left_to_invoice_amount
    return never_invoiced(rest) if rest > document.invoice_tolerance else ""


def never_invoiced(rest: Decimal) -> str:
    """The same in words, for so many euros incl. VAT."""
    return f"Il resterait {euros(rest)} TTC jamais facturés : je confirme que plus aucune facture n’est attendue."


closing = Effects("C’est terminé : les listes de travail ne le montrent plus. Aucun courriel n’est envoyé.")


@closing.give
def what_was_never_invoiced(document: "PurchaseOrder | CablingWork") -> list[str]:
    """What the closing gives back, and to whom."""
    gross, net = document.left_to_invoice_amount, document.left_to_invoice_net_amount
    found = ["Si une autre facture arrive, une autre personne que vous rouvre la facturation, avec un motif."]
    if not gross:
        return found
    back = f"le lot {document.lot.number} retrouve {euros(net)} HT" if net else "le lot n’en retrouve rien"
    whose = (
        "l’enveloppe les reprend, l’aide étant déclinée"
        if document.aid_is_declined
        else ("l’aide les retrouve et peut les commander autrement, son enveloppe les compte comme rendus")
    )
    return [
        f"{euros(gross)} TTC n’ont jamais été facturés : ils ne sont plus engagés. {whose[0].upper()}{whose[1:]} ; {back}.",
        f"{found[0][:-1]} : il faut alors que l’aide, l’enveloppe et le lot les aient encore.",
    ]


closing_without_invoice = Effects(
    "À n’utiliser que si le titulaire ne facturera jamais : il y renonce, il n’existe plus, ou son avoir efface tout ce qu’il avait facturé.",
    "C’est terminé : les listes de travail ne le montrent plus. Aucun courriel n’est envoyé.",
)
closing_without_invoice.give(what_was_never_invoiced)
CLOSING_WITHOUT_INVOICE = {
    "label": "Clore sans facture",
    "danger": True,
    "needs_reason": True,
    "effects": closing_without_invoice,
    "sure": rest_to_confirm,
}


@reopening_invoicing.give
def what_is_engaged_again(document: "PurchaseOrder | CablingWork") -> list[str]:
    """What the closing had given back."""
    gross, net = document.left_to_invoice_amount, document.left_to_invoice_net_amount
    if not (document.is_closed and gross):
        return []
    return [
        f"{euros(gross)} TTC, que la clôture avait rendus, sont de nouveau engagés sur l’aide, et {euros(net)} HT sur le lot {document.lot.number}."
    ]


correcting_references = Effects(
    "Le document est établi de nouveau en PDF, en une nouvelle édition, avec ces références ; l’édition d’avant reste lisible.",
    "Le titulaire et le lycée reçoivent un courriel avec ce document et ce qui a changé : c’est ce que la facture doit rappeler.",
    "Rien d’autre ne change : ni les lignes, ni les montants, ni les dates.",
)
CORRECTING_REFERENCES = {"label": "Corriger les références", "hidden": True, "effects": correcting_references}
