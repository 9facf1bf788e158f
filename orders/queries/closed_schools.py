"""Lycées that the directory or the administration says closed, and what the Région still has with them: files, aids, orders, works."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from calls.enums import ApplicationState, CallState, Outcome
from calls.models import Application
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, PurchaseOrder
from portal.accounts.models import User
from portal.directory.enums import EstablishmentState
from portal.directory.models import Establishment, SchoolClosure
from scoring.enums import DecisionState

TO_DECIDE = (ApplicationState.SUBMITTED, ApplicationState.ADMISSIBLE, ApplicationState.ASSESSED)
WITH_AID = (ApplicationState.DECIDED, ApplicationState.ACCEPTED_BY_SCHOOL)
NOWHERE = (CallState.UNSUCCESSFUL, CallState.WITHDRAWN)  # calls that end their files


@dataclass(frozen=True)
class Unfinished:
    """One thing that a closed lycée leaves, and what may be done with it."""

    document: Application | PurchaseOrder | CablingWork
    kind: str
    name: str
    way_out: str
    reader: User
    successor: Establishment | None = None  # the lycée that follows, when the administration has said which

    @property
    def establishment(self) -> Establishment:
        return self.document.establishment


def closed_schools(user: User) -> QuerySet[Establishment]:
    """The closed lycées that leave something which `user` may read."""
    left = [Exists(rows.filter(establishment=OuterRef("pk")).order_by()) for rows in (_files(user), _orders(user), _works(user))]
    return Establishment.objects.filter(Q(left[0]) | Q(left[1]) | Q(left[2]), state=EstablishmentState.CLOSED)


def unfinished_at(schools: list[Establishment], user: User) -> list[Unfinished]:
    """What these closed lycées leave, in the order given: of each its files, then its orders, then its works. Four queries."""
    around = ("establishment__department",)
    files = _files(user).filter(establishment__in=schools).select_related(*around, "call", "decision").order_by("reference")
    orders = _orders(user).filter(establishment__in=schools).select_related(*around).order_by("number")
    works = _works(user).filter(establishment__in=schools).select_related(*around).order_by("number")
    said = SchoolClosure.objects.holding().filter(establishment__in=schools).select_related("successor").order_by("noted_at", "pk")
    heirs = {closure.establishment_id: closure.successor for closure in said}

    def row(document: Application | PurchaseOrder | CablingWork, kind: str, name: str, way_out: str) -> Unfinished:
        return Unfinished(document, kind, name, way_out, user, heirs.get(document.establishment_id))

    left = [row(file, "Dossier", file.reference, _way_out_of_file(file)) for file in files]
    left += [row(order, "Commande", order.number, _way_out_of_order(order)) for order in orders]
    left += [row(work, "Travaux", work.number, _way_out_of_works(work)) for work in works]
    rank = {school.pk: place for place, school in enumerate(schools)}
    return sorted(left, key=lambda each: rank[each.document.establishment_id])


@dataclass(frozen=True)
class Left:
    """How many things a lycée would leave if it closed. `drafts`: files in preparation, which it could file no more."""

    drafts: int
    files: int
    aids: int
    orders: int
    works: int


def left_by(school: Establishment) -> Left:
    """What the Région has with this lycée today, open or closed. Four queries."""
    files = Application.objects.filter(_ALIVE, establishment=school).exclude(call__state__in=NOWHERE)
    aided = files.filter(state__in=WITH_AID).count()
    return Left(
        drafts=Application.objects.filter(
            establishment=school, state__in=ApplicationState.UNFILED, call__state=CallState.PUBLISHED
        ).count(),
        files=files.count() - aided,
        aids=aided,
        orders=PurchaseOrder.objects.filter(establishment=school).exclude(state__in=OrderState.OVER).count(),
        works=CablingWork.objects.filter(establishment=school).exclude(state__in=WorkState.OVER).count(),
    )


# Files that somebody has still to decide of, and aids that stand until the file is closed.
_ALIVE = Q(state__in=TO_DECIDE) | Q(state__in=WITH_AID, outcome__in=Outcome.GRANTING)


def _files(user: User) -> QuerySet[Application]:
    alive = Application.objects.visible_to(user).filter(_ALIVE, establishment__state=EstablishmentState.CLOSED)
    return alive.exclude(call__state__in=NOWHERE)


def _orders(user: User) -> QuerySet[PurchaseOrder]:
    orders = PurchaseOrder.objects.visible_to(user).filter(establishment__state=EstablishmentState.CLOSED)
    return orders.exclude(state__in=OrderState.OVER)


def _works(user: User) -> QuerySet[CablingWork]:
    works = CablingWork.objects.visible_to(user).filter(establishment__state=EstablishmentState.CLOSED)
    return works.exclude(state__in=WorkState.OVER)


def _way_out_of_file(file: Application) -> str:
    if file.state == ApplicationState.DECIDED:
        return "Un gestionnaire d’appels décline l’aide au nom du lycée : l’argent revient à l’enveloppe."
    if file.state == ApplicationState.ACCEPTED_BY_SCHOOL:
        return "Un gestionnaire d’appels décline l’aide au nom du lycée : ce qui n’est pas engagé revient à l’enveloppe. Si tout est livré, il clôt le dossier."
    decision = getattr(file, "decision", None)
    if decision is not None and decision.state == DecisionState.VOTED:
        return "Le vote est enregistré : les finances l’annulent, ou la décision est notifiée, puis l’aide déclinée au nom du lycée."
    return "Sur une lettre du lycée ou du rectorat, un gestionnaire d’appels retire le dossier. Sinon il suit son cours."


def _way_out_of_order(order: PurchaseOrder) -> str:
    if order.state in OrderState.EDITABLE:
        return "Elle n’est pas partie : annulez-la."
    if order.state in OrderState.AWAITED:
        return "Elle est chez le titulaire : voyez avec lui si elle s’annule ou se solde. Sinon, la livraison se note comme une autre."
    if order.state == OrderState.DELIVERED:
        return "Le chef d’établissement signe la réception. S’il est parti, un gestionnaire d’appels donne ce rôle, dans « Personnes », à qui agit pour le lycée."
    return "Il reste à lever les réserves s’il y en a, à noter les factures, puis à clore."


def _way_out_of_works(work: CablingWork) -> str:
    if work.state in WorkState.UNORDERED:
        return "Ils ne sont pas commandés : annulez-les."
    if work.state in WorkState.ONGOING:
        return "Ils sont chez le titulaire : voyez avec lui s’ils s’annulent. Sinon, ils se réceptionnent comme d’autres."
    return "Il reste à lever les réserves s’il y en a, à noter les factures, puis à clore."
