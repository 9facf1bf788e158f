"""Who orders, follows and accepts, and what these acts need."""

from typing import TYPE_CHECKING

from django.db.models import Model, Q
from django.utils import timezone

from calls import rules as call_rules
from calls.models import Application
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal.queries import last_author
from portal.roles import Role
from portal.signing import SignedAct, may_sign, mention
from portal.text.dates import figures
from portal.text.french import count, euros
from portal.workflow.requirements import occasion, requirement

if TYPE_CHECKING:
    from orders.models import CablingWork, Invoice, PurchaseOrder

# -- Who --------------------------------------------------------------------------------------------------------------


FOLLOWING = (Role.ORDERS, Role.FINANCE, Role.TECHNICIAN, Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN)


def follows_orders(user: User) -> bool:
    """Région staff who read orders and works: everywhere, or those of some departments for a technician who is held to them."""
    return user.is_authenticated and user.holds(*FOLLOWING)


def follows_everywhere(user: User) -> bool:
    """Région staff who read the orders and works of every lycée: what adds them all up is theirs."""
    return user.is_authenticated and user.departments_of(*FOLLOWING) is None


def follows_at(establishment: Establishment, user: User) -> bool:
    """Whether this person reads as staff what this lycée is ordered."""
    return user.is_authenticated and user.covers(establishment, *FOLLOWING)


def followed(user: User, establishment: str = "establishment") -> Q:
    """What is of the lycées that this person follows as staff, by the path that leads to the lycée."""
    return _within(user.departments_of(*FOLLOWING), establishment) if user.is_authenticated else Q(pk__in=())


def run(user: User, establishment: str = "establishment") -> Q:
    """The works of the sites on which this person acts, by the path that leads to the lycée."""
    return _within(user.departments_of(*RUNNING_WORKS), establishment)


def _within(departments: frozenset[int] | None, establishment: str) -> Q:
    if departments is None:
        return Q()
    return Q(**{f"{establishment}__department__in": departments}) if departments else Q(pk__in=())


def reads_deployments(user: User) -> bool:
    """Where each award stands: the staff who follow orders, and the schools for their own."""
    return follows_orders(user) or user.is_school_user


def reads_closed_schools(user: User) -> bool:
    """Who reads what closed lycées leave: the staff who may end one of these things, and those who watch."""
    return user.is_authenticated and user.holds(Role.CALL_MANAGER, Role.FINANCE, Role.ORDERS, Role.AUDITOR, Role.ADMIN)


def settles_closed_schools(user: User) -> bool:
    """To whom what closed lycées leave is told."""
    return user.holds(Role.CALL_MANAGER, Role.FINANCE, Role.ORDERS)


def prepares_orders(user: User) -> bool:
    """To whom drafts, needs without order and late deliveries are told."""
    return user.holds(Role.ORDERS)


def follows_sites(user: User) -> bool:
    """To whom visits, quotes and receptions of works are told."""
    return user.holds(Role.TECHNICIAN, Role.ORDERS)


def records_invoices(user: User) -> bool:
    """To whom orders accepted and not yet invoiced are told."""
    return user.holds(Role.FINANCE)


def reads_file(document: "Application | PurchaseOrder | CablingWork", user: User) -> bool:
    """Whether the file behind an order opens for this person: its school, and the staff who read the files that are ordered for."""
    return call_rules.reads_every_perimeter(user) or document.establishment_id in user.establishment_ids


def places_orders(order: Model | None, user: User) -> bool:
    return user.holds(*PLACING_ORDERS)


def writes_for_lycee(document: "CablingWork | PurchaseOrder", user: User) -> bool:
    """The team of the lycée writes about what is ordered for it."""
    return user.holds(Role.MEMBER, Role.HEAD, at=document.establishment)


def writes_about_order(document: "CablingWork | PurchaseOrder", user: User) -> bool:
    """Who writes to colleagues about an order or works: the staff who follow it and act. The auditor reads."""
    return user.covers(document.establishment, Role.ORDERS, Role.FINANCE, Role.TECHNICIAN, Role.CALL_MANAGER, Role.ADMIN)


def approves_orders(order: Model | None, user: User) -> bool:
    """Separation of duties between drafting and approving is by role; one orders officer may hold both in this Région."""
    return user.holds(Role.ORDERS, Role.FINANCE)


