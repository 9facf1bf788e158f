"""Every address of the school's side, for everybody who has no business there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Answer, Application, Attachment, Partnership, Presence, RequestLine
from calls.urls import school_patterns
from portal.files.intake import store_bytes
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import EstablishmentFactory
from tests.portal.files.samples import pdf

pytestmark = pytest.mark.django_db

STRANGERS = (
    "foreign_member",
    "foreign_head",
    "ended",
    "nobody",
    "juror",
    "chair",
    "officer",
    "call_manager",
    "auditor",
    "admin",
    "technician",
    "own_technician",
    "foreign_technician",
)


OF_THE_CALL = ("start", "to_fill")  # no file is in them


def with_partner(application):
    """The file, which names a lycée as partner."""
    Partnership.objects.create(application=application, question_key="resume", establishment=EstablishmentFactory())
    return application


@pytest.fixture
def draft():
    """A draft with a version and a file, so that every address has something to leak."""
    application = ApplicationFactory(reference="AAP-0001", complete=True)
    stored = store_bytes("secret.pdf", pdf(), "application/pdf", purpose="attachment", subject=application)
    Attachment.objects.create(application=application, question_key="deliberation", file=stored)
    freeze_version(application=application, reason=VersionReason.APPROVAL, actor=person())
    return with_partner(application)


def addresses(application) -> dict[str, str]:
    """name → address, for every pattern of the applicant's side but those of the call itself."""
    line, attachment, partnership = application.lines.first(), application.attachments.first(), application.partnerships.first()
    values = {
        "reference": application.reference,
        "key": "projet",
        "question": "resume",
        "name": "withdraw",
        "number": 1,
        "kit": "eleve-mobile",
        "pk": line.pk,
    }
    found = {}
    for pattern in school_patterns:
        if pattern.name in OF_THE_CALL:
            continue
        given = dict(values)
        if pattern.name in ("needs", "add_line", "paste_needs", "add_kit"):
            given["question"] = "besoins"
        if pattern.name == "upload":
            given["question"] = "deliberation"
        if pattern.name in ("partnership", "partnership_act"):
            given["pk"] = partnership.pk
        if pattern.name == "remove_file":
            given["pk"] = attachment.pk
        found[pattern.name] = "/" + str(pattern.pattern).replace("<slug:", "{").replace("<int:", "{").replace(">", "}").format(**given)
    return found


def stranger(kind: str, application):
    if kind in ("foreign_member", "foreign_head"):
        return person(kind.removeprefix("foreign_"), at=EstablishmentFactory())
    if kind == "ended":
        user = person(Role.MEMBER, at=application.establishment)
        user.role_grants.update(ended_at=user.role_grants.get().started_at)
        return user
    return person() if kind == "nobody" else person(kind)


def everything() -> tuple:
    return (
        list(Application.objects.values_list("state", "title", "requested_amount")),
        list(Answer.objects.order_by("pk").values_list("question_key", "value", "version")),
        list(RequestLine.objects.order_by("pk").values_list("quantity", "version")),
        list(Attachment.objects.values_list("removed_at")),
        Presence.objects.count(),
        JournalEntry.objects.count(),
    )


def test_every_address_is_in_the_table(draft):
    assert len(addresses(draft)) == len(school_patterns) - len(OF_THE_CALL)
    assert not [address for address in addresses(draft).values() if "{" in address or "<" in address]


@pytest.mark.parametrize("kind", STRANGERS)
def test_somebody_else_s_draft_does_not_exist_and_nothing_is_written(draft, kind):
    client, before = Client(), everything()
    client.force_login(stranger(kind, draft))

    found = {}
    for name, address in addresses(draft).items():
        got = client.get(address)
        posted = client.post(address, {"q-resume": "volé", "v-resume": "1.", "reason": "x", "file": SimpleUploadedFile("x.pdf", pdf())})
        found[name] = {got.status_code, posted.status_code}
        assert "secret.pdf" not in got.content.decode()

    assert {name: statuses <= {404, 405} for name, statuses in found.items()} == dict.fromkeys(found, True)
    assert everything() == before


def test_a_visitor_is_sent_to_sign_in(draft, client):
    before = everything()

    statuses = {client.get(address).status_code for address in addresses(draft).values()}
    statuses |= {client.post(address).status_code for address in addresses(draft).values()}

    assert statuses == {302}
    assert everything() == before


def test_a_filed_file_is_read_by_staff_on_their_side_only():
    application = ApplicationFactory(reference="AAP-0001", complete=True, submitted=True)
    store = store_bytes("secret.pdf", pdf(), "application/pdf", purpose="attachment", subject=application)
    Attachment.objects.create(application=application, question_key="deliberation", file=store)
    with_partner(application)
    client = Client()
    client.force_login(person(Role.AUDITOR))

    own_pages = {
        name: client.get(address).status_code
        for name, address in addresses(application).items()
        if name not in ("file", "action", "partnership", "partnership_act")
    }

    assert set(own_pages.values()) == {404, 405}
    assert client.get("/dossiers/AAP-0001/").status_code == 200
