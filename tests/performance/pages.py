"""The pages that are measured: (label, address, account). `load` reads a database of `make_load`, `demo` one of `load_demo`."""

from calls.models import Application, Call
from orders.models import PurchaseOrder
from scoring.models import Assessment, SelectionSession

Page = tuple[str, str, str]


def load_pages() -> list[Page]:
    call = Call.objects.get(reference="CHARGE")
    filed = Application.objects.filter(call=call, state="admissible").order_by("pk")[5]
    last = Application.objects.filter(submitted_at__isnull=False).count() // 50
    return [
        ("accueil, anonyme", "/", ""),
        ("liste des appels", "/appels/", ""),
        ("ce qui m’attend, instruction", "/espace/", "instruction"),
        ("dossiers, instruction", "/dossiers/", "instruction"),
        ("dossiers, dernière page", f"/dossiers/?page={last}", "instruction"),
        ("dossiers, recherche", "/dossiers/?q=lycee+agricole", "instruction"),
        ("dossier, instruction", f"/dossiers/{filed.reference}/", "instruction"),
        ("établissements", "/etablissements/", "instruction"),
        ("pilotage de l’appel", f"/pilotage/{call.reference}/", "appels"),
        ("jury, avancement", f"/jury/appels/{call.reference}/dossiers/", "appels"),
        ("classement", f"/jury/appels/{call.reference}/classement/", "appels"),
        *sittings(call),
        ("évaluation", Assessment.objects.order_by("pk")[3].get_absolute_url(), "juré"),
        ("journal", "/journal/", "audit"),
        ("exports", "/exports/", "appels"),
    ]


def sittings(call: Call) -> list[Page]:
    """The page of a sitting whose methods are computed, and its scenarios side by side: for a load made with --sitting."""
    session = SelectionSession.objects.filter(call=call, scenarios__isnull=False).first()
    if session is None:
        return []
    address = session.get_absolute_url()
    return [("séance du jury", address, "presidence"), ("scénarios côte à côte", f"{address}comparer/", "presidence")]


def demo_pages() -> list[Page]:
    session = SelectionSession.objects.filter(scenarios__isnull=False).order_by("pk").first()
    call = Call.objects.filter(state__in=["assessment", "deliberation", "voted", "released"]).order_by("pk").first()
    return [
        ("décisions", "/decisions/", "finances"),
        ("une commande", PurchaseOrder.objects.order_by("pk").first().get_absolute_url(), "commandes"),
        ("commandes", "/commandes/", "commandes"),
        ("travaux", "/travaux/", "commandes"),
        ("déploiements", "/deploiements/", "commandes"),
        ("messages", "/courriels/", "appels"),
        ("personnes", "/compte/personnes/", "appels"),
        ("pilotage", "/pilotage/", "appels"),
        ("statistiques des notes", f"/jury/appels/{call.reference}/statistiques/", "appels"),
        ("séance close", session.get_absolute_url(), "appels"),
        ("mes dossiers, équipe", "/espace/", "equipe"),
    ]
