"""A scenario is old once what it was computed from has changed."""

from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Application
from portal.directory.models import Establishment
from scoring.models import Assessment, Envelope, Score, SelectionScenario
from scoring.optimiser import staleness
from scoring.optimiser.staleness import seems_changed, what_changed
from tests.factories.balance import places, rule, sitting, solved

pytestmark = pytest.mark.django_db


def change_request(made):
    Application.objects.filter(pk=made.files[0].pk).update(requested_amount=99)


def change_need(made):
    made.files[0].lines.update(is_essential=True, version=2)


def change_lycee(made):
    Establishment.objects.filter(pk=made.files[0].establishment_id).update(density_level=7)


def hand_in_again(made):
    Score.objects.filter(assessment__application=made.files[0]).update(points=12)
    Assessment.objects.filter(application=made.files[0]).update(submitted_at=timezone.now())


def leave_the_jury(made):
    made.files[0].__class__.objects.filter(pk=made.files[0].pk).update(**{"state": "inadmissible"})


def write_a_rule(made):
    rule(made, minimum=1)


def change_places(made):
    places(made, 2)


def change_money(made):
    Envelope.objects.filter(pk=made.envelope.pk).update(amount=Decimal(120))


CHANGES = [change_request, change_need, change_lycee, hand_in_again, leave_the_jury, write_a_rule, change_places, change_money]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("doctrine", ["ranked", "merit"])
def test_scenario_is_stale_once_the_ranking_or_what_the_sitting_sets_has_changed(change, doctrine):
    made = sitting()
    scenario = solved(made, [made.files[0]]).run.scenarios.get(doctrine=doctrine)

    before = what_changed(scenario), seems_changed(scenario)
    change(made)
    scenario = SelectionScenario.objects.get(pk=scenario.pk)

    assert before == ("", "")
    assert what_changed(scenario) == seems_changed(scenario) != ""


def test_page_computes_the_ranking_once_as_long_as_it_stands(monkeypatch):
    made = sitting()
    scenario = solved(made, [made.files[0]])
    computed, true = [], staleness.build
    monkeypatch.setattr(staleness, "build", lambda session: computed.append(session) or true(session))

    answers = [seems_changed(scenario) for _ in range(3)]
    change_request(made)
    after = seems_changed(scenario)

    assert (answers, after, len(computed)) == ([""] * 3, staleness.RANKING, 2)
