"""Whatever hangs from a call is copied into its rehearsal, or is left for a reason that is written."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from calls.models import Call, Programme, Questionnaire
from cms.rehearsal.copies import COPIED, LEFT, rows_of
from tests.factories.calls import CallFactory
from tests.factories.jury import publishable_call

HELD = {Call, Programme, Questionnaire, *(model for model, _ in COPIED)}


def hanging():
    """Models with a key to a call, to its form, or to what is copied with it."""
    return {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if model not in HELD and any(field.related_model in HELD for field in model._meta.concrete_fields if field.is_relation)
    }


def test_nothing_that_hangs_from_a_call_was_forgotten():
    assert hanging() == set(LEFT)
    assert all(LEFT.values())


@pytest.mark.django_db
def test_how_a_call_is_set_is_taken_and_not_its_life():
    past = CallFactory(reference="UN-2026", slug="usages-2026", title="Usages 2026")
    call = publishable_call(reference="UN-2027", slug="usages-2027", title="Usages 2027", previous=past)
    Call.objects.filter(pk=call.pk).update(jury_on=timezone.localdate(call.closes_at) + timedelta(days=9))

    rows = rows_of(Call.objects.get(pk=call.pk))

    calls = [row for row in rows if isinstance(row, Call)]
    assert [(row.reference, row.state) for row in calls] == [("UN-2026", Call.State.DRAFT), ("UN-2027", Call.State.DRAFT)]
    taken = calls[-1]
    assert (taken.pk, taken.budget_amount, taken.eligible_categories) == (call.pk, call.budget_amount, call.eligible_categories)
    assert taken.opens_at < timezone.now() < taken.closes_at
    assert taken.jury_on == timezone.localdate(taken.closes_at) + timedelta(days=9)
    assert {type(row).__name__ for row in rows} >= {"Programme", "Questionnaire", "Grid", "Criterion"}
    assert not any(row.pk is None for row in rows)
    assert isinstance(taken.jury_on, date)
