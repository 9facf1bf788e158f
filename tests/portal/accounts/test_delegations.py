"""Delegations of signature: given by the head, noted from a paper, ended; read by their school and by whoever manages people."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.accounts.actions import ActionRefused, Terms, end_delegation, give_delegation, note_delegation
from portal.accounts.models import Delegation, User
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.signing import SignedAct
from portal.text.dates import day
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import CallFactory
from tests.portal.files.samples import pdf
from tests.reading import links_of, text_of

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def in_days(number: int):
    return timezone.localdate() + timedelta(days=number)


def scan(name: str = "delegation.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(), "application/pdf")


@pytest.fixture
def typed(deputy):
    return {"delegate": deputy.pk, "acts": ["visa", "award"], "starts_on": in_days(0).isoformat(), "ends_on": in_days(30).isoformat()}


def pages(school) -> tuple[str, str]:
    return f"/etablissements/{school.uai}/equipe/", f"/etablissements/{school.uai}/equipe/delegations/nouvelle/"


# -- Giving -----------------------------------------------------------------------------------------------------------


def test_a_head_gives_a_delegation_and_those_concerned_are_told(client, school, head, deputy, typed, mails):
    call = CallFactory(title="Lycée connecté, vague 2")
    team, page = pages(school)
    client.force_login(head)

    answer = client.post(page, {**typed, "calls": [str(call.pk)], "deed": "délibération n° 12", "document": scan()}, follow=True)

    held = Delegation.objects.get()
    assert answer.redirect_chain == [(team, 302)]
    assert (held.delegate, held.head, held.head_name, held.on_paper) == (deputy, head, "Delphine Roussel", False)
    assert (held.acts, held.calls) == (["visa", "award"], {str(call.pk): "Lycée connecté, vague 2"})
    assert (held.starts_on, held.ends_on, held.signed_on) == (in_days(0), in_days(30), in_days(0))
    shown = text_of(answer)
    for said in ("Donner le visa d’un dossier", "Pour Lycée connecté, vague 2.", "Délibération n° 12", "delegation.pdf", "En cours"):
        assert said in shown
    assert "par délégation de Delphine Roussel du" in mails(deputy.email)[-1].body
    assert mails(head.email)
    entry = JournalEntry.objects.get(action="give_delegation")
    assert (entry.actor, entry.data["acts"]) == (head, "Donner le visa d’un dossier, Accepter ou décliner une aide")


def test_a_draft_or_archived_call_is_not_offered(client, school, head, deputy):
    CallFactory(title="En préparation", state="draft")
    CallFactory(title="Rangé", state="archived")
    client.force_login(head)

    page = text_of(client.get(pages(school)[1]))

    assert "En préparation" not in page
    assert "Rangé" not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"acts": []}, "Choisissez au moins un acte."),
        ({"ends_on": in_days(-1).isoformat()}, "Cette date est passée"),
        ({"starts_on": in_days(9).isoformat(), "ends_on": in_days(8).isoformat()}, "La fin doit venir après le début."),
        ({"delegate": ""}, "Choisissez une personne de l’équipe."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, school, head, typed, changed, said):
    client.force_login(head)

    answer = client.post(pages(school)[1], {**typed, "deed": "Délibération n° 12", **changed})

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Délibération n° 12" in answer.content.decode()
    assert not Delegation.objects.exists()


def test_an_act_of_no_call_is_not_given_for_some_calls(client, school, head, typed):
    call = CallFactory()
    client.force_login(head)

    answer = client.post(pages(school)[1], {**typed, "acts": ["visa", "team"], "calls": [str(call.pk)]})

    assert answer.status_code == 422
    assert "« Répondre aux demandes de rattachement, inviter un collègue » : sans lien avec un appel." in text_of(answer)


def test_only_people_of_the_team_who_write_are_offered(client, school, other_school, head, deputy):
    others = [person(Role.MEMBER, at=other_school), person(Role.READER, at=school), person(), person(Role.OFFICER)]
    client.force_login(head)

    offered = set(client.get(pages(school)[1]).context["form"].fields["delegate"].queryset)

    assert offered == {deputy}
    for other in others:
        terms = Terms(other, frozenset({SignedAct.VISA}), in_days(0), in_days(1))
        with pytest.raises(ActionRefused):
            give_delegation(establishment=school, terms=terms, actor=head)


@pytest.mark.parametrize(
    "terms", [{"acts": frozenset()}, {"ends_on": in_days(-1)}, {"calls": {"1": "Appel"}, "acts": frozenset({SignedAct.TEAM})}]
)
def test_the_action_refuses_what_the_form_refuses(school, head, deputy, terms):
    wanted = {"delegate": deputy, "acts": frozenset({SignedAct.VISA}), "starts_on": in_days(0), "ends_on": in_days(1)} | terms

    with pytest.raises(ActionRefused):
        give_delegation(establishment=school, terms=Terms(**wanted), actor=head)


def test_the_same_delegation_is_not_given_twice(client, school, head, typed):
    client.force_login(head)
    client.post(pages(school)[1], typed)

    answer = client.post(pages(school)[1], typed)

    assert answer.status_code == 422
    assert "Cette personne a déjà cette délégation pour ces dates." in text_of(answer)
    assert Delegation.objects.count() == 1


def test_a_paper_that_cannot_be_kept_gives_nothing(client, school, head, typed):
    client.force_login(head)

    answer = client.post(pages(school)[1], {**typed, "document": SimpleUploadedFile("d.pdf", b"rien")})

    assert answer.status_code == 422
    assert not Delegation.objects.exists()
    assert not StoredFile.objects.exists()


def test_nobody_but_the_head_or_who_manages_people_gives_one(client, school, other_school, deputy, typed):
    foreign = person(Role.HEAD, at=other_school)
    all_given = DelegationFactory(establishment=school).delegate
    for user, status in (
        (deputy, 403),
        (all_given, 403),
        (person(Role.READER, at=school), 403),
        (foreign, 404),
        (person(Role.OFFICER), 404),
    ):
        client.force_login(user)
        assert client.get(pages(school)[1]).status_code == status
        assert client.post(pages(school)[1], typed).status_code == status
        terms = Terms(deputy, frozenset({SignedAct.VISA}), in_days(0), in_days(1))
        with pytest.raises(PermissionDenied):
            give_delegation(establishment=school, terms=terms, actor=fresh(user))
        with pytest.raises(PermissionDenied):
            note_delegation(establishment=school, terms=terms, head=None, head_name="X", signed_on=in_days(0), actor=fresh(user))
    assert Delegation.objects.count() == 1


# -- Noted from a paper -----------------------------------------------------------------------------------------------


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


def test_staff_note_a_delegation_of_a_head_who_has_no_account(client, school, deputy, typed, manager, mails):
    client.force_login(manager)

    answer = client.post(
        pages(school)[1],
        {**typed, "head_name": "Delphine Roussel", "signed_on": in_days(-3).isoformat(), "document": scan()},
        follow=True,
    )

    held = Delegation.objects.get()
    assert (held.head, held.head_name, held.on_paper, held.signed_on, held.given_by) == (
        None, "Delphine Roussel", True, in_days(-3), manager,
    )  # fmt: skip
    assert held in Delegation.objects.in_force()
    assert f"par délégation de Delphine Roussel du {day(in_days(-3))}, sur papier." in text_of(answer)
    assert "donnée sur papier" in mails(deputy.email)[-1].body
    assert JournalEntry.objects.get(action="note_delegation").data["file"] == "delegation.pdf"


def test_staff_note_one_of_a_head_who_has_an_account_and_is_told(client, school, head, deputy, typed, manager, mails):
    client.force_login(manager)

    client.post(pages(school)[1], {**typed, "head": head.pk, "signed_on": in_days(0).isoformat(), "document": scan()})

    assert Delegation.objects.get().head_name == "Delphine Roussel"
    assert "donnée sur papier" in mails(head.email)[-1].body


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"document": ""}, "Joignez la délégation signée"),
        ({"head_name": ""}, "Dites qui a signé"),
        ({"signed_on": in_days(1).isoformat()}, "Cette date est dans le futur"),
    ],
)
def test_a_paper_says_who_signed_it_when_and_is_there(client, school, typed, manager, changed, said):
    client.force_login(manager)
    sent = {**typed, "head_name": "Delphine Roussel", "signed_on": in_days(0).isoformat(), "document": scan(), **changed}

    answer = client.post(pages(school)[1], sent)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Delegation.objects.exists()


def test_a_head_of_another_school_did_not_sign_this_paper(school, other_school, deputy, manager):
    terms = Terms(deputy, frozenset({SignedAct.VISA}), in_days(0), in_days(1), document=scan())
    signature = {"head": person(Role.HEAD, at=other_school), "head_name": "", "signed_on": in_days(0)}

    with pytest.raises(ActionRefused, match="ne dirige pas ce lycée"):
        note_delegation(establishment=school, terms=terms, **signature, actor=manager)


# -- Reading ----------------------------------------------------------------------------------------------------------


def test_the_paper_is_read_by_the_school_and_by_whoever_manages_people_alone(client, school, other_school, head, typed, manager):
    client.force_login(head)
    client.post(pages(school)[1], {**typed, "document": scan()})
    page = StoredFile.objects.get().get_absolute_url()

    readers = [head, person(Role.MEMBER, at=school), person(Role.READER, at=school), manager]
    others = [person(Role.HEAD, at=other_school), person(Role.OFFICER), person(Role.JUROR), person()]
    for user in readers + others:
        client.force_login(user)
        assert (client.get(page).status_code == 200) is (user in readers)


def test_one_without_effect_says_so(client, school, head, deputy):
    DelegationFactory(establishment=school, head=head, delegate=deputy)
    head.role_grants.update(ended_at=timezone.now())
    client.force_login(deputy)

    assert "Sans effet" in text_of(client.get(pages(school)[0]))


def test_a_team_without_any_reads_who_signs(client, school, deputy):
    client.force_login(deputy)

    page = text_of(client.get(pages(school)[0]))

    assert "seul le chef d’établissement signe pour ce lycée" in page
    assert "Votre chef d’établissement peut déléguer sa signature à l’un de vous" in page


def test_the_page_of_a_team_reads_as_much_whatever_the_number_of_delegations(client, school, head, django_assert_max_num_queries):
    client.force_login(head)
    DelegationFactory(establishment=school, head=head)
    with django_assert_max_num_queries(40) as first:
        client.get(pages(school)[0])
    DelegationFactory.create_batch(4, establishment=school, head=head)

    with django_assert_max_num_queries(len(first)):
        client.get(pages(school)[0])


def test_the_delegate_reads_it_among_their_roles(client, school, head, deputy):
    DelegationFactory(establishment=school, head=head, delegate=deputy, acts=["visa"])
    client.force_login(deputy)

    page = text_of(client.get("/compte/"))

    assert "Signature par délégation de Delphine Roussel" in page
    assert "Donner le visa d’un dossier" in page


def test_one_that_begins_later_says_from_which_day(client, school, head, typed):
    client.force_login(head)

    answer = client.post(pages(school)[1], {**typed, "starts_on": in_days(2).isoformat()}, follow=True)

    assert f"à partir du {day(in_days(2))} jusqu’au {day(in_days(30))}" in text_of(answer)


# -- Ending -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["head", "delegate", "manager"])
def test_it_is_ended_before_its_day_and_both_sides_are_told(client, school, head, deputy, manager, mails, who):
    held = DelegationFactory(establishment=school, head=head, delegate=deputy)
    page = f"{pages(school)[0]}delegations/{held.pk}/terminer/"
    client.force_login({"head": head, "delegate": deputy, "manager": manager}[who])

    assert page in [address for _, address in links_of(client.get(pages(school)[0]))]
    answer = client.post(page, {"reason": "Retour de congé."}, follow=True)

    held.refresh_from_db()
    assert held.ended_at is not None
    assert held not in Delegation.objects.in_force()
    assert "Motif : Retour de congé." in mails(head.email)[-1].body
    assert "Motif : Retour de congé." in mails(deputy.email)[-1].body
    assert JournalEntry.objects.get(action="end_delegation").reason == "Retour de congé."
    assert "Terminée le" in text_of(answer)
    assert f"Mehdi Lakhal ne signe plus {held.mention} ces actes-là" in text_of(answer)  # another one may still be in force


def test_ending_it_twice_changes_nothing(school, head, deputy):
    held = DelegationFactory(establishment=school, head=head, delegate=deputy)
    first = end_delegation(delegation=held, actor=head, reason="Retour.")

    again = end_delegation(delegation=held, actor=head, reason="Encore.")

    assert (again.ended_at, again.end_reason) == (first.ended_at, "Retour.")
    assert JournalEntry.objects.filter(action="end_delegation").count() == 1


def test_nobody_else_ends_it(client, school, other_school, head, deputy):
    held = DelegationFactory(establishment=school, head=head, delegate=deputy)
    page = f"{pages(school)[0]}delegations/{held.pk}/terminer/"
    for user, status in (
        (person(Role.MEMBER, at=school), 403), (person(Role.READER, at=school), 403), (person(Role.HEAD, at=other_school), 404),
        (person(Role.AUDITOR), 404), (person(), 404),
    ):  # fmt: skip
        client.force_login(user)
        assert client.post(page, {}).status_code == status
    client.force_login(head)
    assert client.post(f"/etablissements/{other_school.uai}/equipe/delegations/{held.pk}/terminer/", {}).status_code == 404
    held.refresh_from_db()
    assert held.ended_at is None
