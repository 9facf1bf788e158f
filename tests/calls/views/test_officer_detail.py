"""One file at the Région: who opens it, what it says, and each act of the case officer by each role."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.instruction import open_completion_request
from calls.actions.versions import freeze_version
from calls.admissibility import checklist
from calls.checks import limit_gaps
from calls.enums import VersionReason
from calls.models import Answer, Application, Attachment, Call, CompletionRequest
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.conditions import FIRST, form_with
from tests.factories.directory import AuthorityFactory
from tests.reading import texts_of, tree_of, words_of

pytestmark = pytest.mark.django_db
SECRET = "Les six classes de seconde coopèrent."
STAFF = [Role.OFFICER, Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN]
OTHERS = [Role.JUROR, Role.CHAIR, Role.TECHNICIAN, Role.FINANCE, Role.ORDERS]  # the last two: until their work begins


@pytest.fixture
def filed():
    """A complete, filed file with its frozen version; its school has a head."""
    file = ApplicationFactory(reference="L40-V2-0147", submitted=True, complete=True)
    person(Role.HEAD, at=file.establishment, email="chef@lycee.example")
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return file


def url(file, suffix=""):
    return f"/dossiers/{file.reference}/{suffix}"


def completion_form(**changes):
    due_on = timezone.localdate() + timedelta(days=7)
    return {"fields_asked": ["deliberation"], "message": "Joignez la délibération.", "due_on": due_on.isoformat(), **changes}


# -- Reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", STAFF)
def test_detail_opens_for_staff(client, filed, role):
    client.force_login(person(role))

    response = client.get(url(filed))

    assert response.status_code == 200
    assert SECRET in response.content.decode()


@pytest.mark.parametrize("role", OTHERS)
def test_detail_does_not_exist_for_others(client, filed, role):
    client.force_login(person(role))

    response = client.get(url(filed))

    assert response.status_code == 404
    assert SECRET not in response.content.decode()


def test_detail_does_not_exist_outside_the_perimeter(client, filed):
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory(reims=True)))

    for suffix in ("", "complements/"):
        assert client.get(url(filed, suffix)).status_code == 404
    assert client.post(url(filed, "suivi/")).status_code == 404
    assert client.post(url(filed, "action/declare_admissible/")).status_code == 404


def test_draft_does_not_exist_for_staff(client):
    draft = ApplicationFactory(reference="BROUILLON-1", complete=True)

    for role in STAFF:
        client.force_login(person(role))
        assert client.get(url(draft)).status_code == 404


def test_detail_shows_the_frozen_version_and_not_later_writing(client, filed):
    Answer.objects.filter(application=filed, question_key="resume").update(value="Écrit après le dépôt.")
    client.force_login(person(Role.OFFICER))

    html = client.get(url(filed)).content.decode()

    assert SECRET in html
    assert "Écrit après le dépôt." not in html


def test_detail_writes_what_was_typed_as_text(client, filed):
    CompletionRequest.objects.create(
        application=filed, fields=["titre"], message="<img src=x onerror=alert(1)>", due_on=timezone.localdate()
    )
    client.force_login(person(Role.OFFICER))

    assert "<img src=x onerror=alert(1)>" in words_of(tree_of(client.get(url(filed))))


def test_detail_shows_what_complements_changed(client, filed):
    Answer.objects.filter(application=filed, question_key="resume").update(value="Douze classes coopèrent.")
    freeze_version(application=filed, reason=VersionReason.COMPLETION, actor=SYSTEM)
    client.force_login(person(Role.OFFICER))

    response = client.get(url(filed))

    assert [(change.key, change.before, change.after) for change in response.context["changes"]] == [
        ("resume", SECRET, "Douze classes coopèrent.")
    ]


def test_detail_draws_the_acts_of_the_officer_and_none_for_the_auditor(client, filed):
    client.force_login(person(Role.OFFICER))
    officer = client.get(url(filed)).content.decode()
    client.force_login(person(Role.AUDITOR))
    auditor = client.get(url(filed)).content.decode()

    acts = ["action/declare_admissible/", "action/declare_inadmissible/", "complements/", "suivi/"]
    assert [act for act in acts if act in officer] == acts
    assert [act for act in acts if act in auditor] == []


# -- Checklist --------------------------------------------------------------------------------------------------------


def test_checklist_of_a_good_file(filed):
    assert [(check.level, check.label) for check in checklist(filed)] == [
        ("ok", "Lycée éligible"),
        ("ok", "Déposé dans les délais"),
        ("ok", "Dossier complet"),
        ("ok", "Visa du chef d’établissement"),
        ("ok", "Aucune pièce jointe"),
        ("ok", "Nombre de dossiers du lycée respecté"),
    ]


@pytest.mark.parametrize(
    ("scan", "level", "said"),
    [
        ("clean", "ok", "Analysées, saines."),
        ("not_scanned", "warn", "Sans analyse antivirus : plan.pdf."),
        ("infected", "err", "Programme malveillant reconnu : plan.pdf."),
    ],
)
def test_checklist_says_what_the_antivirus_found(filed, scan, level, said):
    stored = StoredFile.objects.create(name="plan.pdf", content="a/b", content_type="application/pdf", size=3, sha256="0" * 64, scan=scan)
    Attachment.objects.create(application=filed, question_key="deliberation", file=stored)

    found = next(check for check in checklist(filed) if check.label == "1\u00a0pièce jointe")

    assert (found.level, found.details) == (level, (said,))


def test_checklist_leaves_out_what_is_joined_to_a_question_that_is_not_asked(filed):
    """Joined, then hidden by another answer: it is kept, in no version, and nobody of the Région reads it."""
    stored = StoredFile.objects.create(name="plan.pdf", content="a/b", content_type="application/pdf", size=3, sha256="0" * 64)
    Attachment.objects.create(application=filed, question_key="deliberation", file=stored)
    filed.questionnaire.definition = form_with(deliberation={"shown_if": FIRST})
    filed.questionnaire.save()

    def told(level: str) -> set[str]:
        filed.answers.update_or_create(question_key="niveau", defaults={"value": level})
        return {check.label for check in checklist(Application.objects.get(pk=filed.pk)) if "jointe" in check.label}

    assert told("2nde") == {"Aucune pièce jointe"}
    assert told("1re") == {"1\u00a0pièce jointe"}


def test_checklist_of_a_file_received_during_the_grace(filed):
    call = filed.call
    call.grace_minutes = 15
    filed.submitted_at = call.closes_at + timedelta(minutes=5)

    assert [check.label for check in checklist(filed) if check.level == "warn"] == ["Déposé pendant le délai de grâce"]


def test_checklist_without_visa_when_the_call_asks_none(filed):
    assert "Visa" in " ".join(check.label for check in checklist(filed))
    filed.call.requires_approval = False
    filed.approved_at = None

    assert "Visa" not in " ".join(check.label for check in checklist(filed))


def test_checklist_says_that_the_lycee_has_another_file(filed):
    ApplicationFactory(call=filed.call, establishment=filed.establishment, reference="L40-V2-0999")

    assert [check.label for check in checklist(filed) if check.level == "warn"] == ["Trop de dossiers pour ce lycée"]


# -- Complements ------------------------------------------------------------------------------------------------------


def test_completion_request_is_opened_journalled_and_told(client, filed):
    officer = person(Role.OFFICER)
    client.force_login(officer)

    response = client.post(url(filed, "complements/"), completion_form())

    request = CompletionRequest.objects.get()
    assert response.status_code == 302
    assert (request.fields, request.message, request.opened_by) == (["deliberation"], "Joignez la délibération.", officer)
    reason = JournalEntry.objects.get(action="request_completion").reason
    assert reason == f"Joignez la délibération.\n« {filed.questionnaire.schema.question('deliberation').label} »"
    mail = Message.objects.get(code="completion_requested")
    assert mail.to_email == "chef@lycee.example"
    assert "Joignez" not in mail.body


def test_a_second_request_is_told_again(filed):
    """The first one was answered: the school is asked anew, and told anew."""
    officer = person(Role.OFFICER)
    due_on = timezone.localdate()
    open_completion_request(application=filed, fields=["titre"], message="Le titre.", due_on=due_on, actor=officer)
    CompletionRequest.objects.update(answered_at=timezone.now())

    open_completion_request(application=filed, fields=["resume"], message="Le résumé.", due_on=due_on, actor=officer)

    assert Message.objects.filter(code="completion_requested").count() == 2


def test_two_requests_at_once_are_refused(client, filed):
    officer = person(Role.OFFICER)
    client.force_login(officer)
    client.post(url(filed, "complements/"), completion_form())

    response = client.post(url(filed, "complements/"), completion_form(message="Encore."))

    assert response.status_code == 409
    assert CompletionRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"due_on": "2999-01-01"}, "due_on"),
        ({"due_on": "bientôt"}, "due_on"),
        ({"message": "  "}, "message"),
        ({"message": "x" * 2001}, "message"),
        ({"fields_asked": [], "message": ""}, "fields_asked"),
        ({"fields_asked": ["inventee"]}, "fields_asked"),
    ],
)
def test_completion_form_refuses_and_keeps_what_was_typed(client, filed, changes, wrong):
    client.force_login(person(Role.OFFICER))

    response = client.post(url(filed, "complements/"), completion_form(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [wrong]
    assert texts_of(response, "head title")[0].startswith("Erreur")
    assert CompletionRequest.objects.count() == 0


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN])
def test_completion_request_is_for_officers(client, filed, role):
    client.force_login(person(role))

    assert client.get(url(filed, "complements/")).status_code == 403
    assert client.post(url(filed, "complements/"), completion_form()).status_code == 403
    assert CompletionRequest.objects.count() == 0


def test_school_cannot_ask_itself_for_complements(client, filed):
    client.force_login(person(Role.MEMBER, at=filed.establishment))

    assert client.post(url(filed, "complements/"), completion_form()).status_code == 404


def test_completion_page_says_when_it_is_too_late(client):
    file = ApplicationFactory(reference="L40-V2-0200", admissible=True, complete=True)
    client.force_login(person(Role.OFFICER))

    assert "Le dossier n’est plus en cours de vérification." in client.get(url(file, "complements/")).content.decode()


# -- Admissibility ----------------------------------------------------------------------------------------------------


def test_inadmissibility_needs_a_motive_and_gives_it_to_the_school(client, filed):
    client.force_login(person(Role.OFFICER))
    Call.objects.update(closes_at=timezone.now() - timedelta(days=1))

    without = client.post(url(filed, "action/declare_inadmissible/"), {"reason": " "})
    client.post(url(filed, "action/declare_inadmissible/"), {"reason": "Le lycée est hors contrat."})

    filed = Application.objects.get(pk=filed.pk)
    assert without.status_code == 422
    assert (filed.state, filed.inadmissibility_reason) == ("inadmissible", "Le lycée est hors contrat.")
    assert "hors contrat" not in Message.objects.get(code="declared_inadmissible").body


def test_a_file_that_its_lycee_may_still_replace_is_not_declared_inadmissible(client, filed):
    """Until the closing it may withdraw it and file another; admissible, it may as well."""
    officer = person(Role.OFFICER)
    client.force_login(officer)
    page = f"{url(filed)}action/declare_inadmissible/"

    shown = client.get(page).content.decode().replace("\u00a0", " ")
    refused = client.post(page, {"reason": "Le lycée est hors contrat."})
    kept = Application.objects.get(pk=filed.pk).state
    admissible = perform(filed, "declare_admissible", actor=officer)

    assert "le lycée peut retirer ce dossier et en déposer un autre" in shown
    assert (refused.status_code, kept, admissible.state) == (409, "submitted", "admissible")
    head = person(Role.HEAD, at=filed.establishment)
    assert perform(admissible, "withdraw_filed", actor=head, reason="Un autre projet.").state == "withdrawn"
    assert limit_gaps(filed.call, filed.establishment) == []


def test_admissibility_waits_for_the_complements(filed):
    officer = person(Role.OFFICER)
    open_completion_request(application=filed, fields=["titre"], message="Le titre.", due_on=timezone.localdate(), actor=officer)

    with pytest.raises(TransitionRefused, match="Une demande de compléments est en cours"):
        perform(filed, "declare_admissible", actor=officer)


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN])
@pytest.mark.parametrize("name", ["declare_admissible", "declare_inadmissible"])
def test_admissibility_is_for_officers(client, filed, role, name):
    client.force_login(person(role))

    assert client.post(url(filed, f"action/{name}/"), {"reason": "Motif."}).status_code == 403
    assert Application.objects.get(pk=filed.pk).state == "submitted"


def test_hidden_transition_has_no_generic_door(client, filed):
    client.force_login(person(Role.OFFICER))

    assert client.post(url(filed, "action/request_completion/")).status_code == 404
    assert client.post(url(filed, "action/decide/")).status_code == 404


# -- Who follows the file ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CALL_MANAGER])
def test_file_is_given_to_an_officer_of_its_perimeter(client, filed, role):
    officer = person(Role.OFFICER, authority=filed.establishment.authority)
    client.force_login(person(role))

    client.post(url(filed, "suivi/"), {"officer": officer.pk})
    client.post(url(filed, "suivi/"), {"officer": officer.pk})

    assert Application.objects.get(pk=filed.pk).officer == officer
    assert JournalEntry.objects.filter(action="assign_officer").count() == 1


def test_file_is_not_given_outside_its_perimeter(client, filed):
    stranger = person(Role.OFFICER, authority=AuthorityFactory(reims=True))
    client.force_login(person(Role.OFFICER))

    response = client.post(url(filed, "suivi/"), {"officer": stranger.pk}, follow=True)

    assert Application.objects.get(pk=filed.pk).officer is None
    assert "rien n’a été changé" in response.content.decode()


@pytest.mark.parametrize(("role", "status"), [(Role.FINANCE, 404), (Role.ORDERS, 404), (Role.AUDITOR, 403)])
def test_giving_a_file_is_not_for_other_staff(client, filed, role, status):
    client.force_login(person(role))

    assert client.post(url(filed, "suivi/"), {"officer": ""}).status_code == status


def test_giving_a_file_is_not_done_by_reading(client, filed):
    client.force_login(person(Role.OFFICER))

    assert client.get(url(filed, "suivi/")).status_code == 405


def test_detail_query_count(client, filed, django_assert_max_num_queries):
    for number in range(3):
        CompletionRequest.objects.create(
            application=filed, fields=["titre"], message=f"{number}", due_on=timezone.localdate(), answered_at=timezone.now()
        )
    client.force_login(person(Role.OFFICER))

    with django_assert_max_num_queries(30):
        assert client.get(url(filed)).status_code == 200


# -- A file that its lycée withdraws ------------------------------------------------------------------------------------