def keeps_catalogue(user: User) -> bool:
    """Suppliers, agreements, lots and articles are the orders officer's."""
    return user.holds(Role.ORDERS)


def records_delivery(order: "PurchaseOrder", user: User) -> bool:
    """The school signs for what arrives on its site; the orders officer may record it from the delivery note."""
    return user.holds(Role.ORDERS) or user.holds(Role.MEMBER, Role.HEAD, at=order.establishment)


def accepts_delivery(order: "PurchaseOrder | CablingWork", user: User) -> bool:
    """The head of establishment signs the acceptance report, or whoever holds a delegation for it."""
    return may_sign(user, order.establishment, SignedAct.ACCEPTANCE, order)


def signature(document: "PurchaseOrder | CablingWork", user: User) -> dict[str, str]:
    """What the journal says of a delegation by which a reserve is lifted or reopened; nothing for a head, or for staff."""
    return mention(user, document.establishment, SignedAct.ACCEPTANCE, document)


def reopens_acceptance(order: "PurchaseOrder", user: User) -> bool:
    """Another person than the one who signed: the orders officer takes back what the head accepted."""
    return user.holds(Role.ORDERS) and order.signer_id != user.pk


def returns_goods(order: "PurchaseOrder", user: User) -> bool:
    """Whoever records what arrives; once it is accepted, the orders officer, unless this same person signed."""
    return reopens_acceptance(order, user) if order.accepted_at else records_delivery(order, user)


def cancels_return(order: "PurchaseOrder", user: User) -> bool:
    """Whoever records what arrives; where the goods had been accepted before, the orders officer, unless this same person signed."""
    return reopens_acceptance(order, user) if order.acceptance_was_taken_back else records_delivery(order, user)


def reopens_work_acceptance(work: "CablingWork", user: User) -> bool:
    """Another person than the one who pronounced the acceptance of works."""
    return runs_works(work, user) and work.signer_id != user.pk


def lifts_reserves(order: "PurchaseOrder | CablingWork", user: User) -> bool:
    return user.covers(order.establishment, *RUNNING_WORKS) or accepts_delivery(order, user)


PLACING_ORDERS = (Role.ORDERS,)
PAYING = (Role.FINANCE, Role.ORDERS)
RUNNING_WORKS = (Role.ORDERS, Role.TECHNICIAN)


def pays(order: "PurchaseOrder | CablingWork", user: User) -> bool:
    return user.holds(*PAYING)


def bills(document: "PurchaseOrder | CablingWork", user: User) -> bool:
    """Whether an invoice may be recorded now, by this person. Nobody invoices what costs nothing."""
    return document.takes_invoices and not document.is_free and pays(document, user)


def reopens_invoicing(document: "PurchaseOrder | CablingWork", user: User) -> bool:
    """Once closed, another person than the one who closed."""
    return pays(document, user) and not (document.is_closed and user.pk == last_author(document, "close", "close_without_invoice"))


def corrects_invoice(invoice: "Invoice", user: User) -> bool:
    """Whoever pays; once the order or the works are closed, neither who recorded the invoice nor who closed."""
    return reopens_invoicing(invoice.document, user) and is_another_person(invoice, user)


def is_another_person(invoice: "Invoice", user: User) -> bool:
    """What is closed is not corrected by who had recorded the invoice."""
    return not (invoice.document.is_closed and user.pk == invoice.recorded_by_id)


def authorises_excess(decision: Model | None, user: User) -> bool:
    """Finance lets orders engage more than the vote; whoever did so leaves the order itself to somebody else."""
    return user.holds(Role.FINANCE)


def runs_works(work: "CablingWork", user: User) -> bool:
    """The orders officer everywhere, a technician where the role is held."""
    return user.covers(work.establishment, *RUNNING_WORKS)


TOLD_OF_INVOICING = (Role.FINANCE, Role.ORDERS)  # who hears that what was invoiced or closed is open again
TOLD_OF_EXCESS = (Role.FINANCE, Role.ORDERS)  # who hears that orders may engage more than the vote

# -- What is needed ------------------------------------------------------------------------------------------------------


@requirement("orders, on the draft")
def order_has_lines(order: "PurchaseOrder") -> list[str]:
    return [] if order.lines.all() else ["La commande n’a aucune ligne."]


