"""Who reads marks: nobody before one's own, nobody in conflict, nobody outside. Each test has marks that could leak."""

import pytest
from django.urls import reverse

from calls.actions.versions import freeze_version
from calls.enums import CallState, VersionReason
from calls.models import Attachment, Call
from portal.files import access
from portal.files.intake import store_bytes
from portal.roles import SCHOOL_ROLES, Role
from scoring.actions.assessment import declare_interest
from scoring.hooks.todo import of_jury
from scoring.models import Assessment
from scoring.queries import assessment as assessment_queries
from scoring.queries.ranking import ranking
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.jury import RANKING_READERS, admissible_file, juror, jury_call, reading, staff

pytestmark = pytest.mark.django_db

SECRET = "Remarque que personne ne doit lire"


def secret_reading(application, user, **more):
    assessment = reading(application, user, 4, 2, **more)
    assessment.scores.update(remark=SECRET)
    assessment.comment = SECRET
    assessment.save()
    return assessment


def deliberate(call):
    Call._base_manager.filter(pk=call.pk).update(**{"state": CallState.DELIBERATION})


def jury_addresses(call, application, assessment):
    base = [
        reverse("scoring:jury"),
        reverse("scoring:pile"),
        *(
            reverse(f"scoring:{name}", args=[call.reference])
            for name in ("call_jury", "grid", "panel", "assignment", "progress_by_file", "ranking", "statistics")
        ),
        reverse("scoring:criterion_add", args=[call.reference]),
        reverse("scoring:criterion_edit", args=[call.reference, call.grid.criteria.first().pk]),
        reverse("scoring:criterion_remove", args=[call.reference, call.grid.criteria.first().pk]),
        reverse("scoring:panel_remove", args=[call.reference, call.panel.first().pk]),
        *(
            reverse(f"scoring:{name}", args=[call.reference, application.reference])
            for name in ("file_readers", "ranking_file", "ranking_interest")
        ),
        *(reverse(f"scoring:{name}", args=[assessment.pk]) for name in ("assessment", "assessment_hand_in", "assessment_interest")),
        reverse("scoring:assessment_action", args=[assessment.pk, "reopen"]),
    ]
    return base


OUTSIDERS = [Role.MEMBER, Role.HEAD, Role.OFFICER, Role.ORDERS, Role.TECHNICIAN]


@pytest.mark.parametrize("state", [CallState.ASSESSMENT, CallState.DELIBERATION, CallState.RELEASED])
@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsiders_read_no_page_of_the_jury(client, role, state):
    call = jury_call(state)
    application = admissible_file(call)
    assessment = secret_reading(application, juror(call))
    client.force_login(staff(role, at=application.establishment if role in SCHOOL_ROLES else None))

    answers = {address: client.get(address).status_code for address in jury_addresses(call, application, assessment)}

    assert set(answers.values()) <= {403, 404}


def test_anonymous_is_sent_to_sign_in_from_every_page(client):
    call = jury_call(CallState.DELIBERATION)
    application = admissible_file(call)
    assessment = secret_reading(application, juror(call))

    answers = [client.get(address) for address in jury_addresses(call, application, assessment)]

    assert {answer.status_code for answer in answers} == {302}
    assert all("/compte/" in answer.url for answer in answers)


def test_juror_reads_no_mark_of_another_before_handing_in(client):
    call = jury_call()
    application = admissible_file(call)
    other = secret_reading(application, juror(call))
    own = reading(application, juror(call), 4, state="in_progress")
    client.force_login(own.juror)

    addresses = [*jury_addresses(call, application, own), reverse("scoring:assessment", args=[other.pk])]
    pages = [client.get(address) for address in addresses]

    assert [page.status_code for page in pages if SECRET in page.content.decode()] == []
    assert client.get(reverse("scoring:assessment", args=[other.pk])).status_code == 404
    assert client.get(reverse("scoring:ranking", args=[call.reference])).status_code == 404


def test_juror_reads_the_others_after_handing_in_and_not_once_reopened(client):
    call = jury_call()
    application = admissible_file(call)
    secret_reading(application, juror(call))
    own = reading(application, juror(call), 4, 2)
    client.force_login(own.juror)

    after = client.get(reverse("scoring:assessment", args=[own.pk])).content.decode()
    Assessment._base_manager.filter(pk=own.pk).update(**{"state": "reopened"})
    reopened = client.get(reverse("scoring:assessment", args=[own.pk])).content.decode()

    assert (SECRET in after, SECRET in reopened) == (True, False)


def test_call_may_let_jurors_read_the_others_at_once():
    call = jury_call(own_scores_first=False)
    application = admissible_file(call)
    other = secret_reading(application, juror(call))
    own = reading(application, juror(call), 4, state="in_progress")

    assert assessment_queries.others_readings(own, own.juror) == [other]


