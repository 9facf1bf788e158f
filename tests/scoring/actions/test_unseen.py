"""What is removed is what its page had shown: a colleague's change is said with its values, and nothing goes unseen."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.seen import SEEN, mark_of
from scoring.actions.envelope import EnvelopeTerms, edit_envelope
from scoring.actions.grid import edit_criterion
from scoring.actions.lock import lock_file
from scoring.actions.vote import correct_vote
from scoring.actions.waiver import grant_waiver, lift_waiver
from scoring.models import BalanceRule, Criterion, Envelope, FileLock, FundingDecision, PanelMember, Vote, Waiver
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.deliberation import deliberation, propose, revise, sit, vote
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.orders import PendingNeedFactory
from tests.factories.scoring import CriterionFactory, EnvelopeFactory, GridFactory
from tests.reading import elements_of

pytestmark = pytest.mark.django_db
WHY = "Saisi par erreur."


def shown(client, page: str, form: str = "") -> str:
    """What a page keeps of the rows that its form would remove. `form`: where it is sent, when the page has several."""
    forms = elements_of(client.get(page).content.decode(), "main form[method=post]")
    chosen = [each for each in forms if not form or each.get("action") == form]
    return next(field["value"] for each in chosen for field in elements_of(str(each), f"input[name={SEEN}]"))


def refused(client, address: str, seen: str, **typed) -> str:
    """What is said to whoever sends a page that has changed since."""
    answer = client.post(address, {SEEN: seen, **typed})
    assert answer.status_code == 409
    said = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert "Rien n’a été changé" in said
    return said


def test_a_criterion_that_a_colleague_has_changed_stays_and_its_values_are_said(client):
    call = CallFactory(state="draft")
    grid = GridFactory(call=call)
    kept, criterion = CriterionFactory(grid=grid, label="Projet"), CriterionFactory(grid=grid, label="Équipe", weight=2, max_points=5)
    colleague = person(Role.CALL_MANAGER)
    client.force_login(person(Role.CALL_MANAGER))
    page = reverse("scoring:criterion_remove", args=[call.reference, criterion.pk])
    seen = shown(client, page)
    edit_criterion(criterion=Criterion.objects.get(pk=criterion.pk), actor=colleague, weight=7)

    said = refused(client, page, seen)

    assert f"{colleague} a changé ceci" in said
    assert "« Équipe », poids 7, 5 points au plus" in said
    assert Criterion.objects.filter(pk=criterion.pk).exists()
    assert client.post(page, {SEEN: shown(client, page)}).status_code == 302
    assert list(Criterion.objects.all()) == [kept]
    assert "poids 7" in JournalEntry.objects.get(action="remove_criterion").reason


def test_a_seat_to_which_files_were_confided_meanwhile_stays(client):
    call = jury_call()
    seat = PanelMember.objects.get(user=juror(call))
    client.force_login(person(Role.CALL_MANAGER))
    page = reverse("scoring:panel_remove", args=[call.reference, seat.pk])
    seen = shown(client, page)
    reading(admissible_file(call), seat.user, state="assigned")

    assert "1 dossier lui est confié" in refused(client, page, seen)
    assert client.post(page, {SEEN: shown(client, page)}).status_code == 302
    assert not PanelMember.objects.filter(pk=seat.pk).exists()


def test_a_rule_that_a_colleague_has_changed_stays(client):
    made = sit(deliberation())
    rule = BalanceRule.objects.create(session=made.session, minimum=1)
    client.force_login(made.chair)
    address = reverse("scoring:rule_remove", args=[made.session.pk, rule.pk])
    page = reverse("scoring:session_rules", args=[made.session.pk])
    seen = shown(client, page, address)
    BalanceRule.objects.filter(pk=rule.pk).update(minimum=2)

    assert "2" in refused(client, address, seen)
    assert client.post(address, {SEEN: shown(client, page, address)}).status_code == 302
    assert not BalanceRule.objects.exists()


def test_a_choice_of_the_room_that_became_its_contrary_is_not_lifted(client):
    made = sit(deliberation())
    lock = lock_file(session=made.session, application=made.files[0], side="out", reason="Doublon", actor=made.chair)
    client.force_login(made.chair)
    address, seen = reverse("scoring:session_unlock", args=[made.session.pk, lock.pk]), mark_of(FileLock.objects.get())
    lock_file(session=made.session, application=made.files[0], side="in", reason="Seul du canton", actor=made.manager)

    said = refused(client, address, seen)

    assert "entre, « Seul du canton »" in said
    assert FileLock.objects.get().side == "in"


def test_an_envelope_that_a_colleague_has_changed_stays(client):
    call = CallFactory(state="deliberation")
    envelope, finance, colleague = EnvelopeFactory(call=call, amount=100), person(Role.FINANCE), person(Role.FINANCE)
    client.force_login(finance)
    address = reverse("scoring:envelope_remove", args=[envelope.pk])
    seen = shown(client, reverse("scoring:envelope", args=[envelope.pk]), address)
    edit_envelope(envelope=envelope, terms=EnvelopeTerms("Numérique 2027", Decimal("250.00")), actor=colleague)

    said = refused(client, address, seen)

    assert f"{colleague} a changé ceci" in said
    assert "« Numérique 2027 », 250" in said
    assert Envelope.objects.filter(pk=envelope.pk).exists()


def test_a_waiver_written_anew_by_a_colleague_is_not_lifted(client):
    call = jury_call()
    file, manager, colleague = admissible_file(call), person(Role.CALL_MANAGER), person(Role.CALL_MANAGER)
    seen = mark_of(grant_waiver(application=file, reason="Juré empêché.", actor=manager))
    lift_waiver(application=file, actor=colleague)
    grant_waiver(application=file, reason="Les deux jurés sont malades.", actor=colleague)
    client.force_login(manager)

    said = refused(client, reverse("scoring:waiver_lift", args=[call.reference, file.reference]), seen)

    assert "« Les deux jurés sont malades. »" in said
    assert Waiver.objects.get().granted_by == colleague


def test_proposals_that_a_colleague_has_revised_are_not_taken_back_unseen(client):
    made = propose(deliberation())
    client.force_login(made.finance)
    page = reverse("scoring:proposals_drop", args=[made.call.reference])
    seen = shown(client, page)
    revise(made, 0, motive="Revu avec la direction.")

    assert "décisions proposées" in refused(client, page, seen, reason=WHY)
    assert FundingDecision.objects.exists()
    assert client.post(page, {SEEN: shown(client, page), "reason": WHY}).status_code == 302


def test_a_vote_that_a_colleague_has_corrected_is_not_undone_unseen(client):
    made = vote(deliberation())
    client.force_login(made.finance)
    page = reverse("scoring:vote_undo", args=[made.call.reference])
    seen = shown(client, page)
    found = Vote.objects.get()
    correct_vote(call=made.call, number="CP-2026-999", held_on=found.held_on, reason=WHY, actor=person(Role.FINANCE))

    assert "délibération CP-2026-999" in refused(client, page, seen, reason=WHY)
    assert Vote.objects.exists()


def test_a_need_whose_quantity_has_grown_is_not_dropped_unseen(client):
    need = PendingNeedFactory(quantity=3)
    client.force_login(person(Role.ORDERS))
    page = reverse("orders:pending", args=[need.pk])
    seen = shown(client, page)
    type(need).objects.filter(pk=need.pk).update(quantity=9)

    answer = client.post(page, {SEEN: seen, "drop": "1", "reason": WHY})

    assert answer.status_code == 422
    assert "Désormais : 9 ×" in answer.content.decode().replace("\u00a0", " ")
    assert type(need).objects.get().settled_at is None
