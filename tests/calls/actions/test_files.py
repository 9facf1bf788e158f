import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from calls.actions.files import attach_file, remove_file
from calls.actions.versions import freeze_version
from calls.actions.writing import WritingRefused
from calls.enums import VersionReason
from calls.models import Attachment, CompletionRequest
from portal.files.access import may_read
from portal.files.intake import UploadRefused
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import AuthorityFactory
from tests.portal.files.samples import pdf

pytestmark = pytest.mark.django_db


def attach(application, actor, name="deliberation.pdf"):
    question = application.questionnaire.schema.question("deliberation")
    uploaded = SimpleUploadedFile(name, pdf(), content_type="application/pdf")
    return attach_file(application=application, question=question, uploaded=uploaded, actor=actor)


@pytest.fixture
def application():
    return ApplicationFactory()


@pytest.fixture
def member(application):
    return person(Role.MEMBER, at=application.establishment)


def test_attaching_keeps_the_file_and_journals_it(application, member):
    attachment = attach(application, member)

    assert (attachment.file.name, attachment.file.purpose, attachment.file.uploaded_by) == ("deliberation.pdf", "attachment", member)
    assert list(JournalEntry.objects.values_list("action", "subject_id")) == [("attach_file", str(application.pk))]


def test_a_new_file_replaces_the_former_one_softly(application, member):
    former = attach(application, member, "projet.pdf")
    attach(application, member, "signee.pdf")

    assert [attachment.file.name for attachment in application.attachments.current()] == ["signee.pdf"]
    assert StoredFile.objects.get(pk=former.file_id).deleted_at is not None
    assert StoredFile.objects.count() == 2


def test_a_file_that_a_version_shows_stays_readable_once_removed(application, member):
    attachment = attach(application, member)
    freeze_version(application=application, reason=VersionReason.APPROVAL, actor=member)

    remove_file(application=application, attachment=attachment, actor=member)

    assert list(application.attachments.current()) == []
    assert StoredFile.objects.get().deleted_at is None
    assert may_read(member, StoredFile.objects.get())


def test_a_refused_file_leaves_nothing(application, member):
    question = application.questionnaire.schema.question("deliberation")
    uploaded = SimpleUploadedFile("deliberation.pdf", b"<html><script>alert(1)</script>", content_type="application/pdf")

    with pytest.raises(UploadRefused):
        attach_file(application=application, question=question, uploaded=uploaded, actor=member)

    assert (Attachment.objects.count(), StoredFile.objects.count(), JournalEntry.objects.count()) == (0, 0, 0)


def test_files_do_not_change_once_the_visa_is_asked(application, member):
    attachment = attach(application, member)
    application = ApplicationFactory(state="awaiting_approval", establishment=application.establishment)
    Attachment.objects.update(application=application)

    with pytest.raises(WritingRefused):
        attach(application, member)
    with pytest.raises(WritingRefused):
        remove_file(application=application, attachment=attachment, actor=member)

    assert Attachment.objects.get().removed_at is None


def test_a_complement_replaces_a_file_only_where_it_is_asked():
    application = ApplicationFactory(submitted=True)
    member = person(Role.MEMBER, at=application.establishment)
    CompletionRequest.objects.create(application=application, fields=["deliberation"], message="Signée.", due_on=timezone.localdate())

    attach(application, member)

    assert application.attachments.current().count() == 1


def test_attachments_are_read_by_the_team_and_by_the_staff_who_see_the_file():
    application = ApplicationFactory(submitted=True)
    CompletionRequest.objects.create(application=application, fields=["deliberation"], message="Signée.", due_on=timezone.localdate())
    stored = attach(application, person(Role.MEMBER, at=application.establishment)).file
    school = application.establishment

    readers = [
        person(Role.HEAD, at=school),
        person(Role.OFFICER),
        person(Role.OFFICER, authority=school.authority),
        person(Role.AUDITOR),
        person(Role.CALL_MANAGER),
    ]
    strangers = [
        person(),
        person(Role.MEMBER, at=ApplicationFactory().establishment),
        person(Role.OFFICER, authority=AuthorityFactory(reims=True)),
        person(Role.JUROR),
        person(Role.TECHNICIAN),
    ]

    assert [may_read(user, stored) for user in readers] == [True] * 5
    assert [may_read(user, stored) for user in strangers] == [False] * 5


def test_attachments_of_a_draft_are_for_the_team_alone(application, member):
    stored = attach(application, member).file

    assert may_read(member, stored)
    assert not any(may_read(person(role), stored) for role in (Role.OFFICER, Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN))