@requirement("orders, by the dates of the agreement, in the catalogue")
def agreement_is_running(order: "CablingWork | PurchaseOrder") -> list[str]:
    """R2162-5: orders may only be issued while the agreement is valid."""
    agreement = order.lot.agreement
    if agreement.is_running:
        return []
    return [
        f"L’accord-cadre {agreement.reference} ne court pas aujourd’hui (du {figures(agreement.starts_on)} au {figures(agreement.ends_on)})."
    ]


@requirement("orders, by ordering less, or by the maximum of the lot, in the catalogue")
def lot_maximum_allows(order: "CablingWork | PurchaseOrder") -> list[str]:
    """R2162-4: the maximum of the lot binds. Said here in words; what holds when two clerks act at once is the lot's row."""
    lot = order.lot
    over = lot.ordered_amount + order.amount_to_commit - lot.maximum_amount
    return [f"Le maximum du lot {lot.number} serait dépassé de {euros(over)} HT."] if over > 0 else []


@requirement("orders, by ordering less; finance, by authorising the excess")
def aid_allows(document: "CablingWork | PurchaseOrder") -> list[str]:
    """What orders and works engage, incl. VAT, stays within the aid voted, incl. VAT. Above it a second person, of the finances, may authorise."""
    decision, over = document.decision, document.beyond_aid_amount
    if document.aid_is_declined or not over:
        return []
    part = "la part à commander de l’aide votée" if decision.to_pay_amount else "l’aide votée"
    allowed = f"{part} ({euros(decision.orderable_amount)} TTC)"
    if decision.excess_amount:
        allowed += f" et le dépassement autorisé ({euros(decision.excess_amount)})"
    return [
        f"{allowed[0].upper()}{allowed[1:]} serait dépassé{'' if decision.excess_amount else 'e'} de {euros(over)} TTC : réduisez, ou demandez aux finances d’autoriser ce dépassement."
    ]


@requirement("orders, by cancelling what took the money; finance, by authorising the excess")
def money_is_still_there(document: "CablingWork | PurchaseOrder") -> list[str]:
    """What a closing gave back may have been ordered otherwise since. Said here in words; what holds are the rows of the aid, lot and envelope."""
    if not document.is_closed:
        return []
    found, lot, decision = [], document.lot, document.decision
    if (over := lot.ordered_amount + document.amount_to_commit - document.committed_amount - lot.maximum_amount) > 0:
        found.append(f"Ce que la clôture avait rendu n’est plus sur le lot {lot.number} : son maximum serait dépassé de {euros(over)} HT.")
    if decision.is_declined and decision.envelope_id:
        over = document.left_to_invoice_amount - decision.envelope.remaining_amount
        if over > 0:
            found.append(
                f"Ce que la clôture avait rendu n’est plus dans l’enveloppe « {decision.envelope.label} » : il manque {euros(over)} TTC."
            )
    elif not decision.is_declined and (over := document.beyond_aid_amount) > 0:
        found.append(
            f"Ce que la clôture avait rendu est commandé autrement depuis : l’aide serait dépassée de {euros(over)} TTC. "
            "Annulez une commande, ou demandez aux finances d’autoriser ce dépassement."
        )
    return found


@requirement("orders, on the order")
def due_date_is_ahead(order: "PurchaseOrder") -> list[str]:
    if order.due_on is None:
        return ["La date de livraison attendue n’est pas fixée."]
    if order.due_on < timezone.localdate():
        return [f"La date de livraison attendue est passée ({figures(order.due_on)})."]
    return []


@requirement("orders, on the page of the act")
def end_date_is_set(work: "CablingWork") -> list[str]:
    return [] if work.due_on else ["La date de fin prévue n’est pas fixée."]


@occasion
def award_is_not_declined(order: "CablingWork | PurchaseOrder") -> list[str]:
    return ["L’aide est déclinée."] if order.aid_is_declined else []


@requirement("the head of the lycée, by accepting the aid")
def lycee_has_accepted(document: "CablingWork | PurchaseOrder") -> list[str]:
    """What the page of the decision promises the lycée: nothing leaves before it has accepted its aid."""
    return ["Le lycée n’a pas encore accepté cette aide : rien ne part avant sa réponse."] if document.awaits_acceptance_of_aid else []


