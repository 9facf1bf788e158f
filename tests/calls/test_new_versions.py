"""A filed file is written anew until the closing: what counts meanwhile, what comes of it, who reads and hears of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.actions import new_versions
from calls.actions.answers import save_answer
from calls.actions.instruction import open_completion_request
from calls.actions.needs import LineValues, add_line
from calls.actions.new_versions import lapse_unfiled
from calls.actions.visa import return_to_team
from calls.actions.writing import WritingRefused
from calls.enums import CallState
from calls.hooks import receivers
from calls.models import Application, ApplicationVersion, Call, NewVersion
from exports.issue import documents_about, issue_document
from exports.papers.file_content import file_row
from exports.papers.receipt import receipt_row
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.signing import SignedAct
from portal.ui.todo import items_for
from portal.workflow.gate import perform
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.outcomes import refusal_of, told, written_to
from tests.reading import text_of
from tests.rivals import in_the_middle

pytestmark = pytest.mark.django_db
PAGE = "/dossiers/AAP-0001/"
OLD, NEW = "Les six classes de seconde coopèrent.", "Douze classes désormais."


@pytest.fixture
def school():
    return EstablishmentFactory()


@pytest.fixture
def member(school):
    return person(Role.MEMBER, at=school, email="equipe@x.example")


@pytest.fixture
def head(school):
    return person(Role.HEAD, at=school, email="chef@x.example")


@pytest.fixture
def officer():
    return person(Role.OFFICER, email="instruction@x.example")


@pytest.fixture
def filed(school, member, head):
    """Filed as a lycée does, with the versions and the receipt of its filing."""
    file = ApplicationFactory(reference="AAP-0001", establishment=school, complete=True)
    perform(file, "request_approval", actor=member)
    perform(file, "approve", actor=head)
    return perform(file, "submit", actor=member, received_at=timezone.now())


@pytest.fixture
def reopened(filed, member, head):
    perform(filed, "reopen_filed", actor=head)
    write(filed, member)
    return Application.objects.get()


def write(file, member, text=NEW):
    question = file.questionnaire.schema.question("resume")
    seen = file.answers.get(question_key="resume").version
    save_answer(application=file, question=question, value=text, seen_version=seen, actor=member)
    needs, more = file.questionnaire.schema.question("besoins"), LineValues(quantity=1, priority=1, is_essential=False)
    add_line(application=file, question=needs, item_code="serveur", values=more, actor=member)


def close(call, **ago):
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(**ago or {"hours": 1}))


def as_read(file):
    """What the Région reads of a file in its lists, its papers and its frozen content."""
    fresh = Application.objects.get(pk=file.pk)
    return fresh.title, fresh.requested_amount, fresh.submitted_at, fresh.state, fresh.submitted_version.sha256, file_row(fresh).sha256


def rows_of(file):
    answers = list(file.answers.order_by("question_key").values_list("question_key", "value"))
    return answers, list(file.lines.order_by("pk").values_list("item_code", "quantity", "is_asked"))


def test_reopened_it_is_written_again_and_its_visa_asked_while_the_filed_one_counts(client, filed, member, head):
    issue_document("receipt", filed)
    before = as_read(filed)
    client.force_login(head)
    assert "Rouvrir pour une nouvelle version" in text_of(client.get(PAGE))
    assert "compte, à sa date, tant que la nouvelle" in text_of(client.get(f"{PAGE}action/reopen_filed/"))
    client.post(f"{PAGE}action/reopen_filed/")
    assert told("new_version_opened") == {"equipe@x.example", "chef@x.example"}
    assert "Compléter la nouvelle version du dossier AAP-0001" in [item.title for item in items_for(member)]

    client.force_login(member)
    nothing = client.post(f"{PAGE}action/request_new_visa/")
    assert nothing.status_code in (409, 422) and "Rien n’a changé depuis la version déposée" in text_of(nothing)
    write(filed, member)
    assert as_read(filed) == before
    overview = text_of(client.get(PAGE))
    assert "Continuer la nouvelle version" in overview and "Lire la version déposée, qui compte" in overview
    assert "La nouvelle version telle qu’elle sera lue" in (preview := text_of(client.get(f"{PAGE}apercu/"))) and NEW in preview
    client.post(f"{PAGE}action/request_new_visa/")
    assert "chef@x.example" in told("approval_requested")
    assert "Donner votre visa à la nouvelle version du dossier AAP-0001" in [item.title for item in items_for(head)]
    with pytest.raises(WritingRefused, match="elle ne change plus"):
        write(Application.objects.get(), member, "Trop tard.")


def test_approved_and_filed_it_takes_the_place_of_the_filed_one(client, filed, member, head, officer):
    before = as_read(filed)
    perform(filed, "reopen_filed", actor=head)
    write(filed, member)
    perform(filed, "request_new_visa", actor=member)
    client.force_login(head)
    visa = text_of(client.get(f"{PAGE}action/approve_new_version/"))
    assert "Ce que la nouvelle version change" in visa and OLD in visa and NEW in visa
    client.post(f"{PAGE}action/approve_new_version/")
    assert as_read(filed) == before
    client.force_login(member)
    page = text_of(client.get(f"{PAGE}action/submit_new_version/"))
    assert "qui y remplacera la version déposée" in page
    done = client.post(f"{PAGE}action/submit_new_version/", follow=True)
    again = client.post(f"{PAGE}action/submit_new_version/", follow=True)

    assert "la version 2" in text_of(done) and "reçue le" in text_of(done) and "la version 2" in text_of(again)
    now = Application.objects.get()
    versions = list(ApplicationVersion.objects.order_by("number").values_list("reason", flat=True))
    assert versions == ["approval", "submission", "approval", "submission"]
    assert (now.rewriting, now.state, now.requested_amount) == ("", "submitted", before[1] + Decimal("7776.00"))
    assert now.submitted_at > before[2] and now.approved_at > filed.approved_at
    assert NewVersion.objects.get().ending == "filed"
    assert written_to("application_received").count("equipe@x.example") == 2
    client.force_login(officer)
    assert "Ce que la nouvelle version a changé" in (read := text_of(client.get(PAGE))) and NEW in read


def test_each_filing_has_its_receipt_and_the_new_one_says_what_it_replaces(filed, member, head, reopened):
    perform(reopened, "request_new_visa", actor=member)
    perform(reopened, "approve_new_version", actor=head)
    now = perform(reopened, "submit_new_version", actor=member)

    issue_document("receipt", now)

    assert [document.edition for document in documents_about(now)] == [1, 2]
    first, last = receipt_row(now, 1), receipt_row(now)
    assert (first.version_number, first.replaces, first.received_at) == (2, "", filed.submitted_at)
    assert (last.version_number, last.received_at) == (4, now.submitted_at) and last.replaces.startswith("la version 2, reçue le")
    assert (first.requested_amount, last.requested_amount) == (Decimal("57792.00"), Decimal("65568.00"))
    assert first.approved_by and last.approved_by


def test_the_region_reads_the_filed_version_meanwhile_and_does_not_examine_it(client, filed, member, head, officer, reopened):
    client.force_login(officer)
    page = text_of(client.get(PAGE))
    listed = text_of(client.get("/dossiers/"))
    paper = client.get(f"/exports/dossier/{reopened.reference}/?nouvelle")

    assert "Le lycée écrit une nouvelle version" in page and OLD in page and NEW not in page
    assert "Déclarer recevable" not in page and "Déclarer irrecevable" not in page
    assert "57 792" in listed.replace("\u202f", " ").replace("\u00a0", " ")
    assert file_row(reopened).sha256 == reopened.submitted_version.sha256 and paper.status_code == 200
    assert file_row(reopened, as_written=True).mark.startswith("NOUVELLE VERSION, non déposée")
    for act in (
        lambda: open_completion_request(
            application=reopened, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), actor=officer
        ),
        lambda: perform(reopened, "declare_admissible", actor=officer),
    ):
        assert "l’instruction l’attend" in refusal_of(act)[0]
    client.force_login(person(Role.HEAD, at=EstablishmentFactory()))
    assert client.get(PAGE).status_code == client.get(f"{PAGE}action/reopen_filed/").status_code == 404


def test_given_up_the_filed_version_comes_back_untouched_and_what_was_typed_is_the_lycees_alone(client, filed, member, head, officer):
    before, rows = as_read(filed), rows_of(filed)
    perform(filed, "reopen_filed", actor=head)
    write(filed, member)
    client.force_login(head)

    client.post(f"{PAGE}action/give_up_new_version/")

    assert (as_read(filed), rows_of(filed)) == (before, rows)
    kept = ApplicationVersion.objects.get(reason="unfiled")
    assert NEW in str(kept.content) and NewVersion.objects.get().version == kept
    assert told("new_version_given_up") == {"equipe@x.example", "chef@x.example"}
    client.force_login(member)
    assert "La nouvelle version est abandonnée" in text_of(client.get(PAGE))
    read = text_of(client.get(f"{PAGE}versions/{kept.number}/"))
    assert NEW in read and "votre lycée est seul à le lire" in read
    client.force_login(officer)
    assert client.get(f"{PAGE}versions/{kept.number}/").status_code == 404
    perform(filed, "reopen_filed", actor=head)  # nothing typed: nothing is kept
    perform(filed, "give_up_new_version", actor=head)
    assert ApplicationVersion.objects.filter(reason="unfiled").count() == 1


@pytest.mark.parametrize("step", ["writing", "visa", "approved"])
def test_at_the_closing_the_filed_version_stands_and_the_team_is_told(client, filed, member, head, reopened, step):
    before = as_read(filed)
    if step != "writing":
        perform(reopened, "request_new_visa", actor=member)
    if step == "approved":
        perform(reopened, "approve_new_version", actor=head)
    assert lapse_unfiled() == 0
    close(filed.call, minutes=1)
    assert lapse_unfiled() == 0  # a request that arrived in time may still be on its way
    close(filed.call, minutes=5)
    client.force_login(member)
    assert "L’appel est clos" in text_of(client.get(PAGE))

    assert (lapse_unfiled(), lapse_unfiled()) == (1, 0)

    assert as_read(filed) == before and NewVersion.objects.get().ending == "lapsed"
    assert told("new_version_lapsed") == {"equipe@x.example", "chef@x.example"}
    assert "n’a pas été déposée à la clôture" in text_of(client.get(PAGE))
    assert ("resume", OLD) in rows_of(filed)[0]


def test_after_the_closing_an_officer_who_comes_before_the_clock_examines_what_was_filed(filed, member, officer, reopened):
    before = as_read(filed)
    close(filed.call)
    Call.objects.update(state=CallState.INSTRUCTION)

    now = perform(Application.objects.get(), "declare_admissible", actor=officer)

    assert (now.state, now.rewriting, now.submitted_version.sha256) == ("admissible", "", before[4])
    assert ("resume", OLD) in rows_of(filed)[0] and NewVersion.objects.get().ending == "lapsed"
    assert "equipe@x.example" in told("new_version_lapsed") and lapse_unfiled() == 0


def test_who_may_reopen_and_until_when(filed, member, head, officer):
    elsewhere = person(Role.HEAD, at=EstablishmentFactory())
    other = DelegationFactory(establishment=filed.establishment, acts=[SignedAct.WITHDRAWAL.value]).delegate
    held = DelegationFactory(establishment=filed.establishment, acts=[SignedAct.VISA.value]).delegate
    for somebody in (member, other, elsewhere, officer, person(Role.CALL_MANAGER)):
        with pytest.raises(PermissionDenied):
            perform(filed, "reopen_filed", actor=somebody)
    perform(filed, "reopen_filed", actor=held)
    assert "par délégation" in JournalEntry.objects.get(action="reopen_filed").data["delegation"]
    assert "déjà en cours" in refusal_of(perform, filed, "reopen_filed", actor=head)[0]
    perform(filed, "give_up_new_version", actor=head)

    open_completion_request(application=filed, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), actor=officer)
    assert "demandé des compléments" in refusal_of(perform, filed, "reopen_filed", actor=head)[0]
    perform(filed, "cancel_completion", actor=officer, reason="Erreur.", motive="Erreur.")
    perform(filed, "declare_admissible", actor=officer)
    perform(filed, "resume_instruction", actor=officer, reason="Erreur.")
    assert "s’est prononcée" in refusal_of(perform, filed, "reopen_filed", actor=head)[0]
    late = ApplicationFactory(establishment=filed.establishment, call=CallFactory(closed=True), complete=True, submitted=True)
    assert "L’appel est clos" in refusal_of(perform, late, "reopen_filed", actor=head)[0]


def test_given_back_with_remarks_it_is_mended_and_the_region_reads_none_of_it(client, filed, member, head, officer, reopened):
    perform(reopened, "request_new_visa", actor=member)
    client.force_login(head)
    client.post(f"{PAGE}action/return_new_version/", {"reason": "Chiffrez mieux.", "remarque-resume": ""})

    assert Application.objects.get().rewriting == "writing"
    assert "Chiffrez mieux." in text_of(client.get(PAGE))
    client.force_login(officer)
    assert "Chiffrez mieux." not in text_of(client.get(PAGE))
    client.force_login(person(Role.AUDITOR))
    assert "Chiffrez mieux." not in text_of(client.get("/journal/"))
    perform(reopened, "give_up_new_version", actor=head)
    perform(reopened, "reopen_filed", actor=head)
    write(Application.objects.get(), member, "Autre texte.")
    perform(reopened, "request_new_visa", actor=member)
    perform(reopened, "approve_new_version", actor=head)
    perform(reopened, "submit_new_version", actor=member)
    assert "Chiffrez mieux." not in text_of(client.get("/journal/"))
    with pytest.raises(PermissionDenied):
        return_to_team(application=reopened, reason="x", remarks={}, actor=officer, name="return_new_version")


def test_a_withdrawn_file_loses_its_new_version_and_keeps_it_readable(filed, member, head, reopened):
    perform(reopened, "withdraw_filed", actor=head, reason="Projet abandonné.")

    assert (Application.objects.get().state, Application.objects.get().rewriting) == ("withdrawn", "")
    assert NEW in str(ApplicationVersion.objects.get(reason="unfiled").content)
    assert not told("new_version_lapsed")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["reopen", "examine"])
def test_reopened_and_examined_at_once_it_has_one_outcome(monkeypatch, filed, member, head, officer, first):
    def reopen():
        return perform(filed, "reopen_filed", actor=head).rewriting

    def examine():
        return perform(filed, "declare_admissible", actor=officer).state

    of, comes, at = (reopen, examine, "open_new_version") if first == "reopen" else (examine, reopen, "drop_with_file")
    outcomes = in_the_middle(monkeypatch, receivers, at, of=of, comes=comes)

    with transaction.atomic():
        now = Application.objects.get()
        if first == "reopen":
            assert outcomes[0] == "writing" and "l’instruction l’attend" in outcomes[1]
            assert (now.state, now.rewriting) == ("submitted", "writing")
        else:
            assert outcomes[0] == "admissible" and "n’est pas possible" in outcomes[1]
            assert (now.state, now.rewriting, NewVersion.objects.count()) == ("admissible", "", 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_filed_while_the_clock_ends_it_it_has_one_outcome(monkeypatch, filed, member, head, reopened):
    perform(reopened, "request_new_visa", actor=member)
    perform(reopened, "approve_new_version", actor=head)
    monkeypatch.setattr(new_versions, "may_still_come", lambda application: False)
    monkeypatch.setattr("calls.workflows.new_version.may_still_come", lambda application: False)

    outcomes = in_the_middle(
        monkeypatch, new_versions, "keep_columns",
        of=lambda: perform(reopened, "submit_new_version", actor=member).rewriting, comes=lapse_unfiled,
    )  # fmt: skip

    with transaction.atomic():
        assert outcomes == ["", 0]
        assert ("resume", NEW) in rows_of(reopened)[0] and NewVersion.objects.get().ending == "filed"
