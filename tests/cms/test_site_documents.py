"""Documents and searches of the editing site: what enters, who is shown it, what is looked for."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents.models import Document
from wagtail.models import Page, PageViewRestriction

from calls.enums import CallState
from portal.files.antivirus import EICAR
from portal.roles import Role
from tests.factories.accounts import person
from tests.portal.files import samples
from tests.reading import the

pytestmark = pytest.mark.django_db
ADD = "/gestion/documents/add/"
ADD_SEVERAL = "/gestion/documents/multiple/add/"


@pytest.fixture
def editor(client, site):
    user = person(Role.CALL_MANAGER)
    client.force_login(user)
    return user


def send(client, name, content):
    return client.post(ADD, {"title": "Règlement", "file": samples.upload(name, content)})


def test_an_honest_document_is_received(client, editor):
    assert send(client, "reglement.pdf", samples.pdf()).status_code == 302

    assert Document.objects.get().file_size == len(samples.pdf())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("reglement.pdf", b"<!doctype html><script>alert(1)</script>", "c’est une page web ; imprimez-la en PDF. Rien n’a été publié."),
        ("reglement.pdf", samples.pdf()[:200], "il est abîmé ou incomplet"),
        ("reglement.pdf", b"%PDF-" + b"x" * 3 * 1024 * 1024, "il pèse 3 Mo, la limite est de 2 Mo."),
        ("bareme.csv", b"a;b\n" + EICAR, "programme malveillant"),
        ("grille.xlsx", samples.docx(), "donnez-lui l’extension .docx"),
    ],
)
def test_what_no_school_could_send_is_no_document_of_the_site(client, editor, settings, name, content, said):
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024

    one = send(client, name, content).content.decode()
    several = client.post(
        ADD_SEVERAL, {"title": "Règlement", "files[]": samples.upload(name, content)}, HTTP_X_REQUESTED_WITH="XMLHttpRequest"
    )

    assert said in one
    assert (several.json()["success"], said in several.json()["error_message"]) == (False, True)
    assert Document.objects.count() == 0


@pytest.fixture
def shown(open_call, settings, tmp_path):
    """A document on the page of a call, and that page."""
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": folder}
    document = Document.objects.create(title="Règlement", file=ContentFile(samples.pdf(), name="reglement.pdf"))
    page = open_call.page
    page.body = [("documents", [{"document": document, "note": ""}])]
    return document, page


def test_a_document_is_served_once_a_public_page_shows_it(client, shown):
    document, page = shown
    assert client.get(document.url).status_code == 404

    page.save_revision()
    assert client.get(document.url).status_code == 404  # only a draft shows it

    page.get_latest_revision().publish(skip_permission_checks=True)
    answer = client.get(document.url)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, samples.pdf())


@pytest.mark.parametrize("closing", ["unpublished", "restricted", "draft call"])
def test_a_document_closes_with_the_page_that_shows_it(client, shown, closing):
    document, page = shown
    page.save_revision().publish(skip_permission_checks=True)
    page.refresh_from_db()
    if closing == "unpublished":
        page.unpublish()
    elif closing == "restricted":
        PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type="login")
    else:
        type(page.call).objects.filter(pk=page.call_id).update(state=CallState.DRAFT)

    assert client.get(document.url).status_code == 404


@pytest.mark.parametrize(("role", "status"), [(Role.CALL_MANAGER, 200), (Role.ADMIN, 200), (Role.OFFICER, 404), (Role.AUDITOR, 404)])
def test_before_that_only_editors_read_it(client, shown, role, status):
    client.force_login(person(role))

    assert client.get(shown[0].url).status_code == status


def test_an_editor_says_that_a_document_is_public_and_takes_it_back(client, editor, shown):
    document, _ = shown
    page = f"/gestion/documents/edit/{document.pk}/"
    visitor = Client()

    def save(**fields):
        assert client.post(page, {"title": "Règlement", "tags": "", **fields}).status_code == 302
        return visitor.get(document.url).status_code

    assert "Public, même si aucune page ne le montre" in client.get(page).content.decode()
    assert save() == 404
    assert save(is_public="on") == 200
    assert "checked" in the(client.get(page), "[name=is_public]").attrs
    assert save(tags="public") == 404  # the box rules
    assert "checked" not in the(client.get(page), "[name=is_public]").attrs


def test_a_document_sent_is_not_public_until_its_editor_says_so(client, editor, settings, tmp_path):
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": folder}
    client.post(ADD, {"title": "Un", "file": samples.upload("un.pdf", samples.pdf())})
    client.post(ADD, {"title": "Deux", "file": samples.upload("deux.pdf", samples.pdf()), "is_public": "on"})
    client.post(
        ADD_SEVERAL, {"title": "Trois", "files[]": samples.upload("trois.pdf", samples.pdf())}, HTTP_X_REQUESTED_WITH="XMLHttpRequest"
    )

    answers = {document.title: Client().get(document.url).status_code for document in Document.objects.all()}
    assert answers == {"Un": 404, "Deux": 200, "Trois": 404}


SEARCHES = [
    "/gestion/pages/search/", "/gestion/documents/", "/gestion/images/", "/gestion/documents/chooser/results/", "/gestion/choose-page/search/",
    "/gestion/images/chooser/results/", "/gestion/appels/", "/gestion/programmes/", "/gestion/pages/",
]  # fmt: skip
TYPED = ['"', 'lycée "4.0"', "*", "NOT", "a AND", "(", "NEAR(", "'", "-", "{a}"]


@pytest.mark.parametrize("address", SEARCHES)
def test_searches_of_the_editing_site_take_whatever_is_typed(client, editor, open_call, address):
    assert {typed: client.get(address, {"q": typed}, follow=True).status_code for typed in TYPED} == dict.fromkeys(TYPED, 200)


def test_a_page_is_found_by_a_word_of_its_title(client, editor, open_call):
    assert open_call.title in client.get("/gestion/pages/search/", {"q": "lycée 4.0"}).content.decode()


@pytest.mark.parametrize("page", ["failwhale", "test404"])
def test_pages_of_trials_are_closed(client, editor, page):
    assert client.get(f"/gestion/{page}/").status_code == 404
