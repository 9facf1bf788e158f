"""Whatever is stored as the result of a computation, each of its readers answers: a page without what it cannot read, « Vérifier » with a refusal."""

import copy

import pytest
from django.db.models import JSONField, Value

from exports.papers.minutes import minutes_row
from exports.registry import workbook_kind
from scoring.actions.verification import record_replay, verify_scenario
from scoring.models import ScenarioLine, SelectionScenario
from scoring.queries.publication import hindered, selection_to_come
from scoring.selection.legible import is_legible
from tests.factories.publication import voted
from tests.scoring.views.test_explanations_proved import computed

pytestmark = pytest.mark.django_db

JUNK = (None, [], {}, "x", 3, True, [None], [["A"]], {"a": 1}, [{"rule": 1}])


def shapes(result):
    """Results of other shapes: whole, key by key, then inside what is explained."""
    yield from JUNK
    for key in result:
        yield {name: value for name, value in result.items() if name != key}
        yield from (result | {key: junk} for junk in JUNK)
    told = result.get("explanations") or {}
    for key in told:
        yield result | {"explanations": {name: value for name, value in told.items() if name != key}}
        yield from (result | {"explanations": told | {key: junk}} for junk in JUNK)
    for key in ("prices", "ties"):
        for name in told[key][0] if told.get(key) else ():
            for junk in JUNK:
                other = copy.deepcopy(result)
                other["explanations"][key][0][name] = junk
                yield other


def stored(scenario, shape) -> SelectionScenario:
    SelectionScenario.objects.filter(pk=scenario.pk).update(result=Value(shape, JSONField()))  # null too
    return SelectionScenario.objects.select_related("session__call", "run__session__call").get(pk=scenario.pk)


@pytest.fixture(scope="module")
def some():
    """One shape in a few, always the same ones: each page is read for each."""
    return lambda result, step: list(shapes(result))[::step]


def test_verifying_and_replaying_never_raise_and_refuse_what_differs():
    made, scenario = computed(None)
    answer = {"selected": scenario.result["selected"], "digest": scenario.digest}
    assert verify_scenario(scenario=stored(scenario, scenario.result), actor=made.chair).holds

    for shape in shapes(scenario.result):
        kept = stored(scenario, shape)

        verdict = verify_scenario(scenario=kept, actor=made.chair)
        replayed = record_replay(scenario=kept, answer=answer, actor=made.chair)

        assert verdict.sentence
        if not is_legible(shape):
            assert not verdict.holds, shape
        assert isinstance(replayed.replay["same"], bool)


def test_pages_answer_and_say_that_a_part_cannot_be_read(client, some):
    made, scenario = computed(None)
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/"
    pages = [
        scenario.get_absolute_url(),
        f"{base}comparer/",
        *(f"{base}scenarios/{scenario.pk}/{part}" for part in ("preuve/", "resultat.json")),
    ]

    for shape in some(scenario.result, 9):
        kept = stored(scenario, shape)
        answers = [client.get(page) for page in pages]

        assert [answer.status_code for answer in answers] == [200] * len(pages), shape
        told = "ne peut pas être lue" in answers[0].content.decode().replace("\u00a0", " ")
        assert told is not is_legible(kept.result)


def test_what_is_made_of_a_closed_sitting_does_not_read_what_cannot_be_read(some):
    made = voted()
    scenario = made.scenario

    for shape in some(scenario.result, 4):
        kept = stored(scenario, shape)

        assert minutes_row(made.session).scenario == scenario.name
        assert isinstance(hindered(made.call, kept), str)
        assert len(selection_to_come(made.call)) == 1
        assert workbook_kind("scenarios").sheets(made.chair, {"call": made.call.reference})[2] == len(made.files) * len(
            SelectionScenario.objects.all()
        )


CHANGES = {
    "a motive": lambda scenario: ScenarioLine.objects.filter(scenario=scenario, is_selected=False).update(reason="Dossier incomplet."),
    "who is retained": lambda scenario: ScenarioLine.objects.filter(scenario=scenario, is_selected=True).update(is_selected=False),
    "an amount": lambda scenario: ScenarioLine.objects.filter(scenario=scenario, is_selected=True).update(granted_amount=1),
    "the total": lambda scenario: SelectionScenario.objects.filter(pk=scenario.pk).update(summary=scenario.summary | {"amount": "1.00"}),
    "a sentence": lambda scenario: _told(scenario, sentence="Sans raison."),
    "the rules of a file": lambda scenario: _told(scenario, rules=["places"]),
    "who is in its place": lambda scenario: _told(scenario, in_place=["X"]),
}


def _told(scenario, **changed) -> None:
    result = copy.deepcopy(scenario.result)
    next(row for row in result["explanations"]["files"].values() if not row["selected"]).update(changed)
    SelectionScenario.objects.filter(pk=scenario.pk).update(result=result)


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_scenario_says_otherwise_than_its_frozen_data_is_refused(change):
    made, scenario = computed(None)

    CHANGES[change](scenario)
    verdict = verify_scenario(
        scenario=SelectionScenario.objects.select_related("session__call", "run").get(pk=scenario.pk), actor=made.chair
    )

    assert not verdict.holds
    assert "n’est pas ce que donnent ses données figées" in verdict.sentence
