"""What the public pages of the demonstration say: presentation, figures, prices, questions, calendar."""

import csv
import io
import json
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents.models import Document

from calls.models import Call
from calls.questions.needs import NeedsQuestion
from cms.demo.clock import vote_day
from cms.demo.regulation import regulation_of
from cms.models import CallPage
from portal.text.dates import day

CONTACT = "Mission numérique éducatif, du lundi au vendredi de 9 h à 17 h"
PRESENTATION = {
    "lycee-40": (
        "<h2>De quoi s’agit-il ?</h2>"
        "<p>La Région, les académies et la DRAAF choisissent ensemble les lycées qu’elles câblent, équipent et forment, à partir d’un projet "
        "pédagogique écrit par l’équipe. La demande d’équipement vient ensuite : elle découle du projet.</p>"
        "<h3>Ce que la Région apporte</h3>"
        "<ul><li>le câblage et le Wi-Fi des salles concernées ;</li><li>les ordinateurs, tablettes et serveurs retenus, livrés et installés ;</li>"
        "<li>un débit d’au moins 100 Mb/s ;</li><li>la formation des équipes, avec les académies.</li></ul>"
    ),
    "usages": (
        "<h2>De quoi s’agit-il ?</h2>"
        "<p>Un appel aux équipes pédagogiques qui veulent essayer une pratique nouvelle : terminaux mobiles, services et ressources, travail "
        "collaboratif, différenciation. Le montant dépend de la qualité du projet et du nombre de dossiers retenus, dans une seule enveloppe.</p>"
        "<h3>Ce que la Région apporte</h3>"
        "<ul><li>l’équipement et les services retenus ;</li><li>les mêmes références techniques pour les lycées publics et privés.</li></ul>"
    ),
}
QUESTIONS = [
    (
        "Qui peut créer le dossier ?",
        "<p>Tout membre de l’équipe rattaché au lycée. Le dossier appartient à l’établissement : si son auteur change de poste, il reste "
        "accessible à ses collègues.</p>",
    ),
    (
        "La délibération du conseil d’administration est-elle obligatoire au dépôt ?",
        "<p>Joignez-la si elle est prise. À défaut, elle vous sera demandée pendant l’instruction.</p>",
    ),
    (
        "Peut-on demander seulement du câblage ?",
        "<p>Non. Un dossier porte un projet pédagogique ; les besoins de câblage et d’équipement en découlent.</p>",
    ),
    (
        "Que se passe-t-il si nous ne sommes pas retenus ?",
        "<p>Vous recevez les motifs critère par critère. Un dossier placé en liste complémentaire peut être appelé si des crédits se libèrent.</p>",
    ),
]


def fill_page(page: CallPage, call: Call) -> None:
    """Give the page of a demonstration call its content; the caller publishes it."""
    kind = "lycee-40" if "lycee-4-0" in call.slug else "usages"
    blocks = [("text", PRESENTATION[kind]), ("faq", [{"question": question, "answer": answer} for question, answer in QUESTIONS])]
    documents = [{"document": _regulation(call).pk, "note": "À lire avant de commencer"}]
    if prices := _price_list(call):
        documents.append({"document": prices.pk, "note": f"prix {timezone.localdate().year}"})
    blocks.append(("documents", documents))
    page.body = json.dumps([{"type": block, "value": value} for block, value in blocks])
    page.milestones = json.dumps([{"type": "milestone", "value": value} for value in _milestones(call)])
    page.contact = CONTACT


def _milestones(call: Call) -> list[dict]:
    """Dates that the call itself does not carry, set around its own."""
    opening, closing = timezone.localtime(call.opens_at).date(), timezone.localtime(call.closes_at).date()
    steps = [
        {"starts_on": str(opening + timedelta(days=14)), "ends_on": None, "label": "Réunion d’information en ligne"},
        {"starts_on": str(closing + timedelta(days=1)), "ends_on": str(closing + timedelta(days=18)), "label": "Instruction, compléments"},
    ]
    if call.results_on:
        steps.append({"starts_on": str(vote_day(call.results_on)), "ends_on": None, "label": "Vote de la Commission permanente"})
    return steps


def _regulation(call: Call) -> Document:
    name, content = regulation_of(call)
    return Document.objects.create(title=f"Règlement de l’appel {call.title}", file=ContentFile(content, name=name), file_size=len(content))


def _price_list(call: Call) -> Document | None:
    """The prices of the call's needs table as a small spreadsheet; None for a call without one."""
    tables = [question for question in call.questionnaire.schema.questions if isinstance(question, NeedsQuestion)]
    items = [item for table in tables for item in table.items]
    if not items:
        return None
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Article", "Prix unitaire HT en euros", "TVA en %"])
    writer.writerows([item.label, f"{item.unit_price:.2f}".replace(".", ","), f"{item.vat_rate:.1f}".replace(".", ",")] for item in items)
    name = f"{call.slug}-prix-indicatifs.csv"
    content = ContentFile(text.getvalue().encode("utf-8-sig"), name=name)
    return Document.objects.create(
        title=f"Catalogue indicatif des équipements, au {day(timezone.localdate())}", file=content, file_size=content.size
    )
