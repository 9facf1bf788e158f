"""The pages that are measured, each once: (label, address, account, bars). The account "juré" is whoever the page is for.

`load_pages` reads a database of `make_load`, `demo_pages` one of `load_demo`.
"""

from django.db.models import Count

from calls.models import Application, Call
from orders.models import PurchaseOrder
from scoring.models import Assessment, SelectionSession

Bars = tuple[int, int, int]  # ms of CPU, queries, KB of HTML
Page = tuple[str, str, str, Bars]
LIST, FILE, SITTING = (60, 15, 80), (40, 25, 80), (250, 40, 130)
CALL = (20, 25, 60)  # the page that a link in a newspaper opens


def load_pages() -> list[Page]:
    call = Call.objects.get(reference="CHARGE")
    filed = Application.objects.filter(call=call, state="admissible").order_by("pk")[5]
    last = Application.objects.filter(submitted_at__isnull=False).count() // 50
    return [
        ("accueil, anonyme", "/", "", FILE),
        ("page d’un appel, anonyme", call.get_absolute_url(), "", CALL),
        ("liste des appels", "/appels/", "", FILE),
        ("ce qui m’attend, instruction", "/espace/", "instruction", LIST),
        ("dossiers, instruction", "/dossiers/", "instruction", LIST),
        ("dossiers, dernière page", f"/dossiers/?page={last}", "instruction", LIST),
        ("dossiers, recherche", "/dossiers/?q=lycee+agricole", "instruction", LIST),
        ("dossier, instruction", f"/dossiers/{filed.reference}/", "instruction", FILE),
        ("établissements", "/etablissements/", "instruction", LIST),
        ("pilotage de l’appel", f"/pilotage/{call.reference}/", "appels", LIST),
        ("jury, avancement", f"/jury/appels/{call.reference}/dossiers/", "appels", LIST),
        ("classement", f"/jury/appels/{call.reference}/classement/", "appels", LIST),
        *sittings(call),
        ("évaluation", Assessment.objects.order_by("pk")[3].get_absolute_url(), "juré", FILE),
        ("journal", "/journal/", "audit", LIST),
        ("exports", "/exports/", "appels", LIST),
    ]


def sittings(call: Call) -> list[Page]:
    """The page of a sitting whose methods are computed, and its scenarios side by side: for a load made with --sitting."""
    session = SelectionSession.objects.filter(call=call, scenarios__isnull=False).first()
    if session is None:
        return []
    address = session.get_absolute_url()
    return [("séance du jury", address, "presidence", SITTING), ("scénarios côte à côte", f"{address}comparer/", "presidence", SITTING)]


def demo_pages() -> list[Page]:
    session = SelectionSession.objects.filter(scenarios__isnull=False).order_by("pk").first()
    call = Call.objects.filter(state__in=["assessment", "deliberation", "voted", "released"]).order_by("pk").first()
    decided = Call.objects.annotate(number=Count("applications__decision")).order_by("-number", "pk").first()
    return [
        ("décisions", f"/decisions/?appel={decided.reference}", "finances", LIST),
        ("une commande", PurchaseOrder.objects.order_by("pk").first().get_absolute_url(), "commandes", FILE),
        ("commandes", "/commandes/", "commandes", LIST),
        ("travaux", "/travaux/", "commandes", LIST),
        ("déploiements", "/deploiements/", "commandes", LIST),
        ("messages", "/courriels/", "appels", LIST),
        ("personnes", "/compte/personnes/", "appels", LIST),
        ("pilotage", "/pilotage/", "appels", LIST),
        ("statistiques des notes", f"/jury/appels/{call.reference}/statistiques/", "appels", LIST),
        ("séance close", session.get_absolute_url(), "appels", SITTING),
        ("mes dossiers, équipe", "/espace/", "equipe", LIST),
    ]
