"""A team asks for the withdrawal of a filed file: who answers, what it changes, who reads and hears of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.actions import withdrawals
from calls.actions.withdrawals import agree_to_withdrawal, ask_withdrawal, refuse_withdrawal, take_back_request
from calls.enums import CallState
from calls.models import Application, WithdrawalRequest
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.signing import SignedAct
from portal.ui.todo import items_for
from portal.workflow.gate import perform
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.outcomes import refusal_of, told
from tests.reading import text_of
from tests.rivals import in_the_middle

pytestmark = pytest.mark.django_db
PAGE = "/dossiers/AAP-0001/retrait/"
WHY = "Les travaux sont repoussés."


@pytest.fixture
def filed():
    return ApplicationFactory(reference="AAP-0001", complete=True, submitted=True)


@pytest.fixture
def member(filed):
    return person(Role.MEMBER, at=filed.establishment, email="equipe@x.example")


@pytest.fixture
def head(filed):
    return person(Role.HEAD, at=filed.establishment, email="chef@x.example")


@pytest.mark.parametrize("state", ["submitted", "admissible"])
def test_asked_then_agreed_the_file_is_withdrawn_for_that_reason_and_the_region_is_told(client, filed, member, head, state):
    officer = person(Role.OFFICER, email="instruction@x.example")
    Application.objects.filter(pk=filed.pk).update(state=state)
    client.force_login(member)
    assert "Demander le retrait" in text_of(client.get("/dossiers/AAP-0001/"))
    done = client.post(PAGE, {"reason": WHY}, follow=True)
    assert "Le retrait est demandé" in text_of(done) and WHY in text_of(done)
    assert told("withdrawal_asked") == {"chef@x.example"}
    assert Application.objects.get().state == state
    client.force_login(head)
    assert "Répondre à la demande de retrait du dossier AAP-0001" in [item.title for item in items_for(head)]

    client.post(PAGE, {"do": "agree"})

    assert (Application.objects.get().state, WithdrawalRequest.objects.get().answer) == ("withdrawn", "agreed")
    after = text_of(client.get(PAGE))
    assert "Le dossier est retiré" in after and "une fois le dossier déposé" not in after
    assert JournalEntry.objects.get(action="withdraw_filed").reason == WHY
    assert {"equipe@x.example", "instruction@x.example"} <= told("application_withdrawn")
    assert any("dossier retiré par son lycée" in item.title for item in items_for(officer))
    elsewhere = person(Role.OFFICER, authority=EstablishmentFactory().authority)
    assert elsewhere.grants[0].authority_id == filed.establishment.authority_id or not items_for(elsewhere)


def test_refused_the_file_stays_the_team_reads_why_and_may_ask_again(client, filed, member, head):
    asked = ask_withdrawal(application=filed, reason=WHY, actor=member)
    client.force_login(head)

    empty = client.post(PAGE, {"do": "refuse", "reason": " "})
    client.post(PAGE, {"do": "refuse", "reason": "Le projet tient."})

    assert empty.status_code == 422 and "la personne concernée le lit" in text_of(empty)
    assert told("withdrawal_refused") == {"equipe@x.example", "chef@x.example"}
    client.force_login(member)
    page = text_of(client.get(PAGE))
    assert "Retrait refusé" in page and "Le projet tient." in page
    assert "n’attend plus" in refusal_of(agree_to_withdrawal, asked=asked, actor=head)[0]
    client.post(PAGE, {"reason": "Encore."})
    assert WithdrawalRequest.objects.still_open().get().reason == "Encore."
    assert Application.objects.get().state == "submitted"


def test_taken_back_by_the_team_nothing_is_left_to_answer(client, filed, member, head):
    ask_withdrawal(application=filed, reason=WHY, actor=member)
    client.force_login(member)
    client.post(PAGE, {"do": "take_back"})

    assert told("withdrawal_taken_back") == {"chef@x.example"}
    client.force_login(head)
    assert client.post(PAGE, {"do": "agree"}).status_code == 409
    assert Application.objects.get().state == "submitted"


def test_a_delegate_answers_and_nobody_else_does(filed, member):
    asked = ask_withdrawal(application=filed, reason=WHY, actor=member)
    other = DelegationFactory(establishment=filed.establishment, acts=[SignedAct.VISA.value]).delegate
    held = DelegationFactory(establishment=filed.establishment, acts=[SignedAct.WITHDRAWAL.value]).delegate
    stranger = person(Role.HEAD, at=EstablishmentFactory())

    for somebody in (member, other, stranger, person(Role.OFFICER), person(Role.CALL_MANAGER)):
        with pytest.raises(PermissionDenied):
            agree_to_withdrawal(asked=asked, actor=somebody)
        with pytest.raises(PermissionDenied):
            refuse_withdrawal(asked=asked, reason="Non.", actor=somebody)
    for somebody in (held, stranger, person(Role.OFFICER)):  # who signs withdraws, and asks nobody
        with pytest.raises(PermissionDenied):
            take_back_request(asked=asked, actor=somebody)
        with pytest.raises(PermissionDenied):
            ask_withdrawal(application=filed, reason=WHY, actor=somebody)
    agree_to_withdrawal(asked=asked, actor=held)
    assert "par délégation" in JournalEntry.objects.get(action="withdraw_filed").data["delegation"]


def test_it_is_asked_once_of_a_filed_file_and_its_words_are_the_lycee_s_own(client, filed, member):
    ask_withdrawal(application=filed, reason=WHY, actor=member)
    draft = ApplicationFactory(establishment=filed.establishment, reference="AAP-0002")
    assert "déjà demandé" in refusal_of(ask_withdrawal, application=filed, reason=WHY, actor=member)[0]
    assert "ne se demande plus" in refusal_of(ask_withdrawal, application=draft, reason=WHY, actor=member)[0]
    client.force_login(member)
    assert "Il se demande une fois le dossier déposé" in text_of(client.get("/dossiers/AAP-0002/retrait/"))

    client.force_login(person(Role.OFFICER))
    assert client.get(PAGE).status_code == 404
    assert WHY not in text_of(client.get("/dossiers/AAP-0001/"))
    client.force_login(person(Role.HEAD, at=EstablishmentFactory()))
    assert client.get(PAGE).status_code == 404


def test_a_ruling_of_the_region_ends_it(member):
    call = CallFactory(state=CallState.INSTRUCTION, closed=True)
    file = ApplicationFactory(call=call, complete=True, submitted=True, establishment=member.role_grants.first().establishment)
    ask_withdrawal(application=file, reason=WHY, actor=member)

    perform(file, "declare_inadmissible", actor=person(Role.OFFICER), reason="Hors délai.", motive="Hors délai.")

    assert WithdrawalRequest.objects.get().answer == "void"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_agreed_and_taken_back_at_once_it_has_one_outcome(monkeypatch, filed, member, head):
    asked = ask_withdrawal(application=filed, reason=WHY, actor=member)

    outcomes = in_the_middle(
        monkeypatch, withdrawals, "perform",
        of=lambda: agree_to_withdrawal(asked=asked, actor=head),
        comes=lambda: take_back_request(asked=asked, actor=member),
    )  # fmt: skip

    with transaction.atomic():
        assert outcomes[1] == "Cette demande de retrait n’attend plus de réponse."
        assert (Application.objects.get().state, WithdrawalRequest.objects.get().answer) == ("withdrawn", "agreed")


def test_an_officer_reads_that_a_withdrawal_is_asked_and_never_why(client, filed, member, head):
    officer, other = person(Role.OFFICER), person(Role.AUDITOR)
    ask_withdrawal(application=filed, reason=WHY, actor=member)
    client.force_login(officer)

    page, listed = (text_of(client.get(address)) for address in ("/dossiers/AAP-0001/", "/dossiers/"))

    assert "demande le retrait de ce dossier" in page and "Retrait demandé" in listed and WHY not in page + listed
    assert any("retrait demandé par l’équipe" in item.title for item in items_for(officer))
    assert not any("retrait demandé par l’équipe" in item.title for item in items_for(other))
    refuse_withdrawal(asked=WithdrawalRequest.objects.get(), reason="Non.", actor=head)
    assert "demande le retrait" not in text_of(client.get("/dossiers/AAP-0001/"))
    assert not any("retrait demandé par l’équipe" in item.title for item in items_for(officer))
