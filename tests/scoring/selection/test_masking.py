"""What everybody may check tells whose a file is only where its result is public, and proves no list that is not the best one."""

import io
import json

import pytest

from scoring.optimiser import publishing
from scoring.selection.instance import Instance
from scoring.selection.masking import MASKS, Mask, hindrance, least_alike, masked
from scoring.selection.proof.check_selection import check
from scoring.selection.proof.proving import Budget, best
from scoring.selection.result import Doctrine
from tests.scoring.selection.cases import amount, count, file, instance
from tests.scoring.selection.families import family


def school(number: int, score: str, cents: int, *groups) -> dict:
    return file(f"L{number}", score, cents, *groups, rank=number, name=f"Lycée {number}")


FILES = (
    school(1, "18.25", 6_000_000), school(2, "16.5", 5_012_345), school(3, "16.1", 5_000_000, "agri"), school(4, "15.43", 7_765_432),
    school(5, "14.02", 9_123_456), school(6, "13.9", 8_000_001, "agri"), school(7, "12", 9_000_000),
)  # fmt: skip
CASE = instance(*FILES, rules=[amount("argent-1", max=17_000_000, line="inv"), count("regle-1", "agri", min=1)])


def published(value: dict, doctrine=Doctrine.MERIT) -> dict:
    """What the process of the worker prints of this instance."""
    read = Instance.from_dict(value)
    result = best(read, doctrine, budget=Budget())
    keys = {one["id"]: f"dossier-{rank:04d}" for rank, one in enumerate(reversed(value["applications"]), start=1)}
    printed = io.StringIO()
    given = {"instance": read.to_dict(), "result": result.to_dict(), "keys": keys, "seconds": 20}
    assert publishing.main(io.StringIO(json.dumps(given)), printed, io.StringIO()) == 0
    return json.loads(printed.getvalue()) | {"keys": keys, "before": result}


@pytest.mark.parametrize("doctrine", list(Doctrine))
def test_what_is_published_is_accepted_by_the_checker_and_selects_the_same_files(doctrine):
    told = published(CASE, doctrine)

    assert check(json.dumps(told["instance"]), json.dumps(told["result"]))[0] == 0
    assert [key for key, _ in told["result"]["selected"]] == sorted(told["keys"][one] for one, _ in told["before"].selection)


def test_nothing_of_a_file_that_was_not_retained_is_exact():
    told = published(CASE)
    keys = {key for key, _ in told["result"]["selected"]}
    true = {told["keys"][one["id"]]: one for one in CASE["applications"]}

    hidden = [one for one in told["instance"]["applications"] if one["id"] not in keys]
    shown = [one for one in told["instance"]["applications"] if one["id"] in keys]

    assert [one["id"] for one in sorted(hidden, key=lambda one: one["rank"])] == sorted(
        one["id"] for one in hidden
    )  # their order is that of the draw
    assert max(one["rank"] for one in hidden) < min(one["rank"] for one in shown)
    by_order = [one["id"] for one in sorted(shown, key=lambda one: one["rank"])]
    assert by_order == sorted(by_order, key=lambda key: true[key]["rank"])
    assert "Lycée" not in json.dumps(told["instance"], ensure_ascii=False)
    assert len(hidden) == 4
    for one in hidden:
        before = true[one["id"]]
        assert one["amounts"]["inv"] % 10_000 == 0
        assert one["amounts"]["inv"] <= before["amounts"]["inv"]
        assert float(one["score"]) >= float(before["score"])
    assert told["alike"] >= 3


def test_files_between_the_same_retained_scores_have_one_score():
    read = Instance.from_dict(CASE).to_dict()
    keys = {one["id"]: one["id"] for one in read["applications"]}

    shown = masked(read, [("L1", "full"), ("L3", "full"), ("L2", "full")], keys, Mask("none", None, 100_000))

    scores = {one["id"]: one["score"] for one in shown["applications"]}
    assert [scores[f"L{number}"] for number in range(1, 8)] == ["18.25", "16.5", "16.1", "16.09", "16.09", "16.09", "16.09"]


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("name", ["places", "envelopes"])
@pytest.mark.parametrize("doctrine", list(Doctrine))
def test_a_list_that_is_not_the_best_is_proved_under_no_mask(mask, name, doctrine):
    value = family(name, 14, 3, cents=True) | {
        "rules": [amount("argent-1", max=12_000_000), count("regle-1", "terr:rural", min=1), count("regle-2", "sect:private", max=4)]
    }
    read = Instance.from_dict({key: part for key, part in value.items() if key not in ("format", "name")})
    result = best(read, doctrine, budget=Budget())
    keys = {one["id"]: one["id"] for one in value["applications"]}

    for left_out in result.selection:
        worse = tuple(pair for pair in result.selection if pair != left_out)
        points = {one["id"]: one for one in value["applications"]}[left_out[0]]
        before = type(result)(
            **{**result.__dict__, "selection": worse, "objective": result.objective - type(result.objective)(points["score"])}
        )
        before = type(result)(**{**before.__dict__, "cost_cents": result.cost_cents - sum(points["amounts"].values())})
        assert publishing._proved(Instance.from_dict(masked(read.to_dict(), worse, keys, mask)), before, 10) is None


