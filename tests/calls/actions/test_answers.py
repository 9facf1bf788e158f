import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.actions.answers import StaleAnswer, save_answer
from calls.actions.writing import WritingRefused
from calls.models import Answer, Application, CompletionRequest
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db


def write(application, key="resume", value="Texte", seen=0, actor=None):
    question = application.questionnaire.schema.question(key)
    actor = actor or person(Role.MEMBER, at=application.establishment)
    return save_answer(application=application, question=question, value=value, seen_version=seen, actor=actor)


def test_saving_makes_the_version_grow():
    application = ApplicationFactory()
    actor = person(Role.MEMBER, at=application.establishment)

    first = write(application, value="Un", actor=actor)
    second = write(application, value="Deux", seen=first.version, actor=actor)

    assert (first.version, second.version, second.value, second.updated_by) == (1, 2, "Deux", actor)
    assert Answer.objects.count() == 1


def test_saving_what_is_already_there_changes_nothing():
    application = ApplicationFactory()
    write(application, value="Un")

    again = write(application, value="Un", seen=0)

    assert again.version == 1


def test_an_empty_answer_to_a_question_never_answered_writes_no_row():
    application = ApplicationFactory()

    write(application, value="")

    assert Answer.objects.count() == 0


def test_a_stale_answer_is_refused_and_shows_the_one_in_place():
    application = ApplicationFactory()
    mehdi = person(Role.MEMBER, at=application.establishment, first_name="Mehdi")
    write(application, value="Le texte de Mehdi", actor=mehdi)

    with pytest.raises(StaleAnswer) as stale:
        write(application, value="Le mien", seen=0)

    assert (stale.value.current.value, stale.value.current.updated_by) == ("Le texte de Mehdi", mehdi)
    assert Answer.objects.get().value == "Le texte de Mehdi"


def test_the_title_is_the_name_of_the_file_and_is_found_by_searches():
    application = ApplicationFactory(title="")

    write(application, key="titre", value="Écrire à plusieurs")

    stored = Application.objects.get()
    assert stored.title == "Écrire à plusieurs"
    assert stored.search_text.endswith("ecrire a plusieurs")


def test_writing_is_for_the_people_of_the_lycee():
    application = ApplicationFactory()

    for actor in (person(Role.MEMBER, at=ApplicationFactory().establishment), person(Role.CALL_MANAGER), person(Role.AUDITOR), person()):
        with pytest.raises(PermissionDenied):
            write(application, actor=actor)

    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("awaiting_approval", "Le visa est demandé : le dossier ne change plus. Pour le modifier, rendez-le d’abord à l’équipe."),
        ("submitted", "Le dossier est déposé : il ne change plus."),
        ("admissible", "Le dossier est déposé : il ne change plus."),
        ("withdrawn", "Le dossier est retiré : il ne change plus."),
    ],
)
def test_writing_outside_a_draft_is_refused(state, sentence):
    filed = state not in ("awaiting_approval", "withdrawn")
    application = ApplicationFactory(state=state, submitted_at=timezone.now() if filed else None)

    with pytest.raises(WritingRefused) as refusal:
        write(application)

    assert refusal.value.reasons == [sentence]
    assert Answer.objects.count() == 0


def test_a_draft_of_a_closed_call_is_kept_as_it_is():
    application = ApplicationFactory(call=CallFactory(closed=True))

    with pytest.raises(WritingRefused) as refusal:
        write(application)

    assert refusal.value.reasons[0].startswith("L’appel est clos depuis le ")


def test_a_request_for_complements_opens_the_questions_that_it_names_even_after_the_closing():
    application = ApplicationFactory(call=CallFactory(closed=True), submitted=True)
    CompletionRequest.objects.create(application=application, fields=["resume"], message="Précisez.", due_on=timezone.localdate())

    write(application, key="resume", value="Précisé")
    with pytest.raises(WritingRefused) as refusal:
        write(application, key="eleves", value=12)

    assert refusal.value.reasons == ["La demande de compléments ne porte pas sur ce point : il reste tel que déposé."]
    assert list(Answer.objects.values_list("question_key", "value")) == [("resume", "Précisé")]


def test_an_amount_that_counts_as_requested_makes_the_amount_of_the_file():
    definition = {
        "sections": [
            {"key": "s", "title": "S", "questions": [{"key": "cout", "kind": "amount", "label": "Coût", "requested": True}]},
        ]
    }
    application = ApplicationFactory(call=CallFactory(with_questionnaire=definition))

    write(application, key="cout", value="1500.50")

    assert str(Application.objects.get().requested_amount) == "1500.50"
