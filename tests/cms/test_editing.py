"""The editing site: who enters, how a call is made and published, and that a form is frozen once schools rely on it."""

import re
from datetime import date, timedelta
from unicodedata import normalize

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from calls.enums import CallState
from calls.models import Call
from cms import actions
from cms.blocks import MilestoneBlock
from cms.models import CallPage
from portal.accounts.models import RoleGrant
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import CallFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
DOORS = ["/gestion/", "/gestion/pages/", "/gestion/appels/", "/gestion/programmes/", "/gestion/documents/"]


def call_form(**changes):
    now = timezone.localtime()
    return {
        "programme": ProgrammeFactory().pk,
        "reference": "UN-2028",
        "wave": 1,
        "title": "Usages numériques 2028",
        "opens_at": f"{now + timedelta(days=10):%Y-%m-%d %H:%M}",
        "closes_at": f"{now + timedelta(days=40):%Y-%m-%d %H:%M}",
        "grace_minutes": 0,
        "budget_amount": "500000",
        "ceiling_amount": "60000",
        **changes,
    }


def page_form(**changes):
    return nested_form_data(
        {"body": streamfield([("text", rich_text("<p>Bonjour.</p>"))]), "milestones": streamfield([]), "contact": "", **changes}
    )


# -- Bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opens_at", "0001-01-01 00:00"),
        ("closes_at", "9999-12-31 23:59"),
        ("closes_at", "2099-12-31 23:59"),
        ("results_on", "9999-12-31"),
        ("jury_on", "0001-01-01"),
        ("grace_minutes", "32000"),
        ("wave", "32000"),
        ("budget_amount", "-1"),
        ("ceiling_amount", "-1"),
        ("ceiling_amount", "99999999999"),
    ],
)
def test_value_out_of_reason_changes_no_call(client, manager, draft, field, value):
    response = client.post(f"/gestion/appels/edit/{draft.pk}/", call_form(**{field: value}))

    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert Call.objects.get().title == draft.title


@pytest.mark.parametrize("field", ["starts_on", "ends_on"])
def test_step_of_a_calendar_is_of_our_time(field):
    step = {"starts_on": date(2027, 1, 4), "ends_on": date(2027, 1, 5), "label": "Réunion"}

    with pytest.raises(StructBlockValidationError) as refused:
        MilestoneBlock().clean(MilestoneBlock().to_python(step | {field: date(9999, 12, 31)}))

    assert list(refused.value.block_errors) == [field]


# -- Who enters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.ADMIN])
@pytest.mark.parametrize("door", DOORS)
def test_editors_enter(client, site, role, door):
    client.force_login(person(role))

    assert client.get(door, follow=True).status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.TECHNICIAN, Role.AUDITOR, Role.JUROR, Role.CHAIR, None])
@pytest.mark.parametrize("door", DOORS)
def test_nobody_else_enters(client, site, draft, role, door):
    client.force_login(person(role))

    response = client.get(door)

    assert response.status_code == 403
    assert draft.title not in response.content.decode()


def test_visitors_are_sent_to_our_own_sign_in_page(client, site):
    for door in [*DOORS, "/gestion/login/"]:
        response = client.get(door)
        assert response.status_code == 302
        assert response["Location"].startswith("/compte/login/")


def test_second_sign_in_doors_are_closed(client, site):
    assert client.get("/_util/login/").status_code == 404
    assert client.post("/gestion/login/", {"username": "x", "password": "y"}).status_code == 302
    assert client.get("/gestion/password_reset/").status_code in (302, 403, 404)


def test_role_that_ends_closes_the_door_at_once(client, manager):
    """The group of Wagtail still names the person; the door reads the role."""
    RoleGrant.objects.filter(user=manager).update(ended_at=timezone.now() - timedelta(minutes=1))

    assert manager.groups.filter(name=actions.EDITORS).exists()
    assert client.get("/gestion/").status_code == 403


