"""The decisions of a call as a workbook: what the pages say, line by line, for those who read decisions."""

from decimal import Decimal

import pytest
from django.urls import reverse

from calls.reasons import Wording
from portal.jobs.models import Job
from portal.roles import Role
from scoring.actions.envelope import EnvelopeTerms, create_envelope
from scoring.actions.transfers import transfer
from tests.exports.reading import sheet_rows
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose, revise
from tests.factories.jury import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    def do(user, call, code="decisions"):
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("exports:ask", args=[code]), {"call": call.reference})
        if answer.status_code != 302:
            return answer.status_code
        with Job.objects.filter(owner=user).latest("pk").result_file.content.open("rb") as content:
            return content.read()

    return do


def table(content, title):
    keys, _headings, *rows = sheet_rows(content, title)
    return [dict(zip(keys, row, strict=True)) for row in rows]


@pytest.fixture
def made():
    made = propose(deliberation())
    need = made.files[0].lines.get()
    revise(made, 0, quantities={need.pk: 4}, cuts={f"besoin-{need.pk}": Wording(precision="Quatre suffisent.")})
    other = create_envelope(
        call=made.call, terms=EnvelopeTerms("Câblage", Decimal(10), section="investment", year=2027, programme="Lycées"), actor=made.finance
    )
    transfer(source=made.envelope, target=other, amount=Decimal(5), reason="Une salle de plus.", actor=made.finance)
    return made


def test_it_says_each_decision_its_lines_and_the_money(ask, made):
    content = ask(staff(Role.AUDITOR), made.call)

    decisions = {row["reference"]: row for row in table(content, "Décisions")}
    first = decisions[made.files[0].reference]
    assert (first["issue"], first["accorde_ttc"], first["taux"], first["enveloppe"]) == ("Retenu en partie", 40, 40, made.envelope.label)
    refused = decisions[made.files[3].reference]
    assert (refused["issue"], refused["accorde_ttc"], refused["taux"], refused["enveloppe"]) == ("Non retenu", None, None, None)
    assert [(row["quantite"], row["montant_ttc"]) for row in table(content, "Lignes retenues")] == [(4, 40), (10, 100)]
    assert [(row["demande"], row["non_retenu"], row["motif"]) for row in table(content, "Lignes réduites")] == [
        (10, 6, "Quatre suffisent.")
    ]
    held = {row["enveloppe"]: (row["montant"], row["pris"], row["reste"]) for row in table(content, "Enveloppes")}
    assert held == {made.envelope.label: (245, 140, 105), "Câblage": (15, 0, 15)}
    assert [(row["montant"], row["motif"], row["annule"]) for row in table(content, "Virements")] == [(5, "Une salle de plus.", "non")]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.JUROR, Role.ORDERS, Role.HEAD])
def test_it_is_no_business_of_others(ask, made, role):
    assert ask(person(role, at=made.files[0].establishment) if role == Role.HEAD else person(role), made.call) in (403, 404, 422)
    assert not Job.objects.filter(params__workbook="decisions").exists()


def test_the_matrix_of_the_jury_says_each_reading_and_each_remark(ask, made):
    reading = made.files[0].assessments.get()
    reading.scores.update(remark="Bien tenu.")
    reading.comment = "Un projet clair."
    reading.save(update_fields=["comment"])

    content = ask(staff(Role.AUDITOR), made.call, "evaluations")

    rows = {row["reference"]: row for row in table(content, "Évaluations")}
    criterion = made.grid.criteria.get()
    assert rows[made.files[0].reference][f"critere_{criterion.key}"] == 90
    assert rows[made.files[0].reference]["jure"] == str(made.juror)
    assert [(row["sur"], row["remarque"]) for row in table(content, "Remarques")] == [
        (criterion.label, "Bien tenu."), ("Le dossier entier", "Un projet clair."),
    ]  # fmt: skip


def test_the_matrix_is_not_for_jurors_nor_finance(ask, made):
    for user in (made.juror, made.finance):
        assert ask(user, made.call, "evaluations") in (403, 404, 422)
