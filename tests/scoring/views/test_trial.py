"""The trial of a call on its pages: asked for, read, old once something has changed, told where the call is published and steered."""

import pytest
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call, ReferenceSet
from portal.directory.models import Establishment
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.readiness import Readiness, readiness_of
from scoring.actions.trial import try_call
from scoring.models import CallTrial
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    EstablishmentFactory()
    EstablishmentFactory(private=True, pupils=12)
    return CallFactory(state="draft", upcoming=True, eligible_categories=["public_education"], requires_approval=False)


@pytest.fixture
def page(client, made):
    def do(role=Role.CALL_MANAGER, name="scoring:trial", *more):
        client.force_login(with_second_factor(person(role)))
        return client.get(reverse(name, args=[made.reference, *more]))

    return do


def line_of(call):
    return next(line for line in readiness_of(Call.objects.get(pk=call.pk), "publish") if line.label == "Épreuve")


def test_a_call_never_tried_says_what_a_trial_is(page):
    answer = page()

    assert "Cet appel n’a pas encore été éprouvé" in answer.text
    assert "Éprouver l’appel" in answer.text


def test_asking_has_the_worker_do_it_and_the_report_is_read(client, made, page, django_capture_on_commit_callbacks):
    manager = with_second_factor(person(Role.CALL_MANAGER))
    client.force_login(manager)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("scoring:trial_ask", args=[made.reference]))

    job = Job.objects.get(kind="scoring.trial")
    assert answer.url == f"{job.get_absolute_url()}?suivre=1"
    assert (job.state, job.return_url) == (Job.State.DONE, reverse("scoring:trial", args=[made.reference]))
    kept = CallTrial.objects.get(call=made)
    assert (kept.report["eligible"], kept.made_by) == (1, manager)
    assert JournalEntry.objects.filter(action="try_call").count() == 1

    read = client.get(reverse("scoring:trial", args=[made.reference]))
    assert "À jour" in read.text
    assert "Statut « Privé sous contrat » non éligible" in read.text.replace("\u00a0", " ")


def test_the_auditor_reads_and_may_not_ask(client, made, page):
    try_call(call=made, actor=SYSTEM)

    assert "Éprouver de nouveau" not in page(Role.AUDITOR).text
    assert client.post(reverse("scoring:trial_ask", args=[made.reference])).status_code == 403


def test_where_to_mend_what_is_found_is_for_who_mends_it(made, page):
    """A jury on a Saturday: the page where the call is written is closed to the auditor."""
    Call.objects.filter(pk=made.pk).update(jury_on="2027-01-30")
    try_call(call=Call.objects.get(pk=made.pk), actor=SYSTEM)

    manager, auditor = page().text, page(Role.AUDITOR).text

    assert "n’est pas un jour ouvré" in manager
    assert "n’est pas un jour ouvré" in auditor
    assert ("Modifier l’appel" in manager, "Modifier l’appel" in auditor) == (True, False)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.JUROR])
def test_others_do_not_read_it(page, role):
    assert page(role).status_code == 404


def test_a_report_is_old_once_the_call_or_the_directory_has_changed(made, page):
    try_call(call=made, actor=SYSTEM)
    Call.objects.filter(pk=made.pk).update(budget_amount=7)
    assert "L’appel a changé depuis" in page().text.replace("\u00a0", " ")

    EstablishmentFactory()
    assert "L’appel et l’annuaire ont changé depuis" in page().text.replace("\u00a0", " ")
    assert line_of(made).sentence.endswith("L’appel et l’annuaire ont changé depuis.")


def test_the_form_that_has_changed_is_named(made, page):
    try_call(call=made, actor=SYSTEM)
    version = made.questionnaires.get()
    version.definition["sections"][0]["title"] = "Autre"
    version.save()

    assert "Le questionnaire a changé depuis" in page().text.replace("\u00a0", " ")


def test_the_publication_tells_and_is_held_by_what_is_impossible_alone(made):
    assert (line_of(made).state, line_of(made).sentence) == (Readiness.NOTE, "L’appel n’a pas été éprouvé sur l’annuaire.")

    try_call(call=made, actor=SYSTEM)
    assert line_of(made).state in (Readiness.READY, Readiness.NOTE)

    Call.objects.filter(pk=made.pk).update(eligible_categories=["other"])
    assert line_of(made).state == Readiness.NOTE  # old: nothing is known of the call as it is
    try_call(call=Call.objects.get(pk=made.pk), actor=SYSTEM)
    assert line_of(made).state == Readiness.MISSING
    assert "1\u00a0impossibilité dans l’appel tel qu’il est écrit." in line_of(made).sentence


