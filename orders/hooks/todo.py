"""What awaits each person in orders and works."""

from django.db.models import Count, Min, Q
from django.urls import reverse

from orders import rules
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, PendingNeed, PurchaseOrder, Reserve
from orders.queries.closed_schools import closed_schools
from orders.queries.listing import LATE, TO_BILL
from orders.queries.money import beyond_aid
from portal.accounts.models import User
from portal.signing import SignedAct, signed_by
from portal.text.french import euros
from portal.ui.todo import TodoItem

SHOWN_BEYOND = 3  # files above their aid named to finance; the others are counted
SHOWN = 10  # deliveries listed one by one for a school; more would hide the rest


def todo_for(user: User) -> list[TodoItem]:
    """At most one query for a school, six for the Région's staff, six more for finance, whatever the number of orders."""
    items = []
    if rules.settles_closed_schools(user):
        items += _of_closed_schools(user)
    if user.writing_ids:
        items += _for_school(user)
    if rules.prepares_orders(user):
        items += _for_orders()
    if rules.follows_sites(user):
        items += _for_works(user)
    if rules.records_invoices(user):
        items += _for_finance()
    return items


def _of_closed_schools(user: User) -> list[TodoItem]:
    """The directory or the administration has closed lycées that still have something: nobody at the lycée may be left to end it."""
    number = closed_schools(user).count()
    one, many = "lycée fermé a un dossier, une aide ou une commande", "lycées fermés ont un dossier, une aide ou une commande"
    return _counted((number, one, many, reverse("orders:closed_schools"), "Voir", "warn"))


def _for_school(user: User) -> list[TodoItem]:
    """The head signs what is delivered and says which reserves are lifted; the team looks out for what is late."""
    orders = PurchaseOrder.objects.visible_to(user).filter(establishment__in=user.writing_ids).select_related("establishment")
    of_head = Q(state__in=_OF_HEAD) & signed_by(user, SignedAct.ACCEPTANCE, call="decision__application__call")
    wanted = orders.annotate(lift_by=Min("reserves__due_on", filter=Q(reserves__lifted_at=None))).filter(
        of_head | Q(pk__in=orders.late().values("pk"))
    )
    return [_OF_HEAD.get(order.state, _to_expect)(order) for order in wanted.order_by("due_on", "pk")[:SHOWN]]


def _to_sign(order: PurchaseOrder) -> TodoItem:
    return TodoItem(
        title=f"Réceptionner la commande {order.number}",
        detail=f"Livrée par {order.holder_name} : à vérifier puis à signer · {order.establishment.name}",
        url=reverse("orders:order_reception", args=[order.number]),
        action_label="Réceptionner",
        due=order.acceptance_due_on,
    )


def _to_expect(order: PurchaseOrder) -> TodoItem:
    return TodoItem(
        title=f"Livraison en retard : {order.number}",
        detail=f"{order.holder_name} · notez le bon de livraison si elle est arrivée",
        url=order.get_absolute_url(),
        action_label="Voir la commande",
        due=order.due_on,
    )


def _to_lift(order: PurchaseOrder) -> TodoItem:
    return TodoItem(
        title=f"Réserves à lever sur la commande {order.number}",
        detail=f"{order.holder_name} · à constater quand c’est réparé · {order.establishment.name}",
        url=f"{order.get_absolute_url()}#reserves",
        action_label="Voir les réserves",
        due=order.lift_by,
        level="" if order.lift_by else "warn",
    )


_OF_HEAD = {OrderState.DELIVERED: _to_sign, OrderState.ACCEPTED_WITH_RESERVES: _to_lift}


