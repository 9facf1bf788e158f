import io
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pypdf import PdfReader

from exports.papers.letter import GrantedLine, LetterRow, ReasonRow, render_letter
from exports.papers.order import OrderLineRow, OrderRow, VatRow, render_order
from exports.papers.parties import Issuer, Party
from exports.papers.receipt import AttachedFile, ReceiptRow, render_receipt
from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import body, heading
from tests.exports.reading import pdf_tags, pdf_text

ISSUER = Issuer("Région Grand Est", "Direction des lycées", "lycees@region.example")
SCHOOL = Party("Lycée polyvalent Marguerite-Thibault", ("12 rue des Tilleuls", "54200 Toul"))
RECEIPT = ReceiptRow(
    issuer=ISSUER,
    reference="L40-V2-0147",
    call_title="Lycée 4.0, vague 2",
    establishment=SCHOOL,
    uai="0540001X",
    project_title="Parler, produire, coopérer",
    received_at=datetime(2027, 3, 12, 16, 59, 58, tzinfo=UTC),
    closes_at=datetime(2027, 3, 12, 17, 0, tzinfo=UTC),
    requested_amount=Decimal("132241.20"),
    version_number=2,
    version_sha256="a" * 64,
    files=(AttachedFile("délibération.pdf", 204_800, "b" * 64),),
    submitted_by="Sonia Vautrin",
    silence=("La décision est attendue le 8 juillet 2027.", "Article L231-4, tribunal administratif."),
)
LETTER = LetterRow(
    issuer=ISSUER,
    reference="L40-V2-0147",
    call_title="Lycée 4.0, vague 2",
    establishment=SCHOOL,
    project_title="Parler, produire, coopérer",
    outcome="partly_awarded",
    outcome_label="Retenu en partie",
    granted_amount=Decimal("57792.00"),
    to_pay_amount=Decimal(0),
    requested_amount=Decimal("132241.20"),
    score=Decimal("71.25"),
    scale=100,
    rank=12,
    motive="Projet solide.",
    vote_number="26CP-1234",
    voted_on=date(2027, 5, 21),
    issued_at=datetime(2027, 6, 21, 8, 0, tzinfo=UTC),
    reasons=(ReasonRow("Évaluation", "3,50", "5", "Les outils de mesure sont nommés."),),
    lines=(GrantedLine("Ordinateur portable 11,6 pouces", 100, Decimal("49440.00")), GrantedLine("Prise RJ45", 48, Decimal("8342.40"))),
)
ORDER = OrderRow(
    issuer=ISSUER,
    buyer_siret="20005226400013",
    number="BC-2026-0001",
    heading="Bon de commande",
    issued_on=date(2027, 7, 1),
    agreement="AC-2026-EQ, Équipements numériques",
    lot="2, Ordinateurs portables",
    supplier=Party("Ateliers du Cèdre", ("4 rue du Cèdre", "57000 Metz")),
    supplier_siret="73282932000074",
    site=SCHOOL,
    uai="0540001X",
    site_contact="M. Pierron, gestionnaire",
    due_on=date(2027, 9, 1),
    budget_code="902-22",
    commitment_number="EJ-77",
    service_code="LYC-NUM",
    signatory="la direction des lycées",
    lines=(
        OrderLineRow("BPU-001", "Ordinateur portable 11,6 pouces", 100, "unité", Decimal("412.00"), Decimal("41200.00"), Decimal("20.0")),
    ),
    vat=(VatRow(Decimal("20.0"), Decimal("41200.00"), Decimal("8240.00")),),
    net=Decimal("41200.00"),
    gross=Decimal("49440.00"),
)


def test_receipt_says_when_it_was_received_and_what():
    text = pdf_text(render_receipt(RECEIPT))

    for said in (
        "Le dossier L40-V2-0147 a été reçu le 12 mars 2027 à 17 h 59 min 58 s (heure de Paris).",
        "Montant demandé TTC : 132 241,20 €",
        "délibération.pdf",
        "a" * 64,
        "La décision est attendue le 8 juillet 2027.",
        "L231-4",
    ):
        assert said in text


