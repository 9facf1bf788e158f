"""A vote of the board and a group of rows, written in a section: saved, kept when they are not valid, contested, read, frozen, sent back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from calls.actions.versions import freeze_version
from calls.checks import missing_items
from calls.enums import VersionReason
from calls.models import Answer, Application, Attachment
from calls.queries.content import differences, display
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.portal.files.samples import pdf
from tests.reading import elements_of, text_of, the, values_of, words_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ROOMS = {"key": "salle", "kind": "text", "label": "Salle", "required": True}, {"key": "places", "kind": "number", "label": "Places"}
DEFINITION = {
    "sections": [
        {
            "key": "projet",
            "title": "Projet",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet"},
                {"key": "vote", "kind": "board_vote", "label": "Vote du conseil", "required": True},
                {"key": "salles", "kind": "group", "label": "Salles à équiper", "columns": list(ROOMS), "most": 4},
                {"key": "referent", "kind": "yes_no", "label": "Un référent est nommé"},
                {"key": "depuis", "kind": "date", "label": "Depuis le"},
            ],
        }
    ]
}
VOTE = {"q-vote-held_on": "2026-11-12", "q-vote-for": "14", "q-vote-against": "1", "q-vote-abstentions": "0"}


@pytest.fixture
def application():
    return ApplicationFactory(call=CallFactory(with_questionnaire=DEFINITION), reference="AAP-0001")


@pytest.fixture
def team(application, client):
    client.force_login(person(Role.MEMBER, at=application.establishment))
    return client


PAGE = "/dossiers/AAP-0001/section/projet/"


def answer_to(key: str) -> Answer:
    return Answer.objects.get(question_key=key)


def fields_of(response, key: str) -> dict[str, str]:
    return {field["name"]: field.get("value", "") for field in elements_of(response, f'#q-{key} [name^="q-{key}"]')}


def test_the_page_draws_their_fields_each_with_its_label(team):
    page = team.get(PAGE)

    assert list(fields_of(page, "vote")) == list(VOTE)
    assert list(fields_of(page, "salles")) == ["q-salles-0-salle", "q-salles-0-places", "q-salles-1-salle", "q-salles-1-places"]
    for field in elements_of(page, "#q-vote input, #q-salles input"):
        assert words_of(the(page, f'label[for="{field["id"]}"]'))


def test_all_is_saved_by_the_button_and_read_again(team):
    rows = {"q-salles-0-salle": "B12", "q-salles-0-places": "24", "q-salles-1-salle": "CDI"}
    tokens = {f"v-{key}": "0.x" for key in ("vote", "salles", "referent", "depuis")}

    saved = team.post(PAGE, VOTE | rows | tokens | {"q-referent": "no", "q-depuis": "2026-09-01"})

    assert saved.status_code == 302
    assert answer_to("vote").value == {"held_on": "2026-11-12", "for": 14, "against": 1, "abstentions": 0}
    assert answer_to("salles").value == [{"salle": "B12", "places": 24}, {"salle": "CDI"}]
    assert (answer_to("referent").value, answer_to("depuis").value) == ("no", "2026-09-01")
    page = team.get(PAGE)
    assert fields_of(page, "vote") == VOTE
    assert list(fields_of(page, "salles").values()) == ["B12", "24", "CDI", "", "", "", "", ""]
    assert the(page, "#q-referent input[checked]")["value"] == "no"


def test_one_of_them_is_saved_by_itself_with_the_names_that_its_block_sends(team, application):
    page = team.get(PAGE)
    names = the(page, "#q-vote")["data-hx-params"].split(",")

    response = team.post(
        reverse("calls:answer", args=[application.reference, "vote"]), VOTE | {"v-vote": values_of(page, "v-vote")[0]}, headers=HTMX
    )

    assert response.status_code == 200
    assert set(names) == {*VOTE, "v-vote"}
    assert answer_to("vote").value["for"] == 14


def test_what_is_not_valid_is_kept_whole_and_shown_again(team):
    typed = VOTE | {"q-vote-for": "quatorze", "v-vote": "0.x"}

    refused = team.post(PAGE, typed)

    assert refused.status_code == 422
    assert "« Voix pour » : indiquez un nombre entier, par exemple 12." in text_of(refused).replace("\xa0", " ")
    page = team.get(PAGE)
    assert fields_of(page, "vote") == VOTE | {"q-vote-for": "quatorze"}
    mended = team.post(PAGE, VOTE | {"v-vote": values_of(page, "v-vote")[0]})
    assert mended.status_code == 302
    assert answer_to("vote").value["for"] == 14
    assert answer_to("vote").unsound == ""


def test_two_writers_of_a_group_both_see_what_the_other_wrote(team, application):
    seen = values_of(team.get(PAGE), "v-salles")[0]
    team.post(PAGE, {"q-salles-0-salle": "B12", "v-salles": seen})

    late = team.post(PAGE, {"q-salles-0-salle": "CDI", "v-salles": seen})

    assert late.status_code == 409
    assert "Salle : B12" in text_of(late).replace("\xa0", " ")
    assert fields_of(late, "salles")["q-salles-0-salle"] == "CDI"
    assert answer_to("salles").value == [{"salle": "B12"}]


def test_the_resolution_is_joined_to_the_vote_and_the_file_lacks_it_until_then(team, application):
    team.post(PAGE, VOTE | {"v-vote": "0.x"})
    before = [item.sentence for item in missing_items(Application.objects.get())]

    given = SimpleUploadedFile("deliberation.pdf", pdf(), content_type="application/pdf")
    joined = team.post(reverse("calls:upload", args=[application.reference, "vote"]), {"file": given}, follow=True)

    assert before == ["« Vote du conseil » : la délibération n’est pas jointe."]
    assert "deliberation.pdf" in text_of(joined)
    assert missing_items(Application.objects.get()) == []
    entry = display(Application.objects.get())[0].entries[1]
    assert entry.text.replace("\xa0", " ") == "Séance du 12 novembre 2026 : 14 pour, 1 contre et 0 abstention"
    assert [file.name for file in entry.files] == ["deliberation.pdf"]


def test_files_are_not_joined_to_a_question_that_takes_none(team, application):
    given = SimpleUploadedFile("plan.pdf", pdf(), content_type="application/pdf")

    assert team.post(reverse("calls:upload", args=[application.reference, "salles"]), {"file": given}).status_code == 404
    assert Attachment.objects.count() == 0


def test_two_versions_say_which_rows_changed(application):
    answer = Answer.objects.create(application=application, question_key="salles", value=[{"salle": "B12", "places": 24}])
    before = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person())
    answer.value = [{"salle": "B12", "places": 30}]
    answer.save()
    after = freeze_version(application=Application.objects.get(), reason=VersionReason.COMPLETION, actor=person())

    changes = [(change.before, change.after) for change in differences(before, after)]
    assert changes == [("Salle : B12 ; Places : 24", "Salle : B12 ; Places : 30")]


def test_adding_rows_saves_and_comes_back_to_the_group(team):
    rows = {"q-salles-0-salle": "B12", "q-salles-1-salle": "B14", "v-salles": "0.x"}

    saved = team.post(PAGE, rows | {"more": "salles"})

    assert saved.url == f"{PAGE}#q-salles"
    assert len(fields_of(team.get(PAGE), "salles")) == 8
    assert team.post(PAGE, {"more": "//ailleurs.example"}).url == PAGE
