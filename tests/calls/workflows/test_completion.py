"""Complements: what holds nothing new is not sent; what cannot be given is said."""

import pytest
from django.utils import timezone

from calls.actions.versions import freeze_version
from calls.checks import asked_in, missing_items, newly_asked
from calls.enums import VersionReason
from calls.models import Answer, Application, ApplicationVersion, CompletionRequest
from calls.rules import writing_gaps
from portal.accounts.models import User
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, is_ready, perform
from portal.workflow.machine import transitions_of
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory, RequestLineFactory
from tests.factories.conditions import FIRST, form_with
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


# -- Questions that the new answers ask -----------------------------------------------------------------------------------


@pytest.fixture
def conditional():
    """A file sent with « Seconde », of a form where « Élèves » is asked for « Première » alone."""
    call = CallFactory(with_questionnaire=form_with(eleves={"shown_if": FIRST}))
    application = ApplicationFactory(call=call, submitted=True)
    Answer.objects.create(application=application, question_key="niveau", value="2nde")
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return fresh(application)


def test_a_question_that_a_complement_asks_opens_with_it_and_with_it_alone(conditional):
    ask(conditional, "niveau")
    assert writing_gaps(fresh(conditional), "eleves") != []

    conditional.answers.filter(question_key="niveau").update(value="1re")

    assert newly_asked(fresh(conditional)) == ["eleves"]
    assert writing_gaps(fresh(conditional), "eleves") == []
    assert writing_gaps(fresh(conditional), "resume") != []
    conditional.answers.filter(question_key="niveau").update(value="2nde")
    assert writing_gaps(fresh(conditional), "eleves") != []


def test_what_a_complement_asks_is_required_as_the_form_says_and_shown_to_the_lycee(client, conditional):
    ask(conditional, "niveau")
    conditional.answers.filter(question_key="niveau").update(value="1re")
    wanted = [item.key for item in missing_items(fresh(conditional), only=["niveau"])]

    assert wanted == ["eleves"]
    client.force_login(person(Role.MEMBER, at=conditional.establishment))
    page = client.get(f"/dossiers/{conditional.reference}/")
    assert any("Élèves" in text for text in texts_of(page, "#complements li, .pr-panel--accent li"))


def test_a_request_taken_back_leaves_what_a_complement_asked_unasked(conditional):
    ask(conditional, "niveau")
    conditional.answers.filter(question_key="niveau").update(value="1re")
    Answer.objects.create(application=conditional, question_key="eleves", value=30)
    officer = person(Role.OFFICER)

    perform(fresh(conditional), "cancel_completion", actor=officer, reason="Demandé par erreur.")

    assert not asked_in(fresh(conditional)).is_asked("eleves")
    assert fresh(conditional).answers.get(question_key="niveau").value == "2nde"