@requirement("the form of the act: what it says has come or gone")
def part_is_delivered(order: "PurchaseOrder") -> list[str]:
    lines = order.lines.all()
    if not any(line.delivered_quantity for line in lines):
        return ["Aucune livraison n’est enregistrée."]
    return [] if any(line.outstanding_quantity for line in lines) else ["Tout est livré."]


@requirement("the form of the act: what it says has come or gone")
def nothing_is_delivered(order: "PurchaseOrder") -> list[str]:
    left = sum(line.delivered_quantity for line in order.lines.all())
    return [f"{count(left, 'article livré', 'articles livrés')} : il en reste."] if left else []


@requirement("the form of the act: what it says has come or gone")
def everything_is_delivered(order: "PurchaseOrder") -> list[str]:
    late = [line for line in order.lines.all() if line.outstanding_quantity]
    return [f"Il manque {line.outstanding_quantity} × {line.label}." for line in late]


@occasion
def something_is_awaited(order: "PurchaseOrder") -> list[str]:
    return [] if any(line.outstanding_quantity for line in order.lines.all()) else ["Tout est livré."]


@requirement("who lifts reserves, one by one; the form of an acceptance, which writes them")
def no_reserve_is_open(order: "PurchaseOrder | CablingWork") -> list[str]:
    left = sum(1 for reserve in order.reserves.all() if reserve.lifted_at is None)
    return [f"{left} réserve{'s' if left > 1 else ''} reste{'nt' if left > 1 else ''} à lever."] if left else []


@requirement("the form of the act, which writes or reopens one")
def a_reserve_is_open(order: "PurchaseOrder | CablingWork") -> list[str]:
    return [] if any(reserve.lifted_at is None for reserve in order.reserves.all()) else ["Aucune réserve n’est écrite."]


@requirement("who pays, by recording the invoice")
def invoice_is_recorded(document: "PurchaseOrder | CablingWork") -> list[str]:
    """Credit notes may have taken everything away again. What costs nothing ends without an invoice."""
    return [] if document.invoiced_amount > 0 or document.is_free else ["Aucune facture n’est notée."]


@requirement("who pays, by cancelling the invoice or recording its credit note")
def no_invoice_counts(document: "PurchaseOrder | CablingWork") -> list[str]:
    """What is invoiced has been accepted: an acceptance, or what came, is taken back once no invoice counts any more."""
    return ["Une facture est notée : annulez-la, ou notez son avoir, d’abord."] if document.invoiced_amount > 0 else []


@requirement("who pays, by cancelling the invoice or recording its credit note")
def no_invoice_since_acceptance(work: "CablingWork") -> list[str]:
    """What was invoiced once the works were accepted rests on this acceptance; an instalment of before does not."""
    if work.invoiced_since_acceptance <= 0:
        return []
    return ["Une facture est notée depuis la réception : annulez-la, ou notez son avoir, d’abord."]


@occasion
def some_invoice_counts(order: "PurchaseOrder") -> list[str]:
    """Before the first invoice there is nothing to end, unless none will ever come."""
    return [] if order.invoiced_amount > 0 or order.is_free else ["Aucune facture n’est notée."]


@occasion
def nothing_is_invoiced(document: "PurchaseOrder | CablingWork") -> list[str]:
    """No invoice came, or credit notes took everything away; what costs nothing ends as what is invoiced does."""
    if document.is_free:
        return ["Rien n’est à facturer."]
    return ["Une facture est notée."] if document.invoiced_amount > 0 else []


@occasion
def had_no_reserve(work: "CablingWork") -> list[str]:
    return ["Ces travaux avaient des réserves."] if work.standing_reserves else []


@occasion
def had_reserves(work: "CablingWork") -> list[str]:
    return [] if work.standing_reserves else ["Ces travaux n’avaient pas de réserve."]


@requirement("who runs works, by correcting the quote")
def quote_is_of_the_holder(work: "CablingWork") -> list[str]:
    """Nobody is ordered to work at another one's price."""
    if work.quote_amount is None or work.holder_id == work.lot.supplier_id:
        return []
    return [
        f"Le devis est celui d’un autre titulaire ({work.holder_name}) : le lot est désormais à {work.lot.supplier.name}. Corrigez le devis."
    ]


@requirement("who runs works, on the page of the act")
def quote_is_given(work: "CablingWork") -> list[str]:
    return [] if work.quote_amount is not None else ["Le montant du devis n’est pas saisi."]
