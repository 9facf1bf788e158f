from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portal.ui.fields import AmountField, OfferedField, PlainTextField, WholeNumberField

AMOUNT = AmountField(minimum=Decimal("0.00"), maximum=Decimal("140000.00"))
WHOLE = WholeNumberField(minimum=1, maximum=5000)
TEXT = PlainTextField(max_length=20)
LONG = PlainTextField(max_length=20, multiline=True)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12 345,60", "12345.60"),
        ("12345.6", "12345.60"),
        ("12\u00a0345,6", "12345.60"),
        ("12\u202f345 €", "12345.00"),
        ("0", "0.00"),
        ("140000", "140000.00"),
        ("  7 ", "7.00"),
        ("", None),
        ("   ", None),
    ],
)
def test_amount_is_read_as_french_people_write_it(typed, value):
    assert AMOUNT.clean(typed) == value


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("-5", "Une valeur négative n’est pas acceptée."),
        ("− 5,00", "Une valeur négative n’est pas acceptée."),
        ("140000,01", "Le montant dépasse le plafond de 140\u00a0000,00\u00a0€."),
        ("9999999999999999", "Ce nombre est trop grand."),
        ("NaN", "Indiquez un montant en euros : deux décimales au plus, par exemple 12 345,60."),
        ("Infinity", "Indiquez un montant en euros : deux décimales au plus, par exemple 12 345,60."),
        ("1e309", "Indiquez un montant en euros : deux décimales au plus, par exemple 12 345,60."),
        ("1,234", "Indiquez un montant en euros : deux décimales au plus, par exemple 12 345,60."),
        ("12,345.60", "Indiquez un montant en euros : deux décimales au plus, par exemple 12 345,60."),
        ("1 2", "Indiquez un montant en euros : deux décimales au plus, par exemple 12 345,60."),
        ("０１２", "Ces chiffres ne sont pas lus comme un nombre. Écrivez-le avec les chiffres 0 à 9."),
        ("12\x00", "Indiquez un montant en euros : deux décimales au plus, par exemple 12 345,60."),
    ],
)
def test_amount_refused_says_why(typed, message):
    with pytest.raises(ValidationError) as error:
        AMOUNT.clean(typed)

    assert error.value.messages == [message]


@pytest.mark.parametrize(("typed", "value"), [("180", 180), ("1 200", 1200), ("5\u00a0000", 5000), ("", None)])
def test_whole_number_is_read(typed, value):
    assert WHOLE.clean(typed) == value


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0", "Le nombre va de 1 à 5\u00a0000."),
        ("5001", "Le nombre va de 1 à 5\u00a0000."),
        ("-1", "Une valeur négative n’est pas acceptée."),
        ("12,5", "Indiquez un nombre entier : par exemple 1 200."),
        ("１２", "Ces chiffres ne sont pas lus comme un nombre. Écrivez-le avec les chiffres 0 à 9."),
        ("9" * 400, "Ce nombre est trop grand."),
        ("douze", "Indiquez un nombre entier : par exemple 1 200."),
    ],
)
def test_whole_number_refused_says_why(typed, message):
    with pytest.raises(ValidationError) as error:
        WHOLE.clean(typed)

    assert error.value.messages == [message]


def test_text_of_one_line_joins_lines_and_trims():
    assert TEXT.clean("  Coopérer\r\navec  ") == "Coopérer avec"


def test_long_text_keeps_its_lines_and_counts_one_sign_per_line_break():
    assert LONG.clean("a" * 9 + "\r\n" + "b" * 10) == "a" * 9 + "\n" + "b" * 10


def test_text_too_long_says_by_how_much():
    with pytest.raises(ValidationError) as error:
        LONG.clean("é" * 23)

    assert error.value.messages == ["Le texte compte 23 signes pour 20 au plus : retirez-en 3."]


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b", "\u202e", "\u2066", "\x7f"])
def test_text_with_a_hidden_character_is_refused_not_cleaned(hidden):
    with pytest.raises(ValidationError) as error:
        LONG.clean(f"abc{hidden}def")

    assert error.value.messages == ["Le texte contient un caractère invisible au signe 4, souvent venu d’un copier-coller : retirez-le."]


@pytest.mark.parametrize("text", ["=1+1", "<b>gras</b>", "l’œuvre « citée » €", "👩‍🏫", "{{ 7*7 }}"])
def test_text_is_kept_as_it_was_typed(text):
    assert LONG.clean(text) == text


def test_choice_not_offered_is_refused():
    field = OfferedField(choices=[("a", "A"), ("b", "B")])

    with pytest.raises(ValidationError) as error:
        field.clean("c")

    assert error.value.messages == ["Ce choix n’est pas proposé."]
    assert field.clean("b") == "b"


def test_several_choices_come_in_the_order_offered():
    field = OfferedField(choices=[("a", "A"), ("b", "B"), ("c", "C")], multiple=True)

    assert field.clean(["c", "a"]) == ["a", "c"]
    assert field.clean([]) == []
    with pytest.raises(ValidationError):
        field.clean(["a", "z"])