def test_the_lycees_of_a_figure_are_listed(made, page):
    try_call(call=made, actor=SYSTEM)
    private = made.trial.lists["motif-statut-private_contract"]

    answer = page(Role.CALL_MANAGER, "scoring:trial_lycees", "motif-statut-private_contract")

    assert [each.pk for each in answer.context["page_obj"].object_list] == private
    assert "get_FIELD" not in answer.text
    assert "Statut « Privé sous contrat » non éligible" in answer.text.replace("\u00a0", " ")
    assert page(Role.CALL_MANAGER, "scoring:trial_lycees", "inconnue").status_code == 404


def test_the_page_of_the_call_leads_there(client, made):
    client.force_login(with_second_factor(person(Role.CALL_MANAGER)))
    address = reverse("scoring:trial", args=[made.reference])
    assert address in client.get(reverse("calls:steered_call", args=[made.reference])).text

    client.force_login(with_second_factor(person(Role.OFFICER)))
    assert address not in client.get(reverse("calls:steered_call", args=[made.reference])).text


def test_a_trial_again_takes_the_place_of_the_one_before(made):
    first = try_call(call=made, actor=SYSTEM)
    EstablishmentFactory()
    second = try_call(call=made, actor=SYSTEM)

    assert (first.pk, CallTrial.objects.count()) == (second.pk, 1)
    assert second.report["eligible"] == first.report["eligible"] + 1


def test_reading_and_trying_cost_the_same_for_many_lycees(made, django_assert_max_num_queries, page):
    EstablishmentFactory.create_batch(20)
    with django_assert_max_num_queries(40):
        try_call(call=Call.objects.get(pk=made.pk), actor=SYSTEM)
    page()
    with django_assert_max_num_queries(60):
        page()


def test_the_lycees_are_on_a_map_by_what_they_may_do(made, page):
    """A dot, a ring, a cross; those whose place is not known are counted."""
    Establishment.objects.update(latitude=48.7, longitude=6.2, has_boarding=None)
    EstablishmentFactory(latitude=None, longitude=None, has_boarding=False)
    Call.objects.filter(pk=made.pk).update(eligibility={"lycee": "boarding", "equals": True})
    EstablishmentFactory(latitude=48.1, longitude=7.3, has_boarding=True)
    try_call(call=Call.objects.get(pk=made.pk), actor=SYSTEM)

    drawn = page().context["map"]

    assert [path.count("M") for path in (drawn.eligible, drawn.unknown, drawn.excluded)] == [1, 1, 1]
    assert drawn.unplaced == 1
    assert "1\u00a0lycée n’a pas de coordonnées dans l’annuaire" in page().text


def test_a_report_is_old_once_the_lines_or_the_data_of_the_call_have_changed(made, page):
    try_call(call=made, actor=SYSTEM)
    table = ReferenceSet.objects.create(call=made, key="postes", name="Postes", columns=[], in_force=1)
    assert "Les données par lycée ont changé depuis" in page().text.replace("\u00a0", " ")

    table.delete()
    Call.objects.filter(pk=made.pk).update(admissibility_lines=[{"key": "vote", "label": "Vote", "condition": {}, "message": ""}])
    assert "Les lignes de recevabilité ont changé depuis" in page().text.replace("\u00a0", " ")


def test_a_report_is_old_once_the_results_of_an_earlier_wave_are_public(made, page):
    first = CallFactory(reference="L40-V1", wave=1)
    Call.objects.filter(pk=made.pk).update(previous=first, wave=2)
    try_call(call=Call.objects.get(pk=made.pk), actor=SYSTEM)
    assert "À jour" in page().text

    Call.objects.filter(pk=first.pk).update(state=CallState.RELEASED)

    assert "Les résultats des vagues précédentes ont changé depuis" in page().text.replace("\u00a0", " ")


def test_a_report_kept_before_a_part_was_looked_at_is_not_old_for_that(made, page):
    kept = try_call(call=made, actor=SYSTEM)
    for part in ("lines", "data", "waves"):
        del kept.basis[part]
    kept.save()

    assert "À jour" in page().text
