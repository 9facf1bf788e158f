"""Admissibility lines: written before the publication, decided on each file with three answers, read by officers and, before it sends, by the lycée."""

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.actions.admissibility import drop_line, keep_line
from calls.actions.next_wave import KEPT
from calls.admissibility import automatic_checks, checklist, line_checks, lines_to_come
from calls.checks import asked_in, given_in
from calls.conditioned.admissibility_lines import errors_in_line
from calls.enums import ApplicationState, CallState
from calls.models import Application, Call
from calls.queries.admissibility import catalogue_for_lines
from calls.workflows.passages import ready_to_publish
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import elements_of, text_of, the, values_of

pytestmark = pytest.mark.django_db
FORM = {
    "sections": [
        {
            "key": "projet",
            "title": "Projet",
            "questions": [
                {"key": "vote_le", "kind": "date", "label": "Date du vote"},
                {"key": "eleves", "kind": "number", "label": "Élèves concernés"},
            ],
        }
    ]
}
VOTED = {
    "key": "vote",
    "label": "Vote avant le dépôt",
    "condition": {"answer": "vote_le", "at_most": {"date": "filed_on"}},
    "message": "Demandez la délibération.",
}
ENOUGH = {"key": "eleves", "label": "Effectif suffisant", "condition": {"lycee": "pupils", "at_least": 300}, "message": ""}


@pytest.fixture
def manager(client):
    manager = person(Role.CALL_MANAGER)
    client.force_login(manager)
    return manager


@pytest.fixture
def draft():
    return with_form(CallFactory(state=CallState.DRAFT, reference="L40-V3"))


def with_form(call) -> Call:
    call.questionnaires.update(definition=FORM)
    return Call.objects.get(pk=call.pk)


def plain(texts) -> list[str]:
    return [text.replace("\u00a0", " ").replace("\u202f", " ") for text in texts]


def filed(*lines, pupils=800, **answers):
    """A file of a call with these lines, sent on 1 March 2027 with these answers."""
    call = with_form(CallFactory(admissibility_lines=list(lines)))
    at = timezone.make_aware(timezone.datetime(2027, 3, 1, 10))
    file = ApplicationFactory(call=call, state=ApplicationState.SUBMITTED, submitted_at=at, establishment__pupils=pupils)
    for key, value in answers.items():
        file.answers.create(question_key=key, value=value)
    return Application.objects.get(pk=file.pk)


def decided(file) -> list[tuple]:
    checks = line_checks(file, given_in(file))
    return [(check.level, check.label, plain(check.details), check.is_undecided) for check in checks]


def test_a_line_is_decided_by_the_answers_and_says_what_it_looked_at():
    assert decided(filed(VOTED, vote_le="2027-02-10")) == [
        (
            "ok",
            "Vote avant le dépôt",
            [
                "Attendu : « Date du vote » n’est pas après la date du dépôt.",
                "« Date du vote » est le 10 février 2027.",
                "La date du dépôt est le 1er mars 2027.",
            ],
            False,
        )
    ]
    ((level, label, details, undecided),) = decided(filed(VOTED, vote_le="2027-03-10"))
    assert (level, label, details[0], undecided) == ("err", "Vote avant le dépôt", "Demandez la délibération.", False)
    assert "« Date du vote » est le 10 mars 2027" in details[1]


def test_what_is_not_known_is_for_a_person_to_look_at():
    ((level, label, details, undecided),) = decided(filed(ENOUGH, pupils=None))

    assert (level, label, undecided) == ("warn", "Effectif suffisant : à vérifier", True)
    assert details == [
        "Attendu : le nombre d’élèves du lycée est d’au moins 300.",
        "Le nombre d’élèves du lycée n’est pas connu.",
    ]


def test_a_line_that_the_form_of_the_file_cannot_answer_is_to_look_at():
    gone = {**VOTED, "condition": {"answer": "perdue", "equals": "oui"}}

    ((level, _label, _details, undecided),) = decided(filed(gone))

    assert (level, undecided) == ("warn", True)


def test_the_lines_stand_beside_what_is_always_checked_and_no_bulk_waves_them_through():
    file = filed(ENOUGH, pupils=100)

    assert [check.label for check in checklist(file)].count("Effectif suffisant") == 1
    assert [check.level for check in automatic_checks(file)][-1] == "err"


def test_a_call_without_lines_reads_nothing_more(django_assert_num_queries):
    file = filed()
    file = Application.objects.select_related("call", "questionnaire", "establishment").get(pk=file.pk)

    with django_assert_num_queries(0):
        assert line_checks(file, {}) == []


