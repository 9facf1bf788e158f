"""Whatever hangs from a call is copied into its rehearsal, or is left for a reason that is written."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from calls.models import Call, Programme, Questionnaire, ReferenceEdition, ReferenceRow, ReferenceSet
from cms.rehearsal.copies import COPIED, LEFT, figures_of, rows_of
from cms.rehearsal.world import draw_figures
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
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
    assert [(row.reference, row.state) for row in calls] == [
        ("UN-2026", Call.State.ARCHIVED),
        ("UN-2027", Call.State.DRAFT),
    ]  # a condition on the wave before is known
    taken = calls[-1]
    assert (taken.pk, taken.budget_amount, taken.eligible_categories) == (call.pk, call.budget_amount, call.eligible_categories)
    assert taken.opens_at < timezone.now() < taken.closes_at
    assert taken.jury_on == timezone.localdate(taken.closes_at) + timedelta(days=9)
    assert {type(row).__name__ for row in rows} >= {"Programme", "Questionnaire", "Grid", "Criterion"}
    assert not any(row.pk is None for row in rows)
    assert isinstance(taken.jury_on, date)


@pytest.mark.django_db
def test_data_by_lycee_are_drawn_from_the_values_of_their_columns_and_never_from_a_text():
    call = publishable_call(reference="UN-2027", slug="usages-2027", title="Usages 2027")
    columns = [{"key": "bornes", "label": "Bornes", "kind": "number"}, {"key": "contact", "label": "Contact", "kind": "text"}]
    table = ReferenceSet.objects.create(call=call, key="wifi", name="Wi-Fi", columns=columns, in_force=1)
    edition = ReferenceEdition.objects.create(of=table, number=1, file_name="wifi.csv", sha256="0" * 64)
    for number in (3, 4):
        ReferenceRow.objects.create(edition=edition, establishment=EstablishmentFactory(), values={"bornes": number, "contact": "M. Réel"})

    figures = figures_of(Call.objects.get(pk=call.pk))

    assert figures == {table.pk: {"bornes": [3, 4]}}
    copied = next(row for row in rows_of(Call.objects.get(pk=call.pk)) if isinstance(row, ReferenceSet))
    assert (copied.pk, copied.columns, copied.in_force) == (table.pk, columns, None)
    ReferenceEdition.objects.all().delete()
    EstablishmentFactory()
    draw_figures(figures)
    drawn = list(ReferenceRow.objects.in_force().values_list("values", flat=True))
    assert len(drawn) == 3
    assert all(set(values) == {"bornes"} and values["bornes"] in (3, 4) for values in drawn)