@pytest.mark.parametrize("how", ["declared", "member", "former member"])
def test_conflicted_juror_finds_the_file_nowhere(client, how):
    call = jury_call()
    hidden, other = admissible_file(call), admissible_file(call)
    user = juror(call)
    own = secret_reading(hidden, user)
    for application in (hidden, other):
        secret_reading(application, juror(call))
    if how == "declared":
        declare_interest(application=hidden, actor=user, reason="Ancien poste.")
    else:
        grant = RoleGrantFactory(user=user, role=Role.MEMBER, establishment=hidden.establishment)
        if how == "former member":
            grant.ended_at = grant.started_at
            grant.save()
    deliberate(call)
    client.force_login(user)

    ranked = client.get(reverse("scoring:ranking", args=[call.reference]))
    gone = [
        reverse("scoring:assessment", args=[own.pk]),
        reverse("scoring:assessment_hand_in", args=[own.pk]),
        reverse("scoring:assessment_interest", args=[own.pk]),
        reverse("scoring:ranking_file", args=[call.reference, hidden.reference]),
        reverse("scoring:ranking_interest", args=[call.reference, hidden.reference]),
    ]

    assert [client.get(address).status_code for address in gone] == [404] * 5
    assert [client.post(address, {"reason": "x"}).status_code for address in gone[:3]] == [404] * 3
    assert [(row.application, row.rank) for row, _ in ranked.context["page_obj"].object_list] == [(other, 1)]
    assert (ranked.context["scored"], ranked.context["total"]) == (1, 1)
    assert hidden.reference not in ranked.content.decode()
    assert client.get(reverse("scoring:pile")).context["total"] == 0
    assert list(assessment_queries.visible_to_juror(user)) == []
    assert [row.application for row in ranking(call, viewer=user)] == [other]
    assert of_jury(user) == []


def test_conflicted_manager_finds_the_file_in_no_list_nor_total(client):
    call = jury_call()
    hidden, other = admissible_file(call), admissible_file(call)
    manager = staff(Role.CALL_MANAGER)
    secret = secret_reading(hidden, juror(call))
    secret_reading(other, juror(call))
    RoleGrantFactory(user=manager, role=Role.MEMBER, establishment=hidden.establishment)
    client.force_login(manager)

    files = client.get(reverse("scoring:progress_by_file", args=[call.reference]))
    overview = client.get(reverse("scoring:call_jury", args=[call.reference]))
    index = client.get(reverse("scoring:jury"))
    gone = [
        reverse("scoring:assessment", args=[secret.pk]),
        reverse("scoring:file_readers", args=[call.reference, hidden.reference]),
        reverse("scoring:ranking_file", args=[call.reference, hidden.reference]),
        reverse("scoring:assessment_action", args=[secret.pk, "reopen"]),
    ]

    assert [row.reference for row in files.context["page_obj"]] == [other.reference]
    assert (overview.context["file_count"], overview.context["n_readings"], overview.context["n_done"]) == (1, 1, 1)
    assert [(c.n_files, c.n_readings, c.n_done) for c in index.context["page_obj"]] == [(1, 1, 1)]
    assert [client.get(address).status_code for address in gone] == [404] * 4


def test_juror_reads_attachments_of_the_pile_only():
    call = jury_call()
    confided, other = admissible_file(call), admissible_file(call)
    user = juror(call)
    reading(confided, user, state="assigned")
    files = {}
    for application in (confided, other):
        stored = store_bytes("devis.pdf", b"%PDF-1.4 devis", "application/pdf", purpose="attachment", subject=application)
        Attachment.objects.create(application=application, question_key="deliberation", file=stored)
        assert not access.may_read(user, stored)  # what its lycée has not sent
        freeze_version(application=application, reason=VersionReason.COMPLETION, actor=user)
        files[application] = stored

    before = [access.may_read(user, files[a]) for a in (confided, other)]
    declare_interest(application=confided, actor=user, reason="Famille.")
    fresh = type(user).objects.get(pk=user.pk)

    assert before == [True, False]
    assert access.may_read(fresh, files[confided]) is False


def test_rights_end_with_the_role(client):
    call = jury_call()
    own = reading(admissible_file(call), juror(call), 4, 2)
    deliberate(call)
    own.juror.role_grants.update(ended_at=own.assigned_at)
    client.force_login(own.juror)

    answers = [
        client.get(a).status_code
        for a in (reverse("scoring:pile"), reverse("scoring:assessment", args=[own.pk]), reverse("scoring:ranking", args=[call.reference]))
    ]

    assert answers == [403, 404, 404]


@pytest.mark.parametrize("state", RANKING_READERS)
@pytest.mark.parametrize("who", ["seated juror", "seated chair", *Role])
def test_ranking_is_for_these_people_at_these_times(client, who, state):
    call = jury_call(state)
    application = admissible_file(call)
    secret_reading(application, juror(call))
    seated = {"seated juror": lambda: juror(call), "seated chair": lambda: juror(call, chair=True)}
    at = application.establishment if who in SCHOOL_ROLES else None
    client.force_login(seated[who]() if who in seated else staff(who, at=at))

    response = client.get(reverse("scoring:ranking", args=[call.reference]))

    assert response.status_code == (200 if who in RANKING_READERS[state] else 404)


WRITES = [
    ("grid_create", []), ("grid_settings", []), ("compute_marks", []), ("criterion_add", []), ("panel", []), ("assignment", []),
]  # fmt: skip


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.OFFICER, Role.JUROR, Role.MEMBER])
@pytest.mark.parametrize(("name", "extra"), WRITES)
def test_only_the_manager_writes(client, role, name, extra):
    call = jury_call("instruction")
    before = list(call.grid.criteria.values())
    client.force_login(staff(role, at=admissible_file(call).establishment if role == Role.MEMBER else None))

    response = client.post(reverse(f"scoring:{name}", args=[call.reference, *extra]), {"label": "X", "readings": "2", "scale": "20"})

    assert response.status_code == (403 if role == Role.AUDITOR else 404)
    assert (list(call.grid.criteria.values()), call.panel.count(), Assessment.objects.count()) == (before, 0, 0)


def test_school_pages_do_not_change_when_the_jury_writes(client):
    call = jury_call()
    application = admissible_file(call)
    head = person(Role.HEAD, at=application.establishment)
    client.force_login(head)
    address = f"/dossiers/{application.reference}/"
    before = client.get(address)
    secret_reading(application, juror(call))

    after = client.get(address)

    assert before.status_code == after.status_code
    assert SECRET not in after.content.decode()
