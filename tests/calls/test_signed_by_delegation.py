"""What a head signs on a file, whoever holds a delegation signs too: this act, for this call, at this lycée, within its dates. Nobody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.queries import progress
from calls.queries.people import signers_of
from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.signing import SignedAct
from portal.text.dates import day
from portal.ui.todo import items_for
from portal.workflow.gate import available_transitions, perform
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

FILE = "/dossiers/AAP-0001/"
SIGNED = [
    ("approve", SignedAct.VISA, {"state": "awaiting_approval"}, "awaiting_approval"),
    ("accept_award", SignedAct.AWARD, {"submitted": True, "state": "decided", "outcome": "awarded"}, "accepted_by_school"),
    ("decline_award", SignedAct.AWARD, {"submitted": True, "state": "decided", "outcome": "awarded"}, "declined_by_school"),
    ("withdraw_filed", SignedAct.WITHDRAWAL, {"submitted": True}, "withdrawn"),
]
each_signed_act = pytest.mark.parametrize(("name", "act", "file", "reached"), SIGNED)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def prepared(file: dict):
    return ApplicationFactory(reference="AAP-0001", complete=True, granted_amount=100 if "outcome" in file else None, **file)


def offered(application, user: User) -> set[str]:
    return {option.name for option in available_transitions(application, fresh(user))}


@each_signed_act
def test_a_delegate_signs_what_the_head_signs_and_the_journal_says_by_what(name, act, file, reached):
    application = prepared(file)
    held = DelegationFactory(establishment=application.establishment, acts=[act.value], calls={str(application.call_id): "L’appel"})

    done = perform(application, name, actor=fresh(held.delegate), reason="Motif.")

    entry = JournalEntry.objects.get(action=name)
    assert done.state == reached
    assert entry.actor == held.delegate
    assert entry.data["delegation"] == f"par délégation de Delphine Roussel du {day(held.signed_on)}"


@each_signed_act
def test_the_head_who_delegated_still_signs_and_in_person(name, act, file, reached):
    application = prepared(file)
    held = DelegationFactory(establishment=application.establishment)

    perform(application, name, actor=fresh(held.head), reason="Motif.")

    assert "delegation" not in JournalEntry.objects.get(action=name).data


def of_another_act(application, act):
    return DelegationFactory(establishment=application.establishment, acts=[other.value for other in SignedAct if other != act]).delegate


def of_another_call(application, act):
    return DelegationFactory(establishment=application.establishment, calls={str(CallFactory().pk): "Un autre appel"}).delegate


def of_another_lycee(application, act):
    """Holds everything elsewhere, and writes here."""
    elsewhere = DelegationFactory(establishment=EstablishmentFactory()).delegate
    elsewhere.role_grants.create(role=Role.MEMBER, establishment=application.establishment)
    return elsewhere


def past(application, act):
    return DelegationFactory(establishment=application.establishment, past=True).delegate


def to_come(application, act):
    return DelegationFactory(establishment=application.establishment, to_come=True).delegate


def ended(application, act):
    return DelegationFactory(establishment=application.establishment, ended=True).delegate


def of_a_head_who_left(application, act):
    held = DelegationFactory(establishment=application.establishment)
    held.head.role_grants.update(ended_at=timezone.now())
    return held.delegate


def of_a_head_whose_account_is_closed(application, act):
    held = DelegationFactory(establishment=application.establishment)
    User.objects.filter(pk=held.head_id).update(is_active=False)
    return held.delegate


def who_left_the_team(application, act):
    held = DelegationFactory(establishment=application.establishment)
    held.delegate.role_grants.update(ended_at=timezone.now())
    return held.delegate


def who_only_reads(application, act):
    reader = person(Role.READER, at=application.establishment)
    return DelegationFactory(establishment=application.establishment, delegate=reader).delegate


def who_is_a_plain_member(application, act):
    DelegationFactory(establishment=application.establishment)
    return person(Role.MEMBER, at=application.establishment)


NOT_THEIRS = [
    of_another_act, of_another_call, of_another_lycee, past, to_come, ended, of_a_head_who_left, of_a_head_whose_account_is_closed,
    who_left_the_team, who_only_reads, who_is_a_plain_member,
]  # fmt: skip


@each_signed_act
@pytest.mark.parametrize("somebody", NOT_THEIRS, ids=lambda make: make.__name__)
def test_nobody_signs_without_a_delegation_for_it(name, act, file, reached, somebody):
    application = prepared(file)
    actor = somebody(application, act)

    with pytest.raises(PermissionDenied):
        perform(application, name, actor=fresh(actor), reason="Motif.")

    assert name not in offered(application, actor)
    assert actor not in [signer.user for signer in signers_of(application, act)]
    assert not JournalEntry.objects.filter(action=name).exists()


def test_a_delegation_given_on_paper_by_a_head_without_account_counts():
    application = prepared({"state": "awaiting_approval"})
    held = DelegationFactory(establishment=application.establishment, head=None, head_name="Delphine Roussel", on_paper=True)

    perform(application, "approve", actor=fresh(held.delegate))

    assert JournalEntry.objects.get(action="approve").data["delegation"].startswith("par délégation de Delphine Roussel")


def test_a_delegate_does_not_sign_for_a_personal_draft(client):
    application = prepared({})
    held = DelegationFactory(establishment=application.establishment)
    type(application).everything.filter(pk=application.pk).update(kept_for=person())

    assert available_transitions(type(application).everything.get(), fresh(held.delegate)) == []


def test_the_mail_that_asks_for_the_visa_reaches_whoever_gives_it():
    application = prepared({})
    member = person(Role.MEMBER, at=application.establishment)
    held = DelegationFactory(establishment=application.establishment, acts=["visa"])
    other = DelegationFactory(establishment=application.establishment, head=held.head, acts=["award"])

    perform(application, "request_approval", actor=fresh(member))

    told = set(Message.objects.filter(code="approval_requested").values_list("to_email", flat=True))
    assert told == {held.head.email, held.delegate.email}
    assert other.delegate.email not in told


@pytest.fixture
def awaiting():
    return prepared({"state": "awaiting_approval"})


def test_a_delegate_is_told_to_give_the_visa_and_a_member_is_not(awaiting):
    held = DelegationFactory(establishment=awaiting.establishment, acts=["visa"])
    member = person(Role.MEMBER, at=awaiting.establishment)
    asked = "Donner votre visa au dossier AAP-0001"

    assert asked in [item.title for item in items_for(fresh(held.delegate))]
    assert asked not in [item.title for item in items_for(fresh(member))]


def test_a_delegate_is_told_to_answer_the_aid():
    application = prepared({"submitted": True, "state": "decided", "outcome": "awarded"})
    held = DelegationFactory(establishment=application.establishment, acts=["award"])
    visas = DelegationFactory(establishment=application.establishment, head=held.head, acts=["visa"])
    asked = "Accepter ou décliner l’aide du dossier AAP-0001"

    assert asked in [item.title for item in items_for(fresh(held.delegate))]
    assert asked not in [item.title for item in items_for(fresh(visas.delegate))]


def test_the_page_of_the_visa_says_who_may_give_it_by_name(client, awaiting):
    held = DelegationFactory(establishment=awaiting.establishment)
    client.force_login(held.delegate)

    page = text_of(client.get(f"{FILE}action/approve/"))

    assert f"Vous signez par délégation de Delphine Roussel du {day(held.signed_on)}" in page
    assert f"Mehdi Lakhal, par délégation de Delphine Roussel du {day(held.signed_on)}" in page


def test_the_page_that_confirms_an_answer_says_by_what_it_is_signed(client):
    application = prepared({"submitted": True, "state": "decided", "outcome": "awarded"})
    held = DelegationFactory(establishment=application.establishment)
    client.force_login(held.delegate)

    assert "Vous signez par délégation de Delphine Roussel" in text_of(client.get(f"{FILE}action/accept_award/"))
    client.force_login(held.head)
    assert "par délégation" not in text_of(client.get(f"{FILE}action/accept_award/"))


def test_the_team_reads_who_may_sign(client, awaiting):
    held = DelegationFactory(establishment=awaiting.establishment)
    client.force_login(held.delegate)

    assert "le visa de Delphine Roussel ou de Mehdi Lakhal (par délégation)" in text_of(client.get(FILE))


def test_a_team_whose_head_is_away_reads_what_to_do(client, awaiting):
    person(Role.HEAD, at=awaiting.establishment, first_name="Delphine", last_name="Roussel")
    client.force_login(person(Role.MEMBER, at=awaiting.establishment))

    page = text_of(client.get(FILE))

    assert "le visa de Delphine Roussel." in page
    assert "le chef d’établissement délègue sa signature à l’un de vous" in page


def test_a_team_without_a_head_reads_what_the_region_does(client, awaiting):
    client.force_login(person(Role.MEMBER, at=awaiting.establishment))

    assert "la Région le donne à qui le dirige, ou note la délégation de signature" in text_of(client.get(FILE))


def test_the_history_of_the_file_says_it(client, awaiting):
    held = DelegationFactory(establishment=awaiting.establishment)
    perform(awaiting, "approve", actor=fresh(held.delegate))
    client.force_login(person(Role.MEMBER, at=awaiting.establishment))

    assert "Mehdi Lakhal, par délégation de Delphine Roussel" in text_of(client.get(FILE))


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"acts": ["award"]}, "vaut pour d’autres actes : Accepter ou décliner une aide."),
        ({"calls": {"0": "Usages numériques"}}, "ne vaut que pour Usages numériques."),
        ({"starts_on": timezone.localdate() + timedelta(days=2)}, "commence le "),
        ({"ended_at": timezone.now()}, "est terminée depuis le "),
    ],
    ids=["act", "call", "day", "ended"],
)
def test_a_delegate_reads_why_theirs_does_not_reach_the_visa_on_the_file_and_when_refused(client, awaiting, terms, said):
    """And whoever has none at that school reads nothing of it."""
    school = awaiting.establishment
    head, deputy, member = person(Role.HEAD, at=school), person(Role.MEMBER, at=school), person(Role.MEMBER, at=school)
    DelegationFactory(establishment=school, head=head, delegate=deputy, **{"acts": ["visa"], **terms})
    visa = f"{awaiting.get_absolute_url()}action/approve/"

    for reader, expected in ((deputy, True), (member, False)):
        client.force_login(reader)
        page, refused = client.get(awaiting.get_absolute_url()), client.post(visa)
        assert refused.status_code == 403
        assert [("Votre délégation" in text_of(each) and said in text_of(each)) for each in (page, refused)] == [expected, expected]


def test_two_signers_are_named_one_after_the_other():
    assert progress._either(["de Sylvie Aubert, Proviseure", "de Karim Benali (par délégation)", "de Léa Roux"]) == (
        "de Sylvie Aubert, Proviseure, ou de Karim Benali (par délégation) ou de Léa Roux"
    )


def test_a_delegate_of_the_visa_alone_carries_a_file_to_its_deposit_and_withdraws_nothing():
    application = prepared({})
    held = DelegationFactory(establishment=application.establishment, acts=[SignedAct.VISA.value])
    signer = fresh(held.delegate)

    for name in ("request_approval", "approve", "submit"):
        application = perform(application, name, actor=signer)

    assert application.state == "submitted"
    lines = {line.action: line.data.get("delegation", "") for line in JournalEntry.objects.order_by("pk")}
    assert {name for name, said in lines.items() if said} == {"approve"}  # a deposit is an act of the team, not a signature
    assert "withdraw_filed" not in offered(application, signer)
    with pytest.raises(PermissionDenied):
        perform(application, "withdraw_filed", actor=signer, reason="Motif.")
