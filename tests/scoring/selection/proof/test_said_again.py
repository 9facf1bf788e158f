"""Whatever a result says is counted or written again from its instance: whatever is altered is refused, or said to be on trust."""

import copy
import json
import random

import pytest

from portal.text.canonical import canonical, fingerprint
from scoring.selection.command import described
from scoring.selection.explanations.explain import JuryMarks, sureness
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import check
from scoring.selection.proof.explained import heard
from scoring.selection.result import REFUSED, WORDING, Doctrine, Result
from scoring.selection.said_again import NOTHING_READ, said_again
from tests.scoring.selection.cases import amount, count, file, instance
from tests.scoring.selection.explanations.cases import TWO_PLACES
from tests.scoring.selection.families import family
from tests.scoring.selection.proof.answers import explained
from tests.scoring.selection.proof.test_explained import EXAMPLE, IMPOSSIBLE

DOCTRINES = list(Doctrine)
SOFT = instance(
    file("A", "15", 300, "agri"), file("B", "14", 200), file("C", "13", 200), file("D", "12", 150, "agri"), file("E", "12", 150),
    rules=[amount("money", max=700), count("agri", "agri", min=2, penalty="3"), count("places", min=3, max=3)], forced_out=["B"],
)  # fmt: skip
CASES = {
    "places": TWO_PLACES,
    "impossible": IMPOSSIBLE,
    "envelopes": family("envelopes", 9, seed=4),
    "soft": SOFT,
    "levels": family("levels", 8, seed=2),
    "worked example": json.loads(EXAMPLE.read_text("utf-8")),
}
# What a result says and nothing can find again, by the first words of its place.
ON_TRUST = ("solver", "certificate proved", "explanations ties_known", "proof")
HOW_FOUND = "proof"  # the last word of the place of a price: by arithmetic or by a search
ANOTHER_PROOF = "certificate multipliers"  # other weights may give the same bound, which is added up
SAYS_LESS = ("by_withdrawal", "prices", "ties", "conflicts", "relaxations", "certificate", "proved")  # emptied, it claims nothing


def printed_of(value, doctrine, **options):
    made = Instance.from_dict(value)
    printed = explained(value, doctrine, full=True, **options)
    return json.loads(json.dumps(printed | described(made, Result.from_dict(printed))))


def verdict(value, printed) -> bool:
    """Whether everything is accepted."""
    data = Instance.from_dict(value).to_dict()
    found = said_again(data, printed)
    if found.changed or found.is_earlier:
        return False
    return REFUSED not in (check(canonical(data), json.dumps(printed))[0], heard(data, printed)[0])


def places(value, path=()):
    """Every place of a JSON value, containers included."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, of in items:
        yield from places(of, (*path, key))


def others(value):
    """What could be written there instead."""
    match value:
        case bool():
            return [not value]
        case None:
            return ["1", ["A"], {}]
        case int():
            return [value + 1, -value - 1]
        case str():
            return [f"{value}1", "", "Sans raison."]
        case list():
            return [[], [*value, "A"]] if value else [["A"]]
        case _:
            return [None, {}]


def altered(printed, path, other):
    copied = copy.deepcopy(printed)
    *parents, last = path
    inside = copied
    for key in parents:
        inside = inside[key]
    inside[last] = other
    return copied


def is_on_trust(path, other) -> bool:
    words = " ".join(map(str, path))
    is_price = path[:2] == ("explanations", "prices") and path[-1] == HOW_FOUND
    return words.startswith((*ON_TRUST, ANOTHER_PROOF)) or is_price or (path[-1] in SAYS_LESS and not other)


@pytest.mark.parametrize("doctrine", DOCTRINES)
@pytest.mark.parametrize("name", CASES)
def test_what_was_printed_is_found_again(name, doctrine):
    for seconds in (None, 0):
        printed = printed_of(CASES[name], doctrine, seconds=seconds)

        assert said_again(Instance.from_dict(CASES[name]).to_dict(), printed).changed == ()


@pytest.mark.parametrize("doctrine", DOCTRINES)
@pytest.mark.parametrize("name", CASES)
def test_no_place_of_a_result_is_altered_unseen(name, doctrine):
    value = CASES[name]
    printed, chance = printed_of(value, doctrine), random.Random(7)
    assert verdict(value, printed)
    tried = [(path, other) for path in places({k: v for k, v in printed.items() if k != "proof"}) for other in _others_at(printed, path)]

    some = chance.sample(tried, min(len(tried), 100))
    passed = [(path, other) for path, other in some if not is_on_trust(path, other) and verdict(value, altered(printed, path, other))]

    assert passed == []


def _others_at(printed, path):
    inside = printed
    for key in path:
        inside = inside[key]
    return [other for other in others(inside) if other != inside]


def test_what_rests_on_a_search_alone_is_listed():
    value = CASES["worked example"]
    data = Instance.from_dict(value).to_dict()

    found = said_again(data, printed_of(value, Doctrine.MERIT, seconds=0))

    assert "le motif de B" in found.unchecked
    assert "ce que le solveur dit de lui-même" in found.unchecked
    assert "le motif de B" not in said_again(data, printed_of(value, Doctrine.MERIT)).unchecked


def test_words_of_an_earlier_version_are_not_compared_and_its_figures_are():
    value = CASES["places"]
    data = Instance.from_dict(value).to_dict()
    printed = printed_of(value, Doctrine.SUM)
    printed["explanations"]["wording"] = "0"
    printed["explanations"]["files"]["B"]["sentence"] = "Autrement dit."

    found = said_again(data, printed)

    assert (found.changed, found.is_earlier) == ((), True)
    assert "les phrases et les motifs, d’une rédaction antérieure" in found.unchecked
    printed["gauges"][0]["inside"] += 1
    assert said_again(data, printed).changed == ("les jauges des règles",)


def test_the_words_of_draws_are_those_of_their_figures_which_are_on_trust():
    value = CASES["places"]
    made = Instance.from_dict(value)
    printed = printed_of(value, Doctrine.SUM)
    marks = {one.id: [("region", one.score), ("region", one.score + 3)] for one in made.applications}
    printed["explanations"]["robustness"] = sureness(made, Result.from_dict(printed), JuryMarks(marks, {}, 20))
    data = made.to_dict()

    found = said_again(data, printed)

    assert found.changed == ()
    assert "les tirages des notes" in found.unchecked
    printed["explanations"]["robustness"]["sentence"] = "Tous sûrs."
    assert said_again(data, printed).changed == ("robustness",)


@pytest.mark.parametrize("shape", [None, [], "x", 3, {}, {"selected": []}, {"selected": [["A"]]}])
def test_what_cannot_be_read_is_refused_without_raising(shape):
    assert said_again(Instance.from_dict(TWO_PLACES).to_dict(), shape).changed == (NOTHING_READ,)
    assert said_again({}, shape).changed == (NOTHING_READ,)


def test_a_wording_that_changes_takes_another_number():
    """Sentences kept under this number are said again to be checked: change one, and the number with it."""
    value = CASES["worked example"]
    said = [[row["sentence"] for row in _told(printed_of(value, doctrine)["explanations"])] for doctrine in DOCTRINES]
    said += [[row["sentence"] for row in _told(printed_of(IMPOSSIBLE, Doctrine.SUM)["explanations"])]]

    assert (WORDING, fingerprint(said)) == ("2", "9d0b3e8e99e46b2777719e2f7e9fe1f6b1d2dee1d6a6b6ff49209fca6715c5f1")


def _told(value):
    """Every row that has a sentence."""
    if isinstance(value, dict):
        if "sentence" in value:
            yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from _told(one)