def test_letter_says_the_decision_its_reasons_and_how_to_appeal():
    text = pdf_text(render_letter(LETTER))

    for said in (
        "Retenu en partie",
        "n° 26CP-1234 du 21 mai 2027",
        "Montant accordé TTC : 57 792,00 €",
        "71,25 sur 100, rang 12",
        "Les outils de mesure sont nommés.",
        "tribunal administratif",
    ):
        assert said in text


def test_order_carries_the_fields_of_an_order():
    text = pdf_text(render_order(ORDER))

    for said in (
        "Bon de commande BC-2026-0001",
        "20005226400013",
        "73282932000074",
        "EJ-77",
        "41 200,00 €",
        "TVA 20 % : 8 240,00 €",
        "49 440,00 €",
    ):
        assert said in text


@pytest.mark.parametrize(
    "content", [render_receipt(RECEIPT), render_letter(LETTER), render_order(ORDER)], ids=["receipt", "letter", "order"]
)
def test_documents_are_tagged_titled_and_in_french(content):
    root = PdfReader(io.BytesIO(content)).trailer["/Root"]

    assert str(root["/Lang"]).startswith("fr")
    assert root["/MarkInfo"]["/Marked"]
    assert {"H1", "H2", "P", "Table", "TR", "TH", "TD"} <= set(pdf_tags(content))
    assert len(PdfReader(io.BytesIO(content)).outline) > 0


@pytest.mark.parametrize(
    "content", [render_receipt(RECEIPT), render_letter(LETTER), render_order(ORDER)], ids=["receipt", "letter", "order"]
)
def test_every_font_is_embedded(content):
    fonts = [
        font.get_object()
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"].get("/Font", {}).get_object().values()
    ]

    assert fonts
    assert [font for font in fonts if "/FontFile2" not in font.get("/FontDescriptor", {}).get_object()] == []


MARKUP = '<b>gras</b> <img src="/etc/passwd"/> <para> &amp; {x.__class__} {{ 7*7 }} <bbx'


def test_typed_markup_is_shown_literally():
    text = pdf_text(render_receipt(replace(RECEIPT, project_title=MARKUP, submitted_by=MARKUP, files=(AttachedFile(MARKUP, 1, "c" * 64),))))

    assert text.count('<img src="/etc/passwd"/>') == 3
    assert "{{ 7*7 }}" in text
    assert "<bbx" in text


@pytest.mark.parametrize("nasty", ["\x00\x07bip", "\ud800", "a\u202eb", "\r\n\r\n", "mot " * 20_000, "<br/>" * 20_000, "x" * 100_000])
def test_a_hostile_motive_is_drawn_in_time(nasty):
    """Four times as long a text takes some four times as long, whatever the machine: never the sixteen of a quadratic time."""
    quarter, whole = (_time_to_draw(text) for text in (nasty[: len(nasty) // 4], nasty))

    assert whole < 9 * quarter + 0.5


def _time_to_draw(motive: str) -> float:
    start = time.process_time()
    assert render_letter(replace(LETTER, motive=motive)).startswith(b"%PDF")
    return time.process_time() - start


def test_a_long_table_goes_over_pages_and_keeps_every_row():
    lines = tuple(replace(ORDER.lines[0], reference=f"BPU-{i:03d}") for i in range(150))

    content = render_order(replace(ORDER, lines=lines))

    text = pdf_text(content)
    assert len(PdfReader(io.BytesIO(content)).pages) > 2
    assert [i for i in range(150) if f"BPU-{i:03d}" not in text] == []
    assert pdf_tags(content).count("TD") == 150 * 6


@pytest.mark.parametrize("lines", range(24, 40))
def test_a_heading_never_ends_a_page(lines):
    lines_above = [block for n in range(lines) for block in body(f"Ligne {n}")]
    blocks = [heading("Essai"), *lines_above, heading("Observations", 2), *body("Aucune.")]

    pages = PdfReader(io.BytesIO(build("Essai", blocks, Letterhead("Région", "Service", "Pied")))).pages

    assert ["Observations" in page.extract_text() for page in pages] == ["Aucune." in page.extract_text() for page in pages]
