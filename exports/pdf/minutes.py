"""Procès-verbal of a sitting of the jury."""

from decimal import Decimal

from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.pdf.formats import day, euros, moment
from exports.rows import DecidedRow, MinutesRow


def render_minutes(row: MinutesRow) -> bytes:
    """Who sat, who stood aside, which selection was retained and why each file is where it is, what was remarked, who signed."""
    title = f"Procès-verbal de séance {row.reference}"
    blocks = [
        heading("Procès-verbal de séance du jury"),
        *facts(
            [
                ("Appel à projets", row.call_title),
                ("Séance", f"{moment(row.held_at)}{f', {row.place}' if row.place else ''}"),
                ("Présidence", ", ".join(row.chairs)),
            ]
        ),
        heading("Présents et absents", 2),
        DataTable(
            ["Collège", "Présents", "Absents"],
            [[found.name, ", ".join(found.present) or "–", ", ".join(found.absent) or "–"] for found in row.bodies],
            [3, 5, 5],
        ),
        heading("Déports", 2),
        *(block for sentence in row.recusals or ("Aucun membre ne s’est déporté.",) for block in body(sentence)),
        heading("Sélection retenue", 2),
        *facts(_selection(row)),
        *_group("Dossiers retenus", row.selected, total=True),
        *_group("Liste complémentaire", row.waiting),
        *_group("Dossiers non retenus", row.refused),
        heading("Observations", 2),
        *(body(row.remarks) or body("Aucune.")),
        heading("Signature", 2),
        *body(f"Procès-verbal signé sur le portail par {row.signed_by} le {moment(row.signed_at)}."),
    ]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, séance du {day(row.held_at)}"))


def _selection(row: MinutesRow) -> list[tuple[str, str]]:
    return [
        ("Scénario", row.scenario),
        ("Méthode", row.method),
        ("Enveloppe TTC", "" if row.envelope is None else euros(row.envelope)),
        ("Dossiers retenus", str(len(row.selected))),
        ("Montant proposé TTC", euros(_amount(row.selected))),
    ]


def _group(title: str, rows: tuple[DecidedRow, ...], *, total: bool = False) -> list:
    """One table of files, nothing when there is none."""
    if not rows:
        return []
    cells = [[line.rank, line.reference, line.school, line.score, euros(line.amount), line.reason] for line in rows]
    last = ["", "", "Total", "", euros(_amount(rows)), ""] if total else None
    return [
        heading(title, 2),
        DataTable(["Rang", "Dossier", "Lycée", "Note", "Montant TTC", "Motif"], cells, [1, 2.2, 3.6, 1.3, 2.4, 4], {0, 3, 4}, total=last),
    ]


def _amount(rows: tuple[DecidedRow, ...]) -> Decimal:
    return sum((line.amount for line in rows), Decimal(0))
