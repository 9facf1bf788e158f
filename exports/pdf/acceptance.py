"""Procès-verbal de réception, and of the lifting of reserves."""

from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.pdf.formats import day, moment
from exports.rows import AcceptanceRow


def render_acceptance(row: AcceptanceRow) -> bytes:
    """What was received, what was found wrong, who signed and when (CCAG-FCS 2021, chapter 5; CCAG-Travaux 2021, articles 41 to 44)."""
    title = f"{row.heading} {row.number}"
    blocks = [
        heading(title),
        *facts(
            [
                ("Objet", row.subject),
                ("Acheteur", f"{row.issuer.region}, {row.issuer.service}"),
                ("Accord-cadre", row.agreement),
                ("Lot", row.lot),
                ("Titulaire", ", ".join((row.supplier.name, *row.supplier.lines)) + f", SIRET {row.supplier_siret}"),
                ("Site", ", ".join((row.site.name, *row.site.lines)) + f" (UAI {row.uai})"),
            ]
        ),
        heading("Ce qui est reçu", 2),
        DataTable(["Référence", "Désignation", "Quantité"], [list(line) for line in row.lines], [2, 6, 2], {2}),
        heading("Constat", 2),
        *body(row.verdict),
    ]
    if row.reserves:
        blocks.append(DataTable(["Réserve", "À lever avant le", "Levée"], [_reserve(reserve) for reserve in row.reserves], [6, 2.2, 4]))
    blocks += [
        *(block for note in row.notes for block in body(note)),
        heading("Signature", 2),
        *body(f"Établi sur le portail et signé par {row.signed_by} le {moment(row.signed_at)}."),
    ]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, {row.issuer.service}"))


def _reserve(reserve) -> list[str]:
    lifted = f"Le {day(reserve.lifted_on)} : {reserve.lifting_note}" if reserve.lifted_on else "Non"
    return [reserve.text, day(reserve.due_on) if reserve.due_on else "–", lifted]
