"""Points of recevabilité that a person ticks: written for the call, ticked in each file, asked of who declares it admissible."""

import pytest
from django.utils import timezone

from calls.actions.instruction import open_completion_request
from calls.actions.ticking import tick_points
from calls.actions.versions import freeze_version
from calls.admissibility import checklist, lines_to_come
from calls.checks import asked_in, given_in
from calls.enums import CallState, VersionReason
from calls.models import AdmissibilityTick, Answer, Application, Call
from exports.papers.file_content import file_row
from exports.workbooks.files import _applications
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
SAME = {"key": "projet", "label": "Porte sur ce projet", "ticked": True, "help": "Voir le titre.", "blocking": True, "reason": "hors-objet"}
MAP = {"key": "plan", "label": "Plan joint", "ticked": True, "help": "", "blocking": False, "reason": ""}


@pytest.fixture
def officer():
    return person(Role.OFFICER)


@pytest.fixture
def filed():
    call = CallFactory(state=CallState.INSTRUCTION, closed=True, admissibility_lines=[SAME, MAP])
    file = ApplicationFactory(call=call, submitted=True, complete=True)
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return Application.objects.get(pk=file.pk)


def address(file):
    return f"/dossiers/{file.reference}/recevabilite/"


def missing(file, actor) -> list[str]:
    with pytest.raises(TransitionRefused) as refusal:
        perform(file, "declare_admissible", actor=actor)
    return refusal.value.reasons


def fresh(file):
    return Application.objects.get(pk=file.pk)


def test_a_manager_writes_a_line_to_tick_before_the_publication(client):
    call = CallFactory(state=CallState.DRAFT)
    client.force_login(person(Role.CALL_MANAGER))
    base = f"/pilotage/{call.reference}/recevabilite/"

    client.post(f"{base}ajouter-a-cocher/", {"label": "Plan joint", "reason": "piece-illisible"})
    client.post(f"{base}lignes/plan-joint/", {"label": "Plan du réseau joint", "blocking": "on", "help": "Page 3."})

    written = {"key": "plan-joint", "label": "Plan du réseau joint", "ticked": True, "help": "Page 3.", "blocking": True, "reason": ""}
    assert Call.objects.get(pk=call.pk).admissibility_lines == [written]
    assert "Plan du réseau joint À cocher" in words_of(tree_of(client.get(base)))
    Call.objects.filter(pk=call.pk).update(state=CallState.PUBLISHED)
    assert client.post(f"{base}ajouter-a-cocher/", {"label": "Trop tard"}).status_code == 409


def test_what_is_ticked_is_kept_with_who_and_what_was_before(client, filed, officer):
    client.force_login(officer)
    assert client.get(f"/dossiers/{filed.reference}/").context["to_tick"] == 2

    client.post(address(filed), {"reponse-projet": "no", "remarque-projet": "Autre projet."})
    client.post(address(filed), {"reponse-projet": "yes", "remarque-projet": ""})
    client.post(address(filed), {"reponse-projet": "yes", "remarque-projet": ""})  # says nothing new

    ticks = AdmissibilityTick.objects.order_by("pk")
    assert [(tick.answer, tick.remark, tick.is_current, tick.ticked_by) for tick in ticks] == [
        ("no", "Autre projet.", False, officer),
        ("yes", "", True, officer),
    ]
    assert JournalEntry.objects.filter(action="tick_points").count() == 2
    page = words_of(tree_of(client.get(address(filed))))
    assert "Réponses d’avant" in page and "Autre projet." in page


def test_a_remark_alone_is_refused_and_kept_on_the_page(client, filed, officer):
    client.force_login(officer)
    answer = client.post(address(filed), {"remarque-projet": "À voir avec le lycée."})
    assert answer.status_code == 422 and "À voir avec le lycée." in answer.content.decode()


def test_the_file_is_admissible_once_every_point_is_ticked(filed, officer):
    assert missing(filed, officer) == ["À cocher dans la recevabilité : « Porte sur ce projet » et « Plan joint »."]

    tick_points(application=filed, answers={"projet": ("no", ""), "plan": ("no", "")}, actor=officer)
    assert missing(filed, officer) == ["« Porte sur ce projet » : c’est « Non », ce qui empêche de déclarer le dossier recevable."]
    labels = {check.label: (check.level, check.reason) for check in checklist(fresh(filed)) if check.is_ticked}
    assert labels == {"Porte sur ce projet : non": ("err", "hors-objet"), "Plan joint : non": ("warn", "")}

    tick_points(application=filed, answers={"projet": ("void", "")}, actor=officer)
    assert perform(filed, "declare_admissible", actor=officer).checked_at
    with pytest.raises(TransitionRefused):
        tick_points(application=filed, answers={"projet": ("yes", "")}, actor=officer)


