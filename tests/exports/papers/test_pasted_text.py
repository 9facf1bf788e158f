"""Text pasted from Word, LibreOffice, a Mac or a page of the web: papers draw it whole, and it is read back as it is drawn."""

import unicodedata

import pypdfium2
import pytest

from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.pdf.fonts import drawable
from exports.pdf.text import printable
from tests.exports.reading import pdf_text

LETTERHEAD = Letterhead("Région", "Service", "Préau")
PASTED = {
    "Word": (
        "\uf0b7 Objectif\u00a0: l\u2019oral \u2013 « parler » \u2010 \u2011 \u201cciter\u201d\u2026 \uf0fc fait \uf0e0 suite \uf0a7 point \u00e9t\u00e9",
        "• Objectif : l’oral – « parler » - - “citer”… ✓ fait → suite ■ point été",
    ),
    "LibreOffice": (
        "\u25cf un \u25cb deux \u25aa trois \u2714 fait \u2717 non \u27a2 puis \u2794 enfin",
        "• un • deux ■ trois ✓ fait × non ▶ puis → enfin",
    ),
    "a Mac": ("e\u0301cole, a\u0300 cha\u0302teau \u2022 \ufb01n \u2713 \u2318", "école, à château • fin ✓ [U+2318]"),
    "a page": (
        "\u200bmot\u200b coupe\u0301\ufeff, \u2060joint \u00adtiret, 12\u2009345,67\u202f€ \u25a1 case \u2611 faite \u21d2 donc \u2705 \u27a1\ufe0f \U0001f600",
        "mot coupé, joint tiret, 12 345,67 € ☐ case ☑ faite → donc ✓ → [U+1F600]",
    ),
}


def drawn(*blocks):
    return build("Essai", blocks, LETTERHEAD)


@pytest.mark.parametrize("source", PASTED)
def test_pasted_text_is_drawn_and_read_back_whole(source):
    pasted, read = PASTED[source]
    content = drawn(*body(pasted), heading(pasted), *facts([(pasted, pasted)]), DataTable([pasted], [[pasted]], [1]))

    text = pdf_text(content)

    assert text.count(read) == 6
    assert "\x00" not in text
    assert "\ufffe" not in text


def test_the_title_and_the_letterhead_are_drawn_like_the_rest():
    title = "Visa \uf0b7 \u2010 \u200bfin"

    text = pdf_text(build(title, body("Texte."), Letterhead(title, title, title)))

    assert text.count("Visa • - fin") == 4


BLOCKS = [*range(0x20, 0x3000), *range(0xE000, 0xFFFE), *range(0x1F000, 0x1FB00)]


def test_every_character_has_signs_of_the_font_or_nothing_to_draw():
    signs = {chr(code): printable(chr(code)) for code in BLOCKS if unicodedata.category(chr(code)) != "Cs"}

    assert {sign: out for sign, out in signs.items() if set(out) - drawable() - {"\n"}} == {}
    seen = {sign for sign, out in signs.items() if not out}
    alone = {"\uff9e", "\uff9f"}  # half-width marks of Japanese
    assert {unicodedata.category(sign)[0] for sign in seen - alone} <= {"C", "M"}  # controls, joiners, marks without their letter
    assert not {sign for sign in signs if unicodedata.category(sign) == "Cf"} & set("".join(signs.values()))


def test_what_the_font_has_stays_as_it_was_typed():
    kept = "Œuvre ÀÉÎÖÜŸ ñ œ æ ß ½ € ™ © ° ² ³ µ Ω α Ж ≤ ≥ ≠ √ ∞ « » “ ” ‘ ’ – — … • ✓ ☐ ☑ → ← ↑ ↓"

    assert printable(kept) == kept


@pytest.mark.parametrize("space", ["\u2009", "\u202f", "\u00a0", "\u2007"])
def test_no_line_is_cut_inside_an_amount(space):
    amount = f"12{space}345,67{space}€"
    lines = pypdfium2.PdfDocument(drawn(*body(f"Soit {amount} et " * 60)))[0].get_textpage().get_text_range().splitlines()

    assert len(lines) > 10
    assert sum(line.replace("\u00a0", " ").count("12 345,67 €") for line in lines) == 60


def test_a_line_break_of_any_kind_begins_a_line():
    content = drawn(*body("un\x0bdeux\u2028trois\r\nquatre"))

    lines = [line.strip() for line in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range().splitlines()]
    assert [line for line in lines if line in ("un", "deux", "trois", "quatre")] == ["un", "deux", "trois", "quatre"]
