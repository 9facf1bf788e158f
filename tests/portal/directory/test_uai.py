import pytest

from portal.directory.uai import check_letter, is_uai, normalise_uai


def test_check_letter_is_the_remainder_by_23():
    assert check_letter("0951099") == "D"


@pytest.mark.parametrize("uai", ["0951099D", "0932030B", "9760127J", "6200001G", "7200009X"])
def test_uai_of_each_kind_of_department_is_accepted(uai):
    assert is_uai(uai[:7] + check_letter(uai[:7])) is True


@pytest.mark.parametrize("text", ["0951099E", "951099D", "0951099", "09510999D", "0960001A", "０９５１０９９D", "", "0951099I", "ABCDEFGH"])
def test_what_is_no_uai_is_refused(text):
    assert is_uai(text) is False


def test_normalise_removes_spaces_and_lower_case():
    assert normalise_uai(" 0951099\u00a0d ") == "0951099D"
