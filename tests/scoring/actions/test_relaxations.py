"""A relaxation of rules that cannot hold together: what it changes, who adopts it, and only while its computation still stands."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from scoring.actions.balance import adopt_relaxation, set_frame
from scoring.models import BalanceRule, Envelope, InterestDeclaration, SelectionRun, SessionEnvelope
from scoring.wording.balance import rule_label
from tests.factories.accounts import person
from tests.factories.balance import ask, places, rule, sitting
from tests.factories.directory import EstablishmentFactory


def impossible(made, *steps) -> SelectionRun:
    run = ask(made)
    run.status, run.contradictions = (
        "infeasible",
        {"conflicts": [], "relaxations": [{"cost": "1", "steps": list(steps), "sentence": "Passer à 1"}]},
    )
    run.save()
    return run


@pytest.mark.django_db
def test_relaxation_changes_its_rule():
    schools = [EstablishmentFactory(private=True), EstablishmentFactory(private=True), EstablishmentFactory()]
    made = sitting((90, 80, 70), (100, 100, 100), schools=schools)
    kept = rule(made, minimum=2)
    run = impossible(made, {"side": f"{kept.code}:min", "by": 1, "from": 2, "to": 1})

    adopt_relaxation(run=run, index=0, actor=made.chair)

    kept.refresh_from_db()
    assert kept.minimum == 1
    assert JournalEntry.objects.get(action="adopt_relaxation").reason == "Passer à 1"
    with pytest.raises(TransitionRefused, match="Les règles ont changé"):
        adopt_relaxation(run=run, index=0, actor=made.chair)
    with pytest.raises(TransitionRefused, match="n’est plus proposé"):
        adopt_relaxation(run=run, index=7, actor=made.chair)


@pytest.mark.django_db
def test_relaxation_to_nothing_removes_the_rule():
    made = sitting()
    kept = rule(made, minimum=1)

    adopt_relaxation(run=impossible(made, {"side": f"{kept.code}:min", "by": 1, "from": 1, "to": 0}), index=0, actor=made.chair)

    assert BalanceRule.objects.count() == 0


@pytest.mark.django_db
def test_relaxed_places_become_a_range():
    made = places(sitting(), 3)

    adopt_relaxation(run=impossible(made, {"side": "places:min", "by": 1, "from": 3, "to": 2}), index=0, actor=made.chair)

    made.session.refresh_from_db()
    assert made.session.places is None
    assert rule_label(BalanceRule.objects.get()) == "De 2 à 3 dossiers"


@pytest.mark.django_db
def test_of_two_relaxations_of_one_contradiction_the_first_adopted_leaves_no_room_for_the_other():
    made = places(sitting(money=250), 3)
    offers = {made.envelope.pk: (Decimal(100), "")}
    made.session = set_frame(session=made.session, places=3, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)
    run = impossible(made, {"side": "places:min", "by": 1, "from": 3, "to": 2})
    run.contradictions["relaxations"].append(
        {"cost": "1", "steps": [{"side": "argent-commune:max", "by": 15000, "from": 10000, "to": 25000}], "sentence": "Porter à 250"}
    )
    run.save()
    adopt_relaxation(run=run, index=1, actor=made.chair)

    with pytest.raises(TransitionRefused, match="Les règles ont changé depuis ce calcul : relancez-le."):
        adopt_relaxation(run=run, index=0, actor=made.manager)

    made.session.refresh_from_db()
    assert made.session.places == 3 and SessionEnvelope.objects.get().amount == 250
    made.session = set_frame(session=made.session, places=3, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)
    adopt_relaxation(run=run, index=0, actor=made.manager)  # what it was computed from stands again


@pytest.mark.django_db
def test_relaxed_envelope_opens_up_to_what_it_holds():
    made = sitting(money=250)
    offers = {made.envelope.pk: (Decimal(100), "")}
    made.session = set_frame(session=made.session, places=None, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)
    step = {"side": "argent-commune:max", "by": 15000, "from": 10000, "to": 25000}

    adopt_relaxation(run=impossible(made, step), index=0, actor=made.chair)

    assert SessionEnvelope.objects.get().amount == 250
    Envelope.objects.update(amount=260)
    with pytest.raises(TransitionRefused, match="Il manque 40\u00a0€"):
        adopt_relaxation(run=impossible(made, step | {"to": 30000}), index=0, actor=made.chair)
    assert SessionEnvelope.objects.get().amount == 250


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["juror", "finance", Role.AUDITOR, Role.CHAIR])
def test_relaxation_is_adopted_by_whoever_runs_the_sitting(role):
    made = sitting()
    kept = rule(made, minimum=1)
    run = impossible(made, {"side": f"{kept.code}:min", "by": 1, "from": 1, "to": 0})
    actor = person(role) if isinstance(role, Role) else getattr(made, role)

    with pytest.raises(PermissionDenied):
        adopt_relaxation(run=run, index=0, actor=actor)

    assert BalanceRule.objects.count() == 1


@pytest.mark.django_db
def test_relaxation_is_not_adopted_by_somebody_with_an_interest():
    made = sitting()
    kept = rule(made, minimum=1)
    run = impossible(made, {"side": f"{kept.code}:min", "by": 1, "from": 1, "to": 0})
    InterestDeclaration.objects.create(user=made.chair, application=made.files[0], reason="Ancien poste")

    with pytest.raises(TransitionRefused, match="lien d’intérêt"):
        adopt_relaxation(run=run, index=0, actor=made.chair)

    assert BalanceRule.objects.count() == 1
