from django.urls import path

from orders.views import catalogue, closed_schools, deliveries, deployments, invoices, money, orders, pending, references, together, works

app_name = "orders"

order_patterns = [
    path("commandes/", orders.order_list, name="order_list"),
    path("commandes/ensemble/<slug:name>/", together.order_together, name="order_together"),
    path("commandes/a-traiter/", pending.pending_list, name="pending_list"),
    path("commandes/a-traiter/chercher/", pending.pending_retry, name="pending_retry"),
    path("commandes/a-traiter/<int:pk>/", pending.pending_detail, name="pending"),
    path("commandes/catalogue/", catalogue.catalogue, name="catalogue"),
    path("commandes/catalogue/lots/<int:pk>/", catalogue.lot_detail, name="lot"),
    path("commandes/catalogue/titulaires/nouveau/", catalogue.entry_edit, {"shelf": "titulaires"}, name="supplier_new"),
    path("commandes/catalogue/titulaires/<int:pk>/", catalogue.entry_edit, {"shelf": "titulaires"}, name="supplier"),
    path("commandes/catalogue/accords/nouveau/", catalogue.entry_edit, {"shelf": "accords"}, name="agreement_new"),
    path("commandes/catalogue/accords/<int:pk>/", catalogue.entry_edit, {"shelf": "accords"}, name="agreement"),
    path("commandes/catalogue/lots/nouveau/", catalogue.entry_edit, {"shelf": "lots"}, name="lot_new"),
    path("commandes/catalogue/lots/<int:pk>/modifier/", catalogue.entry_edit, {"shelf": "lots"}, name="lot_edit"),
    path("commandes/catalogue/articles/nouveau/", catalogue.entry_edit, {"shelf": "articles"}, name="item_new"),
    path("commandes/catalogue/articles/<int:pk>/", catalogue.entry_edit, {"shelf": "articles"}, name="item"),
    path("commandes/<slug:number>/", orders.order_detail, name="order"),
    path("commandes/<slug:number>/modifier/", orders.order_edit, name="order_edit"),
    path("commandes/<slug:number>/livraison/", orders.order_delivery, name="order_delivery"),
    path("commandes/<slug:number>/livraisons/<int:pk>/annuler/", deliveries.delivery_cancel, name="delivery_cancel"),
    path("commandes/<slug:number>/retour/", deliveries.order_return, name="order_return"),
    path("commandes/<slug:number>/retours/<int:pk>/annuler/", deliveries.return_cancel, name="return_cancel"),
    path("commandes/<slug:number>/solder/", orders.order_close_out, name="order_close_out"),
    path("commandes/<slug:number>/reception/", orders.order_reception, name="order_reception"),
    path("commandes/<slug:number>/reserves/<int:pk>/", orders.order_reserve, name="order_reserve"),
    path("commandes/<slug:number>/reserves/<int:pk>/rouvrir/", orders.order_reserve_reopen, name="order_reserve_reopen"),
    path("commandes/<slug:number>/facture/", invoices.order_invoice, name="order_invoice"),
    path("commandes/<slug:number>/factures/<int:pk>/avoir/", invoices.order_credit_note, name="order_credit_note"),
    path("commandes/<slug:number>/factures/<int:pk>/annuler/", invoices.order_invoice_cancel, name="order_invoice_cancel"),
    path("commandes/<slug:number>/references/", references.order_references, name="order_references"),
    path("commandes/<slug:number>/action/<slug:name>/", orders.order_transition, name="order_transition"),
]
work_patterns = [
    path("travaux/", works.work_list, name="work_list"),
    path("travaux/<slug:number>/", works.work_detail, name="work"),
    path("travaux/<slug:number>/visite/", works.work_step, {"name": "survey"}, name="work_survey"),
    path("travaux/<slug:number>/devis/", works.work_quote, name="work_quote"),
    path("travaux/<slug:number>/devis/corriger/", works.work_quote_correct, name="work_quote_correct"),
    path("travaux/<slug:number>/ordre-de-service/", works.work_order, name="work_order"),
    path("travaux/<slug:number>/demarrage/", works.work_step, {"name": "start"}, name="work_start"),
    path("travaux/<slug:number>/opr/", works.work_step, {"name": "hold_pre_acceptance"}, name="work_pre_acceptance"),
    path("travaux/<slug:number>/reception/", works.work_reception, name="work_reception"),
    path("travaux/<slug:number>/facture/", invoices.work_invoice, name="work_invoice"),
    path("travaux/<slug:number>/factures/<int:pk>/avoir/", invoices.work_credit_note, name="work_credit_note"),
    path("travaux/<slug:number>/factures/<int:pk>/annuler/", invoices.work_invoice_cancel, name="work_invoice_cancel"),
    path("travaux/<slug:number>/reserves/<int:pk>/", works.work_reserve, name="work_reserve"),
    path("travaux/<slug:number>/reserves/<int:pk>/rouvrir/", works.work_reserve_reopen, name="work_reserve_reopen"),
    path("travaux/<slug:number>/references/", references.work_references, name="work_references"),
    path("travaux/<slug:number>/action/<slug:name>/", works.work_transition, name="work_transition"),
]
deployment_patterns = [
    path("deploiements/", deployments.deployment_list, name="deployment_list"),
    path("deploiements/<slug:reference>/", deployments.deployment_detail, name="deployment"),
]

account_patterns = [
    path("lycees-fermes/", closed_schools.closed_school_list, name="closed_schools"),
    path("comptes/dossiers/<slug:reference>/", money.account_decision, name="account_decision"),
    path("comptes/dossiers/<slug:reference>/depassement/", money.account_excess, name="account_excess"),
    path("comptes/enveloppes/<int:pk>/", money.account_envelope, name="account_envelope"),
    path("comptes/lots/<int:pk>/", money.account_lot, name="account_lot"),
]

urlpatterns = [*order_patterns, *work_patterns, *deployment_patterns, *account_patterns]
