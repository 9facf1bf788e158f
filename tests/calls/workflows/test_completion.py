"""Complements: what holds nothing new is not sent; what cannot be given is said."""

import pytest
from django.utils import timezone

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Answer, Application, ApplicationVersion, CompletionRequest
from portal.accounts.models import User
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, is_ready, perform
from portal.workflow.machine import transitions_of
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, RequestLineFactory
from tests.reading import text_of, texts_of

pytestmark = pytest.mark.django_db
NOTHING_NEW = "Rien n’a changé sur ce que la Région demande."


@pytest.fixture
def filed():
    application = ApplicationFactory(reference="L40-V2-0147", submitted=True, complete=True)
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return application


@pytest.fixture
def member(filed):
    return person(Role.MEMBER, at=filed.establishment)


def ask(application, *keys) -> CompletionRequest:
    officer = User.objects.filter(email="demande@x.example").first() or person(Role.OFFICER, email="demande@x.example", second_factor=False)
    return CompletionRequest.objects.create(
        application=application, fields=list(keys), message="Précisez.", due_on=timezone.localdate(), opened_by=officer
    )


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


@pytest.mark.parametrize("keys", [("resume",), ("besoins",), ("resume", "eleves", "besoins")])
def test_complements_that_change_nothing_are_refused_and_announced_to_nobody(filed, member, keys):
    ask(filed, *keys)

    with pytest.raises(TransitionRefused, match=NOTHING_NEW):
        perform(filed, "answer_completion", actor=member)

    assert not is_ready(fresh(filed), member, "answer_completion")
    assert fresh(filed).open_completion_request is not None
    assert Message.objects.count() == 0
    assert ApplicationVersion.objects.count() == 1


def test_one_point_changed_among_those_asked_is_enough_and_one_not_asked_is_not(filed, member):
    ask(filed, "resume", "eleves")
    Answer.objects.filter(application=filed, question_key="titre").update(value="Autre titre")
    with pytest.raises(TransitionRefused, match=NOTHING_NEW):
        perform(fresh(filed), "answer_completion", actor=member)

    Answer.objects.filter(application=filed, question_key="eleves").update(value=312)
    perform(fresh(filed), "answer_completion", actor=member)

    assert fresh(filed).open_completion_request is None
    assert ApplicationVersion.objects.filter(reason="completion").count() == 1


def test_a_need_added_is_a_change(filed, member):
    ask(filed, "besoins")
    RequestLineFactory(application=filed)

    perform(fresh(filed), "answer_completion", actor=member)

    assert fresh(filed).open_completion_request is None


def test_what_changed_since_the_last_complements_counts_not_since_the_submission(filed, member):
    ask(filed, "eleves")
    Answer.objects.filter(application=filed, question_key="eleves").update(value=312)
    perform(fresh(filed), "answer_completion", actor=member)
    ask(filed, "eleves")

    with pytest.raises(TransitionRefused, match=NOTHING_NEW):
        perform(fresh(filed), "answer_completion", actor=member)


def test_what_the_school_does_not_have_is_said_and_read_by_the_officer(client, filed, member):
    ask(filed, "deliberation")
    client.force_login(member)

    assert client.post("/dossiers/L40-V2-0147/action/answer_completion/").status_code == 409
    assert client.post("/dossiers/L40-V2-0147/action/decline_completion/", {"reason": " "}).status_code == 422
    done = client.post("/dossiers/L40-V2-0147/action/decline_completion/", {"reason": "Nous n’avons pas cette pièce."}, follow=True)

    assert "Votre réponse est envoyée." in text_of(done)
    assert CompletionRequest.objects.get().answer == "Nous n’avons pas cette pièce."
    assert fresh(filed).open_completion_request is None
    message = Message.objects.get()
    assert (message.code, message.to_email) == ("completion_declined", "demande@x.example")
    assert "Sa réponse : Nous n’avons pas cette pièce." in message.body
    client.force_login(person(Role.OFFICER))
    page = client.get("/dossiers/L40-V2-0147/")
    assert any("Réponse du lycée : Nous n’avons pas cette pièce." in row.replace("\xa0", " ") for row in texts_of(page, "li"))


def test_what_was_required_cannot_be_taken_out_under_cover_of_an_answer(filed, member):
    ask(filed, "resume")
    Answer.objects.filter(application=filed, question_key="resume").delete()

    with pytest.raises(TransitionRefused, match="« Résumé » n’est pas rempli."):
        perform(fresh(filed), "decline_completion", actor=member, reason="Non.", motive="Non.")


def test_each_act_offered_on_a_file_says_in_a_sentence_that_it_is_done():
    said = {t.name: t.custom.get("done", "") for t in transitions_of(Application()) if not t.custom.get("hidden")}

    assert [name for name, sentence in said.items() if not sentence.endswith(".")] == []