def test_the_refusal_opens_with_the_reason_of_what_is_ticked_no(client, filed, officer):
    tick_points(application=filed, answers={"projet": ("no", "")}, actor=officer)
    client.force_login(officer)
    form = client.get(f"/dossiers/{filed.reference}/action/declare_inadmissible/").context["form"]
    assert form["motifs"].value() == ["hors-delai", "hors-objet"]  # and it came late


def test_what_the_region_receives_later_is_to_be_looked_at_again(client, filed, officer):
    member = person(Role.MEMBER, at=filed.establishment)
    tick_points(application=filed, answers={"projet": ("yes", ""), "plan": ("void", "")}, actor=officer)
    open_completion_request(application=filed, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), actor=officer)
    Answer.objects.filter(application=filed, question_key="resume").update(value="Huit classes.", version=9)
    perform(fresh(filed), "answer_completion", actor=member)

    assert missing(filed, officer) == ["À revoir, le dossier a changé depuis : « Porte sur ce projet » et « Plan joint »."]
    client.force_login(officer)
    page = words_of(tree_of(client.get(address(filed))))
    assert "Avant que le dossier ne change" in page
    tick_points(application=filed, answers={"projet": ("yes", ""), "plan": ("void", "")}, actor=officer)
    assert perform(fresh(filed), "declare_admissible", actor=officer)


def test_an_answer_that_changes_nothing_of_the_file_leaves_what_was_ticked(filed, officer):
    member = person(Role.MEMBER, at=filed.establishment)
    tick_points(application=filed, answers={"projet": ("yes", ""), "plan": ("void", "")}, actor=officer)
    open_completion_request(application=filed, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), actor=officer)
    perform(fresh(filed), "decline_completion", actor=member, motive="Rien à ajouter.")

    assert perform(fresh(filed), "declare_admissible", actor=officer)


def test_several_files_are_declared_without_those_that_are_left_to_tick(client, filed, officer):
    other = ApplicationFactory(call=filed.call, submitted=True, complete=True)
    Application.objects.filter(pk__in=[filed.pk, other.pk]).update(submitted_at=filed.call.closes_at - timezone.timedelta(days=1))
    tick_points(application=filed, answers={"projet": ("yes", ""), "plan": ("yes", "")}, actor=officer)
    client.force_login(officer)

    found = client.get("/dossiers/lot/acte/recevables/", {"dossier": [filed.reference, other.reference]}).context["found"]

    assert [file.pk for file in found.ready] == [filed.pk]
    assert [reason for reason, _ in found.groups] == ["À cocher dans la recevabilité : « Porte sur ce projet » et « Plan joint »"]


@pytest.mark.parametrize(("role", "code"), [(Role.CALL_MANAGER, 403), (Role.AUDITOR, 403), (Role.FINANCE, 404), (Role.HEAD, 404)])
def test_who_reads_ticks_nothing(client, filed, officer, role, code):
    tick_points(application=filed, answers={"projet": ("no", "Une autre équipe.")}, actor=officer)
    client.force_login(person(role, at=filed.establishment if role == Role.HEAD else None))

    read, sent = client.get(address(filed)), client.post(address(filed), {"reponse-projet": "yes"})

    assert (read.status_code == 200, sent.status_code) == (code == 403, code)
    assert ("Une autre équipe." in read.content.decode()) == (code == 403)
    assert b"reponse-projet" not in read.content
    assert AdmissibilityTick.objects.get().answer == "no"


def test_the_lycee_reads_nothing_of_it_and_staff_take_it_away(client, filed, officer):
    tick_points(application=filed, answers={"projet": ("no", "Une autre équipe.")}, actor=officer)
    assert lines_to_come(filed, asked_in(filed, given_in(filed))) == []
    assert file_row(filed).checks == ()
    assert "Porte sur ce projet : non" in [check.label for check in file_row(filed, with_checks=True).checks]
    _, sheets, _ = _applications(person(Role.CALL_MANAGER), {"call": filed.call.reference})
    rows = [[column.value(row) for column in sheets[2].columns] for row in sheets[2].rows]
    assert [(row[2], row[3], row[5]) for row in rows] == [("Porte sur ce projet", "Non", "Une autre équipe."), ("Plan joint", "", "")]