def test_role_that_starts_opens_the_pages_too(client, site):
    user = person()
    RoleGrant.objects.create(user=user, role=Role.ADMIN)

    assert list(user.groups.all()) == [Group.objects.get(name=actions.EDITORS)]


def test_spreadsheets_of_wagtail_are_closed(client, manager):
    assert client.get("/gestion/reports/site-history/").status_code == 200
    assert client.get("/gestion/reports/site-history/?export=csv").status_code == 404


# -- A call -----------------------------------------------------------------------------------------------------------


def test_a_call_is_begun_among_the_models_and_nowhere_else(client, manager):
    response = client.get("/gestion/appels/new/")
    refused = client.post("/gestion/appels/new/", call_form())

    assert (response["Location"], refused["Location"]) == ("/pilotage/modeles/", "/pilotage/modeles/")
    assert not Call.objects.exists()
    assert "/gestion/appels" not in client.get("/pilotage/").content.decode()
    assert "/gestion/programmes/new/" in client.get("/pilotage/modeles/vierge/appel/").content.decode()


def test_a_form_is_written_in_the_portal_and_nowhere_else(client, manager, draft):
    menu = client.get("/gestion/").content.decode()

    assert "/gestion/appels/" in menu
    assert "uestionnaire" not in menu
    for path in ("", "new/", f"edit/{draft.questionnaire.pk}/", f"inspect/{draft.questionnaire.pk}/"):
        assert client.get(f"/gestion/questionnaires/{path}", follow=True).status_code == 404


def test_accents_apart_from_their_letters_are_composed(client, manager, draft):
    client.post(f"/gestion/appels/edit/{draft.pk}/", call_form(reference="UN-2028", title=normalize("NFD", "Été des lycées")))

    assert Call.objects.get(reference="UN-2028").title == "Été des lycées"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"reference": "UN 2028"}, "reference"),
        ({"reference": "../x"}, "reference"),
        ({"closes_at": "2020-01-01 10:00"}, "closes_at"),
        ({"closes_at": "2027-03-28 02:30"}, "closes_at"),
        ({"ceiling_amount": "900000"}, "ceiling_amount"),
        ({"budget_amount": "-1"}, "budget_amount"),
    ],
)
def test_call_form_refuses(client, manager, draft, changes, wrong):
    response = client.post(f"/gestion/appels/edit/{draft.pk}/", call_form(**changes))

    assert response.status_code == 200
    assert wrong in response.context["form"].errors
    assert Call.objects.get().reference == draft.reference


def test_published_call_keeps_what_schools_rely_on(client, manager):
    call = CallFactory(reference="L40-V2", closes_at=timezone.now().replace(microsecond=0) + timedelta(days=10))

    client.post(
        f"/gestion/appels/edit/{call.pk}/", call_form(reference="AUTRE", slug="autre", summary="Une phrase.", budget_amount="2000000")
    )

    after = Call.objects.get(pk=call.pk)
    assert (after.reference, after.slug, after.closes_at) == (call.reference, call.slug, call.closes_at)
    assert (after.summary, int(after.budget_amount)) == ("Une phrase.", 2_000_000)


def test_draft_call_renamed_takes_its_page_along(client, manager, draft):
    client.post(f"/gestion/appels/edit/{draft.pk}/", call_form(title="Autre titre", slug="autre-titre"))

    page = CallPage.objects.get(call=draft)
    assert (page.title, page.slug, page.url_path) == ("Autre titre", "autre-titre", "/accueil/appels/autre-titre/")


def test_nothing_is_deleted_from_the_editing_site(client, manager, draft):
    client.post(f"/gestion/appels/delete/{draft.pk}/")

    assert Call.objects.filter(pk=draft.pk).exists()
    assert draft.questionnaires.count() == 1


# -- Publishing -------------------------------------------------------------------------------------------------------


