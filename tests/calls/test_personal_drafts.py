"""A draft begun while a request to join a lycée awaits its answer: its author alone reads it, and nothing counts it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from calls.actions.answers import save_answer
from calls.actions.files import attach_file, remove_file
from calls.actions.needs import LineValues, add_line, remove_line
from calls.actions.personal import KEPT, discard, drop_over, give_to_lycee, start_personal
from calls.actions.writing import WritingRefused
from calls.models import Answer, Application, Call
from calls.queries.calls import calls_for_steering, funnel_of
from portal.accounts.actions import answer_join, ask_to_join
from portal.accounts.models import JoinRequest, User
from portal.directory.models import Establishment
from portal.files.access import may_read
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from portal.workflow.machine import transitions_of
from scoring.optimiser.staleness import state_of_requests
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.cast import cast_around
from tests.factories.directory import EstablishmentFactory
from tests.portal.files.samples import pdf, upload
from tests.reading import links_of, text_of

pytestmark = pytest.mark.django_db
TITLE, ATTACHED = "Titre que personne d’autre ne lit", "mon-projet.pdf"


@pytest.fixture
def call() -> Call:
    return CallFactory(reference="L40-V2", slug="lycee-4-0-vague-2")


@pytest.fixture
def school() -> Establishment:
    return EstablishmentFactory(name="Lycée Jean-Prouvé")


@pytest.fixture
def author() -> User:
    return person(email="auteur@x.example")


@pytest.fixture
def asked(author, school) -> JoinRequest:
    return ask_to_join(user=author, establishment=school, note="Je suis référent numérique.")


@pytest.fixture
def draft(call, school, author, asked) -> Application:
    """With a title, two needs of which one is removed, and an attachment."""
    draft = start_personal(call=call, establishment=school, actor=author)
    schema = draft.questionnaire.schema
    save_answer(application=draft, question=schema.question("titre"), value=TITLE, seen_version=0, actor=author)
    values = LineValues(quantity=34, priority=1, is_essential=True)
    add_line(application=draft, question=schema.question("besoins"), item_code="serveur", values=values, actor=author)
    line = add_line(application=draft, question=schema.question("besoins"), item_code="portable-11", values=values, actor=author)
    remove_line(application=draft, line=line, seen_version=line.version, actor=author)
    attach_file(application=draft, question=schema.question("deliberation"), uploaded=upload(ATTACHED, pdf()), actor=author)
    return fresh(draft)


def fresh(draft: Application) -> Application:
    return Application.everything.get(pk=draft.pk)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer(asked: JoinRequest, *, approve: bool) -> None:
    answer_join(join_request=asked, approve=approve, actor=person(Role.HEAD, at=asked.establishment))


def acts_of(draft: Application) -> set[str]:
    return {transition.name for transition in transitions_of(draft)}


# -- Its author ---------------------------------------------------------------------------------------------------------------


def test_a_person_who_waits_begins_a_draft_from_the_call_and_writes_in_it(client, call, school, author, asked):
    client.force_login(author)
    page = f"/appels/{call.slug}/deposer/"
    assert "Commencer un brouillon personnel" in text_of(client.get(page))

    begun = client.post(page, {"establishment": school.uai})

    draft = Application.everything.get(kept_for=author)
    assert begun.url == f"/dossiers/{draft.reference}/section/projet/"
    client.post(begun.url, {"q-titre": TITLE, "v-titre": "0"})
    for part in ("", "etablissement/", "apercu/", "section/besoins/", "section/pieces/"):
        assert "Vous seul le lisez" in text_of(client.get(f"/dossiers/{draft.reference}/{part}"))
    assert TITLE in text_of(client.get(f"/dossiers/{draft.reference}/"))
    assert ("Votre brouillon personnel", f"/dossiers/{draft.reference}/") in links_of(client.get(page))
    assert client.post(page, {"establishment": school.uai}).url == begun.url
    assert Application.everything.count() == 1


def test_its_page_names_nobody_of_the_lycee(draft, author, school):
    head = person(Role.HEAD, at=school, first_name="Delphine", last_name="Roussel")

    pages = [text_of(signed_in(author).get(f"/dossiers/{draft.reference}/{part}")) for part in ("", "section/projet/", "apercu/")]

    assert not any(head.last_name in page for page in pages)


def test_its_author_reads_its_attachments_and_nobody_else_does(draft, author, school, call):
    stored = StoredFile.objects.get(name=ATTACHED)

    assert may_read(author, stored)
    assert not [kind for kind, other in cast_around(call, school).items() if may_read(other, stored)]


# -- Everybody else -----------------------------------------------------------------------------------------------------------


def test_nobody_else_opens_it_whatever_they_hold(draft, call, school):
    address = f"/dossiers/{draft.reference}/"
    parts = ("", "etablissement/", "section/projet/", "apercu/", "depot/", "versions/1/", "complements/", "action/withdraw/")
    for kind, other in cast_around(call, school).items():
        client = Client() if isinstance(other, AnonymousUser) else signed_in(other)
        for part in parts:
            answered = client.get(f"{address}{part}")
            assert answered.status_code in (302, 403, 404), f"{kind} {part}"
            assert TITLE not in text_of(answered)
        for part in ("personnel/", "reponses/titre/", "pieces/deliberation/", "presence/", "suivi/"):
            assert client.post(f"{address}{part}", {"act": "discard"}).status_code in (302, 403, 404), f"{kind} {part}"
    assert fresh(draft).title == TITLE


def test_no_list_page_nor_journal_of_anybody_says_a_word_of_it(draft, call, school):
    pages = (
        "/dossiers/",
        "/espace/",
        "/pilotage/",
        f"/pilotage/{call.reference}/",
        "/journal/",
        f"/appels/{call.slug}/deposer/",
        "/courriels/",
    )
    for kind, other in cast_around(call, school).items():
        client = Client() if isinstance(other, AnonymousUser) else signed_in(other)
        for page in pages:
            shown = text_of(client.get(page))
            for word in (TITLE, draft.reference, ATTACHED):
                assert word not in shown, f"{kind} {page}"


def test_no_figure_counts_it(call, school, author, asked):
    def figures() -> tuple:
        steered = calls_for_steering().get(pk=call.pk)
        counted = (steered.opened_total, steered.filed_total, steered.to_check_total, funnel_of(call).opened, call.applications.count())
        return *counted, state_of_requests(call), Application.objects.count(), JournalEntry.objects.count(), Message.objects.count()

    before = figures()
    draft = start_personal(call=call, establishment=school, actor=author)
    schema = draft.questionnaire.schema
    values = LineValues(quantity=34, priority=1, is_essential=True)
    line = add_line(application=draft, question=schema.question("besoins"), item_code="serveur", values=values, actor=author)
    attached = attach_file(application=draft, question=schema.question("deliberation"), uploaded=upload(ATTACHED, pdf()), actor=author)
    assert figures() == before

    remove_file(application=draft, attachment=attached, actor=author)
    remove_line(application=draft, line=line, seen_version=line.version, actor=author)
    discard(draft=draft)
    assert figures() == before


def test_it_takes_no_place_of_the_lycee(draft, call, school):
    member = person(Role.MEMBER, at=school)

    begun = signed_in(member).post(f"/appels/{call.slug}/deposer/", {"establishment": school.uai})

    assert begun.status_code == 302
    assert Application.objects.get().reference == "L40-V2-0001"


def test_it_is_neither_filed_nor_put_to_anybody(draft, author, call, school):
    people = [author, *cast_around(call, school).values()]

    assert not [option for someone in people for option in available_transitions(draft, someone) if option.ready]
    for name in acts_of(draft):
        for someone in (author, person(Role.HEAD, at=school), person(Role.MEMBER, at=school)):
            with pytest.raises((PermissionDenied, TransitionRefused)):
                perform(draft, name, actor=someone, reason="Motif.")
    assert fresh(draft).state == "draft"


@pytest.mark.parametrize("waits", [False, True])
def test_it_is_begun_only_for_a_lycee_that_has_been_asked(call, school, waits):
    stranger = person()
    if waits:
        ask_to_join(user=stranger, establishment=EstablishmentFactory())

    assert signed_in(stranger).post(f"/appels/{call.slug}/deposer/", {"establishment": school.uai}).status_code == 404
    with pytest.raises(PermissionDenied):
        start_personal(call=call, establishment=school, actor=stranger)
    assert Application.everything.count() == 0


def test_it_is_not_begun_for_a_lycee_that_the_call_refuses(author, asked):
    closed = CallFactory(closed=True)
    with pytest.raises(TransitionRefused):
        start_personal(call=closed, establishment=asked.establishment, actor=author)


# -- The answer ---------------------------------------------------------------------------------------------------------------


def test_accepted_it_becomes_the_file_of_the_lycee(draft, asked, author, school):
    answer(asked, approve=True)

    given = Application.objects.get()
    assert (given.pk, given.reference, given.kept_for, given.title) == (draft.pk, "L40-V2-0001", None, TITLE)
    assert (given.lines.count(), given.attachments.current().count()) == (1, 1)
    assert JournalEntry.objects.filter(action="start", subject_id=str(draft.pk), actor=author).count() == 1
    assert TITLE in text_of(signed_in(person(Role.MEMBER, at=school)).get(given.get_absolute_url()))


def test_accepted_where_the_lycee_has_its_file_both_are_kept_and_nothing_is_written_over(draft, call, school, asked, author):
    theirs = ApplicationFactory(call=call, establishment=school, complete=True)
    before = list(theirs.answers.order_by("pk").values_list("question_key", "value"))

    answer(asked, approve=True)

    mine = fresh(draft)
    page = text_of(signed_in(author).get(mine.get_absolute_url()))
    assert mine.kept_until == timezone.localdate() + KEPT
    assert TITLE in page
    assert theirs.get_absolute_url() in page
    assert "Donner ce brouillon" not in page
    assert list(theirs.answers.order_by("pk").values_list("question_key", "value")) == before
    with pytest.raises(WritingRefused):
        write_again(mine, author)
    with pytest.raises(TransitionRefused):
        give_to_lycee(draft=mine, actor=User.objects.get(pk=author.pk))

    perform(theirs, "withdraw", actor=person(Role.HEAD, at=school), reason="Doublon.")
    client = signed_in(author)
    assert "Donner ce brouillon" in text_of(client.get(mine.get_absolute_url()))
    assert client.post(f"/dossiers/{mine.reference}/personnel/", {"act": "give"}).status_code == 302
    assert fresh(draft).kept_for is None


def test_the_mail_of_the_answer_says_what_became_of_each_draft(draft, asked, author, school):
    full = CallFactory(title="Bouquet de ressources")
    ApplicationFactory(call=full, establishment=school, complete=True)
    kept = start_personal(call=full, establishment=school, actor=author)

    answer(asked, approve=True)

    body = Message.objects.get(code="join_approved").body
    given = Application.objects.get(pk=draft.pk)
    assert f"« {draft.call.title} » est devenu celui du lycée, dossier L40-V2-0001 : toute l’équipe le lit et y écrit." in body
    assert "« Bouquet de ressources » n’est pas devenu celui du lycée. " in body
    assert "Il reste à vous seul : vous le lisez et l’imprimez jusqu’au" in body
    assert all(f"http://testserver{each.get_absolute_url()}\n" in body for each in (given, fresh(kept)))


@pytest.mark.parametrize("begun", [True, False])
def test_the_mail_of_a_refusal_says_that_a_draft_stays_its_author_s(request, asked, author, school, begun):
    draft = request.getfixturevalue("draft") if begun else None

    answer(asked, approve=False)

    body = Message.objects.get(code="join_refused").body
    assert ("reste à vous seul : vous le lisez et l’imprimez jusqu’au" in body) is begun
    assert "à ce lycée à partir du" in body and "\n\n\n" not in body
    assert not begun or draft.get_absolute_url() in body


def write_again(draft: Application, author: User) -> Answer:
    question = draft.questionnaire.schema.question("titre")
    return save_answer(application=draft, question=question, value="Autre", seen_version=1, actor=author)


def test_refused_it_is_read_for_thirty_days_then_removed_with_its_files(draft, asked, author):
    answer(asked, approve=False)
    last_day = timezone.localdate() + KEPT

    page = text_of(signed_in(author).get(f"/dossiers/{draft.reference}/apercu/"))
    assert "a été refusée le" in text_of(signed_in(author).get(f"/appels/{draft.call.slug}/deposer/"))
    assert TITLE in page
    assert "Brouillon personnel, gardé jusqu’au" in page
    with pytest.raises(WritingRefused):
        write_again(fresh(draft), author)
    with time_machine.travel(timezone.now() + KEPT):
        drop_over()
        assert fresh(draft).kept_until == last_day
    with time_machine.travel(timezone.now() + KEPT + timedelta(days=1)):
        drop_over()
    assert Application.everything.count() == 0
    assert StoredFile.objects.get(name=ATTACHED).deleted_at is not None


def test_without_an_answer_its_days_are_counted_from_the_end_of_the_request_and_asking_again_opens_it(draft, asked, author, call, school):
    drop_over()
    assert fresh(draft).kept_until is None
    JoinRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1), sent_at=timezone.now() - timedelta(days=14))

    drop_over()

    assert fresh(draft).kept_until == timezone.localdate() + KEPT
    ask_to_join(user=author, establishment=school)
    start_personal(call=call, establishment=school, actor=author)
    assert write_again(fresh(draft), author).value == "Autre"


def test_its_author_discards_it_and_nobody_else_gives_it(draft, author, school):
    other = person(Role.HEAD, at=school)
    with pytest.raises(PermissionDenied):
        give_to_lycee(draft=draft, actor=other)
    with pytest.raises(PermissionDenied):
        give_to_lycee(draft=draft, actor=author)

    client = signed_in(author)
    assert client.post(f"/dossiers/{draft.reference}/personnel/", {"act": "give"}).status_code == 404
    client.post(f"/dossiers/{draft.reference}/personnel/", {"act": "discard"})

    assert Application.everything.count() == 0


# -- On one's own page ------------------------------------------------------------------------------------------------


def test_ones_own_page_lists_ones_drafts_with_what_becomes_of_each(draft, author, asked, school):
    ApplicationFactory(call=draft.call, establishment=school, complete=True)
    waiting = signed_in(author).get("/espace/")
    answer(asked, approve=True)
    accepted = text_of(signed_in(User.objects.get(pk=author.pk)).get("/espace/"))

    assert draft.get_absolute_url() in dict(links_of(waiting)).values()
    assert "Mon brouillon personnel" in text_of(waiting)
    assert "Votre demande attend la réponse du lycée." in text_of(waiting)
    assert "sa page dit s’il peut devenir celui du lycée. Gardé jusqu’au" in accepted


def test_refused_a_draft_says_how_long_it_is_kept(draft, author, asked, school):
    answer_join(join_request=asked, approve=False, actor=person(Role.HEAD, at=school))

    assert "Votre demande n’attend plus de réponse. Gardé jusqu’au" in text_of(signed_in(author).get("/espace/"))


def test_nobody_else_finds_a_draft_on_their_own_page(draft, school):
    others = [person(), person(Role.HEAD, at=school), person(Role.MEMBER, at=school), person(Role.CALL_MANAGER), person(Role.ADMIN)]

    for other in others:
        page = text_of(signed_in(other).get("/espace/"))
        assert ("brouillon personnel" in page, TITLE in page) == (False, False)


def test_a_draft_given_or_discarded_leaves_ones_own_page(draft, author):
    discard(draft=draft)

    assert "brouillon personnel" not in text_of(signed_in(author).get("/espace/"))


@pytest.mark.parametrize("number", [1, 3])
def test_ones_own_page_asks_the_same_queries_whatever_the_drafts(author, school, asked, number, django_assert_num_queries):
    for _ in range(number):
        start_personal(call=CallFactory(), establishment=school, actor=author)
    client = signed_in(author)
    client.get("/espace/")

    with django_assert_num_queries(6):
        client.get("/espace/")
