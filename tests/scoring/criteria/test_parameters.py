"""Parameters of computed criteria: exact by default, stored as typed, bounded, said; whatever a grid sets, points stay between 0 and the maximum."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.criteria import CallFacts, FileFacts, all_rules, rule_of
from scoring.criteria.parameters import Parameter, unknown
from scoring.ips_bands import IpsScale

HUNDREDTHS = st.decimals(0, 100, places=2)
SCALE = IpsScale((Decimal("90.0"), Decimal("100.0"), Decimal("110.0")), "since_2023")
FILES = st.builds(
    FileFacts,
    uai=st.just("0570001A"), commune=st.just("Metz"), department=st.sampled_from(["57", "54"]), department_name=st.just("Moselle"),
    category=st.sampled_from(["public_education", "other"]), category_label=st.just("Public"), sector=st.just("public"),
    pathways=st.frozensets(st.sampled_from(["general", "technological", "vocational", "agricultural"])),
    density_level=st.none() | st.integers(1, 7), ips=st.none() | st.decimals(45, 165, places=1), ips_year=st.just("2024-2025"),
    ips_definition=st.sampled_from(["since_2023", "until_2022"]),
    priority_education=st.sampled_from(["", "rep", "rep_plus", "zep", "none"]),
    voted_on=st.none() | st.dates(date(2025, 12, 1), date(2026, 3, 1)), vote_is_carried=st.booleans(),
)  # fmt: skip
COUNTS = st.dictionaries(st.sampled_from(["57", "54"]), st.integers(0, 20))
KINDS = st.dictionaries(st.sampled_from(["public_education", "other"]), st.integers(0, 20))
CALLS = st.builds(
    CallFacts, lycees_by_department=COUNTS, files_by_department=COUNTS, lycees_by_category=KINDS, files_by_category=KINDS,
    ips_scale=st.none() | st.just(SCALE), opens_on=st.just(date(2026, 1, 1)), closes_on=st.just(date(2026, 1, 31)),
)  # fmt: skip


@st.composite
def grids(draw):
    """A rule, and what a grid has typed for each of its parameters."""
    rule, stored = draw(st.sampled_from(all_rules())), {}
    for parameter in rule.parameters:
        typed = draw(st.none() | HUNDREDTHS if parameter.may_be_left_aside else HUNDREDTHS)
        stored |= parameter.kept(None if typed is None else min(typed, parameter.most))
    return rule, stored


@given(grids(), FILES, CALLS, st.integers(1, 100))
def test_points_stay_between_zero_and_the_maximum_and_are_explained(grid, file, call, maximum):
    rule, stored = grid

    mark = rule.mark(file, call, maximum, stored)

    assert mark.points is None or 0 <= mark.points <= maximum
    assert mark.reason.endswith(".") and len(mark.reason) <= 300


@given(FILES, CALLS)
def test_an_absent_fact_is_left_aside_unless_the_grid_gives_it_a_share(file, call):
    for rule in all_rules():
        aside = rule.mark(file, call, 8)
        shared = rule.mark(file, call, 8, {"unknown": "25"})

        assert shared.points == (aside.points if aside.points is not None else Decimal("2.00"))


@given(HUNDREDTHS)
def test_what_is_typed_is_what_is_read(typed):
    for parameter in (Parameter("one", "Un", Fraction(2, 3)), unknown("Non connu")):
        kept = parameter.kept(typed)

        read = parameter.read(kept)
        assert read == Fraction(typed) / 100 or (kept == {} and parameter.written(read) == parameter.written(Fraction(typed) / 100))
        assert parameter.kept(Decimal(parameter.written(read).replace(",", "."))) == kept


def test_a_default_is_not_stored_and_stays_an_exact_share():
    band = next(parameter for parameter in rule_of("ips").parameters if parameter.key == "band_2")

    assert (band.written(band.default), band.kept(Decimal("66.67")), band.read({})) == ("66,67", {}, Fraction(2, 3))


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.key)
def test_each_rule_declares_what_the_grid_shows(rule):
    keys = [parameter.key for parameter in rule.parameters]

    assert keys == list(dict.fromkeys(keys)) and "unknown" in keys
    assert rule.reads_directory != bool(rule.samples)
    assert [told for told in rule.sentences({}, 5) if " : " not in told] == []
    assert rule.told({}) == rule.help != rule.told({keys[0]: "12.5"})
    assert "12,5\u00a0% des points" in rule.told({keys[0]: "12.5"})


def test_bands_of_an_index():
    said = [SCALE.band_of(ips and Decimal(ips), "since_2023") for ips in ("45", "90", "90.1", "100", "110", "110.1", None)]

    assert said == [0, 0, 1, 1, 2, 3, None]
    assert SCALE.band_of(Decimal(90), "until_2022") is None
    assert SCALE.labels == [
        "IPS jusqu’à 90,0", "IPS au-dessus de 90,0 et jusqu’à 100,0", "IPS au-dessus de 100,0 et jusqu’à 110,0", "IPS au-dessus de 110,0",
    ]  # fmt: skip
