"""Complements point by point: asked with a reason or words, read at the question, answered, checked, asked again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.completion_lines import check_line
from calls.actions.instruction import open_completion_request
from calls.actions.versions import freeze_version
from calls.admissibility import checklist
from calls.enums import CallState, LineVerdict, VersionReason
from calls.models import Answer, Application, Call, CompletionLine, CompletionRequest
from calls.rules import writing_gaps
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
UNCLEAR = "La réponse ne permet pas de comprendre ce qui sera fait, par qui et pour quels élèves."


@pytest.fixture
def officer():
    return person(Role.OFFICER)


@pytest.fixture
def filed():
    file = ApplicationFactory(call=CallFactory(state=CallState.INSTRUCTION, closed=True), submitted=True, complete=True)
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return Application.objects.get(pk=file.pk)


@pytest.fixture
def member(filed):
    return person(Role.MEMBER, at=filed.establishment)


def url(file, suffix=""):
    return f"/dossiers/{file.reference}/{suffix}"


def ask(client, file, **typed):
    due_on = (timezone.localdate() + timedelta(days=7)).isoformat()
    return client.post(url(file, "complements/"), {"due_on": due_on, "message": "", **typed})


def asked(file, *, answered=False, **line) -> CompletionLine:
    due_on = timezone.localdate()
    ended = {"answered_at": timezone.now()} if answered else {}
    request = CompletionRequest.objects.create(application=file, fields=["resume"], message="", due_on=due_on, **ended)
    return CompletionLine.objects.create(request=request, position=1, question_key="resume", text="Précisez.", **line)


# -- Asked ------------------------------------------------------------------------------------------------------------


def test_each_point_has_its_reason_or_its_words_and_opens_its_question_alone(client, filed, officer):
    need = filed.lines.get(item_code="prise-rj45")
    client.force_login(officer)

    page = words_of(tree_of(client.get(url(filed, "complements/"))))
    typed = {"motif-resume": "reponse-imprecise", "texte-eleves": "Combien ?", f"besoin-{need.pk}": "Pourquoi 48 ?"}
    ask(client, filed, fields_asked=["resume", "eleves", "besoins"], **typed)

    assert "Réponse à préciser" in page and "Aide insuffisante" not in page
    request = CompletionRequest.objects.get()
    assert request.fields == ["resume", "eleves", "besoins"]
    assert [(line.question_key, line.asked, line.need_id) for line in request.lines.all()] == [
        ("resume", UNCLEAR, None),
        ("eleves", "Combien ?", None),
        ("besoins", "Pourquoi 48 ?", need.pk),
    ]
    resume, pupils, needs = (filed.questionnaire.schema.question(key).label for key in ("resume", "eleves", "besoins"))
    told = f"« {resume} » : {UNCLEAR}\n« {pupils} » : Combien ?\n« {needs} », {need} : Pourquoi 48 ?"
    assert JournalEntry.objects.get(action="request_completion").reason == told
    fresh = Application.objects.get(pk=filed.pk)
    assert writing_gaps(fresh, "eleves") == [] and writing_gaps(fresh, "titre")


def test_the_file_in_general_may_be_asked_and_is_answered_in_words(client, filed, officer, member):
    client.force_login(officer)
    ask(client, filed, message="Qui suit ce projet ?")
    line = CompletionLine.objects.get()
    assert (line.question_key, CompletionRequest.objects.get().fields) == ("", [])

    with pytest.raises(TransitionRefused):
        perform(Application.objects.get(pk=filed.pk), "answer_completion", actor=member)
    client.force_login(member)
    client.post(url(filed, f"complements/{line.pk}/reponse/"), {"reply": "Mme Colin."})

    assert perform(Application.objects.get(pk=filed.pk), "answer_completion", actor=member)
    client.force_login(officer)
    assert "Colin." in words_of(tree_of(client.get(url(filed))))


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [({}, "fields_asked"), ({"fields_asked": ["resume"]}, "message"), ({"fields_asked": ["inventee"]}, "fields_asked")],
)
def test_a_request_without_a_point_or_without_words_is_refused(client, filed, officer, typed, wrong):
    client.force_login(officer)
    answer = ask(client, filed, **typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])


def test_a_call_that_wants_its_list_wants_a_reason_at_each_point(client, filed, officer):
    Call.objects.filter(pk=filed.call_id).update(reasons_only=True)
    client.force_login(officer)
    assert ask(client, filed, fields_asked=["resume"], **{"texte-resume": "Précisez."}).status_code == 422
    both = {"texte-resume": "Précisez.", "motif-resume": "reponse-imprecise"}
    assert ask(client, filed, fields_asked=["resume"], **both).status_code == 302


def test_what_is_written_at_a_point_that_is_not_ticked_is_never_asked_silently(client, filed, officer):
    client.force_login(officer)
    answer = ask(client, filed, fields_asked=["titre"], **{"texte-titre": "Le nom.", "texte-resume": "Précisez."})

    assert answer.status_code == 422 and "sans le cocher" in answer.content.decode() and not CompletionRequest.objects.exists()
    assert {question.key for _, questions in answer.context["form"].by_section for question in questions if question.is_asked} == {
        "titre",
        "resume",
    }


def test_the_whole_file_asked_beside_points_is_a_point_of_its_own(client, filed, officer, member):
    client.force_login(officer)
    ask(client, filed, fields_asked=["resume"], message="Qui suit ce projet ?", **{"texte-resume": "Précisez."})
    point, whole = CompletionLine.objects.order_by("position")
    assert (point.question_key, whole.question_key, whole.asked) == ("resume", "", "")
    check = {"answered_at": timezone.now()}
    CompletionRequest.objects.update(**check)
    check_line(line=whole, verdict=LineVerdict.AGAIN, actor=officer)
    assert client.get(url(filed, "complements/")).context["form"]["message"].value() == "Qui suit ce projet ?"


def test_a_message_that_explains_a_point_without_words_is_not_another_point(client, filed, officer):
    client.force_login(officer)
    ask(client, filed, fields_asked=["resume", "titre"], message="Précisez.", **{"texte-titre": "Le nom."})
    assert sorted(CompletionLine.objects.values_list("question_key", flat=True)) == ["resume", "titre"]


def test_several_files_are_asked_the_same_each_with_its_lines(client, filed, officer):
    other = ApplicationFactory(call=filed.call, submitted=True, complete=True)
    client.force_login(officer)
    page = client.get("/dossiers/lot/acte/complements/", {"dossier": [filed.reference, other.reference]})
    due_on = (timezone.localdate() + timedelta(days=7)).isoformat()
    typed = {"selection": page.context["selection"], "fields_asked": ["resume"], "motifs": ["reponse-imprecise"], "due_on": due_on}
    client.post("/dossiers/lot/acte/complements/", typed | {"confirmer": "1"})
    assert sorted(CompletionLine.objects.values_list("request__application", "question_key", "position")) == sorted(
        [(filed.pk, "resume", 1), (other.pk, "resume", 1)]
    )
    assert {line.asked for line in CompletionLine.objects.all()} == {UNCLEAR}


def test_several_files_are_asked_of_their_own_need_and_of_the_whole(client, filed, officer):
    other = ApplicationFactory(call=filed.call, submitted=True, complete=True)
    without = ApplicationFactory(call=filed.call, submitted=True, complete=True)
    without.lines.filter(item_code="prise-rj45").delete()
    client.force_login(officer)
    address = "/dossiers/lot/acte/complements/"
    page = client.get(address, {"dossier": [filed.reference, other.reference, without.reference]})
    due_on = (timezone.localdate() + timedelta(days=7)).isoformat()
    typed = {
        "selection": page.context["selection"],
        "needs_asked": ["besoins|prise-rj45"],
        "motifs": ["reponse-imprecise"],
        "message": "Qui suit ?",
    }

    nothing = client.post(address, {"selection": page.context["selection"], "due_on": due_on})
    found = client.post(address, typed | {"due_on": due_on}).context["found"]
    client.post(address, typed | {"due_on": due_on, "confirmer": "1"})

    assert nothing.status_code == 422
    assert [(file.pk, obstacle.reason) for file, obstacle in found.held] == [(without.pk, "N’a pas ce besoin")]
    lines = CompletionLine.objects.order_by("request__application", "position")
    own = {file.pk: file.lines.get(item_code="prise-rj45").pk for file in (filed, other)}
    assert [(line.request.application_id, line.question_key, line.need_id) for line in lines] == [
        point for key, need in own.items() for point in ((key, "besoins", need), (key, "", None))
    ]
    assert {tuple(each.fields) for each in CompletionRequest.objects.all()} == {("besoins",)}


# -- Read and answered ------------------------------------------------------------------------------------------------


def test_the_lycee_reads_each_point_at_its_question_and_what_is_left(client, filed, member):
    line = asked(filed)
    client.force_login(member)

    overview = client.get(url(filed))
    section = words_of(tree_of(client.get(url(filed, "section/projet/"))))
    client.post(url(filed, f"complements/{line.pk}/reponse/"), {"reply": "Voir le projet."})

    assert [row.is_left for row in overview.context["asked_rows"]] == [True]
    assert "La Région demande Précisez." in section and "à faire" in section and "1 point à traiter" in section.replace("\u00a0", " ")
    assert [row.is_left for row in client.get(url(filed)).context["asked_rows"]] == [False]
    line.refresh_from_db()
    assert (line.reply, line.replied_by) == ("Voir le projet.", member)


def test_a_colleague_who_answers_meanwhile_is_not_written_over(client, filed, member):
    line, mate = asked(filed), person(Role.MEMBER, at=filed.establishment)
    client.force_login(member)
    seen = client.get(url(filed, f"complements/{line.pk}/reponse/")).context["form"].mark
    CompletionLine.objects.filter(pk=line.pk).update(reply="Déjà dit.", replied_by=mate, replied_at=timezone.now())

    answer = client.post(url(filed, f"complements/{line.pk}/reponse/"), {"reply": "Autre chose.", "seen": seen})

    assert answer.status_code == 409 and f"{mate} a changé ceci" in answer.content.decode()
    line.refresh_from_db()
    assert line.reply == "Déjà dit."


def test_once_sent_it_is_answered_no_more_and_others_find_nothing(client, filed, officer, member):
    line = asked(filed, answered=True)
    client.force_login(member)
    assert client.post(url(filed, f"complements/{line.pk}/reponse/"), {"reply": "Trop tard."}).status_code == 409
    for stranger in (person(Role.MEMBER, at=EstablishmentFactory()), officer, person(Role.AUDITOR)):
        client.force_login(stranger)
        assert client.get(url(filed, f"complements/{line.pk}/reponse/")).status_code == 404
    elsewhere = ApplicationFactory(submitted=True)
    client.force_login(officer)
    assert client.post(url(elsewhere, f"complements/{line.pk}/verifier/"), {"do": "satisfait"}).status_code == 404


def test_a_point_neither_changed_nor_answered_is_read_without_an_answer_by_both_sides(client, filed, officer, member):
    client.force_login(officer)
    ask(client, filed, fields_asked=["resume", "eleves"], message="Précisez.")
    Answer.objects.filter(application=filed, question_key="resume").update(value="Trois classes de seconde.")
    client.force_login(member)

    before = words_of(tree_of(client.get(url(filed, "action/answer_completion/"))))
    perform(Application.objects.get(pk=filed.pk), "answer_completion", actor=member)
    after = words_of(tree_of(client.get(url(filed)))).replace("\u00a0", " ")
    client.force_login(officer)
    page = words_of(tree_of(client.get(url(filed))).select_one('[aria-labelledby="demandes"]'))

    silent = filed.questionnaire.schema.question("eleves").label
    assert f"Sans changement ni réponse : « {silent} »." in before.replace("\u00a0", " ")
    assert f"{silent} : sans réponse" in after and after.count(": sans réponse") == 1
    assert page.count("Sans réponse") == 1
    labels = [check.label.replace("\u00a0", " ").replace("\u202f", " ") for check in checklist(Application.objects.get(pk=filed.pk))]
    assert "1 complément reçu à vérifier" in labels and "1 complément demandé sans réponse" in labels


def test_a_file_says_one_term_for_what_it_awaits_on_every_page(client, filed, officer, member):
    line = asked(filed)
    for user, addresses in ((officer, ("complements/", "action/declare_inadmissible/")), (member, ("", f"complements/{line.pk}/reponse/"))):
        client.force_login(user)
        for address in addresses:
            heading = words_of(tree_of(client.get(url(filed, address))).select_one("main"))
            assert "Compléments attendus" in heading


# -- Checked ----------------------------------------------------------------------------------------------------------


def test_an_officer_checks_each_point_and_asks_again_what_is_not_satisfied(client, filed, officer):
    line = asked(filed, answered=True, reply="Voir le projet.")
    client.force_login(officer)
    assert "1 complément reçu à vérifier" in [check.label.replace("\xa0", " ").replace("\u202f", " ") for check in checklist(filed)]

    client.post(url(filed, f"complements/{line.pk}/verifier/"), {"do": "satisfait"})
    client.post(url(filed, f"complements/{line.pk}/verifier/"), {"do": "redemander", "vu": "satisfied"})

    line.refresh_from_db()
    assert (line.verdict, line.checked_by) == ("again", officer)
    assert JournalEntry.objects.filter(action="check_line").count() == 2
    form = client.get(url(filed, "complements/")).context["form"]
    assert (form["fields_asked"].value(), form["texte-resume"].value()) == (["resume"], "Précisez.")
    ask(client, filed, fields_asked=["resume"], **{"texte-resume": "Nommez les classes."})
    again = CompletionLine.objects.latest("pk")
    assert (again.former, again.asked) == (line, "Nommez les classes.")
    assert client.get(url(filed, "complements/")).context["form"]["fields_asked"].value() == []


def test_a_point_checked_by_a_colleague_since_the_page_was_opened_is_read_again(client, filed, officer):
    line = asked(filed, answered=True, reply="Voir le projet.")
    colleague = person(Role.OFFICER)
    check_line(line=line, verdict=LineVerdict.SATISFIED, actor=colleague)
    client.force_login(officer)
    stale = client.post(url(filed, f"complements/{line.pk}/verifier/"), {"do": "redemander", "vu": ""})

    assert stale.status_code == 409
    said = words_of(tree_of(stale)).replace("\N{NO-BREAK SPACE}", " ")
    assert "« Satisfait »" in said and str(colleague) in said
    line.refresh_from_db()
    assert (line.verdict, line.checked_by) == (LineVerdict.SATISFIED, colleague)


def test_a_point_is_checked_once_it_is_answered_by_who_instructs(client, filed, officer):
    line = asked(filed)
    client.force_login(officer)
    assert client.post(url(filed, f"complements/{line.pk}/verifier/"), {"do": "satisfait"}).status_code == 409
    client.force_login(person(Role.CALL_MANAGER))
    assert client.post(url(filed, f"complements/{line.pk}/verifier/"), {"do": "satisfait"}).status_code == 403
    line.refresh_from_db()
    assert line.verdict == ""


def test_a_request_opened_without_points_has_one_for_each_question(filed, officer):
    due_on = timezone.localdate()
    open_completion_request(application=filed, fields=["titre", "resume"], message="Tout.", due_on=due_on, actor=officer)
    assert [(line.question_key, line.asked) for line in CompletionLine.objects.all()] == [("titre", ""), ("resume", "")]