def test_the_lycee_reads_before_it_sends_what_does_not_hold_without_the_words_to_the_officer():
    file = filed(VOTED, ENOUGH, vote_le="2999-01-01")

    notes = lines_to_come(file, asked_in(file, given_in(file)))

    assert [(check.level, check.label) for check in notes] == [("warn", "Vote avant le dépôt")]
    assert not any("Demandez" in detail for check in notes for detail in check.details)


def test_the_page_of_a_draft_file_says_what_will_be_looked_at(client):
    file = filed(ENOUGH, pupils=100)
    Application.objects.filter(pk=file.pk).update(state=ApplicationState.DRAFT, submitted_at=None)
    client.force_login(person(Role.MEMBER, at=file.establishment))

    text = text_of(client.get(f"/dossiers/{file.reference}/"))

    assert "Ce que la Région vérifiera" in text and "Effectif suffisant" in text


def test_a_line_is_written_changed_and_taken_out(client, manager, draft):
    add = reverse("calls:admissibility_add", args=[draft.reference])
    typed = {
        "label": "Vote avant le dépôt",
        "message": "Demandez la délibération.",
        "condition-kind": "group",
        "condition-0-kind": "row",
        "condition-0-subject": "answer:vote_le",
        "condition-0-way": "at_most@",
        "condition-0-value": "date:filed_on",
        "condition-0-for": "answer:vote_le",
    }

    assert client.post(add, typed | {"condition-do": "row"}).status_code == 200
    response = client.post(add, typed)

    (line,) = Call.objects.get(pk=draft.pk).admissibility_lines
    assert line == VOTED | {"key": "vote-avant-le-depot"}
    assert JournalEntry.objects.get(action="set_admissibility_lines").actor == manager
    page = client.get(response["Location"])
    assert "n’est pas après la date du dépôt" in text_of(page)
    form = client.get(reverse("calls:admissibility_line", args=[draft.reference, line["key"]]))
    assert values_of(form, "condition-0-value") == ["date:filed_on"]

    removing = reverse("calls:admissibility_remove", args=[draft.reference, line["key"]])
    first = client.post(removing)
    assert (
        first.status_code == 200 and "il faudra la récrire" in first.content.decode() and Call.objects.get(pk=draft.pk).admissibility_lines
    )
    client.post(removing, {"confirme": "1"})
    assert Call.objects.get(pk=draft.pk).admissibility_lines == []
    assert not elements_of(client.get(response["Location"]), "section.pr-panel form")


def test_what_is_wrong_keeps_what_was_typed(client, manager, draft):
    add = reverse("calls:admissibility_add", args=[draft.reference])

    response = client.post(add, {"label": "", "message": "Un mot", "condition-kind": "group"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"label", "condition"}
    assert the(response, "#id_message")["value"] == "Un mot"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"lycee": "pupils", "at_least": 0}, "elle est vraie de tous les dossiers"),
        ({"all": [{"lycee": "pupils", "at_least": 10}, {"lycee": "pupils", "at_most": 9}]}, "elle n’est vraie d’aucun dossier"),
        ({"answer": "perdue", "equals": 1}, "n’existe pas"),
    ],
)
def test_a_condition_that_decides_nothing_is_refused(draft, raw, told):
    assert told in " ".join(errors_in_line(raw, catalogue_for_lines(draft)))


def test_a_form_that_lost_a_question_stops_the_publication(draft):
    Call.objects.filter(pk=draft.pk).update(admissibility_lines=[{**VOTED, "condition": {"answer": "perdue", "is_answered": True}}])

    lines = [line for line in ready_to_publish.lines(Call.objects.get(pk=draft.pk)) if line.label == "Recevabilité"]

    assert [line.is_missing for line in lines] == [True]
    Call.objects.filter(pk=draft.pk).update(admissibility_lines=[VOTED, ENOUGH])
    told = [line.sentence for line in ready_to_publish.lines(Call.objects.get(pk=draft.pk)) if line.label == "Recevabilité"]
    assert plain(told) == ["2 lignes, que le portail vérifie dans chaque dossier : Vote avant le dépôt, Effectif suffisant."]


def test_lines_no_longer_change_once_published_and_go_on_to_the_next_wave(manager):
    call = CallFactory()

    with pytest.raises(TransitionRefused):
        keep_line(call=call, key="", label="X", condition=ENOUGH["condition"], message="", actor=manager)
    with pytest.raises(TransitionRefused):
        drop_line(call=call, key="x", actor=manager)
    assert "admissibility_lines" in KEPT


def test_the_day_of_the_filing_is_offered_to_lines_alone(draft):
    assert any(reference.key == "filed_on" for reference in catalogue_for_lines(draft).terms)
    assert not any(reference.source == "date" for reference in draft.questionnaire.schema.rules.catalogue.terms)
