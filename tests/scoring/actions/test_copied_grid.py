"""A grid copied from an earlier call brings its rule of amounts, and the page says which rule the call now has."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portal.journal.models import JournalEntry
from portal.roles import Role
from scoring.actions.grid import create_grid
from scoring.models import AmountPolicy
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.scoring import CriterionFactory, GridFactory

pytestmark = pytest.mark.django_db

RULE = {
    "way": "shared", "step": 100, "ceiling_amount": Decimal(20_000), "floor": "amount", "floor_amount": Decimal(500), "floor_percent": None,
    "weight_by": "bands", "threshold": None, "bands": [["80.00", 3], ["60.00", 1]], "counts_pupils": True,
}  # fmt: skip


def source():
    grid = GridFactory()
    CriterionFactory(grid=grid)
    AmountPolicy.objects.create(call=grid.call, **RULE)
    return grid


def test_every_value_of_the_rule_of_amounts_is_copied_and_the_journal_says_so():
    call, manager = CallFactory(), person(Role.CALL_MANAGER)

    create_grid(call=call, actor=manager, source=source())

    kept = AmountPolicy.objects.get(call=call)
    fields = {field.name for field in AmountPolicy._meta.concrete_fields} - {"id", "call"}
    assert fields == RULE.keys()
    assert {name: getattr(kept, name) for name in fields} == RULE
    assert JournalEntry.objects.filter(action="set_amounts").count() == 1


def test_a_rule_that_the_call_already_has_stays():
    call = CallFactory()
    AmountPolicy.objects.create(call=call, way="essential")

    create_grid(call=call, actor=person(Role.CALL_MANAGER), source=source())

    assert AmountPolicy.objects.get(call=call).way == "essential"


def test_whoever_copies_reads_which_rule_the_call_has(client):
    call, copied = CallFactory(), source()
    client.force_login(person(Role.CALL_MANAGER))

    page = client.post(reverse("scoring:grid_create", args=[call.reference]), {"source": f"appel-{copied.pk}"}, follow=True)

    assert "Règle des montants : L’enveloppe est partagée" in page.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
