"""The page of a rehearsed call says what the real one says, with what it shows, at the dates of the rehearsal."""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from calls.models import Call
from cms.actions import draft_call_page
from cms.models import CallPage
from cms.rehearsal.pages import draw_page, texts_of
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.jury import publishable_call

pytestmark = pytest.mark.django_db
STARTS = 3  # days before the closing


@pytest.fixture
def call(site, settings, tmp_path) -> Call:
    settings.MEDIA_ROOT = tmp_path
    made = Call.objects.get(pk=publishable_call(reference="UN-2027", slug="usages-2027", title="Usages 2027").pk)
    picture = Image.objects.create(title="Une salle", file=get_test_image_file())
    rules = Document.objects.create(title="Règlement", file=ContentFile(b"%PDF-1.4", name="reglement.pdf"))
    page = draft_call_page(call=made)
    page.body = json.dumps([
        {"type": "text", "value": f'<p>Toute équipe peut répondre. <a linktype="document" id="{rules.pk}">Le règlement</a></p>'},
        {"type": "picture", "value": {"image": {"image": picture.pk, "decorative": False, "alt_text": "Une salle"}, "caption": "", "credit": ""}},
        {"type": "documents", "value": [{"document": rules.pk, "note": "8 pages"}]},
    ])  # fmt: skip
    meeting = {"starts_on": str(timezone.localdate(made.closes_at) - timedelta(days=STARTS)), "ends_on": None, "label": "Réunion"}
    page.milestones = json.dumps([{"type": "milestone", "value": meeting}])
    page.contact = "Mission numérique"
    page.save_revision()  # a draft: what the manager has written and not published yet
    return made


@pytest.fixture
def drawn(call) -> CallPage:
    """What was read of a page, drawn where none of it exists, for a call that closes ten days later."""
    texts = texts_of(call)
    for model in (CallPage, Image, Document):
        model.objects.all().delete()
    Call.objects.filter(pk=call.pk).update(closes_at=call.closes_at + timedelta(days=10))
    return draw_page(Call.objects.get(pk=call.pk), texts, person(Role.CALL_MANAGER))


def test_it_says_what_the_last_draft_of_the_real_page_says(call, drawn):
    page = drawn.get_latest_revision_as_object()

    assert "Toute équipe peut répondre." in str(page.body)
    assert page.contact == "Mission numérique"
    assert page.live is False
    step = page.milestones[0].value
    assert (step["label"], step["starts_on"]) == ("Réunion", timezone.localdate(call.closes_at) + timedelta(days=10 - STARTS))


def test_what_it_shows_has_come_along_under_its_number(drawn):
    body = {block.block_type: block.value for block in drawn.get_latest_revision_as_object().body}

    document = body["documents"][0]["document"]
    assert (document.title, document.file.read()) == ("Règlement", b"%PDF-1.4")
    assert body["picture"]["image"].title == "Une salle"
    assert document.url in str(body["text"])


def test_a_lost_file_is_left_out_and_the_page_stands(call):
    Document.objects.get().file.storage.delete(Document.objects.get().file.name)

    assert [type(each.row) for each in texts_of(call).shown] == [Image]


def test_a_call_without_page_is_rehearsed_with_a_plain_one(call):
    CallPage.objects.all().delete()

    assert texts_of(call) is None
    assert draw_page(call, None, person(Role.CALL_MANAGER)).title == call.title
