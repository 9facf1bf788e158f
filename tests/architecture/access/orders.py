"""Orders, works, deployments."""

from tests.architecture.access.lists import FINANCE, FOLLOW, FOREIGN_HEAD, HEAD, NEVER, ORDERS, RUN_WORKS, SCHOOL, AccessList, At

LISTS = (
    AccessList(
        "Orders, works and deployments: lists",
        SCHOOL | FOREIGN_HEAD | FOLLOW,
        NEVER,
        (
            At("orders:order_list"),
            At("orders:work_list"),
            At("orders:deployment_list"),
        ),
    ),
    AccessList(
        "An order, works, a deployment",
        SCHOOL | FOLLOW,
        NEVER,
        (
            At("orders:order", lambda w: (w.order.number,)),
            At("orders:work", lambda w: (w.works["ordered"].number,)),
            At("orders:deployment", lambda w: (w.award.application.reference,)),
        ),
        SCHOOL | FOLLOW,
    ),
    AccessList(
        "Orders: needs that wait, catalogue",
        FOLLOW,
        NEVER,
        (
            At("orders:pending_list"),
            At("orders:catalogue"),
            At("orders:lot", lambda w: (w.order.lot_id,)),
        ),
    ),
    AccessList(
        "Orders: what the orders officer keeps",
        ORDERS,
        ORDERS,
        (
            At("orders:pending", lambda w: (w.need.pk,)),
            At("orders:supplier_new"),
            At("orders:supplier", lambda w: (w.order.lot.supplier_id,)),
            At("orders:agreement_new"),
            At("orders:agreement", lambda w: (w.order.lot.agreement_id,)),
            At("orders:lot_new"),
            At("orders:lot_edit", lambda w: (w.order.lot_id,)),
            At("orders:item_new"),
            At("orders:item", lambda w: (w.item.pk,)),
        ),
    ),
    AccessList(
        "Orders: another search in the catalogue",
        NEVER,
        ORDERS,
        (At("orders:pending_retry"),),
    ),
    AccessList(
        "Orders: several at once",
        ORDERS | FINANCE,
        ORDERS | FINANCE,
        (At("orders:order_together", lambda w: ("approve",)),),
    ),
    AccessList(
        "A draft order",
        ORDERS,
        ORDERS,
        (At("orders:order_edit", lambda w: (w.order_draft.number,)),),
        FOLLOW,
    ),
    AccessList(
        "A draft order: its approval",
        ORDERS | FINANCE,
        ORDERS | FINANCE,
        (At("orders:order_transition", lambda w: (w.order_draft.number, "approve")),),
        FOLLOW,
    ),
    AccessList(
        "An order: what arrives",
        SCHOOL | ORDERS,
        SCHOOL | ORDERS,
        (At("orders:order_delivery", lambda w: (w.order.number,)),),
        SCHOOL | FOLLOW,
    ),
    AccessList(
        "An order: its acceptance",
        HEAD,
        HEAD,
        (At("orders:order_reception", lambda w: (w.delivered.number,)),),
        SCHOOL | FOLLOW,
    ),
    AccessList(
        "A reserve: who lifts it",
        HEAD | RUN_WORKS,
        HEAD | RUN_WORKS,
        (
            At("orders:order_reserve", lambda w: (w.order_reserve.order.number, w.order_reserve.pk)),
            At("orders:work_reserve", lambda w: (w.works["with_reserves"].number, w.work_reserve.pk)),
        ),
        SCHOOL | FOLLOW,
    ),
    AccessList(
        "An order: its invoice",
        ORDERS | FINANCE,
        ORDERS | FINANCE,
        (At("orders:order_invoice", lambda w: (w.accepted.number,)),),
        SCHOOL | FOLLOW,
    ),
    AccessList(
        "Works: steps",
        RUN_WORKS,
        RUN_WORKS,
        (
            At("orders:work_survey", lambda w: (w.works[""].number,)),
            At("orders:work_quote", lambda w: (w.works["surveyed"].number,)),
            At("orders:work_start", lambda w: (w.works["ordered"].number,)),
            At("orders:work_pre_acceptance", lambda w: (w.works["in_progress"].number,)),
            At("orders:work_reception", lambda w: (w.works["pre_acceptance"].number,)),
        ),
        SCHOOL | FOLLOW,
    ),
    AccessList(
        "Works: the order given, the cancellation",
        ORDERS,
        ORDERS,
        (
            At("orders:work_order", lambda w: (w.works["quoted"].number,)),
            At("orders:work_transition", lambda w: (w.works["quoted"].number, "cancel")),
        ),
        SCHOOL | FOLLOW,
    ),
)