def test_a_file_that_would_be_recognised_keeps_everything_back():
    lonely = instance(*FILES[:4], rules=CASE["rules"])

    assert published(lonely)["why"] == publishing.TOO_FEW


@pytest.mark.parametrize("bounds", [{"measure": "amount_share", "max": "0.5"}, {"measure": "amount", "min": 1_000}])
def test_rules_that_rounded_amounts_would_falsify_keep_everything_back(bounds):
    asked = instance(*FILES, rules=[*CASE["rules"], {"id": "regle-2", "scope": "agri", **bounds}])

    assert "montants arrondis" in hindrance(asked)
    assert "montants arrondis" in published(asked)["why"]


def shown_groups(files, rules, retained=()) -> tuple[dict[str, list[str]], int]:
    read = Instance.from_dict(instance(*files, rules=[CASE["rules"][0], *rules])).to_dict()
    keys = {one["id"]: one["id"] for one in read["applications"]}
    shown = masked(read, [(one, "full") for one in retained], keys, Mask("all", None, 100_000))
    return {one["id"]: one["groups"] for one in shown["applications"]}, least_alike(shown, set(retained))


def test_a_file_too_alone_is_put_under_the_minimums_of_others_and_out_of_its_maximums():
    files = [school(number, "12", 1_000) for number in range(1, 5)] + [school(5, "12", 1_000, "agri"), school(6, "12", 1_000, "rural")]

    by_minimum, alike = shown_groups(files, [count("regle-1", "agri", min=1), count("regle-2", "rural", max=3)])

    assert alike == 6
    assert set(map(tuple, by_minimum.values())) == {("regle-1",)}


def test_a_file_left_out_by_the_jury_is_not_pointed_at_where_the_proof_does_without():
    far, near = (published(CASE | {"forced_out": [one]}) for one in ("L7", "L1"))

    assert far["instance"]["forced_out"] == []
    assert near["instance"]["forced_out"] == [near["keys"]["L1"]]
    assert all(check(json.dumps(told["instance"]), json.dumps(told["result"]))[0] == 0 for told in (far, near))


def test_a_file_put_in_by_the_jury_that_enters_by_itself_is_not_pointed_at():
    assert published(CASE | {"forced_in": ["L1"]})["instance"]["forced_in"] == []


def on(line: str, one: dict) -> dict:
    """The same file, funded from a line that is reserved to its group."""
    return one | {"amounts": {line: one["amounts"]["inv"]}}


def test_the_one_file_refused_on_a_line_reserved_to_its_group_keeps_everything_back():
    files = [*FILES, on("enveloppe-2", school(8, "17", 1_000)), on("enveloppe-2", school(9, "16", 900))]
    reserved = amount("argent-enveloppe-2", max=1_500, line="enveloppe-2")

    assert published(instance(*files, rules=[*CASE["rules"], reserved]))["why"] == publishing.TOO_FEW


def test_files_on_a_line_reserved_to_their_group_are_counted_and_grouped_apart():
    files = [school(number, "12", 1_000) for number in range(1, 4)]
    files += [on("enveloppe-2", school(number, "12", 1_000, *["agri"] * (number == 6))) for number in range(4, 7)]

    groups, alike = shown_groups([*files, school(7, "12", 1_000)], [count("regle-1", "agri", min=1)])

    assert alike == 3
    assert {name for name, rules in groups.items() if rules} == {"L4", "L5", "L6"}


def test_a_file_retained_keeps_its_groups():
    files = [school(number, "12", 1_000) for number in range(1, 5)] + [school(5, "12", 1_000, "agri")]

    groups, alike = shown_groups(files, [count("regle-1", "agri", min=1)], retained=["L1", "L5"])

    assert (groups["L1"], groups["L5"], groups["L2"], alike) == ([], ["regle-1"], [], 3)


def test_files_are_never_put_together_across_a_rule_with_both_bounds():
    files = [school(number, "12", 1_000) for number in range(1, 5)] + [school(5, "12", 1_000, "agri")]

    assert shown_groups(files, [count("regle-1", "agri", min=1, max=2)])[1] == 1
