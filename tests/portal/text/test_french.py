from decimal import Decimal
from fractions import Fraction

import pytest

from portal.text import french
from portal.text.typography import typo


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
    assert typo(typed) == printed


def test_typo_leaves_tags_alone():
    assert typo('<a title="Oui ?">Oui ?</a>', html=True) == '<a title="Oui ?">Oui\u00a0?</a>'


def test_count_is_singular_up_to_one():
    assert [french.count(n, "dossier") for n in (0, 1, 2)] == ["0\u00a0dossier", "1\u00a0dossier", "2\u00a0dossiers"]
    assert french.count(1200, "travail", "travaux") == "1\u00a0200\u00a0travaux"


def test_de_is_elided_before_a_vowel_or_a_silent_h():
    names = ("Metz", "Épinal", "Hélène Vautrin", "Usages numériques", "Yves", "4.0")
    assert [french.of(name) for name in names] == [
        "de Metz", "d’Épinal", "d’Hélène Vautrin", "d’Usages numériques", "d’Yves", "de 4.0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [
        (0, "unité", "0 unité"),
        (1, "unité", "1 unité"),
        (57, "unité", "57 unités"),
        (1200, "mètre linéaire", "1 200 mètres linéaires"),
        (3, "jeu de câbles", "3 jeux de câbles"),
        (4, "terminal d’accès", "4 terminaux d’accès"),
        (2, "poste en service", "2 postes en service"),
        (5, "lot", "5 lots"),
        (6, "mois", "6 mois"),
        (40, "m²", "40 m²"),
        (40, "ml", "40 ml"),
        (12, "kWh", "12 kWh"),
        (7, "U", "7 U"),
    ],
)
def test_a_unit_that_somebody_typed_agrees_with_its_quantity(quantity, unit, text):
    assert french.measured(quantity, unit).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("20.00"), "20"),
        (Decimal("5.50"), "5,5"),
        (Decimal("71.25"), "71,25"),
        (Decimal("-1234.50"), "−1\u00a0234,5"),
        (Decimal("1E+3"), "1\u00a0000"),
        (Decimal("-0.0"), "0"),
        (10**30, "\u00a0".join(["1"] + ["000"] * 10)),
    ],
)
def test_exact_neither_rounds_nor_pads(value, text):
    assert french.exact(value) == text


def test_money_hides_useless_cents_only():
    amounts = [Decimal("12340.00"), Decimal("12340.50"), Decimal(0)]

    assert [french.money(amount) for amount in amounts] == ["12\u00a0340\u00a0€", "12\u00a0340,50\u00a0€", "0\u00a0€"]


def test_cents_read_as_the_same_amount_in_euros():
    assert [french.cents_in_euros(cents) for cents in (1234000, 1234050, 5, -150)] == [
        "12\u00a0340\u00a0€",
        "12\u00a0340,50\u00a0€",
        "0,05\u00a0€",
        "−1,50\u00a0€",
    ]


def test_points_are_plural_from_two():
    values = [Decimal("0"), Decimal("1.50"), Decimal("2"), Decimal("12.25")]

    assert [french.points(value) for value in values] == ["0\u00a0point", "1,50\u00a0point", "2\u00a0points", "12,25\u00a0points"]


def test_a_mark_has_two_decimals_wherever_it_is_written_and_loses_none_of_those_that_rank():
    values = [Decimal("71.7"), Decimal("71.70"), Decimal("80"), Decimal("14.125"), Decimal("0"), None]

    assert [french.mark(value) for value in values] == ["71,70", "71,70", "80,00", "14,125", "0,00", "–"]


def test_a_limit_or_a_gain_of_points_is_whole_or_written_as_a_mark_is():
    values = [Decimal("16.00"), Decimal("71.7"), Decimal("0.5"), Decimal("14.125")]

    assert [french.few_points(value) for value in values] == ["16", "71,70", "0,50", "14,125"]


def test_percent_is_exact_or_rounded_half_up_on_demand():
    assert [french.percent(Decimal(value)) for value in ("30.00", "12.5")] == ["30\u00a0%", "12,5\u00a0%"]
    assert [french.percent(value, 1) for value in (30, 6.25, Decimal("12.55"))] == ["30,0\u00a0%", "6,3\u00a0%", "12,6\u00a0%"]


def test_share_reads_a_part_of_one():
    assert [french.share(part) for part in (Fraction(3, 8), Fraction(1, 3), Fraction(0))] == ["38\u00a0%", "33\u00a0%", "0\u00a0%"]
    assert [french.share(part, 1) for part in (Fraction(1, 3), Decimal("0.3"))] == ["33,3\u00a0%", "30\u00a0%"]


def test_weight_counts_as_file_managers_do():
    sizes = (0, 1500, 90_000, 1024 * 1024, 1_300_000)

    assert [french.weight(size) for size in sizes] == ["1\u00a0Ko", "1\u00a0Ko", "88\u00a0Ko", "1\u00a0Mo", "1,2\u00a0Mo"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Lycée général Jean Moulin", ("le lycée général Jean Moulin", "du lycée général Jean Moulin", "au lycée général Jean Moulin")),
        ("LP Saint-Exupéry", ("le LP Saint-Exupéry", "du LP Saint-Exupéry", "au LP Saint-Exupéry")),
        (
            "Section d’enseignement général",
            ("la section d’enseignement général", "de la section d’enseignement général", "à la section d’enseignement général"),
        ),
        ("École Boulle", ("l’école Boulle", "de l’école Boulle", "à l’école Boulle")),
        ("Ecole Boulle", ("l’ecole Boulle", "de l’ecole Boulle", "à l’ecole Boulle")),
        ("EIC-Lycée Hoche", ("EIC-Lycée Hoche", "d’EIC-Lycée Hoche", "à EIC-Lycée Hoche")),
        ("Saint-Joseph", ("Saint-Joseph", "de Saint-Joseph", "à Saint-Joseph")),
    ],
)
def test_an_establishment_has_its_article_inside_a_sentence(name, said):
    assert (french.the_school(name), french.of_school(name), french.at_school(name)) == said
