"""Queries of each page: the same at 1 and at 3 of everything, and within the budget."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.forms.applicant import token_of
from calls.models import Attachment, Presence
from portal.files.intake import store_bytes
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory, RequestLineFactory
from tests.factories.directory import EstablishmentFactory
from tests.portal.files.samples import pdf

pytestmark = pytest.mark.django_db

AUTOSAVE = 11  # the eight that read and write, and the ends of a transaction
BUDGET = 25
PAGES = ["", "etablissement/", "section/projet/", "section/besoins/", "section/pieces/", "apercu/", "versions/1/"]


def grown(application, times: int):
    """As many colleagues, needs, files, versions and visits as asked."""
    for number in range(times):
        colleague = person(Role.MEMBER, at=application.establishment)
        Presence.objects.create(application=application, user=colleague, section_key="projet")
        RequestLineFactory(application=application)
        stored = store_bytes(f"{number}.pdf", pdf(), "application/pdf", purpose="attachment", subject=application, actor=colleague)
        Attachment.objects.create(application=application, question_key="deliberation", file=stored)
        freeze_version(application=application, reason=VersionReason.APPROVAL, actor=colleague)
    return application


def queries_of(client, url, data=None, **options) -> int:
    client.get(url) if data is None else None  # what a process reads once (content types) is not of the page
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url, **options) if data is None else client.post(url, data, **options)
    assert response.status_code in (200, 302)
    return len(queries)


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_the_same_questions_whatever_the_size_of_the_file(client, path):
    counts = []
    for times in (1, 3):
        application = grown(ApplicationFactory(complete=True), times)
        client.force_login(person(Role.HEAD, at=application.establishment))
        counts.append(queries_of(client, f"{application.get_absolute_url()}{path}"))

    assert counts[0] == counts[1]
    assert counts[0] <= BUDGET


def test_autosave_stays_within_the_budget(client):
    application = grown(ApplicationFactory(complete=True), 3)
    client.force_login(person(Role.MEMBER, at=application.establishment))
    client.get(f"{application.get_absolute_url()}section/projet/")
    data = {"q-resume": "Nouveau", "v-resume": token_of(1, "Les six classes de seconde coopèrent.")}

    assert queries_of(client, f"{application.get_absolute_url()}reponses/resume/", data, headers={"HX-Request": "true"}) <= AUTOSAVE


def test_submitting_stays_within_the_budget(client):
    application = ApplicationFactory(complete=True)
    member, head = person(Role.MEMBER, at=application.establishment), person(Role.HEAD, at=application.establishment)
    perform(application, "request_approval", actor=member)
    perform(application, "approve", actor=head)
    client.force_login(member)
    client.get(application.get_absolute_url())

    assert queries_of(client, f"{application.get_absolute_url()}action/submit/", {}) <= BUDGET


def test_what_awaits_me_and_the_start_page_do_not_grow_with_files(client):
    counts = []
    for times in (1, 3):
        user, call = person(), CallFactory(max_per_establishment=5)
        for _ in range(times):
            school = EstablishmentFactory()
            RoleGrantFactory(user=user, role=Role.MEMBER, establishment=school)
            ApplicationFactory(call=call, establishment=school, reference=f"{call.reference}-{school.pk:04d}")
        client.force_login(user)
        counts.append((queries_of(client, "/espace/"), queries_of(client, f"/appels/{call.slug}/deposer/")))

    assert counts[0] == counts[1]
