"""Orders and works as something that a lycée and the Région write about."""

from django.db.models import QuerySet

from calls.queries.people import team_of
from orders import rules
from orders.models import CablingWork, PurchaseOrder
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import holders_of
from portal.threads import panels as thread_panels
from portal.threads import registry
from portal.ui import panels

Document = PurchaseOrder | CablingWork


def _of_lycee(model: type[Document]) -> registry.Readers:
    """As its page: an order once it is sent."""
    return lambda user: model.objects.visible_to(user).filter(establishment__in=user.establishment_ids)


def _of_region(model: type[Document]) -> registry.Readers:
    return lambda user: model.objects.filter(rules.followed(user)).exclude(establishment__in=user.establishment_ids)


def orders_awaited_from(user: User) -> QuerySet[PurchaseOrder]:
    return _of_region(PurchaseOrder)(user) if rules.prepares_orders(user) else PurchaseOrder.objects.none()


def works_awaited_from(user: User) -> QuerySet[CablingWork]:
    return CablingWork.objects.run_by(user).exclude(establishment__in=user.establishment_ids)


def people_of_order(order: PurchaseOrder) -> list[User]:
    return list(holders_of(RoleGrant.objects.in_force().of_roles(*rules.PLACING_ORDERS)))


def people_of_work(work: CablingWork) -> list[User]:
    """The orders officers, and the technicians of the place."""
    return list(holders_of(RoleGrant.objects.in_force().of_roles(*rules.RUNNING_WORKS).covering(work.establishment)))


def no_place(document: Document, place: str) -> str:
    raise LookupError(place)


for model, key, word, awaited, people, writes in (
    (PurchaseOrder, "commande", "Commande", orders_awaited_from, people_of_order, rules.places_orders),
    (CablingWork, "travaux", "Travaux", works_awaited_from, people_of_work, rules.runs_works),
):
    registry.register(
        registry.ThreadSubject(
            model=model,
            key=key,
            field="number",
            of_lycee=_of_lycee(model),
            of_region=_of_region(model),
            seen_by_region=_of_region(model),
            awaited_from=awaited,
            lycee_writes=rules.writes_for_lycee,
            region_writes=writes,
            writes_inside=rules.writes_about_order,
            lycee_people=lambda document: team_of(document.establishment),
            region_people=people,
            label=lambda document, word=word: f"{word} {document.number}",
            place_label=no_place,
            place_url=lambda document, place, user: document.get_absolute_url(),
        )
    )
    panels.register(model._meta.label_lower, thread_panels.panel, order=70)
