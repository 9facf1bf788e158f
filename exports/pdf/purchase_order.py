"""Bon de commande and ordre de service."""

from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.pdf.formats import day, euros, number
from exports.rows import OrderRow


def render_order(row: OrderRow) -> bytes:
    """The written document to the holder that says which services and what quantity (code de la commande publique, R2162-13)."""
    title = f"{row.heading} {row.number}"
    blocks = [
        heading(title),
        *facts(
            [
                ("Date", day(row.issued_on)),
                ("Acheteur", f"{row.issuer.region}, {row.issuer.service}, SIRET {row.buyer_siret}"),
                ("Accord-cadre", row.agreement),
                ("Lot", row.lot),
                ("Titulaire", ", ".join((row.supplier.name, *row.supplier.lines)) + f", SIRET {row.supplier_siret}"),
                ("Site de livraison", ", ".join((row.site.name, *row.site.lines)) + f" (UAI {row.uai})"),
                ("Contact sur place", row.site_contact),
                ("À livrer le" if row.heading == "Bon de commande" else "Fin des travaux", day(row.due_on) if row.due_on else ""),
                ("Imputation budgétaire", row.budget_code),
                ("Numéro d’engagement juridique", row.commitment_number),
                ("Code service Chorus Pro", row.service_code),
            ]
        ),
        heading("Lignes", 2),
        DataTable(
            ["Référence", "Désignation", "Quantité", "Prix unitaire HT", "Total HT", "TVA"],
            [_line(line) for line in row.lines],
            [1.8, 5, 1.4, 2, 2.2, 1.2],
            {2, 3, 4, 5},
        ),
        *facts(
            [("Total HT", euros(row.net)), *((f"TVA {number(v.rate)} %", euros(v.vat)) for v in row.vat), ("Total TTC", euros(row.gross))]
        ),
        heading("Facturation", 2),
        *body(
            "Les factures sont déposées sur Chorus Pro, et là seulement. Elles portent le numéro de cette commande"
            + (", le numéro d’engagement" if row.commitment_number else "")
            + (" et le code service" if row.service_code else "")
            + ". Le paiement intervient sous trente jours (code de la commande publique, R2192-10)."
        ),
        *(block for note in row.notes for block in body(note)),
        *body(f"Pour la Région : {row.signatory}"),
    ]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, SIRET {row.buyer_siret}"))


def _line(line) -> list[str]:
    return [
        line.reference,
        line.label,
        f"{line.quantity} {line.unit}",
        euros(line.unit_price),
        euros(line.net),
        f"{number(line.vat_rate)}\u00a0%",
    ]
