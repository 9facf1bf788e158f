"""The scenarios of a sitting as a workbook: the lines of the page, nothing of a file in conflict."""

import pytest
from django.urls import reverse

from portal.jobs.models import Job
from portal.roles import Role
from scoring.models import InterestDeclaration
from tests.exports.reading import sheet_rows
from tests.factories.accounts import person
from tests.factories.balance import sitting, solved
from tests.factories.jury import with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    def do(user, call):
        client.force_login(with_second_factor(user))
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("exports:ask", args=["scenarios"]), {"call": call.reference})
        if answer.status_code != 302:
            return answer.status_code
        with Job.objects.get(owner=user, kind="exports.workbook").result_file.content.open("rb") as content:
            return content.read()

    return do


def table(content, title):
    keys, _headings, *rows = sheet_rows(content, title)
    return [dict(zip(keys, row, strict=True)) for row in rows]


def test_each_scenario_has_its_sheet(ask):
    made = sitting((90, 80), (100, 100), money=100)
    solved(made, [made.files[1]], files={made.files[0].reference: {"rules": [], "sentence": "Écarté."}})

    content = ask(made.manager, made.call)

    a, b = (file.reference for file in made.files)
    ranked = [(row["rang"], row["reference"], row["proposition"], row["montant_propose_ttc"]) for row in table(content, "1. Par rang")]
    merit = [(row["reference"], row["proposition"], row["raison"]) for row in table(content, "2. Ordre de mérite")]
    assert ranked == [(1, a, "Retenu", 100), (2, b, "Non retenu", None)]
    assert merit == [(a, "Non retenu", "Écarté."), (b, "Retenu", "Retenu, rang\u00a02, note\u00a080,00.")]


def test_conflicted_juror_exports_nothing_of_the_file(ask):
    made = sitting((90, 80), (100, 100), money=100)
    hidden = made.files[0]
    sentence = f"Écarté par {hidden.establishment.name}."
    solved(made, [hidden], files={made.files[1].reference: {"rules": [], "sentence": sentence}})
    InterestDeclaration.objects.create(user=made.juror, application=hidden, reason="Famille.")

    content = ask(made.juror, made.call)

    rows = [(row["rang"], row["reference"], row["raison"]) for row in table(content, "2. Ordre de mérite")]
    assert rows == [(1, made.files[1].reference, "Non retenu.")]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ORDERS, Role.JUROR])
def test_workbook_does_not_exist_for_strangers(ask, role):
    made = sitting()
    solved(made, made.files[:1])

    assert ask(person(role), made.call) == 404