def _for_orders() -> list[TodoItem]:
    states = PurchaseOrder.objects.aggregate(
        drafts=Count("pk", filter=Q(state=OrderState.DRAFT)),
        approved=Count("pk", filter=Q(state=OrderState.APPROVED)),
        late=Count("pk", filter=Q(pk__in=PurchaseOrder.objects.late().values("pk"))),
    )
    quoted = CablingWork.objects.filter(state=WorkState.QUOTED).count()
    pending = PendingNeed.objects.filter(settled_at=None).count()
    return _counted(
        (pending, "besoin sans commande à traiter", "besoins sans commande à traiter", reverse("orders:pending_list"), "Traiter", "warn"),
        (states["drafts"], "commande à valider", "commandes à valider", _list("orders:order_list", OrderState.DRAFT), "Valider", ""),
        (states["approved"], "commande à envoyer", "commandes à envoyer", _list("orders:order_list", OrderState.APPROVED), "Envoyer", ""),
        (quoted, "ordre de service à émettre", "ordres de service à émettre", _list("orders:work_list", WorkState.QUOTED), "Émettre", ""),
        (states["late"], "livraison en retard", "livraisons en retard", _list("orders:order_list", LATE), "Relancer", "err"),
    )


def _for_works(user: User) -> list[TodoItem]:
    """Of the sites on which this person acts."""
    works = CablingWork.objects.run_by(user)
    states = works.aggregate(
        requested=Count("pk", filter=Q(state=WorkState.REQUESTED)),
        surveyed=Count("pk", filter=Q(state=WorkState.SURVEYED)),
        checked=Count("pk", filter=Q(state=WorkState.PRE_ACCEPTANCE)),
        late=Count("pk", filter=Q(pk__in=works.late().values("pk"))),
    )
    reserves = Reserve.objects.filter(rules.run(user, "work__establishment"), work__isnull=False, lifted_at=None).count()
    return _counted(
        (states["requested"], "site à visiter", "sites à visiter", _list("orders:work_list", WorkState.REQUESTED), "Visiter", ""),
        (
            states["surveyed"],
            "devis à enregistrer",
            "devis à enregistrer",
            _list("orders:work_list", WorkState.SURVEYED),
            "Enregistrer",
            "",
        ),
        (
            states["checked"],
            "réception à prononcer",
            "réceptions à prononcer",
            _list("orders:work_list", WorkState.PRE_ACCEPTANCE),
            "Prononcer",
            "",
        ),
        (
            reserves,
            "réserve de travaux à lever",
            "réserves de travaux à lever",
            _list("orders:work_list", WorkState.ACCEPTED_WITH_RESERVES),
            "Suivre",
            "warn",
        ),
        (states["late"], "chantier en retard", "chantiers en retard", _list("orders:work_list", LATE), "Suivre", "err"),
    )


def _for_finance() -> list[TodoItem]:
    accepted, received = PurchaseOrder.objects.to_bill().count(), CablingWork.objects.to_bill().count()
    return _beyond_aid() + _counted(
        (
            accepted,
            "commande réceptionnée à facturer",
            "commandes réceptionnées à facturer",
            _list("orders:order_list", TO_BILL),
            "Noter les factures",
            "",
        ),
        (
            received,
            "chantier réceptionné à facturer et à clore",
            "chantiers réceptionnés à facturer et à clore",
            _list("orders:work_list", TO_BILL),
            "Noter les factures",
            "",
        ),
    )


def _beyond_aid() -> list[TodoItem]:
    """Orders and quotes that the aid voted does not cover: finance authorises, or has them reduced."""
    waiting = beyond_aid()
    shown = [
        TodoItem(
            title=f"Dossier {account.decision.application.reference} : {euros(account.beyond)} au-dessus de l’aide votée",
            detail=f"{account.decision.application.establishment.name} · à autoriser, ou à faire réduire",
            url=reverse("orders:account_decision", args=[account.decision.application.reference]),
            action_label="Voir le compte",
            level="warn",
        )
        for account in waiting[:SHOWN_BEYOND]
    ]
    if (left := len(waiting) - SHOWN_BEYOND) > 0:
        shown += _counted(
            (
                left,
                "autre dossier au-dessus de l’aide",
                "autres dossiers au-dessus de l’aide",
                reverse("orders:order_list"),
                "Voir les commandes",
                "warn",
            )
        )
    return shown


def _counted(*rows) -> list[TodoItem]:
    return [
        TodoItem(title=f"{number} {one if number == 1 else many}", detail="", url=url, action_label=label, level=level)
        for number, one, many, url, label, level in rows
        if number
    ]


def _list(name: str, state: str) -> str:
    """The address of a list, cut to one state."""
    return f"{reverse(name)}?etat={state}"
