import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text.typed import Typed, as_typed, is_hidden


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_break_is_one_sign(line_break):
    typed = as_typed(f"Premier point{line_break}deuxième point", multiline=True)

    assert (typed.text, typed.dropped) == ("Premier point\ndeuxième point", 0)


@pytest.mark.parametrize("line_break", ["\r\n", "\x0b", "\u2028", "\t"])
def test_on_one_line_a_break_is_a_space(line_break):
    assert as_typed(f"  Coopérer {line_break} avec ", multiline=False).text == "Coopérer avec"


def test_an_accent_apart_from_its_letter_makes_one_sign_with_it():
    apart = unicodedata.normalize("NFD", "Élèves de Forêt-sur-Noël")

    assert as_typed(apart, multiline=False).text == "Élèves de Forêt-sur-Noël"


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800", "\ufffe", "\U0001ffff"])
def test_what_nobody_sees_is_dropped_and_counted(hidden):
    typed = as_typed(f"abc{hidden}def{hidden}", multiline=True)

    assert (typed.text, typed.dropped) == ("abcdef", 2)


@pytest.mark.parametrize(
    "hidden",
    ["\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\u2060", "\u2063", "\u206a", "\ufeff", "\u180e", "\ufff9", "\U000e0041"]
    + ["\u034f", "\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"],
)  # fmt: skip
def test_formats_and_letters_drawn_as_nothing_are_dropped_and_a_text_of_them_is_empty(hidden):
    assert as_typed(f"Coo{hidden}pérer{hidden}", multiline=False) == Typed("Coopérer", 2)
    assert as_typed(hidden * 3, multiline=True) == Typed("", 3)


def test_an_accent_that_a_hidden_character_kept_from_its_letter_joins_it():
    assert as_typed("e\u200b\u0301le\u0300ve", multiline=False) == Typed("élève", 1)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "<b>gras</b>",
        "l’œuvre « citée » €",
        "👩‍🏫",
        "{{ 7*7 }}",
        "a\tb",
        "ﬁ ½ ™",
        "\u200fעברית",
        "❤\ufe0f\u200d🔥",
        "می\u200cخواهم",
        "Bar\u2011le\u2011Duc",
    ],
)
def test_the_rest_is_kept_as_it_was_typed(text):
    assert as_typed(text, multiline=True).text == text


@given(text=st.text(max_size=60), multiline=st.booleans())
def test_a_text_once_typed_is_never_changed_again(text, multiline):
    once = as_typed(text, multiline=multiline).text

    assert as_typed(once, multiline=multiline) == as_typed(once, multiline=True)
    assert as_typed(once, multiline=multiline).text == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(is_hidden(character) for character in once)
