"""Whatever an answer is computed from, changed alone after the computation, makes its scenario old: it is neither retained nor closed upon."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db.models import Model

from calls.models import Call
from portal.directory.models import Establishment
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.lock import lock_file
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import record_attendance
from scoring.models import AmountPolicy, BalanceRule, Envelope, FileLock, SelectionScenario, SelectionSession, SessionEnvelope
from scoring.optimiser.staleness import seems_changed, what_changed
from tests.factories.balance import places, rule, sitting, solved
from tests.factories.sharing import chosen, shared

pytestmark = pytest.mark.django_db

RURAL = "density:rural"


def ruled():
    """A sitting with a soft rule that may be loosened, partial awards and one envelope, a file put in; a scenario that the room composed."""
    made = sitting(money=1000)
    made.files[1].lines.update(is_essential=True)
    made.files[1].lines.create(position=2, label="Casques", quantity=1, unit_price_amount=50, vat_rate=0)
    type(made.files[1]).objects.filter(pk=made.files[1].pk).update(requested_amount=150)
    made.session = places(made, 2, partial_share=50).session
    rule(made, maximum=1, penalty_points=Decimal(5))
    rule(made, minimum=1, lowest_minimum=Decimal(0))
    lock_file(session=made.session, application=made.files[0], side="in", reason="Seul du canton", actor=made.chair)
    return made, lambda: solved(made, [made.files[0], made.files[3]], composed=True)


def rated(**fields):
    """A sitting whose call gives each file a part of what it asks for."""

    def make():
        made = sitting(amounts=(1000, 1000, 1000, 1000), money=4000)
        AmountPolicy.objects.create(call=made.call, **{"way": "rate", "bands": [["80.00", 80], ["60.00", 50]], "step": 1000} | fields)
        made.call.refresh_from_db()
        made.session = SelectionSession.objects.get(pk=made.session.pk)
        return made, lambda: solved(made, made.files[:2])

    return make


def sharing(**fields):
    """A sitting that shares its envelope."""

    def make():
        made = shared(3, **fields)
        return made, lambda: chosen(made)

    return make


LINEAR = {"weight_by": "linear", "bands": [], "threshold": Decimal(50)}


@dataclass(frozen=True)
class Change:
    """One value written alone, by whomever may: `field` of `model` where `of` finds its row."""

    make: Callable
    model: type[Model]
    field: str
    value: object
    of: Callable = lambda made: {}

    def __str__(self):
        return f"{self.model.__name__}.{self.field}"


def soft(made):
    return {"session": made.session, "penalty_points__isnull": False}


def hard(made):
    return {"session": made.session, "penalty_points": None}


def of_call(made):
    return {"call": made.call}


CHANGES = [
    *(Change(ruled, BalanceRule, field, value, soft) for field, value in {
        "penalty_points": Decimal(6), "maximum": Decimal(2), "minimum": Decimal(1), "groups": [RURAL], "measure": "amount",
    }.items()),
    Change(ruled, BalanceRule, "is_negotiable", False, hard),
    Change(ruled, BalanceRule, "lowest_minimum", Decimal(1), hard),
    Change(ruled, BalanceRule, "highest_maximum", Decimal(9), hard),
    *(Change(ruled, SelectionSession, field, value, lambda made: {"pk": made.session.pk}) for field, value in {
        "places": 3, "waiting_places": 2, "partial_share": 60,
    }.items()),
    Change(ruled, SessionEnvelope, "amount", Decimal(900)),
    Change(ruled, SessionEnvelope, "group", RURAL),
    Change(ruled, Envelope, "amount", Decimal(500)),
    Change(ruled, FileLock, "side", "out"),
    Change(ruled, FileLock, "reason", "Autre motif"),
    *(Change(rated(ceiling_amount=Decimal(900), floor="amount", floor_amount=Decimal(100)), AmountPolicy, field, value, of_call) for field, value in {
        "way": "essential", "step": 100, "ceiling_amount": Decimal(450), "floor": "none", "floor_amount": Decimal(200),
        "bands": [["80.00", 70], ["60.00", 50]],
    }.items()),
    Change(rated(floor="part", floor_percent=10), AmountPolicy, "floor_percent", 20, of_call),
    Change(rated(), Call, "ceiling_amount", Decimal(400), lambda made: {"pk": made.call.pk}),
    *(Change(sharing(ceiling_amount=Decimal(1400), floor="amount", floor_amount=Decimal(100)), AmountPolicy, field, value, of_call) for field, value in {
        "step": 100, "ceiling_amount": Decimal(1000), "floor_amount": Decimal(200), "counts_pupils": True, "weight_by": "linear",
        "bands": [["80.00", 2], ["60.00", 1]],
    }.items()),
    Change(sharing(**LINEAR), AmountPolicy, "threshold", Decimal(55), of_call),
    Change(sharing(), Call, "ceiling_amount", Decimal(900), lambda made: {"pk": made.call.pk}),
    Change(sharing(counts_pupils=True), Establishment, "pupils", 999, lambda made: {"pk": made.files[0].establishment_id}),
    Change(sharing(), SessionEnvelope, "amount", Decimal(2000)),
]  # fmt: skip

# Values of these models that no answer is computed from, by the reason why.
NOT_READ = {
    "id session_id call_id envelope_id application_id": "which row it is",
    "author_id created_at": "who put a file in or out, and when",
    "group_labels": "a name",
    "published_id departure": "which published rule it was, and why it departs from it",
    "combination": "read with several groups only: tests of the instance",
}


def test_every_value_that_a_sitting_sets_is_tried_or_says_why_not():
    tried = {str(change) for change in CHANGES}
    known = {name for names in NOT_READ for name in names.split()}

    for model in (BalanceRule, SessionEnvelope, FileLock, AmountPolicy):
        names = {field.attname for field in model._meta.concrete_fields}
        assert {f"{model.__name__}.{name}" for name in names - known} <= tried


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_input_changed_alone_makes_the_scenario_old_and_blocks_what_follows(change):
    made, compute = change.make()
    scenario = compute()
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    session = perform(made.session, "open", actor=made.chair)
    scenario = SelectionScenario.objects.get(pk=scenario.pk)
    before = what_changed(scenario), seems_changed(scenario)

    changed = change.model.objects.filter(**change.of(made)).update(**{change.field: change.value})
    scenario = SelectionScenario.objects.get(pk=scenario.pk)

    assert (before, changed) == (("", ""), 1)
    assert what_changed(scenario) == seems_changed(scenario) != ""
    with pytest.raises(TransitionRefused, match="relancez le calcul"):
        retain_scenario(scenario=scenario, actor=made.chair)
    SelectionScenario.objects.filter(pk=scenario.pk).update(retained_at="2026-01-01T00:00Z")
    with pytest.raises(TransitionRefused, match="relancez le calcul"):
        perform(session, "close", actor=made.chair)


def test_a_new_name_makes_nothing_old():
    made, compute = ruled()
    scenario = compute()

    Establishment.objects.filter(pk=made.files[0].establishment_id).update(name="Lycée rebaptisé")
    scenario = SelectionScenario.objects.get(pk=scenario.pk)

    assert what_changed(scenario) == seems_changed(scenario) == ""


def test_a_scenario_that_the_room_did_not_compose_reads_nothing_of_its_choices():
    made = sitting()
    scenario = solved(made, made.files[:2])

    lock_file(session=made.session, application=made.files[3], side="in", reason="Seul du canton", actor=made.chair)

    assert what_changed(SelectionScenario.objects.get(pk=scenario.pk)) == ""
