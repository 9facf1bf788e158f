"""A workbook is served as long as the rights under which it was made are those of the person who asked."""

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.enums import CallState
from portal.accounts.models import RoleGrant
from portal.jobs.models import Job
from portal.roles import Role
from scoring.actions.assessment import declare_interest
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.scoring import PanelMemberFactory
from tests.reading import links_of, text_of

pytestmark = pytest.mark.django_db
INDEX = "/exports/"


@pytest.fixture
def made(client, django_capture_on_commit_callbacks):
    """The job of a workbook that this person asked for, done."""

    def make(user, code, **params):
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("exports:ask", args=[code]), params)
        return Job.objects.filter(owner=user, state=Job.State.DONE).latest("created_at")

    return make


@pytest.fixture
def taken(client):
    """What the person meets now: the status of the file, and the pages that offer it."""

    def take(job):
        client.force_login(type(job.owner).objects.get(pk=job.owner_id))
        address = job.result_file.get_absolute_url()
        pages = {INDEX, job.get_absolute_url()}
        return client.get(address).status_code, {page for page in pages if address in [link for _, link in links_of(client.get(page))]}

    return take


def test_a_workbook_is_offered_and_served_to_whoever_asked(made, taken):
    call = ApplicationFactory(submitted=True).call
    job = made(person(Role.CALL_MANAGER), "dossiers", call=call.reference)

    assert taken(job) == (200, {INDEX, job.get_absolute_url()})


def test_it_closes_with_the_role(made, taken, client):
    user = person(Role.CALL_MANAGER)
    job = made(user, "dossiers", call=ApplicationFactory(submitted=True).call.reference)
    RoleGrant.objects.filter(user=user).update(ended_at=timezone.now())

    assert taken(job) == (404, set())
    assert "Fermé : vos droits ont changé depuis" in text_of(client.get(INDEX))


def test_it_closes_with_one_of_two_roles_that_both_may_ask(made, taken):
    """What the wider role showed is in the file."""
    reims = AuthorityFactory(reims=True)
    user = person(Role.OFFICER, authority=reims)
    wider = RoleGrant.objects.create(user=user, role=Role.CALL_MANAGER)
    call = ApplicationFactory(submitted=True, establishment=EstablishmentFactory(authority=reims)).call
    ApplicationFactory(call=call, submitted=True)
    job = made(user, "dossiers", call=call.reference)
    wider.ended_at = timezone.now()
    wider.save()

    assert taken(job) == (404, set())


def test_it_closes_when_the_perimeter_moves(made, taken):
    reims = AuthorityFactory(reims=True)
    user = person(Role.OFFICER, authority=reims)
    job = made(
        user, "dossiers", call=ApplicationFactory(submitted=True, establishment=EstablishmentFactory(authority=reims)).call.reference
    )
    RoleGrant.objects.filter(user=user).update(authority=AuthorityFactory(region=True))

    assert taken(job) == (404, set())


def test_a_role_more_closes_nothing(made, taken):
    user = person(Role.CALL_MANAGER)
    job = made(user, "dossiers", call=ApplicationFactory(submitted=True).call.reference)
    RoleGrant.objects.create(user=user, role=Role.FINANCE)

    assert taken(job)[0] == 200


def ranked_call():
    call = jury_call(CallState.DELIBERATION)
    user = juror(call)
    files = [admissible_file(call), admissible_file(call)]
    for application in files:
        reading(application, juror(call), 4, 4)
    return call, user, files


def test_the_ranking_of_a_juror_dies_with_a_declaration_of_interest(made, taken):
    call, user, files = ranked_call()
    job = made(user, "classement", call=call.reference)
    assert taken(job)[0] == 200

    declare_interest(application=files[0], actor=user, reason="Famille.")

    assert taken(job) == (404, set())


def test_a_declaration_before_the_export_or_about_another_call_closes_nothing(made, taken):
    call, user, files = ranked_call()
    declare_interest(application=files[0], actor=user, reason="Famille.")
    job = made(user, "classement", call=call.reference)
    other = jury_call(CallState.DELIBERATION)
    PanelMemberFactory(call=other, user=user)
    elsewhere = admissible_file(other)

    declare_interest(application=elsewhere, actor=user, reason="Famille.")

    assert taken(job)[0] == 200


def test_the_ranking_closes_when_the_juror_leaves_the_panel(made, taken):
    call, user, _files = ranked_call()
    job = made(user, "classement", call=call.reference)
    call.panel.filter(user=user).delete()

    assert taken(job) == (404, set())


def test_a_right_lost_while_the_workbook_waits_is_said(client, django_capture_on_commit_callbacks):
    call, user, _files = ranked_call()
    client.force_login(user)
    with django_capture_on_commit_callbacks() as waiting:
        client.post(reverse("exports:ask", args=["classement"]), {"call": call.reference})
    call.panel.filter(user=user).delete()
    for hand_over in waiting:
        hand_over()

    job = Job.objects.get()
    assert (job.state, job.error, job.result_file) == (Job.State.FAILED, "Vous n’avez plus accès à cet export.", None)


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_of_exports_takes_the_same_queries_whatever_its_length(made, client, django_assert_max_num_queries, count):
    user = person(Role.CALL_MANAGER)
    call = ApplicationFactory(submitted=True).call
    for _ in range(count):
        made(user, "dossiers", call=call.reference)

    with django_assert_max_num_queries(24):
        page = client.get(INDEX)

    assert len([link for _, link in links_of(page) if link.startswith("/fichiers/")]) == count
