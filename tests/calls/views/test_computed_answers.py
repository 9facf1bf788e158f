"""A figure that the portal works out: right at each reading, never typed, frozen with the answers it comes from."""

from decimal import Decimal

import pytest
from django.urls import reverse

from calls.actions.versions import freeze_version
from calls.checks import given_in, missing_items
from calls.enums import VersionReason
from calls.forms.officer import CompletionRequestForm, questions_of
from calls.models import Answer, Application
from calls.queries.content import display
from calls.questionnaire import errors_in
from calls.questions.base import Given
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import elements_of, the, values_of, words_of

pytestmark = pytest.mark.django_db

COSTS = {
    "key": "postes",
    "kind": "group",
    "label": "Postes de dépense",
    "columns": [{"key": "nom", "kind": "text", "label": "Poste"}, {"key": "cout", "kind": "amount", "label": "Coût"}],
}


def figure(key: str, operation: str, *terms: str, **options) -> dict:
    return {"key": key, "kind": "computed", "label": key.capitalize(), "operation": operation, "terms": list(terms), **options}


DEFINITION = {
    "sections": [
        {
            "key": "budget",
            "title": "Budget",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet"},
                COSTS,
                {"key": "autres", "kind": "amount", "label": "Autres financements"},
                figure("total", "sum", "postes.cout"),
                figure("reste", "difference", "total", "autres"),
                figure("part", "share", "autres", "total", required=True),
            ],
        }
    ]
}
PAGE = "/dossiers/AAP-0001/section/budget/"


@pytest.fixture
def application():
    return ApplicationFactory(call=CallFactory(with_questionnaire=DEFINITION), reference="AAP-0001")


@pytest.fixture
def team(application, client):
    client.force_login(person(Role.MEMBER, at=application.establishment))
    return client


def write(application, **answers) -> Application:
    for key, value in answers.items():
        Answer.objects.create(application=application, question_key=key, value=value)
    return Application.objects.get()


def figures(application) -> dict[str, str | None]:
    given = given_in(application)
    return {key: given[key].value for key in ("total", "reste", "part")}


def test_nothing_is_worked_out_from_nothing_and_a_required_figure_is_missing(application):
    assert figures(application) == {"total": None, "reste": None, "part": None}
    assert [item.sentence for item in missing_items(application)] == ["« Part » ne se calcule pas encore."]


def test_figures_follow_the_answers_to_the_cent(application):
    file = write(application, postes=[{"nom": "Serveur", "cout": "1000.10"}, {"nom": "Câbles", "cout": "0.23"}], autres="333.44")

    assert figures(file) == {"total": "1000.33", "reste": "666.89", "part": "33.3"}
    assert missing_items(file) == []


def test_a_share_of_nothing_means_nothing(application):
    assert figures(write(application, postes=[{"nom": "Gratuit", "cout": "0.00"}], autres="10.00"))["part"] is None


def test_they_are_read_never_written_and_follow_what_is_being_typed(application, team):
    page = team.get(PAGE)
    assert elements_of(page, '[name^="q-total"]') == []
    assert words_of(the(page, "#texte-total")).startswith("Pas encore calculé")
    rows = {"q-postes-0-nom": "Serveur", "q-postes-0-cout": "1 500", "v-postes": values_of(page, "v-postes")[0]}

    saved = team.post(reverse("calls:answer", args=[application.reference, "postes"]), rows, headers={"HX-Request": "true"})

    told = the(saved, "#texte-total")
    assert told["data-hx-swap-oob"] == "true"
    assert words_of(told).replace("\xa0", " ") == "1 500,00 € Somme de « Postes de dépense, Coût »."
    assert team.post(reverse("calls:answer", args=[application.reference, "total"]), {"q-total": "9"}).status_code == 404


def test_a_version_keeps_what_was_worked_out(application):
    file = write(application, postes=[{"nom": "Serveur", "cout": "1000.10"}], autres="250.00")

    version = freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=person())
    Answer.objects.filter(question_key="autres").update(value="0.00")

    entries = {entry.key: entry.text.replace("\xa0", " ") for entry in display(file, version)[0].entries}
    assert (entries["total"], entries["reste"], entries["part"]) == ("1 000,10 €", "750,10 €", "25,0 %")
    question = file.questionnaire.schema.question("part")
    assert question.cell(Given("25.0")) == Decimal("25.0")


@pytest.mark.parametrize(
    ("term", "why"),
    [
        ("titre", "a text"),
        ("reste", "asked after"),
        ("total", "itself"),
        ("inconnue", "nobody"),
        ("postes.nom", "a column of words"),
        ("postes", "no column"),
    ],
)
def test_a_figure_is_worked_out_from_figures_asked_before_it(term, why):
    sections = [DEFINITION["sections"][0] | {"questions": [*DEFINITION["sections"][0]["questions"][:3], figure("total", "sum", term)]}]

    assert errors_in({"sections": sections}) == [
        f"La question « Total » calcule à partir de « {term} », qui n’est pas un nombre demandé avant elle."
    ], why


def test_the_region_asks_nobody_to_complete_what_the_portal_works_out(application):
    offered = CompletionRequestForm(choices=questions_of(application)).fields["fields_asked"].choices

    assert [key for _, questions in offered for key, _ in questions] == ["titre", "postes", "autres"]
