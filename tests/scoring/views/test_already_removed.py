"""What a colleague has removed meanwhile: said, with who and when, on the list where it was; to nobody who could not see it."""

import pytest
from django.urls import reverse

from portal.roles import Role
from portal.text.french import of
from scoring.actions.balance import remove_rule
from scoring.actions.envelope import remove_envelope
from scoring.actions.grid import remove_criterion
from scoring.actions.lock import lock_file, unlock_file
from scoring.actions.panel import unseat_member, withdraw_reading
from scoring.actions.scenario import drop_scenario
from scoring.models import BalanceRule, Criterion, PanelMember
from tests.factories.accounts import person
from tests.factories.balance import solved
from tests.factories.calls import CallFactory
from tests.factories.deliberation import deliberation, sit
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.scoring import CriterionFactory, EnvelopeFactory, GridFactory
from tests.stale import read_in, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague():
    return person(Role.CALL_MANAGER)


@pytest.fixture
def me():
    return signed_in(person(Role.CALL_MANAGER))


def said(client, answer) -> str:
    """What the page to which one is led says."""
    assert answer.status_code == 302
    return read_in(client.get(answer["Location"]))


@pytest.mark.parametrize("name", ["scoring:criterion_remove", "scoring:criterion_edit"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_criterion(me, colleague, name, method):
    call = CallFactory(state="draft")
    grid = GridFactory(call=call)
    CriterionFactory(grid=grid, label="Projet")
    criterion = CriterionFactory(grid=grid, label="Équipe")
    address = reverse(name, args=[call.reference, criterion.pk])
    remove_criterion(criterion=Criterion.objects.get(pk=criterion.pk), actor=colleague)

    answer = getattr(me, method)(address)

    assert answer["Location"] == reverse("scoring:grid", args=[call.reference])
    assert f"Le critère « Équipe » a déjà été retiré par {colleague} le" in said(me, answer)
    assert signed_in(person(Role.OFFICER)).get(address).status_code in (403, 404)


def test_one_that_never_was_is_not_found(me):
    call = CallFactory(state="draft")
    GridFactory(call=call)

    assert me.get(reverse("scoring:criterion_edit", args=[call.reference, 9999])).status_code == 404


def test_a_criterion_of_another_call_is_not_found(me, colleague):
    call, other = CallFactory(state="draft"), CallFactory(state="draft")
    GridFactory(call=other)
    grid = GridFactory(call=call)
    CriterionFactory(grid=grid)
    criterion = CriterionFactory(grid=grid)
    pk = criterion.pk
    remove_criterion(criterion=criterion, actor=colleague)

    assert me.get(reverse("scoring:criterion_edit", args=[other.reference, pk])).status_code == 404


def test_whoever_removed_it_is_told_that_it_is_done(colleague):
    call = CallFactory(state="draft")
    grid = GridFactory(call=call)
    CriterionFactory(grid=grid, label="Projet")
    page = reverse("scoring:criterion_remove", args=[call.reference, CriterionFactory(grid=grid, label="Équipe").pk])
    them = signed_in(colleague)
    them.post(page)

    assert "Le critère « Équipe » a déjà été retiré le" in said(them, them.post(page))


def test_a_rule(me, colleague):
    made = sit(deliberation())
    rule = BalanceRule.objects.create(session=made.session, minimum=1)
    page = reverse("scoring:rule_edit", args=[made.session.pk, rule.pk])
    remove_rule(rule=rule, actor=colleague)

    assert f"a déjà été supprimée par {colleague} le" in said(me, me.get(page))
    assert f"a déjà été supprimée par {colleague} le" in said(me, me.post(f"{page}supprimer/"))


def test_a_seat(me, colleague):
    call = jury_call()
    seat = PanelMember.objects.get(user=juror(call))
    page = reverse("scoring:panel_remove", args=[call.reference, seat.pk])
    who = seat.user
    unseat_member(member=seat, actor=colleague)

    assert f"Le siège {of(who)} a déjà été retiré par {colleague} le" in said(me, me.post(page))


def test_a_reading(me, colleague):
    call = jury_call()
    given = reading(admissible_file(call), juror(call), state="assigned")
    page = reverse("scoring:withdraw_reading", args=[given.pk])
    withdraw_reading(assessment=given, actor=colleague)

    assert f"Cette lecture a déjà été retirée par {colleague} le" in said(me, me.post(page))
    assert signed_in(person(Role.OFFICER)).post(page).status_code in (403, 404)


def test_an_envelope():
    call, finance, colleague = CallFactory(state="deliberation"), person(Role.FINANCE), person(Role.FINANCE)
    envelope = EnvelopeFactory(call=call, label="Numérique 2027")
    page = reverse("scoring:envelope", args=[envelope.pk])
    remove_envelope(envelope=envelope, actor=colleague)
    me = signed_in(finance)

    answer = me.get(page)

    assert answer["Location"] == f"{reverse('scoring:decisions')}?appel={call.reference}"
    assert f"L’enveloppe « Numérique 2027 » a déjà été supprimée par {colleague} le" in said(me, answer)
    assert signed_in(person(Role.CALL_MANAGER)).get(page).status_code == 404
    assert signed_in(person(Role.OFFICER)).get(page).status_code == 404


def test_a_choice_of_the_room(me, colleague):
    made = sit(deliberation())
    lock = lock_file(session=made.session, application=made.files[0], side="out", reason="Doublon", actor=made.chair)
    page = reverse("scoring:session_unlock", args=[made.session.pk, lock.pk])
    unlock_file(lock=lock, actor=colleague)

    assert f"Ce choix a déjà été levé par {colleague} le" in said(me, me.post(page))


def test_a_choice_on_a_file_that_the_reader_must_not_know_of_is_not_found(colleague, monkeypatch):
    made = sit(deliberation())
    lock = lock_file(session=made.session, application=made.files[0], side="out", reason="Doublon", actor=made.chair)
    page = reverse("scoring:session_unlock", args=[made.session.pk, lock.pk])
    unlock_file(lock=lock, actor=colleague)
    monkeypatch.setattr("scoring.views.scenario.hidden_ids", lambda call, user: {made.files[0].pk})

    assert signed_in(made.chair).post(page).status_code == 404


def test_a_scenario(me, colleague):
    made = sit(deliberation())
    scenario = solved(made, made.files[:2])
    page = reverse("scoring:scenario_retain", args=[made.session.pk, scenario.pk])
    drop_scenario(scenario=scenario, actor=colleague)

    assert f"a déjà été supprimé par {colleague} le" in said(me, me.post(page))


def test_the_address_of_a_scenario_that_is_gone_says_so_and_names_the_one_that_is_shown(me, colleague):
    made = sit(deliberation())
    gone = solved(made, made.files[:2])
    drop_scenario(scenario=gone, actor=colleague)

    read = read_in(me.get(gone.get_absolute_url()))

    assert f"Scénario « {gone.name} » a été supprimé par {colleague} le" in read
    assert f"La page montre « {made.scenario.name} »." in read
    assert "n’est pas, ou plus, dans cette séance" in read_in(me.get(f"/seances/{made.session.pk}/?scenario=999999999999999"))
    assert "La page montre" not in read_in(me.get(made.scenario.get_absolute_url()))
