"""Communication writes the public site: every page of it, no file, and no call beyond the text of its page."""

import re

import pytest
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from calls.enums import CallState
from calls.models import Call
from cms.models import CallPage, HomePage, ResultsPage, StandardPage
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.cms.test_editing import page_form
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.deliberation import deliberation, release

pytestmark = pytest.mark.django_db
CLOSED = ["/gestion/appels/", "/gestion/appels/new/", "/gestion/programmes/", "/gestion/programmes/new/"]


@pytest.fixture
def writer(client, site):
    user = person(Role.COMMUNICATION)
    client.force_login(user)
    return user


def page_of(call) -> CallPage:
    return CallPage.objects.get(call=call)


@pytest.mark.parametrize("door", ["/gestion/", "/gestion/pages/", "/gestion/images/", "/gestion/documents/"])
def test_the_editing_site_opens(client, writer, door):
    assert client.get(door, follow=True).status_code == 200


@pytest.mark.parametrize("door", CLOSED)
def test_calls_and_their_forms_do_not(client, writer, draft, door):
    response = client.get(door, follow=True)

    assert response.request["PATH_INFO"] == "/gestion/"
    assert draft.title not in response.content.decode()


def test_one_call_does_not_either(client, writer, draft):
    assert client.get(f"/gestion/appels/edit/{draft.pk}/").status_code in (302, 403)


def test_the_menu_of_the_editing_site_names_no_call(client, writer):
    menu = client.get("/gestion/").content.decode()

    assert re.search(r"Retour au portail", menu)
    assert "Pilotage des appels" not in menu
    assert "/gestion/appels/" not in menu


def test_pages_are_written_and_published(client, writer):
    home = HomePage.objects.get()
    text = streamfield([("text", rich_text("<p>Bonjour.</p>"))])
    data = nested_form_data({"title": "Travaux", "slug": "travaux", "body": text, "action-publish": "1"})

    client.post(f"/gestion/pages/add/cms/standardpage/{home.pk}/", data)

    assert StandardPage.objects.get(slug="travaux").live


def test_the_page_of_a_call_in_draft_is_written(client, writer, draft):
    page = page_of(draft)

    shown = client.get(f"/gestion/pages/{page.pk}/edit/").content.decode()
    client.post(f"/gestion/pages/{page.pk}/edit/", page_form(contact="Mission numérique"))

    assert "il paraîtra quand ses gestionnaires publieront l’appel" in shown
    assert 'name="action-publish"' not in shown
    assert page_of(draft).get_latest_revision_as_object().contact == "Mission numérique"


def test_publishing_it_is_refused_with_a_sentence(client, writer, draft):
    page = page_of(draft)

    response = client.post(f"/gestion/pages/{page.pk}/edit/", page_form(**{"action-publish": "1"}))

    assert "Publier un appel revient à ses gestionnaires." in response.content.decode()
    assert (Call.objects.get(pk=draft.pk).state, page_of(draft).live) == (CallState.DRAFT, False)


def test_a_bulk_publication_is_refused_too(client, writer, draft):
    page = page_of(draft)

    client.post(f"/gestion/bulk/wagtailcore/page/publish/?id={page.pk}", {})

    assert (Call.objects.get(pk=draft.pk).state, page_of(draft).live) == (CallState.DRAFT, False)


def test_a_publication_past_every_form_takes_the_page_back(draft, writer):
    page_of(draft).save_revision(user=writer).publish(user=writer, skip_permission_checks=True)

    assert (Call.objects.get(pk=draft.pk).state, page_of(draft).live) == (CallState.DRAFT, False)


def test_what_was_written_appears_when_a_manager_publishes_the_call(client, writer, draft):
    client.post(f"/gestion/pages/{page_of(draft).pk}/edit/", page_form(contact="Mission numérique"))

    client.force_login(person(Role.CALL_MANAGER))
    client.post(f"/appels/{draft.slug}/action/publish/")

    assert page_of(draft).contact == "Mission numérique"


def test_the_page_of_a_public_call_is_corrected_at_once(client, writer, open_call):
    page = page_of(open_call)

    client.post(f"/gestion/pages/{page.pk}/edit/", page_form(contact="Mission numérique", **{"action-publish": "1"}))

    assert page_of(open_call).contact == "Mission numérique"
    assert not JournalEntry.objects.filter(action="publish").exists()


@pytest.mark.parametrize("act", ["unpublish", "delete", "move", "privacy"])
def test_a_public_call_stays_on_the_site(client, writer, open_call, act):
    page = page_of(open_call)

    client.post(f"/gestion/pages/{page.pk}/{act}/", {"restriction_type": "login"})
    client.post(f"/gestion/bulk/wagtailcore/page/{act}/?id={page.pk}", {}) if act in ("unpublish", "delete") else None

    page = page_of(open_call)
    assert page.live
    assert not page.get_view_restrictions().exists()


def test_results_stay_on_the_site(client, writer):
    call = release(deliberation()).call
    page = ResultsPage.objects.get(call=call)

    client.post(f"/gestion/pages/{page.pk}/unpublish/")

    assert ResultsPage.objects.get(pk=page.pk).live


def test_a_manager_still_takes_a_page_off(client, manager, open_call):
    client.post(f"/gestion/pages/{page_of(open_call).pk}/unpublish/")

    assert not page_of(open_call).live


def test_no_page_is_made_for_a_call_in_draft(client, writer, call_index):
    hidden = CallFactory(state=CallState.DRAFT, title="Appel secret")

    shown = client.get(f"/gestion/pages/add/cms/callpage/{call_index.pk}/", follow=True).content.decode()

    assert hidden.title not in shown


@pytest.mark.parametrize("door", ["/dossiers/", "/pilotage/", "/exports/", "/commandes/", "/decisions/", "/journal/", "/courriels/"])
def test_no_file_is_read(client, writer, open_call, door):
    file = ApplicationFactory(call=open_call, submitted=True, complete=True)

    listed, own = client.get(door), client.get(f"/dossiers/{file.reference}/")

    assert file.reference not in listed.content.decode()
    assert own.status_code == 404


def test_their_space_leads_to_the_editing_site(client, writer):
    space = client.get("/espace/").content.decode()

    assert "Ouvrir l’édition du site" in space
    assert 'href="/gestion/"' in space


def test_the_account_page_of_the_editing_site_changes_no_name_nor_clock(client, writer):
    """Names are checked and journaled under /compte/; dates of pages are typed in the time of the portal."""
    page = client.get("/gestion/account/")
    typed = {"name_email-first_name": "Voir http://ailleurs.example", "name_email-last_name": "X", "locale-current_time_zone": "Asia/Tokyo"}

    client.post("/gestion/account/", typed | {"theme-theme": "dark", "theme-density": "default", "theme-contrast": "system"})

    before, after = writer, type(writer).objects.get(pk=writer.pk)
    profile = UserProfile.get_for_user(after)
    assert (after.first_name, after.last_name) == (before.first_name, before.last_name)
    assert (profile.current_time_zone, profile.theme) == ("", "dark")
    assert "first_name" not in page.content.decode()
