"""The form and the grid of a call, read by anybody."""

import pytest

from calls.enums import CallState
from calls.models import Call
from calls.questionnaire import parse
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.scoring import CriterionFactory, GridFactory
from tests.reading import links_of, rows_of, texts_of

pytestmark = pytest.mark.django_db
PAGE = "/appels/lycee-4-0-vague-2/"


def test_form_is_read_by_anybody_before_having_a_school(client, open_call):
    page = client.get(f"{PAGE}formulaire/")

    definition = open_call.questionnaire.schema
    assert page.status_code == 200
    titles = ["Établissement", *(section.title for section in definition.sections)]
    assert texts_of(page, "h2") == [f"{rank}. {title}" for rank, title in enumerate(titles, 1)]
    asked = texts_of(page, "ol h3")
    assert [line.rpartition(" (")[0] for line in asked] == [question.label for question in definition.questions]
    assert [line.endswith("(obligatoire)") for line in asked] == [question.required for question in definition.questions]


def test_the_file_gives_its_sections_the_numbers_of_the_form(client, open_call):
    file = ApplicationFactory(call=open_call)
    client.force_login(person(Role.MEMBER, at=file.establishment))

    read = texts_of(client.get(f"{PAGE}formulaire/"), "h2")
    steps = [(step.number, step.title) for step in client.get(file.get_absolute_url()).context["steps"]]

    assert [f"{rank}. {title}" for rank, title in steps[: len(read)]] == read
    for section in open_call.questionnaire.schema.sections:
        assert f"{section.number}. {section.title}" in texts_of(client.get(f"{file.get_absolute_url()}section/{section.key}/"), "h2")


def test_form_says_what_each_kind_of_question_asks():
    said = {question.kind: (question.asks, question.possible) for question in parse({"sections": [{
        "key": "s", "title": "S", "questions": [
            {"key": "a", "kind": "text", "label": "A", "max_length": 1200},
            {"key": "b", "kind": "choice", "label": "B", "choices": [{"value": "x", "label": "Oui"}, {"value": "y", "label": "Non"}]},
            {"key": "c", "kind": "number", "label": "C", "minimum": 1, "maximum": 40},
            {"key": "d", "kind": "amount", "label": "D", "requested": True},
            {"key": "e", "kind": "file", "label": "E", "accept": ["pdf", "odt"], "multiple": True},
        ]}]}).questions if question.key != "titre"}  # fmt: skip

    assert said == {
        "text": ("Un texte de 1\u00a0200 signes au plus, espaces compris.", []),
        "choice": ("Un choix parmi :", ["Oui", "Non"]),
        "number": ("Un nombre entier, de 1 à 40.", []),
        "amount": ("Un montant en euros TTC. Il compte dans l’aide demandée.", []),
        "file": ("Un ou plusieurs fichiers : PDF, ODT.", []),
    }


def test_grid_is_read_by_anybody_with_its_levels_and_rules(client, open_call):
    grid = GridFactory(call=open_call)
    levels = [
        {"points": 0, "label": "Absent", "description": "Rien n’est dit."},
        {"points": 5, "label": "Abouti", "description": "Tout est dit."},
    ]
    CriterionFactory(grid=grid, key="projet", label="Qualité du projet", weight=3, levels=levels)
    CriterionFactory(grid=grid, key="ips", label="Public accueilli", weight=1, kind="computed", function="ips", levels=[])

    page = client.get(f"{PAGE}grille/")

    assert texts_of(page, "h2") == ["Qualité du projet", "Public accueilli"]
    assert [row[:2] for row in rows_of(page, "tbody")] == [["Abouti", "5"], ["Absent", "0"]]
    text = " ".join(texts_of(page, "section p"))
    assert "75\u00a0% de la note" in text
    assert "25\u00a0% de la note" in text
    assert "DEPP, indices de position sociale" in text


@pytest.mark.parametrize("name", ["formulaire", "grille"])
def test_form_and_grid_of_a_draft_stay_closed(client, open_call, name):
    GridFactory(call=open_call)
    CriterionFactory(grid=open_call.grid)
    Call.objects.filter(pk=open_call.pk).update(state=CallState.DRAFT)

    assert client.get(f"{PAGE}{name}/").status_code == 404


def test_page_of_a_call_leads_to_its_form_and_its_grid(client, open_call):
    CriterionFactory(grid=GridFactory(call=open_call))

    addresses = [address for _, address in links_of(client.get(PAGE))]

    assert f"{PAGE}formulaire/" in addresses
    assert f"{PAGE}grille/" in addresses
