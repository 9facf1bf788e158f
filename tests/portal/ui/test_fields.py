import re
from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy

from portal.ui.fields import (
    EXAMPLE_DAY,
    AmountField,
    DayField,
    LeanSelect,
    MomentField,
    OfferedField,
    PlainTextField,
    WholeNumberField,
    example_of,
)
from tests.reading import values_of

AMOUNT = AmountField(minimum=Decimal("0.00"), maximum=Decimal("140000.00"), required=False)
WHOLE = WholeNumberField(minimum=1, maximum=5000, required=False)
TEXT = PlainTextField(max_length=20)
LONG = PlainTextField(max_length=20, multiline=True)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12 345,60", Decimal("12345.60")),
        ("12345.6", Decimal("12345.60")),
        ("12\u00a0345,6", Decimal("12345.60")),
        ("12\u202f345 €", Decimal("12345.00")),
        ("0", Decimal("0.00")),
        ("140000", Decimal("140000.00")),
        ("  7 ", Decimal("7.00")),
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
        ("NaN", "Indiquez un montant en euros, deux décimales au plus, par exemple 12\u00a0345,60."),
        ("Infinity", "Indiquez un montant en euros, deux décimales au plus, par exemple 12\u00a0345,60."),
        ("1e309", "Indiquez un montant en euros, deux décimales au plus, par exemple 12\u00a0345,60."),
        ("1,234", "Indiquez un montant en euros, deux décimales au plus, par exemple 12\u00a0345,60."),
        ("12,345.60", "Indiquez un montant en euros, deux décimales au plus, par exemple 12\u00a0345,60."),
        ("1 2", "Indiquez un montant en euros, deux décimales au plus, par exemple 12\u00a0345,60."),
        ("０１２", "Ces chiffres ne sont pas lus comme un nombre. Écrivez-le avec les chiffres 0 à 9."),
    ],
)
def test_amount_refused_says_why(typed, message):
    with pytest.raises(ValidationError) as error:
        AMOUNT.clean(typed)

    assert error.value.messages == [message]


@pytest.mark.parametrize("hidden", ["\x00", "\u200b", "\ufeff", "\u2060", "\u00ad", "\u202e", "\u200e"])
def test_a_number_is_read_as_it_is_seen_without_what_came_hidden_with_it(hidden):
    assert AMOUNT.clean(f"{hidden}1{hidden}2 345,60{hidden}") == Decimal("12345.60")
    assert WHOLE.clean(f"18{hidden}0") == 180
    assert WHOLE.clean(hidden) is None
    assert DayField().clean(f"{hidden}12/03/2027{hidden}") == date(2027, 3, 12)


@pytest.mark.parametrize(("typed", "value"), [("180", 180), ("1 200", 1200), ("5\u00a0000", 5000), ("", None)])
def test_whole_number_is_read(typed, value):
    assert WHOLE.clean(typed) == value


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0", "Le nombre va de 1 à 5\u00a0000."),
        ("5001", "Le nombre va de 1 à 5\u00a0000."),
        ("-1", "Une valeur négative n’est pas acceptée."),
        ("12,5", "Indiquez un nombre entier, par exemple 1\u00a0200."),
        ("１２", "Ces chiffres ne sont pas lus comme un nombre. Écrivez-le avec les chiffres 0 à 9."),
        ("9" * 400, "Ce nombre est trop grand."),
        ("douze", "Indiquez un nombre entier, par exemple 1\u00a0200."),
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
def test_text_with_a_hidden_character_is_kept_without_it(hidden):
    assert LONG.clean(f"abc{hidden}def") == "abcdef"


def test_accents_apart_from_their_letters_count_once():
    assert LONG.clean("e\u0301" * 20) == "é" * 20


def test_a_field_that_must_be_filled_says_so():
    for field in (PlainTextField(max_length=20), WholeNumberField(), AmountField(), DayField(), OfferedField(choices=[("a", "A")])):
        with pytest.raises(ValidationError) as error:
            field.clean("")
        assert error.value.messages == ["Ce champ est obligatoire."]


