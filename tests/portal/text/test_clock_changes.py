"""The nights when French clocks change: the refusal says which hour, why, and what to choose."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.utils import timezone

from calls.models import Call
from cms.forms import EditorForm
from portal.text.clock_changes import clock_gap
from portal.ui.fields import MomentField
from scoring.forms.session import PlanForm

SKIPPED = "Le 28 mars 2027, 2 h 30 n’existe pas : à 2 h 00, les horloges passent à 3 h 00. Choisissez une heure avant 2 h 00, ou à partir de 3 h 00."
TWICE = (
    "Le 31 octobre 2027, 2 h 30 arrive deux fois : à 3 h 00, les horloges reviennent à 2 h 00. "
    "Choisissez une heure avant 2 h 00, ou à partir de 3 h 00."
)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("typed", "told"), [("2027-03-28T02:30", SKIPPED), ("2027-10-31T02:30", TWICE)])
def test_a_moment_that_is_none_or_two_is_refused_with_its_hour(typed, told):
    with pytest.raises(ValidationError) as refusal:
        MomentField().clean(typed)
    assert [plain(said) for said in refusal.value.messages] == [told]


@pytest.mark.parametrize("typed", ["2027-03-28T01:59", "2027-03-28T03:00", "2027-10-31T01:59", "2027-10-31T03:00"])
def test_the_minutes_around_are_taken_as_typed(typed):
    assert f"{timezone.localtime(MomentField().clean(typed)):%Y-%m-%dT%H:%M}" == typed


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2027-07-14"])
def test_a_time_is_refused_exactly_when_it_is_not_one_instant(day):
    zone, midnight = timezone.get_current_timezone(), datetime.fromisoformat(day)
    start = midnight.replace(tzinfo=zone).timestamp() - 3600
    struck = Counter(datetime.fromtimestamp(start + 900 * step, tz=zone).replace(tzinfo=None) for step in range(4 * 27))
    for step in range(96):
        naive = midnight + timedelta(minutes=15 * step)
        assert bool(clock_gap(naive)) == (struck[naive] != 1), naive


def test_the_editing_site_reads_moments_as_the_rest():
    form = modelform_factory(Call, form=EditorForm, fields=["opens_at", "closes_at"])
    assert [type(field) for field in form.base_fields.values()] == [MomentField, MomentField]


def test_a_sitting_is_not_held_in_the_hour_that_is_skipped(db):
    form = PlanForm({"held_on": "2027-03-28", "held_time": "02:30", "place": "Metz"})
    assert [plain(said) for said in form.errors["held_time"]] == [SKIPPED]
