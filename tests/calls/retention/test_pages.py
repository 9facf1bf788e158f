"""The pages of retention: what is read before anything goes, two persons, a stranger, what is left to read afterwards."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from calls import retention
from calls.actions.retention import note_due, run, start_due
from calls.hooks.retention_todo import todo_for_retention
from calls.models import Application, RetentionItem, RetentionProposal
from cms.models import ResultsPage
from cms.starter.build import build_site
from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from portal.roles import Role
from tests.calls.retention.gathered import SECRET, agreed, gathered
from tests.calls.retention.test_rules import after
from tests.exports.reading import sheet_rows
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.reading import the, words_of

pytestmark = pytest.mark.django_db


def page_of(made, name="call_retention", *args):
    return reverse(f"calls:{name}", args=[made.call.reference, *args])


def text_at(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return " ".join(words_of(the(answer, "main")).replace("\u00a0", " ").replace("\u202f", " ").split())


def test_from_the_list_to_the_deletion_by_two_persons(client, time_machine):
    made = gathered()
    after(time_machine, retention.DRAFTS, days=1)
    note_due()
    assert [item.url for item in todo_for_retention(made.first)] == [page_of(made)]
    client.force_login(made.first)
    page = text_at(client, page_of(made))
    assert "Brouillons jamais déposés" in page and "Échu aujourd’hui 1 dossier" in page and SECRET not in page
    assert made.draft.reference in text_at(client, f"{page_of(made, 'retention_propose')}?regle=drafts")
    seen = the(client.get(f"{page_of(made, 'retention_propose')}?regle=drafts"), "input[name=liste]")["value"]
    late = client.post(page_of(made, "retention_propose"), {"regle": "drafts", "liste": "0" * 64})
    assert (late.status_code, RetentionProposal.objects.count()) == (409, 0)
    client.post(page_of(made, "retention_propose"), {"regle": "drafts", "liste": seen})
    proposal = RetentionProposal.objects.get()
    confirm = page_of(made, "retention_confirm", proposal.pk)
    assert client.post(confirm).status_code == 403
    assert "Une autre personne qui gère les appels" in text_at(client, proposal.get_absolute_url())
    assert todo_for_retention(made.first) == []

    client.force_login(made.second)
    assert [item.url for item in todo_for_retention(made.second)] == [proposal.get_absolute_url()]
    assert client.post(confirm).status_code == 302
    assert client.post(confirm).status_code in (302, 409)  # pressed again, it is said to be done
    assert todo_for_retention(made.second) == []
    RetentionProposal.objects.update(runs_at=timezone.now())
    assert (start_due(), start_due()) == ("1 effacements confiés", "1 effacements confiés")
    run_job(str(Job.objects.get(kind="calls.erase_retained").pk))
    page = text_at(client, proposal.get_absolute_url())
    assert "Fait" in page and "1 effacement" in page and "effacé le" in page
    client.force_login(person(Role.MEMBER, at=made.draft.establishment))
    page = text_at(client, made.draft.get_absolute_url())
    assert "arrivée à la fin de sa durée de conservation" in page and f"proposition de {made.first.get_full_name()}" in page
    assert SECRET not in page and SECRET not in text_at(client, reverse("calls:preview", args=[made.draft.reference]))


def test_durations_holds_and_the_csv_by_their_forms(client):
    made = gathered()
    client.force_login(made.first)
    form = page_of(made, "retention_period", "drafts")
    refused = client.post(form, {"months": "99", "reason": "x"})
    assert refused.status_code == 422 and "Le nombre va de 2 à 36." in words_of(the(refused, "main")).replace("\u00a0", " ")
    assert "De 2 à 36 mois." in client.get(form).text and "99" in refused.text
    assert client.post(form, {"months": "6", "reason": "Archives."}).status_code == 302
    assert "6 mois" in text_at(client, page_of(made)) and "fixée par l’appel" in text_at(client, page_of(made))
    assert client.get(page_of(made, "retention_period", "inconnu")).status_code == 404

    elsewhere = ApplicationFactory()
    hold = page_of(made, "retention_hold")
    assert client.post(hold, {"reference": elsewhere.reference, "reason": "Recours."}).status_code == 422
    client.post(hold, {"reference": made.refused.reference.lower(), "reason": "Recours."})
    assert f"Dossier {made.refused.reference} : Recours." in text_at(client, page_of(made))
    assert client.post(hold, {"reference": made.refused.reference, "reason": "Encore."}).status_code == 422
    end = page_of(made, "retention_hold_end", made.refused.retention_holds.get().pk)
    client.post(end, {"reason": "Jugement."})
    assert "Levée le" in text_at(client, page_of(made)) and client.post(end, {"reason": "Deux fois."}).status_code in (302, 409)

    lines = client.get(page_of(made, "retention_csv")).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Règle;Dossier;UAI;Lycée") and SECRET not in "".join(lines)
    assert {line.split(";")[1] for line in lines[1:]} == {file.reference for file in made.files}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.CHAIR, Role.COMMUNICATION])
def test_nobody_else_reads_it(client, role):
    made = gathered() if role == Role.OFFICER else None
    reference = made.call.reference if made else ApplicationFactory().call.reference
    client.force_login(person(role))
    for name in ("call_retention", "retention_csv", "retention_hold", "retention_propose"):
        assert client.get(reverse(f"calls:{name}", args=[reference])).status_code == 403
    assert client.get(reverse("calls:retention")).status_code == 403


def test_public_results_steering_and_workbooks_say_the_same_afterwards(client, time_machine):
    build_site()
    made = gathered()
    after(time_machine, retention.RETAINED, days=2)
    client.force_login(made.second)
    steering, files = reverse("calls:steered_call", args=[made.call.reference]), f"{reverse('calls:files')}?appel={made.call.reference}"
    results = ResultsPage.objects.get(call=made.call).url

    def read():
        funnel = words_of(the(client.get(steering), "#entonnoir").parent)
        return funnel, words_of(the(client.get(results), "main")), words_of(the(client.get(files), "table"))

    before = read()
    run(agreed(made))
    assert RetentionItem.objects.filter(result="done").count() >= 6
    assert read() == before
    for file in (made.kept, made.refused):
        page = text_at(client, file.get_absolute_url())
        assert SECRET not in page and "Effacé" in page and "Une partie de ce dossier est arrivée" in page
        assert client.get(f"{reverse('calls:files')}?q={SECRET.split()[-1]}").status_code == 200
        assert client.get(reverse("exports:file_content", args=[file.reference])).status_code in (200, 302)
    assert Application.objects.get(pk=made.refused.pk).is_emptied
    client.post(reverse("exports:ask", args=["dossiers"]), {"call": made.call.reference})
    job = Job.objects.latest("created_at")
    run_job(str(job.pk))
    job.refresh_from_db()
    with job.result_file.content.open("rb") as content:
        rows = sheet_rows(content.read(), "Dossiers")
    assert SECRET not in str(rows) and {made.kept.reference, made.refused.reference} <= {row[0] for row in rows}


def test_reading_a_call_costs_the_same_whatever_the_number_of_files(client):
    made = gathered()
    client.force_login(made.first)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page_of(made))
        return len(queries)

    cost()
    before = cost()
    for _ in range(3):
        ApplicationFactory(call=made.call, complete=True)
    assert cost() == before
