"""Joining a school: a link to its mailbox, or the head's answer."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from portal.accounts.actions import ActionRefused, answer_join, ask_to_join, may_resend
from portal.accounts.enums import JoinOutcome
from portal.accounts.models import JoinRequest
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import SCHOOL_ROLES, Role
from portal.text.french import the_school
from portal.ui.todo import items_for
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import is_member, person
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of, links_of, text_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db


# -- Asking -----------------------------------------------------------------------------------------------------------


def test_new_account_reads_how_to_join_a_school(client, asker):
    client.force_login(asker)

    page = client.get("/espace/")

    assert "Rattachez votre compte à votre établissement" in page.content.decode()
    assert "/compte/etablissement/" in [address for _, address in links_of(page)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prouve", True),
        ("PROUVÉ nancy", True),
        ("nancy", True),
        ("toul", False),
        ("", False),
        ("'\"%_\\", False),
        ("x" * 500, False),
        ("qq\x00ww", False),  # letters that no name, town or code carries: the check letter of a code varies
    ],
)
def test_school_is_found_by_name_town_or_code(client, asker, school, other_school, text, found):
    client.force_login(asker)

    answer = client.get("/compte/etablissement/", {"q": text})

    assert answer.status_code == 200
    assert ([s.name for s in answer.context["found"]] == ["Lycée Jean-Prouvé"]) is found


def test_school_is_found_by_its_code(client, asker, school, other_school):
    client.force_login(asker)

    answer = client.get("/compte/etablissement/", {"q": school.uai.lower()})

    assert list(answer.context["found"]) == [school]


def test_ten_schools_at_most_are_shown(client, asker, django_assert_num_queries):
    EstablishmentFactory.create_batch(12, commune_name="Metz")
    client.force_login(asker)

    answer = client.get("/compte/etablissement/", {"q": "metz"})

    assert len(answer.context["found"]) == 10
    assert "Les dix premiers." in answer.content.decode()


def test_request_leaves_to_the_mailbox_and_to_the_head(client, asker, school, mails):
    head = person(Role.HEAD, at=school)
    person(Role.MEMBER, at=school)
    client.force_login(asker)

    answer = client.post(f"/compte/etablissement/{school.uai}/", {"note": "Arrivé en septembre"})

    asked = JoinRequest.objects.get()
    assert answer["Location"] == "/compte/etablissement/"
    assert (asked.user, asked.establishment, asked.note, asked.outcome) == (asker, school, "Arrivé en septembre", JoinOutcome.PENDING)
    assert {message.to_email for message in Message.objects.all()} == {"ce.prouve@ac-nancy-metz.example", head.email}
    assert "/compte/etablissement/lien/" not in mails(head.email)[0].body
    assert [entry.action for entry in JournalEntry.objects.all()] == ["ask_to_join"]


def test_link_itself_is_not_in_the_database(asked, link):
    token = link.split("/")[-2]

    assert token not in JoinRequest.objects.values_list("token_digest", flat=True)
    assert len(token) >= 43


@pytest.mark.parametrize("words", ["https://evil.example/", "www.evil.example", "Voyez evil.example merci", "evil.example"])
def test_a_note_that_carries_an_address_never_goes_into_mails(client, asker, school, mails, words):
    ask_to_join(user=asker, establishment=school, note=words)
    client.force_login(asker)

    assert "evil" not in mails("ce.prouve@ac-nancy-metz.example")[0].body
    assert client.post(f"/compte/etablissement/{school.uai}/", {"note": words}).status_code == 422


def test_what_a_person_writes_is_in_the_mail_to_the_school_and_to_its_head(asker, school, mails):
    head = person(Role.HEAD, at=school)
    asker.job_title = "Professeure de lettres"
    asker.save()

    ask_to_join(user=asker, establishment=school, note="Arrivée en septembre, voisine de M. Dupont.")

    for address in (school.email, head.email):
        body = mails(address)[0].body
        assert "Fonction indiquée : Professeure de lettres." in body
        assert "Ce que cette personne vous écrit : « Arrivée en septembre, voisine de M. Dupont. »" in body


@pytest.mark.parametrize("role", [role for role in Role if role not in SCHOOL_ROLES])
def test_nobody_of_the_region_or_of_a_jury_asks_to_join_a_school(client, school, role):
    client.force_login(person(role))

    assert client.get("/compte/etablissement/").status_code == 403
    assert client.post(f"/compte/etablissement/{school.uai}/", {"note": ""}).status_code == 403
    assert "Demander à rejoindre" not in text_of(client.get(f"/etablissements/{school.uai}/"))
    assert JoinRequest.objects.count() == 0
    assert Message.objects.count() == 0
    with pytest.raises(PermissionDenied):
        ask_to_join(user=person(role), establishment=school)


def test_the_page_of_a_school_leads_into_its_team(client, asker, school):
    client.force_login(asker)
    page = f"/etablissements/{school.uai}/"
    assert (f"/compte/etablissement/{school.uai}/") in [address for _, address in links_of(client.get(page))]

    client.post(f"/compte/etablissement/{school.uai}/", {"note": ""})
    assert "Votre demande est partie le" in text_of(client.get(page))

    answer_join(join_request=JoinRequest.objects.get(), approve=True, actor=SYSTEM, by_mailbox=True)
    assert "Vous en faites partie." in text_of(client.get(page))


def test_a_request_of_today_says_when_it_left_instead_of_offering_to_send_it_again(client, asker, school):
    client.force_login(asker)
    page = f"/compte/etablissement/{school.uai}/"
    client.post(page, {"note": ""})

    assert "Votre demande est partie le" in text_of(client.get(page)) and "Envoyer la demande" not in text_of(client.get(page))
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert may_resend(JoinRequest.objects.get())


def test_a_person_without_school_goes_from_the_call_to_the_request_and_back(client, asker, school):
    call = CallFactory()
    client.force_login(asker)
    start = f"/appels/{call.slug}/deposer/"

    [join] = [address for text, address in links_of(client.get(start)) if text == "Rejoindre mon lycée"]
    found = client.get(join, {"next": start, "q": "Prouvé"})
    [ask] = [address for _, address in links_of(found) if address.startswith(f"/compte/etablissement/{school.uai}/")]
    field = the(client.get(ask), "form[method=post] input[name=next]")
    done = client.post(ask, {"note": "", "next": field["value"]})

    assert done["Location"] == start
    page = text_of(client.get(start))
    assert "attend sa réponse" in page and "Votre compte n’est encore rattaché à aucun lycée" in page
    assert "Rejoindre mon lycée" not in page  # what may be done meanwhile stands first


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_request_never_leads_to_another_site(client, asker, school, elsewhere):
    client.force_login(asker)

    done = client.post(f"/compte/etablissement/{school.uai}/", {"note": "", "next": elsewhere})

    assert done["Location"] == "/compte/etablissement/"
    assert "evil" not in client.get("/compte/etablissement/", {"next": elsewhere}).content.decode()


def test_note_is_shown_as_it_was_typed(client, asker, school):
    asked = ask_to_join(user=asker, establishment=school, note="<img src=x onerror=alert(1)>")
    client.force_login(person(Role.HEAD, at=school))

    for page in (client.get(f"/etablissements/{school.uai}/equipe/"), Client().get(f"/compte/etablissement/lien/{asked.token}/")):
        assert elements_of(page, 'img[src="x"]') == []
        assert "<img src=x onerror=alert(1)>" in words_of(tree_of(page))


def test_same_request_twice_the_same_day_is_refused(client, asker, asked, school):
    client.force_login(asker)

    answer = client.post(f"/compte/etablissement/{school.uai}/", {"note": "encore"})

    assert answer.status_code == 409
    assert "Votre demande est déjà partie" in answer.content.decode()
    assert "encore" in answer.content.decode()
    assert JoinRequest.objects.count() == 1


def test_asking_again_after_a_day_replaces_the_link(asker, asked, link, school, client):
    with time_machine.travel(timezone.now() + timedelta(hours=30)):
        ask_to_join(user=asker, establishment=school)

        assert client.get(link).status_code == 404
        assert JoinRequest.objects.count() == 1


def test_member_does_not_ask(client, school):
    member = person(Role.MEMBER, at=school)
    with pytest.raises(ActionRefused, match="déjà partie"):
        ask_to_join(user=member, establishment=school)
    client.force_login(member)
    page = text_of(client.get(f"/compte/etablissement/{school.uai}/"))
    assert "Vous faites déjà partie de cette équipe" in page and "Envoyer la demande" not in page


def test_closed_school_takes_nobody(asker):
    with pytest.raises(ActionRefused, match="fermé"):
        ask_to_join(user=asker, establishment=EstablishmentFactory(state="closed"))


def test_five_requests_at_most_await(asker):
    for _ in range(5):
        ask_to_join(user=asker, establishment=EstablishmentFactory())

    with pytest.raises(ActionRefused, match="5 demandes en attente"):
        ask_to_join(user=asker, establishment=EstablishmentFactory())


def test_school_without_address_can_still_be_asked(client, asker):
    school = EstablishmentFactory(email="")
    client.force_login(asker)
    page = client.get(f"/compte/etablissement/{school.uai}/").content.decode()

    client.post(f"/compte/etablissement/{school.uai}/", {})

    assert "L’annuaire ne connaît pas l’adresse de cet établissement" in page
    assert (JoinRequest.objects.count(), Message.objects.count()) == (1, 0)


def test_too_long_a_note_is_refused_and_kept(client, asker, school):
    client.force_login(asker)

    answer = client.post(f"/compte/etablissement/{school.uai}/", {"note": "x" * 301})

    assert (answer.status_code, JoinRequest.objects.count()) == (422, 0)
    assert "x" * 301 in answer.content.decode()


def test_reading_never_asks(client, asker, school):
    client.force_login(asker)
    client.get(f"/compte/etablissement/{school.uai}/")

    assert JoinRequest.objects.count() == 0


# -- The link ---------------------------------------------------------------------------------------------------------


def test_head_accepts_on_the_page_of_the_team(client, asker, asked, school, mails):
    client.force_login(person(Role.HEAD, at=school))
    page = client.get(f"/etablissements/{school.uai}/equipe/").content.decode()

    client.post(f"/etablissements/{school.uai}/equipe/demandes/{asked.pk}/", {"answer": "approve"})

    assert "Karim Benali" in page
    assert is_member(asker, school)
    assert [message.subject for message in mails(asker.email)] == [
        "Préau : un rôle vous est donné",
        "Préau : vous faites partie de l’équipe",
    ]


def test_head_s_answer_kills_the_link(client, asker, asked, school, link):
    client.force_login(person(Role.HEAD, at=school))
    client.post(f"/etablissements/{school.uai}/equipe/demandes/{asked.pk}/", {"answer": "refuse"})

    answer = Client().post(link, {"answer": "approve"})

    assert (answer.status_code, is_member(asker, school)) == (404, False)


def test_head_sees_what_awaits_them(asked, school):
    head = person(Role.HEAD, at=school)

    items = [(item.title, item.url) for item in items_for(head) if "rattachement" in item.title]

    assert items == [("Répondre à 1\u00a0demande de rattachement", f"/etablissements/{school.uai}/equipe/")]


def test_two_answers_at_once_give_one(client, asked, school):
    client.force_login(person(Role.HEAD, at=school))
    path = f"/etablissements/{school.uai}/equipe/demandes/{asked.pk}/"
    client.post(path, {"answer": "approve"})

    answer = client.post(path, {"answer": "refuse"}, follow=True)

    assert "Cette demande a déjà reçu sa réponse" in answer.content.decode()
    assert JoinRequest.objects.get().outcome == JoinOutcome.APPROVED


@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_head_of_another_school_finds_nothing(client, asker, asked, school, other_school, answer):
    client.force_login(person(Role.HEAD, at=other_school))

    through_theirs = client.post(f"/etablissements/{other_school.uai}/equipe/demandes/{asked.pk}/", {"answer": answer})
    through_ours = client.post(f"/etablissements/{school.uai}/equipe/demandes/{asked.pk}/", {"answer": answer})

    assert (through_theirs.status_code, through_ours.status_code) == (404, 404)
    assert JoinRequest.objects.get().outcome == JoinOutcome.PENDING


def test_member_sees_the_team_and_answers_nothing(client, asker, asked, school):
    client.force_login(person(Role.MEMBER, at=school))

    page = client.get(f"/etablissements/{school.uai}/equipe/")
    answer = client.post(f"/etablissements/{school.uai}/equipe/demandes/{asked.pk}/", {"answer": "approve"})

    assert page.status_code == 200
    assert "karim.benali@ac-nancy.example" not in page.content.decode()
    assert (answer.status_code, is_member(asker, school)) == (403, False)


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.OFFICER, Role.AUDITOR, Role.FINANCE, Role.COMMUNICATION])
def test_team_of_a_school_is_not_for_others(client, asked, school, role):
    client.force_login(person(role))

    assert client.get(f"/etablissements/{school.uai}/equipe/").status_code == 404


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CALL_MANAGER])
def test_region_answers_for_a_school_without_head(client, asker, asked, school, role):
    client.force_login(person(role))

    client.post(f"/etablissements/{school.uai}/equipe/demandes/{asked.pk}/", {"answer": "approve"})

    assert is_member(asker, school)


def test_who_is_refused_reads_it_everywhere_and_asks_again_a_day_later(client, asker, asked, school, mails):
    answer_join(join_request=asked, approve=False, actor=person(Role.HEAD, at=school))
    client.force_login(asker)
    own = text_of(client.get("/espace/"))

    told = text_of(client.get(f"/compte/etablissement/{school.uai}/"))
    at_once = client.post(f"/compte/etablissement/{school.uai}/", {"note": "C’est bien moi."})

    assert f"Votre demande pour {the_school(school.name)} n’a pas été acceptée" in own and "Faire une autre demande" in own
    assert "Vous pourrez faire une autre demande à partir du" in told and "Envoyer la demande" not in told
    assert "Vous pourrez en faire une autre à partir du" in text_of(client.get(school.get_absolute_url()))
    assert (at_once.status_code, len(mails(school.email))) == (409, 1)
    assert "C’est bien moi." in at_once.content.decode()
    ask_to_join(user=asker, establishment=EstablishmentFactory())
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        ask_to_join(user=asker, establishment=school)
    assert (len(mails(school.email)), JoinRequest.objects.pending().count()) == (2, 2)