def test_a_field_may_say_in_its_own_words_that_it_must_be_filled():
    with pytest.raises(ValidationError) as error:
        PlainTextField(max_length=20, error_messages={"required": "Dites pourquoi."}).clean(" \r\n ")

    assert error.value.messages == ["Dites pourquoi."]


def test_a_text_of_several_lines_is_written_in_a_tall_box_that_the_browser_does_not_cut():
    long = PlainTextField(max_length=20, multiline=True)

    assert isinstance(long.widget, forms.Textarea)
    assert long.max_length == 20
    assert "maxlength" not in long.widget.attrs | PlainTextField(max_length=20).widget.attrs


@pytest.mark.parametrize("typed", ["2027-03-12", "12/03/2027"])
def test_a_day_is_read_as_browsers_and_people_write_it(typed):
    assert DayField().clean(typed) == date(2027, 3, 12)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("12 mars", format_lazy("Indiquez une date, par exemple {}.", EXAMPLE_DAY)),
        ("9999-12-31", "Vérifiez l’année de cette date."),
        ("0001-01-01", "Vérifiez l’année de cette date."),
    ],
)
def test_a_day_refused_says_why(typed, message):
    with pytest.raises(ValidationError) as error:
        DayField().clean(typed)

    assert error.value.messages == [message]


def test_a_moment_is_aware_and_of_our_time():
    assert MomentField().clean("2027-03-12T18:00").utcoffset() is not None
    with pytest.raises(ValidationError) as error:
        MomentField().clean("9999-12-31T23:59")
    assert error.value.messages == ["Vérifiez l’année de cette date."]


def test_calendars_give_back_the_iso_form():
    assert DayField().widget.render("on", date(2027, 3, 12)) == '<input type="date" name="on" value="2027-03-12">'
    assert values_of(MomentField().widget.render("at", datetime(2027, 3, 12, 18)), "at") == ["2027-03-12T18:00"]


def test_lean_select_is_the_select_of_django_in_one_go():
    choices = [("", "Tous"), ("a", "L’« A » & <b>")]
    lean, plain = LeanSelect(choices=choices), forms.Select(choices=choices)

    assert squeezed(lean.render("x", "a", {"id": "i"})) == squeezed(plain.render("x", "a", {"id": "i"}))


def squeezed(html: str) -> str:
    return re.sub(r">\s+", ">", html).replace("\n", "").strip()


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
    field = OfferedField(choices=[("a", "A"), ("b", "B"), ("c", "C")], multiple=True, required=False)

    assert field.clean(["c", "a"]) == ["a", "c"]
    assert field.clean([]) == []
    with pytest.raises(ValidationError):
        field.clean(["a", "z"])


@pytest.mark.parametrize(
    ("field", "example"),
    [
        (WholeNumberField(), "1 200"),
        (WholeNumberField(maximum=1_000), "12"),
        (WholeNumberField(minimum=30, maximum=600), "30"),
        (WholeNumberField(maximum=9), "9"),
        (AmountField(), "12 345,60"),
        (AmountField(maximum=Decimal(3_000)), "1 500,50"),
        (AmountField(minimum=Decimal(20_000), maximum=Decimal(90_000)), "20 000,00"),
        (AmountField(minimum=Decimal(0), maximum=Decimal(5)), "5,00"),
    ],
)
def test_an_example_is_a_value_that_the_field_takes(field, example):
    with pytest.raises(ValidationError) as error:
        field.clean("beaucoup")

    assert error.value.messages[0].replace("\xa0", " ").endswith(f"par exemple {example}.")
    field.clean(example)
    field.clean(example_of(field))


def test_a_day_given_as_an_example_is_still_to_come():
    with time_machine.travel("2031-05-04"):
        assert example_of(DayField()) == "03/06/2031"
        assert example_of(MomentField()) == "03/06/2031 18:00"
        with pytest.raises(ValidationError) as error:
            DayField().clean("hier")
        assert error.value.messages == ["Indiquez une date, par exemple 03/06/2031."]
