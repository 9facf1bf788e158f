from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portal.text import dates, french


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        (Decimal("12345.6"), 2, "12\u00a0345,60\u00a0€"),
        (Decimal("6000000"), 0, "6\u00a0000\u00a0000\u00a0€"),
        (Decimal("0.005"), 2, "0,01\u00a0€"),
        (Decimal("-1234.5"), 2, "−1\u00a0234,50\u00a0€"),
        (Decimal("-0.001"), 2, "0,00\u00a0€"),
        ("152000.00", 0, "152\u00a0000\u00a0€"),
        (None, 2, "–"),
        ("", 2, "–"),
    ],
)
def test_euros_writes_amounts_as_french_people_do(amount, decimals, text):
    assert french.euros(amount, decimals) == text


def test_number_leaves_what_is_no_number():
    assert french.number("douze") == "douze"


def test_day_and_moment_read_on_french_clocks():
    late_evening_in_london = datetime(2027, 3, 31, 22, 5, tzinfo=UTC)

    assert dates.day(late_evening_in_london) == "1er avril 2027"
    assert dates.moment(late_evening_in_london) == "1er avril 2027 à 0\u00a0h\u00a005"
    assert dates.day(date(2027, 3, 12), weekday=True) == "vendredi 12 mars 2027"
    assert dates.day(date(2027, 3, 12), year=False) == "12 mars"
    assert dates.moment(None) == "–"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Clôture : 18 h 00 !", "Clôture\u00a0: 18\u00a0h\u00a000\u00a0!"),
        ("« Lycée 4.0 » à 54 %", "«\u00a0Lycée 4.0\u00a0» à 54\u00a0%"),
        ("un plafond de 140 000 €", "un plafond de 140\u00a0000\u00a0€"),
        ("lot n° 2", "lot n°\u00a02"),
        ("https://preau.example/?a=1;b=2", "https://preau.example/?a=1;b=2"),
        ("L40 12 345 678", "L40 12\u00a0345\u00a0678"),
    ],
)
def test_typo_keeps_french_signs_with_their_neighbour(typed, printed):
    assert french.typo(typed) == printed


def test_typo_leaves_tags_alone():
    assert french.typo('<a title="Oui ?">Oui ?</a>', html=True) == '<a title="Oui ?">Oui\u00a0?</a>'


def test_count_is_singular_up_to_one():
    assert [french.count(n, "dossier") for n in (0, 1, 2)] == ["0\u00a0dossier", "1\u00a0dossier", "2\u00a0dossiers"]
    assert french.count(1200, "travail", "travaux") == "1\u00a0200\u00a0travaux"
