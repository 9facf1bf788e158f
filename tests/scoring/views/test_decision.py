"""The screens of decisions, envelopes, vote and release; what the school reads, and when."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Call, GivenReason
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.roles import SCHOOL_ROLES, Role
from scoring.actions import decision as actions
from scoring.actions.proposals import drop_proposals
from scoring.hooks import jobs
from scoring.models import Envelope, FundingDecision, Vote
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, propose, quiet, release, sit, vote
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of

pytestmark = pytest.mark.django_db
READERS = {Role.CALL_MANAGER, Role.FINANCE, Role.AUDITOR, Role.ADMIN}


def first(made) -> FundingDecision:
    return FundingDecision.objects.get(application=made.files[0])


# -- Who -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_decisions_are_read_by_the_staff_who_prepare_or_audit_them(client, role):
    made = propose(deliberation())
    client.force_login(person(role, at=made.files[0].establishment if role in SCHOOL_ROLES else None))
    reads = role in READERS

    assert client.get("/decisions/").status_code == (200 if reads else 403)
    assert client.get(f"/decisions/{first(made).pk}/").status_code == (200 if reads else 404)
    assert client.get(f"/decisions/notification/{made.call.reference}/").status_code == (200 if reads else 404)
    assert client.get(f"/decisions/vote/{made.call.reference}/").status_code == (200 if role == Role.FINANCE else 403 if reads else 404)
    assert client.get(made.envelope.get_absolute_url()).status_code == (200 if role == Role.FINANCE else 403 if reads else 404)


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN, Role.CHAIR, Role.HEAD])
def test_only_finance_writes_decisions(client, role):
    made = propose(deliberation())
    client.force_login(person(role, at=made.files[0].establishment if role == Role.HEAD else None))
    denied = {403} if role in READERS else {404}

    codes = {
        client.post(address, {"number": "1", "held_on": "2026-01-01", "label": "x", "amount": "1", "outcome": "rejected"}).status_code
        for address in (
            f"/decisions/{first(made).pk}/",
            f"/decisions/vote/{made.call.reference}/",
            f"/decisions/enveloppes/{made.envelope.pk}/",
            f"/decisions/enveloppes/{made.envelope.pk}/supprimer/",
            f"/decisions/enveloppes/{made.call.reference}/nouvelle/",
        )
    }

    assert codes == denied
    assert (Vote.objects.count(), Envelope.objects.get().label, first(made).version) == (0, "Investissement lycées", 1)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.CHAIR, Role.HEAD])
def test_only_who_manages_the_call_releases(client, role):
    made = vote(deliberation())
    client.force_login(person(role, at=made.files[0].establishment if role == Role.HEAD else None))

    code = client.post(f"/decisions/notification/{made.call.reference}/", {"checked": "on"}).status_code

    assert code == (403 if role in READERS else 404)
    assert Job.objects.count() == 0


# -- Proposing, revising -------------------------------------------------------------------------------------------------------------------


def test_finance_proposes_from_the_closed_sitting(client):
    made = close(deliberation())
    client.force_login(made.finance)

    asked = client.get(f"/decisions/proposer/{made.session.pk}/")
    done = client.post(f"/decisions/proposer/{made.session.pk}/")

    assert (asked.status_code, FundingDecision.objects.count()) == (200, 4)
    assert done.url == f"/decisions/?appel={made.call.reference}"
    client.force_login(person(Role.FINANCE))
    assert client.post(f"/decisions/proposer/{made.session.pk}/").status_code == 409


def decision_data(made, **changes):
    need = made.files[0].lines.get()
    typed = {
        "version": first(made).version,
        "outcome": "awarded",
        "envelope": made.envelope.pk,
        f"quantity-{need.pk}": "4",
        f"cut-besoin-{need.pk}": "Quatre suffisent.",
        "motive": "Projet solide, quantité réduite.",
    }
    return typed | {key.replace("quantity", f"quantity-{need.pk}"): value for key, value in changes.items()}


def test_finance_reduces_a_quantity(client):
    made = propose(deliberation())
    client.force_login(made.finance)

    response = client.post(f"/decisions/{first(made).pk}/", decision_data(made))

    assert response.url == f"/decisions/{first(made).pk}/"
    decision = first(made)
    assert (decision.outcome, decision.granted_amount, decision.motive) == (
        "partly_awarded",
        Decimal("40.00"),
        "Projet solide, quantité réduite.",
    )
    assert Envelope.objects.get().committed_amount == Decimal("140.00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": "11"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "1,5"}, "quantity"),
        ({"motive": ""}, "motive"),
        ({"outcome": "everything"}, "outcome"),
        ({"envelope": ""}, "envelope"),
        ({"envelope": "999999"}, "envelope"),
        ({"quantity": "0"}, "__all__"),
    ],
)
def test_decision_that_makes_no_sense_is_said_and_keeps_what_was_typed(client, changes, field):
    made = propose(deliberation())
    need = made.files[0].lines.get()
    client.force_login(made.finance)

    response = client.post(f"/decisions/{first(made).pk}/", decision_data(made, **({"motive": "Mon motif"} | changes)))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field.replace("quantity", f"quantity-{need.pk}")}
    assert changes.get("motive", "Mon motif") in response.content.decode()
    assert (first(made).version, first(made).granted_amount) == (1, Decimal("100.00"))


def test_stale_decision_shows_both_texts(client):
    made = propose(deliberation())
    client.force_login(made.finance)
    typed = decision_data(made, motive="Second écrit")
    client.post(f"/decisions/{first(made).pk}/", decision_data(made, motive="Premier écrit"))

    response = client.post(f"/decisions/{first(made).pk}/", typed)

    text = response.content.decode()
    assert response.status_code == 409
    assert "Premier écrit" in text
    assert "Second écrit" in text
    assert first(made).motive == "Premier écrit"


def test_envelope_that_does_not_suffice_is_said(client):
    made = propose(deliberation(money=200))
    third = FundingDecision.objects.get(application=made.files[2])
    need = made.files[2].lines.get()
    client.force_login(made.finance)

    response = client.post(
        f"/decisions/{third.pk}/",
        {"version": 1, "outcome": "awarded", "envelope": made.envelope.pk, f"quantity-{need.pk}": "10", "motive": "x"},
    )

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "L’enveloppe « Investissement lycées » ne suffit pas : il reste 0\u00a0€, il en faut 100\u00a0€."
    ]


def test_voted_decision_is_read_only(client):
    made = vote(deliberation())
    client.force_login(made.finance)

    shown = client.get(f"/decisions/{first(made).pk}/")
    pressed = client.post(f"/decisions/{first(made).pk}/", decision_data(made))

    assert shown.status_code == 200
    assert elements_of(shown, "main textarea") == []
    assert pressed.status_code == 409
    assert first(made).version == 1


# -- Envelopes ------------------------------------------------------------------------------------------------------------------------------


def test_finance_opens_edits_and_removes_envelopes(client):
    made = propose(deliberation())
    client.force_login(made.finance)
    base = f"/decisions/enveloppes/{made.call.reference}/nouvelle/"

    place = {"section": "investment", "year": "2027"}
    assert client.post(base, place | {"label": "Travaux", "budget_code": "902", "amount": "1 500,50"}).status_code == 302
    created = Envelope.objects.get(label="Travaux")
    assert created.amount == Decimal("1500.50")
    assert client.post(base, place | {"label": "Travaux", "amount": "1"}).status_code == 422
    assert set(client.post(base, {"label": "Sans place", "amount": "1"}).context["form"].errors) == {"section", "year"}
    assert client.post(base, {"label": "", "amount": "beaucoup"}).status_code == 422
    low = client.post(f"/decisions/enveloppes/{made.envelope.pk}/", {"label": "Lycées", "budget_code": "", "amount": "199,99"})
    assert (low.status_code, "prennent déjà 200" in low.content.decode()) == (422, True)
    assert client.post(f"/decisions/enveloppes/{made.envelope.pk}/supprimer/").status_code == 409
    assert client.post(f"/decisions/enveloppes/{created.pk}/supprimer/").status_code == 302

    assert list(Envelope.objects.values_list("label", "amount")) == [("Investissement lycées", Decimal("250.00"))]


# -- The vote ---------------------------------------------------------------------------------------------------------------------------------


def test_finance_records_the_vote(client):
    made = propose(deliberation())
    client.force_login(made.finance)
    address = f"/decisions/vote/{made.call.reference}/"
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert client.post(address, {"number": "", "held_on": ""}).status_code == 422
    assert client.post(address, {"number": "26CP-1", "held_on": tomorrow.isoformat()}).status_code == 422
    done = client.post(address, {"number": "26CP-1", "held_on": timezone.localdate().isoformat()})

    assert done.url == f"/decisions/?appel={made.call.reference}"
    assert Call.objects.get().state == "voted"
    assert client.post(address, {"number": "26CP-2", "held_on": timezone.localdate().isoformat()}).status_code == 409


def test_long_vote_is_followed_and_taken_up_again(client, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    made = propose(deliberation())
    client.force_login(made.finance)
    address = f"/decisions/vote/{made.call.reference}/"
    first_press = client.post(address, {"number": "26CP-1", "held_on": timezone.localdate().isoformat()})
    job = Job.objects.get()
    assert first_press.url == job.get_absolute_url()
    Job.objects.update(state=Job.State.FAILED)

    waiting = client.get("/decisions/")
    shown = client.get(address)
    again = client.post(address)

    assert waiting.context["step"] == "voting"
    assert "Délibération 26CP-1" in shown.content.decode()
    other = Job.objects.exclude(pk=job.pk).get()
    assert again.url == other.get_absolute_url()
    assert jobs.vote(other, quiet) == {"voted": 4}
    assert Call.objects.get().state == "voted"


def test_vote_page_says_what_is_missing(client):
    made = sit(deliberation())

    client.force_login(made.finance)
    page = client.get(f"/decisions/vote/{made.call.reference}/")

    assert "La séance du jury n’est pas close." in page.content.decode()
    assert elements_of(page, 'main form[method="post"]') == []


# -- The release ---------------------------------------------------------------------------------------------------------------------------------


def test_dry_run_writes_nothing_and_the_button_asks_to_have_read(client):
    made = vote(deliberation())
    client.force_login(made.manager)
    address = f"/decisions/notification/{made.call.reference}/"
    entries = JournalEntry.objects.count()

    dry = client.get(address)
    unread = client.post(address)

    assert [delivery.decision.application for delivery in dry.context["page_obj"]] == made.files
    assert [effect.count for effect in dry.context["effects"]][:1] == [4]
    assert (unread.status_code, Job.objects.count(), JournalEntry.objects.count()) == (422, 0, entries)
    job = client.post(address, {"checked": "on"})
    assert job.url == Job.objects.get().get_absolute_url()
    again = client.post(address, {"checked": "on"})
    assert (again.url, Job.objects.count()) == (job.url, 1)


def test_dry_run_names_schools_that_nobody_can_be_told_at(client):
    school = EstablishmentFactory(email="", name="Lycée sans courrier")
    made = vote(deliberation(schools=[school, None, None, None]))
    client.force_login(made.manager)

    response = client.get(f"/decisions/notification/{made.call.reference}/")

    assert response.context["unreached"] == ["Lycée sans courrier, Toul"]


def test_released_call_is_not_released_again(client):
    made = release(deliberation())
    client.force_login(made.manager)

    assert client.post(f"/decisions/notification/{made.call.reference}/", {"checked": "on"}).status_code == 409


def test_the_reasons_of_the_call_follow_the_motive_of_a_decision(client):
    made = propose(deliberation())
    client.force_login(made.finance)
    page, cut = f"/decisions/{first(made).pk}/", "Cette dépense n’est pas de celles que cet appel finance."

    wrong = client.post(page, decision_data(made, motifs=["enveloppe"]))
    assert wrong.status_code == 422 and "Ne va pas avec l’issue choisie" in wrong.content.decode()
    client.post(page, decision_data(made, motifs=["depense-non-eligible"]))

    assert first(made).motive == f"Projet solide, quantité réduite.\n{cut}"
    shown = client.get(page).context["form"]
    assert (shown["motive"].value(), shown["motifs"].value()) == ("Projet solide, quantité réduite.", ["depense-non-eligible"])

    client.post(page, decision_data(made, outcome="rejected", motive="Non.", motifs=["enveloppe"]))
    standing = GivenReason.objects.standing().get()
    assert (standing.use, standing.in_short, GivenReason.objects.count()) == ("refusal", "Enveloppe épuisée", 2)
    drop_proposals(call=made.call, reason="Erreur.", actor=made.finance)
    assert not GivenReason.objects.standing().exists()
