"""Letter that notifies a decision."""

from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.pdf.formats import day, euros, number
from exports.rows import LetterRow

_OPENING = {
    "awarded": "J’ai le plaisir de vous informer que la Région retient votre projet.",
    "partly_awarded": "J’ai le plaisir de vous informer que la Région retient une partie de votre projet.",
    "reserve": "Votre projet figure sur la liste complémentaire. Il pourra être retenu si un lycée se désiste.",
    "rejected": "La Région n’a pas pu retenir votre projet.",
}


def render_letter(row: LetterRow) -> bytes:
    """Letter to the head of establishment: the decision, its reasons criterion by criterion, what is granted, how to appeal."""
    title = f"Décision {row.reference}"
    blocks = [
        *body("\n".join((row.establishment.name, *row.establishment.lines))),
        *body(f"Le {day(row.issued_at.date())}"),
        heading(f"{row.call_title} : décision sur votre dossier {row.reference}"),
        *body("Madame, Monsieur,"),
        *body(_OPENING[row.outcome]),
        *facts(_summary(row)),
        heading("Les motifs", 2),
        *body(row.motive),
    ]
    if row.reasons:
        rows = [[r.criterion, f"{r.points} sur {r.out_of}", r.sentence] for r in row.reasons]
        blocks.append(DataTable(["Critère", "Points", "Appréciation"], rows, [4, 2, 6], {1}))
    if row.lines:
        blocks.append(heading("Ce qui est accordé", 2))
        rows = [[line.label, str(line.quantity), euros(line.amount)] for line in row.lines]
        blocks.append(
            DataTable(["Besoin", "Quantité", "Montant TTC"], rows, [6, 1.5, 2.5], {1, 2}, total=["Total", "", euros(row.granted_amount)])
        )
    blocks += [heading("Si vous contestez cette décision", 2), *(block for text in _appeal(row) for block in body(text))]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, {row.issuer.service}"))


def _summary(row: LetterRow) -> list[tuple[str, str]]:
    pairs = [
        ("Décision", row.outcome_label),
        ("Délibération de la Commission permanente", f"n° {row.vote_number} du {day(row.voted_on)}"),
        ("Projet", row.project_title),
        ("Montant demandé TTC", euros(row.requested_amount)),
    ]
    if row.granted_amount:
        pairs.append(("Montant accordé TTC", euros(row.granted_amount)))
    if row.score is not None:
        pairs.append(("Note du jury", f"{number(row.score)} sur {row.scale}" + (f", rang {row.rank}" if row.rank else "")))
    return pairs


def _appeal(row: LetterRow) -> list[str]:
    return [
        "Vous pouvez, dans les deux mois qui suivent la réception de cette lettre, demander à la Région de revoir sa décision (recours gracieux) "
        "ou saisir le tribunal administratif (code de justice administrative, article R421-1), par courrier ou sur www.telerecours.fr.",
        "La note est établie par un jury ; un calcul classe les dossiers par note et vérifie l’enveloppe et les équilibres fixés par l’appel. "
        "Vous pouvez demander les règles de ce calcul et les éléments qui vous concernent (code des relations entre le public et "
        "l’administration, article L311-3-1).",
        f"Contact : {row.issuer.service}" + (f", {row.issuer.contact}." if row.issuer.contact else "."),
    ]
