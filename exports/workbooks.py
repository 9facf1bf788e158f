"""The workbooks that can be asked for on /exports/. Each reads only what the person who asks may see."""

from calls.enums import QuestionKind
from calls.models import Application, Call, RequestLine
from exports.registry import WorkbookKind, register_workbook
from exports.xlsx.workbook import MONEY, Column, Sheet
from orders.models import OrderLine, PurchaseOrder
from orders.rules import follows_orders
from portal.accounts.enums import Role

CHUNK = 500
_ESTABLISHMENT = [
    Column("uai", "UAI", lambda a: a.establishment.uai, width=11),
    Column("etablissement", "Établissement", lambda a: a.establishment.name, width=38),
    Column("commune", "Commune", lambda a: a.establishment.commune_name, width=20),
    Column("departement", "Département", lambda a: a.establishment.department.code, width=12),
    Column("autorite", "Autorité", lambda a: a.establishment.authority.short_name, width=14),
    Column("statut", "Statut", lambda a: a.establishment.get_category_display(), width=26),
    Column("voies", "Voies", lambda a: ", ".join(p.label for p in a.establishment.pathways), width=26),
]
_APPLICATION = [
    Column("reference", "Référence", lambda a: a.reference, width=16),
    *_ESTABLISHMENT,
    Column("titre", "Titre du projet", lambda a: a.title, width=40),
    Column("etat", "État", lambda a: a.get_state_display(), width=22),
    Column("depose_le", "Déposé le", lambda a: a.submitted_at, width=17),
    Column("montant_demande_ttc", "Montant demandé TTC", lambda a: a.requested_amount, MONEY, 16),
    Column("issue", "Issue", lambda a: _outcome(a), width=18),
    Column("montant_accorde_ttc", "Montant accordé TTC", lambda a: a.granted_amount, MONEY, 16),
]
_NEEDS = [
    Column("reference", "Référence", lambda n: n.application.reference, width=16),
    Column("uai", "UAI", lambda n: n.application.establishment.uai, width=11),
    Column("nature", "Nature", lambda n: n.get_kind_display(), width=18),
    Column("article", "Article", lambda n: n.item_code, width=18),
    Column("besoin", "Besoin", lambda n: n.label, width=36),
    Column("precision", "Précision", lambda n: n.detail, width=30),
    Column("priorite", "Priorité", lambda n: n.priority, width=9),
    Column("indispensable", "Indispensable", lambda n: n.is_essential, width=13),
    Column("quantite", "Quantité", lambda n: n.quantity, width=10),
    Column("prix_unitaire_ht", "Prix unitaire HT", lambda n: n.unit_price_amount, MONEY, 15),
    Column("total_ht", "Total HT", lambda n: n.net_amount, MONEY, 15),
    Column("tva", "TVA (%)", lambda n: n.vat_rate, "0.0", 9),
    Column("total_ttc", "Total TTC", lambda n: n.gross_amount, MONEY, 15),
]
_ORDER_LINES = [
    Column("numero", "Commande", lambda line: line.order.number, width=16),
    Column("etat", "État", lambda line: line.order.get_state_display(), width=24),
    Column("dossier", "Dossier", lambda line: line.order.decision.application.reference, width=16),
    Column("uai", "UAI", lambda line: line.order.establishment.uai, width=11),
    Column("etablissement", "Établissement livré", lambda line: line.order.establishment.name, width=38),
    Column("commune", "Commune", lambda line: line.order.establishment.commune_name, width=20),
    Column("titulaire", "Titulaire", lambda line: line.order.lot.supplier.name, width=28),
    Column("lot", "Lot", lambda line: f"{line.order.lot.number} {line.order.lot.title}", width=30),
    Column("reference_bpu", "Référence BPU", lambda line: line.item.reference, width=16),
    Column("designation", "Désignation", lambda line: line.label, width=36),
    Column("quantite", "Quantité", lambda line: line.quantity, width=10),
    Column("livre", "Livré", lambda line: line.delivered_quantity, width=10),
    Column("prix_unitaire_ht", "Prix unitaire HT", lambda line: line.unit_price_amount, MONEY, 15),
    Column("total_ht", "Total HT", lambda line: line.net_amount, MONEY, 15),
    Column("total_ttc", "Total TTC", lambda line: line.gross_amount, MONEY, 15),
    Column("envoyee_le", "Envoyée le", lambda line: line.order.sent_at, width=17),
    Column("a_livrer_le", "À livrer le", lambda line: line.order.due_on, width=12),
    Column("receptionnee_le", "Réceptionnée le", lambda line: line.order.accepted_at, width=17),
]


def _outcome(application) -> str:
    labels = {"awarded": "Retenu", "partly_awarded": "Retenu en partie", "reserve": "Liste complémentaire", "rejected": "Non retenu"}
    return labels.get(application.outcome, "")


def _answer_columns(call: Call) -> list[Column]:
    """One column per question of the version in force, under its stable key."""
    questionnaire = call.questionnaire
    sections = questionnaire.definition["sections"] if questionnaire else []
    questions = [q for s in sections for q in s["questions"] if q["kind"] not in (QuestionKind.FILE, QuestionKind.NEEDS, "info")]
    return [Column(q["key"], q["label"], _reader(q), MONEY if q["kind"] == QuestionKind.AMOUNT else "", 32) for q in questions]


def _reader(question: dict):
    """How to read the answer of one question from an application with prefetched answers."""
    labels = {c["value"]: c["label"] for c in question.get("choices", [])}

    def read(application):
        value = next((a.value for a in application.answers.all() if a.question_key == question["key"]), None)
        if isinstance(value, list):
            return ", ".join(labels.get(v, str(v)) for v in value)
        return labels.get(value, value) if isinstance(value, str) else value

    return read


def _applications(user, params) -> tuple[str, list[Sheet], int]:
    call = Call.objects.visible_to(user).get(reference=params["call"])
    files = Application.objects.visible_to(user).filed().filter(call=call)
    rows = files.select_related("establishment__department", "establishment__authority").prefetch_related("answers").order_by("reference")
    needs = (
        RequestLine.objects.filter(application__in=files)
        .select_related("application__establishment")
        .order_by("application__reference", "kind", "position")
    )
    sheets = [
        Sheet("Dossiers", [*_APPLICATION, *_answer_columns(call)], rows.iterator(chunk_size=CHUNK)),
        Sheet("Besoins", _NEEDS, needs.iterator(chunk_size=CHUNK)),
    ]
    return f"Dossiers {call.reference}", sheets, files.count() + needs.count()


def _orders(user, params) -> tuple[str, list[Sheet], int]:
    orders = PurchaseOrder.objects.visible_to(user)
    lines = OrderLine.objects.filter(order__in=orders).select_related(
        "item", "order__establishment", "order__lot__supplier", "order__decision__application"
    )
    return "Commandes", [Sheet("Lignes", _ORDER_LINES, lines.order_by("order__number", "pk").iterator(chunk_size=CHUNK))], lines.count()


register_workbook(
    WorkbookKind(
        code="dossiers",
        label="Dossiers d’un appel",
        help="Une ligne par dossier déposé de votre périmètre, avec les réponses ; les besoins dans leur propre feuille.",
        may_ask=lambda user: user.holds(Role.CALL_MANAGER, Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.ADMIN),
        sheets=_applications,
    )
)
register_workbook(
    WorkbookKind(
        code="commandes",
        label="Commandes",
        help="Une ligne par article commandé : quantités, livraisons, montants, dates.",
        may_ask=follows_orders,
        sheets=_orders,
        needs_call=False,
    )
)