def test_publishing_the_page_publishes_the_call_in_the_name_of_the_editor(client, manager, draft):
    page = CallPage.objects.get(call=draft)

    client.post(f"/gestion/pages/{page.pk}/edit/", page_form(**{"action-publish": "1"}))

    draft = Call.objects.get(pk=draft.pk)
    assert (draft.state, CallPage.objects.get(pk=page.pk).live) == (CallState.PUBLISHED, True)
    assert draft.questionnaire.frozen_at is not None
    assert JournalEntry.objects.get(action="publish").actor == manager
    assert "Bonjour." in client.get("/appels/usages-2027/").content.decode()


def test_page_of_a_call_that_lacks_something_is_not_published(client, manager, draft):
    draft.questionnaires.all().delete()
    page = CallPage.objects.get(call=draft)

    response = client.post(f"/gestion/pages/{page.pk}/edit/", page_form(**{"action-publish": "1"}))

    assert "pas encore de questionnaire" in response.content.decode()
    assert Call.objects.get(pk=draft.pk).state == CallState.DRAFT
    assert CallPage.objects.get(pk=page.pk).live is False


def test_draft_of_the_page_is_saved_without_publishing(client, manager, draft):
    page = CallPage.objects.get(call=draft)

    client.post(f"/gestion/pages/{page.pk}/edit/", page_form(contact="Mission numérique"))

    assert Call.objects.get(pk=draft.pk).state == CallState.DRAFT
    assert CallPage.objects.get(pk=page.pk).get_latest_revision_as_object().contact == "Mission numérique"


def test_editor_previews_the_page_of_a_draft_call(client, manager, draft):
    page = CallPage.objects.get(call=draft)
    address = f"/gestion/pages/{page.pk}/edit/preview/"

    kept = client.post(address, page_form(contact="Mission numérique éducatif"))
    preview = client.get(address)

    assert kept.json()["is_valid"] is True
    assert preview.status_code == 200
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "Mission numérique éducatif" in preview.content.decode()
    assert client.get("/appels/usages-2027/").status_code == 404


def test_publishing_past_the_form_takes_the_page_back(site, draft):
    """A command, a bulk act: nothing has checked. The call stays a draft, so its page does not stay."""
    draft.questionnaires.all().delete()
    page = CallPage.objects.get(call=draft)

    page.get_latest_revision().publish(user=person(Role.CALL_MANAGER), skip_permission_checks=True)

    assert CallPage.objects.get(pk=page.pk).live is False
    assert Call.objects.get(pk=draft.pk).state == CallState.DRAFT


def test_scheduled_page_publishes_nothing_yet(site, draft):
    page = CallPage.objects.get(call=draft)
    page.go_live_at = timezone.now() + timedelta(days=2)

    page.save_revision(user=person(Role.CALL_MANAGER)).publish(skip_permission_checks=True)

    assert Call.objects.get(pk=draft.pk).state == CallState.DRAFT


def test_publishing_again_changes_nothing(open_call):
    page = CallPage.objects.get(call=open_call)

    page.save_revision().publish(skip_permission_checks=True)

    assert JournalEntry.objects.filter(action="publish").count() == 0
    assert Call.objects.get(pk=open_call.pk).state == CallState.PUBLISHED


def test_call_published_from_the_steering_page_shows_once_its_page_is(client, manager, draft):
    client.post(f"/appels/{draft.slug}/action/publish/")

    assert Call.objects.get(pk=draft.pk).state == CallState.PUBLISHED
    assert client.get("/appels/usages-2027/").status_code == 200


# -- Words ------------------------------------------------------------------------------------------------------------


def test_creating_is_said_in_french_words(client, manager, draft):
    """Wagtail says « Nouvel(le) : Programme » and « Le(la) programme n’a pas pu être créé(e) »."""
    page = client.get("/gestion/programmes/new/").content.decode()
    refused = client.post("/gestion/programmes/new/", {}).content.decode()
    listed = client.get("/gestion/appels/").content.decode()

    assert "Nouveau programme" in page
    assert "Le programme n’est pas encore créé" in refused
    assert "Ajouter un appel à projets" in listed
    for html in (page, refused, listed):
        assert not re.search(r"\(le\)|\(la\)|\(e\)|>\s*method\s*<", html)
