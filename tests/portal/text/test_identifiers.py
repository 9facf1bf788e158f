import pytest

from portal.text.identifiers import compared


@pytest.mark.parametrize(
    "typed",
    ["SN-2026-a1", "sn-2026-A1", "SN - 2026 - A1", "SN\u20112026\u2013A1", "SN\u22122026\u2014A1", "ＳＮ－２０２６－Ａ１", "SN-\u200b2026-\u00adA1\ufeff",
     "SN-2026\u202f-A1", "\u2066SN-2026-A1\u2069"],
)  # fmt: skip
def test_one_thing_has_one_form_however_it_is_typed(typed):
    assert compared(typed) == "sn-2026-a1"


@pytest.mark.parametrize("other", ["SN-2026-A2", "SN2026A1", "SN_2026_A1", "SN/2026/A1", "SN.2026.A1", "5N-2026-A1"])
def test_another_thing_has_another_form(other):
    assert compared(other) != "sn-2026-a1"


@pytest.mark.parametrize("typed", ["STRASSE-ß", "ﬁ-9", "Ⅷ-İ", "ͅΑ", "²-½", "Ꭰ-ꭰ"])
def test_the_form_of_a_form_is_itself(typed):
    assert compared(compared(typed)) == compared(typed)


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\u00a0\u202e", "\x00"])
def test_what_shows_nothing_has_no_form(nothing):
    assert compared(nothing) == ""
