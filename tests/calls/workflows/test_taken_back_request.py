"""A request for complements taken back: what was received counts again, what was typed is kept for its lycée, everybody is told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone

from calls.actions.answers import keep_unsound, save_answer
from calls.actions.files import attach_file, remove_file
from calls.actions.instruction import open_completion_request
from calls.actions.needs import LineValues, add_line, change_line, remove_line
from calls.actions.versions import freeze_version
from calls.actions.writing import WritingRefused
from calls.admissibility import checklist
from calls.enums import CallState, VersionReason
from calls.models import Application, ApplicationVersion, Attachment, CompletionRequest
from calls.queries.content import build_content, requested_amount
from calls.queries.files import lines_of
from portal.accounts.models import User
from portal.files.access import may_read
from portal.files.intake import store_bytes
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.canonical import fingerprint
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory, RequestLineFactory
from tests.factories.directory import AuthorityFactory
from tests.portal.files.samples import pdf, upload
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
ASKED = ["titre", "resume", "eleves", "besoins", "deliberation"]
RECEIVED = Decimal("57792.00")
TYPED = "Phrase que le lycée n’a jamais envoyée."
PAGE = "/dossiers/L40-V2-0147/"
PRESS = f"{PAGE}action/cancel_completion/"


@pytest.fixture
def filed() -> Application:
    """A complete file in instruction as the Région received it: two needs, one attachment."""
    call = CallFactory(state=CallState.INSTRUCTION, closed=True)
    application = ApplicationFactory(reference="L40-V2-0147", call=call, submitted=True, complete=True)
    stored = store_bytes("recue.pdf", pdf(), "application/pdf", purpose="attachment", subject=application)
    Attachment.objects.create(application=application, question_key="deliberation", file=stored)
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person(Role.HEAD, at=application.establishment))
    return fresh(application)


@pytest.fixture
def member(filed) -> User:
    return person(Role.MEMBER, at=filed.establishment, email="equipe@x.example")


@pytest.fixture
def officer(filed) -> User:
    return person(Role.OFFICER, authority=filed.establishment.authority, email="instruction@x.example")


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def ask(application: Application, officer: User, *keys: str) -> Application:
    due_on = timezone.localdate() + timedelta(days=7)
    return open_completion_request(application=application, fields=list(keys or ASKED), message="Précisez.", due_on=due_on, actor=officer)


def write(application: Application, member: User) -> None:
    """The team changes everything that is asked, and sends nothing."""
    schema = application.questionnaire.schema
    for key, value in (("titre", "Autre titre"), ("resume", TYPED)):
        answer = application.answers.get(question_key=key)
        save_answer(application=application, question=schema.question(key), value=value, seen_version=answer.version, actor=member)
    seen = application.answers.get(question_key="eleves").version
    keep_unsound(application=application, question=schema.question("eleves"), text="cent quatre-vingts", seen_version=seen, actor=member)
    laptop, socket = application.lines.order_by("pk")
    values = LineValues(quantity=1, priority=3, is_essential=True, detail="salle B 112")
    change_line(application=application, line=laptop, values=values, seen_version=laptop.version, actor=member)
    remove_line(application=application, line=socket, seen_version=socket.version, actor=member)
    more = LineValues(quantity=7, priority=1, is_essential=False)
    add_line(application=application, question=schema.question("besoins"), item_code="portable-11", values=more, actor=member)
    question = schema.question("deliberation")
    attach_file(application=application, question=question, uploaded=upload("nouvelle.pdf", pdf(pages=2)), actor=member)


def take_back(application: Application, actor: User) -> Application:
    return perform(fresh(application), "cancel_completion", actor=actor, reason="Demandés par erreur.", motive="Demandés par erreur.")


def read(page: HttpResponse) -> str:
    return words_of(tree_of(page)).replace("\xa0", " ")


def content(application: Application) -> str:
    return fingerprint(build_content(fresh(application)))


# -- What counts ------------------------------------------------------------------------------------------------------------


def test_the_file_is_again_what_the_region_had_received(filed, member, officer):
    received = content(filed)
    ask(filed, officer)
    write(fresh(filed), member)
    assert content(filed) != received

    after = take_back(filed, officer)

    assert content(after) == received == filed.submitted_version.sha256
    assert (after.state, after.title, after.requested_amount) == ("submitted", filed.title, RECEIVED)
    assert requested_amount(after) == RECEIVED
    assert [file.file.name for file in after.attachments.current()] == ["recue.pdf"]
    assert not after.answers.exclude(unsound="").exists()
    with pytest.raises(WritingRefused):
        schema = after.questionnaire.schema
        save_answer(application=after, question=schema.question("resume"), value="Encore.", seen_version=3, actor=member)


def test_points_that_were_not_asked_stay_and_rows_that_say_the_same_are_not_written_anew(filed, member, officer):
    before = list(filed.lines.order_by("pk").values_list("pk", "version", "position"))
    ask(filed, officer, "resume")
    answer = filed.answers.get(question_key="resume")
    question = filed.questionnaire.schema.question("resume")
    save_answer(application=fresh(filed), question=question, value=TYPED, seen_version=answer.version, actor=member)

    take_back(filed, officer)

    assert list(filed.lines.order_by("pk").values_list("pk", "version", "position")) == before
    assert filed.answers.get(question_key="resume").value == "Les six classes de seconde coopèrent."
    assert filed.answers.get(question_key="titre").version == 1


def test_a_file_removed_and_the_same_need_twice_come_back_as_they_were(filed, officer, member):
    RequestLineFactory(application=filed, quantity=100, position=2)
    freeze_version(application=fresh(filed), reason=VersionReason.COMPLETION, actor=member)
    received = content(filed)
    ask(filed, officer, "besoins", "deliberation")
    remove_file(application=filed, attachment=filed.attachments.get(), actor=member)
    for line in filed.lines.all():
        remove_line(application=fresh(filed), line=line, seen_version=line.version, actor=member)

    after = take_back(filed, officer)

    assert content(after) == received
    assert after.lines.count() == 3
    assert Attachment.objects.get().removed_at is None


def test_what_was_typed_is_kept_whole_in_a_version_of_the_lycee(filed, member, officer):
    ask(filed, officer)
    write(fresh(filed), member)
    take_back(filed, officer)

    kept = ApplicationVersion.objects.get(reason="unsent")
    request = CompletionRequest.objects.get()
    entries = {entry["key"]: entry for section in kept.content["sections"] for entry in section["entries"]}

    assert request.unsent_version == kept
    assert entries["resume"]["text"] == TYPED
    assert entries["eleves"]["text"] == "cent quatre-vingts"
    assert [line["quantity"] for line in entries["besoins"]["lines"]] == [1, 7]
    assert [file["name"] for file in entries["deliberation"]["files"]] == ["nouvelle.pdf"]
    assert fresh(filed).submitted_version.reason == "submission"


def test_a_request_taken_back_before_anything_was_typed_freezes_nothing(filed, officer):
    ask(filed, officer)

    take_back(filed, officer)

    assert ApplicationVersion.objects.count() == 1
    request = CompletionRequest.objects.get()
    assert (request.unsent_version, request.cancelled_by, request.cancel_reason) == (None, officer, "Demandés par erreur.")
    assert request.answered_at is None


def test_a_file_without_a_frozen_version_is_left_as_it_stands(officer):
    application = ApplicationFactory(submitted=True, complete=True, establishment__authority=officer.role_grants.get().authority)
    before = content(application)
    ask(application, officer)

    take_back(application, officer)

    assert (content(application), fresh(application).open_completion_request) == (before, None)


@pytest.mark.parametrize(("ending", "back"), [("declare_inadmissible", "resume_instruction"), ("withdraw_filed", "reinstate")])
def test_complements_never_sent_do_not_count_in_a_file_that_is_ruled_out_and_brought_back(filed, member, officer, ending, back):
    received = content(filed)
    manager = person(Role.CALL_MANAGER)
    ask(filed, officer)
    write(fresh(filed), member)

    out = perform(fresh(filed), ending, actor=manager if ending == "withdraw_filed" else officer, reason="Motif.")
    assert (content(out), out.requested_amount, out.open_completion_request) == (received, RECEIVED, None)

    again = perform(out, back, actor=manager, reason="Par erreur.")
    assert (content(again), again.state, again.open_completion_request) == (received, "submitted", None)
    assert perform(again, "declare_admissible", actor=officer).requested_amount == RECEIVED
    assert ApplicationVersion.objects.filter(reason="unsent").count() == 1


@pytest.mark.parametrize(("state", "back"), [("inadmissible", "resume_instruction"), ("withdrawn", "reinstate")])
def test_a_request_left_open_by_an_earlier_version_ends_when_its_file_comes_back(filed, member, officer, state, back):
    received = content(filed)
    ask(filed, officer)
    write(fresh(filed), member)
    Application.objects.update(state=state)

    again = perform(fresh(filed), back, actor=person(Role.CALL_MANAGER), reason="Par erreur.")

    assert (content(again), again.open_completion_request) == (received, None)


def test_while_complements_are_written_the_region_counts_what_it_has_received(filed, member, officer):
    ask(filed, officer)
    before = [(check.level, check.label, check.details) for check in checklist(fresh(filed))]
    write(fresh(filed), member)

    now = fresh(filed)
    assert [(check.level, check.label, check.details) for check in checklist(now)] == before
    assert "Dossier complet" in [label for _, label, _ in before]
    assert (now.title, now.requested_amount) == (filed.title, RECEIVED)
    assert lines_of([filed.pk])[filed.pk].requested_amount == RECEIVED
    assert "autre titre" not in now.search_text
    assert requested_amount(now) != RECEIVED


def test_once_sent_the_complements_count(filed, member, officer):
    ask(filed, officer)
    write(fresh(filed), member)
    question = filed.questionnaire.schema.question("eleves")
    answer = filed.answers.get(question_key="eleves")
    save_answer(application=fresh(filed), question=question, value=180, seen_version=answer.version, actor=member)

    sent = perform(fresh(filed), "answer_completion", actor=member)

    asked = 8 * Decimal("412.00") * Decimal("1.2")
    assert (sent.title, sent.requested_amount) == ("Autre titre", asked)
    assert "autre titre" in sent.search_text
    assert fresh(filed).submitted_version.content["requested_amount"] == str(asked.quantize(Decimal("0.01")))
    assert fresh(filed).submitted_version.content["title"] == "Autre titre"


# -- Who ------------------------------------------------------------------------------------------------------------------


def test_officers_of_the_perimeter_alone_take_it_back_and_only_while_it_is_open(filed, member, officer):
    ask(filed, officer)
    elsewhere = person(Role.OFFICER, authority=AuthorityFactory(reims=True))
    others = [
        member,
        elsewhere,
        *(person(role) for role in (Role.CALL_MANAGER, Role.AUDITOR, Role.JUROR, Role.FINANCE)),
    ]
    for other in others:
        with pytest.raises(PermissionDenied):
            take_back(filed, other)
    assert fresh(filed).open_completion_request is not None

    take_back(filed, officer)

    with pytest.raises(TransitionRefused) as refusal:
        take_back(filed, officer)
    assert (refusal.value.wrong_state, refusal.value.reasons) == (True, ["Aucun complément n’est demandé."])
    with pytest.raises(TransitionRefused):
        perform(fresh(filed), "answer_completion", actor=member)


def test_an_answered_request_is_not_taken_back(filed, member, officer):
    ask(filed, officer, "besoins")
    RequestLineFactory(application=filed)
    perform(fresh(filed), "answer_completion", actor=member)

    with pytest.raises(TransitionRefused):
        take_back(filed, officer)

    assert CompletionRequest.objects.get().cancelled_at is None


@pytest.mark.parametrize("who", [Role.OFFICER, Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN])
def test_staff_read_neither_the_text_nor_the_attachment_that_was_not_sent(client, filed, member, officer, who):
    reader = officer if who == Role.OFFICER else person(who)
    ask(filed, officer)
    write(fresh(filed), member)
    unsent = Attachment.objects.get(file__name="nouvelle.pdf").file
    client.force_login(reader)

    def pages() -> str:
        addresses = (PAGE, "/dossiers/", f"{PAGE}versions/2/", f"{PAGE}section/projet/", f"{PAGE}apercu/")
        return "".join(client.get(address).content.decode() for address in addresses)

    for step in ("while it is written", "once it is taken back"):
        shown = pages()
        assert TYPED not in shown and "Autre titre" not in shown and "cent quatre-vingts" not in shown, step
        assert "57 792" in shown.replace("\u202f", " ").replace("\xa0", " "), step
        assert not may_read(reader, unsent), step
        assert may_read(reader, Attachment.objects.get(file__name="recue.pdf").file), step
        assert may_read(member, unsent), step
        if step == "while it is written":
            take_back(filed, officer)
    assert client.get(f"{PAGE}versions/2/").status_code == 404


# -- What each is told ------------------------------------------------------------------------------------------------------


def test_the_team_and_those_who_had_asked_are_told_with_the_reason(filed, member, officer):
    asker = person(Role.OFFICER, email="demande@x.example")
    follower = person(Role.OFFICER, email="suivi@x.example")
    Application.objects.update(officer=follower)
    ask(filed, asker)
    Message.objects.all().delete()

    take_back(filed, officer)

    head = User.objects.get(role_grants__role=Role.HEAD)
    told = Message.objects.filter(code="completion_cancelled")
    assert set(told.values_list("to_email", flat=True)) == {member.email, head.email, "demande@x.example", "suivi@x.example"}
    assert "Motif : Demandés par erreur." in told.first().body
    line = JournalEntry.objects.get(action="cancel_completion")
    assert (line.actor, line.reason) == (officer, "Demandés par erreur.")
    ask(filed, asker)
    take_back(filed, asker)
    assert Message.objects.filter(code="completion_cancelled", to_email=member.email).count() == 2


def test_the_officer_finds_the_act_beside_the_request_and_reads_what_it_does_before_the_press(client, filed, member, officer):
    ask(filed, officer, "resume", "deliberation")
    client.force_login(officer)
    assert client.get(PAGE).content.decode().count(PRESS) == 1

    page = read(client.get(PRESS))
    assert "Ce qu’il pouvait modifier redevient ce que la Région avait reçu : « Résumé », « Délibération du conseil" in page.replace(
        "\xa0", " "
    )
    assert "gardé dans une version qu’il est seul à lire" in page
    assert client.post(PRESS, {"reason": " "}).status_code == 422
    assert fresh(filed).open_completion_request is not None

    done = read(client.post(PRESS, {"reason": "Demandés par erreur."}, follow=True))

    assert "La demande de compléments est retirée." in done
    assert "Motif du retrait : Demandés par erreur." in done.replace("\xa0", " ")
    assert "sans réponse." in done
    assert PRESS not in client.get(PAGE).content.decode()
    assert client.post(PRESS, {"reason": "Encore."}).status_code in (302, 409)
    assert CompletionRequest.objects.get().cancel_reason == "Demandés par erreur."


def test_the_school_reads_who_took_it_back_why_and_where_its_text_is(client, filed, member, officer):
    ask(filed, officer)
    write(fresh(filed), member)
    take_back(filed, officer)
    client.force_login(member)

    page = client.get(PAGE)
    said = read(page)
    assert "La demande de compléments est retirée" in said
    assert officer.get_full_name() in said
    assert "Motif : Demandés par erreur." in said.replace("\xa0", " ")
    assert f"{PAGE}versions/2/" in page.content.decode()
    assert "Envoyer les compléments" not in said
    assert TYPED in read(client.get(f"{PAGE}versions/2/"))
    assert TYPED not in read(client.get(f"{PAGE}depot/"))
    assert TYPED not in read(client.get(f"{PAGE}apercu/"))

    ask(filed, officer, "resume")
    assert "La demande de compléments est retirée" not in read(client.get(PAGE))


@pytest.mark.parametrize("name", ["declare_inadmissible", "withdraw_filed"])
def test_the_acts_that_end_a_request_with_the_file_say_so_where_one_is_open(client, filed, officer, name):
    actor = officer if name == "declare_inadmissible" else person(Role.CALL_MANAGER)
    client.force_login(actor)
    sentence = "La demande de compléments en cours prend fin."
    assert sentence not in read(client.get(f"{PAGE}action/{name}/"))

    ask(filed, officer)

    assert sentence in read(client.get(f"{PAGE}action/{name}/"))
