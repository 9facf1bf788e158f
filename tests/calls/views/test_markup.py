"""Typed text with markup is text on every page that shows it."""

import pytest
from django.utils import timezone

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Answer, Application, Attachment, CompletionRequest, RequestLine
from portal.files.intake import store_bytes
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.portal.files.samples import pdf
from tests.reading import elements_of, texts_of, tree_of, words_of

pytestmark = pytest.mark.django_db

BEGINNING = "<script>alert('x')</script>"
MARK = BEGINNING + '"><img src=x onerror=alert(1)>{{ 7*7 }}'
PAGES = ["", "etablissement/", "section/projet/", "section/besoins/", "section/pieces/", "apercu/", "versions/1/", "action/withdraw/"]


@pytest.fixture
def marked():
    """A file in which everything that a person can type is markup."""
    application = ApplicationFactory(reference="AAP-0001", complete=True, title=MARK)
    Answer.objects.filter(question_key__in=["titre", "resume"]).update(value=MARK)
    RequestLine.objects.update(detail=MARK)
    stored = store_bytes("x.pdf", pdf(), "application/pdf", purpose="attachment", subject=application)
    stored.name = f"{MARK}.pdf"[:150]
    stored.save()
    Attachment.objects.create(application=application, question_key="deliberation", file=stored)
    freeze_version(application=application, reason=VersionReason.APPROVAL, actor=person())
    return application


def assert_inert(response):
    assert response.status_code in (200, 409, 422)
    assert [text for text in texts_of(response, "script") if "alert(" in text] == []
    assert elements_of(response, 'img[src="x"], [onerror]') == []
    typed = [words_of(tree_of(response)), *(control["value"] for control in elements_of(response, "[value]"))]
    assert [text for text in typed if BEGINNING in text] != []


@pytest.mark.parametrize("path", PAGES)
def test_markup_is_text_on_every_page_of_a_draft(client, marked, path):
    client.force_login(person(Role.MEMBER, at=marked.establishment, first_name="<b>Sonia</b>", last_name=MARK[:70], job_title=MARK[:100]))

    assert_inert(client.get(f"/dossiers/AAP-0001/{path}"))


@pytest.mark.parametrize("path", ["", "depot/", "apercu/", "action/approve/"])
def test_markup_is_text_once_the_file_is_with_the_head_or_filed(client, marked, path):
    member = person(Role.MEMBER, at=marked.establishment)
    head = person(Role.HEAD, at=marked.establishment, first_name=MARK[:70], job_title=MARK[:100])
    perform(marked, "request_approval", actor=member)
    perform(marked, "return_to_team", actor=head, reason=MARK)
    perform(marked, "request_approval", actor=member)
    if path != "action/approve/":
        perform(marked, "approve", actor=head)
        perform(marked, "submit", actor=member)
        CompletionRequest.objects.create(application=marked, fields=["resume"], message=MARK, due_on=timezone.localdate())
    client.force_login(head)

    assert_inert(client.get(f"/dossiers/AAP-0001/{path}"))


def test_markup_is_text_in_a_conflict_and_in_an_error(client, marked):
    mehdi = person(Role.MEMBER, at=marked.establishment, first_name=MARK[:70])
    Answer.objects.update(updated_by=mehdi, version=2)
    RequestLine.objects.update(updated_by=mehdi, version=2)
    client.force_login(person(Role.MEMBER, at=marked.establishment))
    line = marked.lines.first()

    row = {f"n-{line.pk}-{name}": value for name, value in {"version": 1, "quantity": 3, "priority": 1, "detail": MARK}.items()}
    for headers in ({}, {"HX-Request": "true"}):
        assert_inert(client.post("/dossiers/AAP-0001/reponses/resume/", {"q-resume": f"mien {MARK}", "v-resume": "1."}, headers=headers))
        assert_inert(client.post("/dossiers/AAP-0001/reponses/eleves/", {"q-eleves": MARK, "v-eleves": "1."}, headers=headers))
        assert_inert(client.post(f"/dossiers/AAP-0001/lignes/{line.pk}/", row, headers=headers))
        assert_inert(
            client.post(
                "/dossiers/AAP-0001/besoins/besoins/ajouter/",
                {"kind": "equipment", "item": "serveur", "quantity": MARK, "detail": MARK},
                headers=headers,
            )
        )


def test_markup_is_text_in_the_list_of_what_awaits_me_and_at_the_start(client, marked):
    client.force_login(person(Role.MEMBER, at=marked.establishment))

    assert_inert(client.get("/espace/"))
    assert_inert(client.get(f"/appels/{marked.call.slug}/deposer/"))


def test_messages_hold_no_typed_text(client, marked):
    from portal.notifications.models import Message

    member = person(Role.MEMBER, at=marked.establishment)
    head = person(Role.HEAD, at=marked.establishment)
    perform(marked, "request_approval", actor=member)
    perform(marked, "return_to_team", actor=head, reason="https://mechant.example")
    perform(marked, "request_approval", actor=member)
    perform(marked, "approve", actor=head)
    perform(marked, "submit", actor=member)

    texts = " ".join(Message.objects.values_list("subject", flat=True)) + " ".join(Message.objects.values_list("body", flat=True))
    assert Message.objects.count() == 9
    assert "mechant" not in texts
    assert "<script" not in texts
    assert Application.objects.get().state == "submitted"
