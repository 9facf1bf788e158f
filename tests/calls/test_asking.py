"""What a file is asked: hidden answers are kept, neither required nor counted, and read as « non posée »."""

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from calls import checks
from calls.actions.answers import save_answer
from calls.actions.completion import cancel_completion_request
from calls.actions.instruction import open_completion_request
from calls.actions.versions import freeze_version
from calls.actions.writing import keep_columns
from calls.asking import asking
from calls.checks import asked_in
from calls.conditions.truth import Truth
from calls.enums import CallState, VersionReason
from calls.forms.officer import CompletionRequestForm, questions_of
from calls.models import Answer, Application, RequestLine
from calls.queries.content import asked_needs, build_content, differences, display
from calls.questionnaire import parse
from calls.questions.base import Given
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, AnswerFactory, ApplicationFactory, CallFactory
from tests.factories.conditions import CONDITIONAL, FIRST, form_with
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


def file_of(definition=CONDITIONAL, niveau="1re", **kwargs) -> Application:
    application = ApplicationFactory(call=CallFactory(with_questionnaire=definition), complete=True, **kwargs)
    if niveau:
        AnswerFactory(application=application, question_key="niveau", value=niveau)
    return application


def keys(application: Application) -> list[str]:
    return [question.key for question in asked_in(application).questions]


def test_a_form_without_conditions_asks_all_of_itself():
    application = ApplicationFactory(complete=True)

    asked = asked_in(application)

    assert asked.sections is application.questionnaire.schema.sections
    assert asked.hidden == []


@pytest.mark.parametrize(
    ("niveau", "asked", "truth"),
    [
        ("1re", ["titre", "resume", "niveau", "eleves", "besoins", "cofinancement", "deliberation"], Truth.TRUE),
        ("2nde", ["titre", "resume", "niveau", "deliberation"], Truth.FALSE),
        ("", ["titre", "resume", "niveau", "deliberation"], Truth.UNKNOWN),
    ],
)
def test_what_is_asked_follows_what_is_answered(niveau, asked, truth):
    application = file_of(niveau=niveau)

    assert keys(application) == asked
    assert asked_in(application).truth("eleves") is truth


def test_a_section_that_may_yet_be_asked_keeps_its_place_and_says_what_decides():
    asked = asked_in(file_of(niveau=""))
    section = asked.section("besoins")

    assert section.questions == ()
    assert [(each.question.key, each.told) for each in asked.waiting(section)] == [
        ("besoins", "Dépend de la question 3 de la section 2."),
        ("cofinancement", "Dépend de la question 3 de la section 2."),
    ]
    assert [(each.question.key, each.told) for each in asked.waiting(asked.section("projet"))] == [("eleves", "Dépend de la question 3.")]


def test_a_section_that_is_not_asked_leaves_the_list_and_the_numbers_follow():
    assert [(section.key, section.number) for section in asked_in(file_of(niveau="2nde")).sections] == [("projet", 2), ("pieces", 3)]


def test_what_the_directory_does_not_say_is_awaited_by_name():
    definition = form_with(eleves={"shown_if": {"lycee": "ips", "at_most": "90"}})
    application = file_of(definition, establishment=EstablishmentFactory(ips=None))

    asked = asked_in(application)

    assert [each.told for each in asked.waiting(asked.section("projet"))] == [
        "Dépend de ce que l’annuaire ne dit pas encore : l’IPS du lycée."
    ]


@pytest.mark.parametrize(("ips", "is_asked"), [("89.9", True), ("90.1", False)])
def test_a_fact_of_the_directory_decides(ips, is_asked):
    definition = form_with(eleves={"shown_if": {"lycee": "ips", "at_most": "90"}})

    application = file_of(definition, establishment=EstablishmentFactory(ips=Decimal(ips)))

    assert ("eleves" in keys(application)) is is_asked


def test_a_question_that_depends_on_one_not_asked_is_not_asked_and_the_contrary_is():
    many = {"answer": "eleves", "at_least": 10}
    definition = form_with(eleves={"shown_if": FIRST}, cofinancement={"shown_if": many}, deliberation={"shown_if": {"not": many}})

    assert keys(file_of(definition, niveau="2nde"))[-2:] == ["besoins", "deliberation"]
    assert keys(file_of(definition, niveau="1re"))[-2:] == ["besoins", "cofinancement"]


def test_what_is_hidden_is_not_missing_and_what_a_condition_requires_is():
    application = file_of(niveau="2nde")
    Answer.objects.filter(application=application, question_key="eleves").delete()
    RequestLine.objects.all().delete()
    assert checks.missing_items(application) == []

    other = file_of(niveau="1re")
    assert [item.key for item in checks.missing_items(other)] == ["cofinancement"]


def test_a_limit_across_answers_says_its_message_at_the_last_question_it_reads():
    application = file_of()
    answer = AnswerFactory(application=application, question_key="cofinancement", value="57792.00")
    assert checks.missing_items(application) == []

    Answer.objects.filter(pk=answer.pk).update(value="57792.01")
    found = checks.missing_items(application)

    assert [(item.key, item.section, item.sentence) for item in found] == [
        ("cofinancement", "besoins", "La part du lycée ne dépasse pas le total des besoins.")
    ]


@pytest.mark.parametrize("niveau", ["2nde", ""])
def test_a_limit_says_nothing_of_questions_that_are_not_asked(niveau):
    application = file_of(niveau=niveau)
    AnswerFactory(application=application, question_key="cofinancement", value="99999.00")

    assert checks.missing_items(application) == []


def writer(application) -> User:
    return User.objects.filter(email="equipe@x.example").first() or person(
        Role.MEMBER, at=application.establishment, email="equipe@x.example"
    )


def choose(application, niveau):
    answer = Answer.objects.get(application=application, question_key="niveau")
    save_answer(
        application=application,
        question=application.questionnaire.schema.question("niveau"),
        value=niveau,
        seen_version=answer.version,
        actor=writer(application),
    )
    return Application.objects.get(pk=application.pk)


def test_hidden_needs_leave_the_request_and_come_back_with_their_answer():
    application = file_of()

    hidden = choose(application, "2nde")
    assert (hidden.requested_amount, asked_needs(hidden), hidden.lines.count()) == (Decimal("0.00"), [], 2)

    back = choose(hidden, "1re")
    assert back.requested_amount == Decimal("57792.00")
    assert len(asked_needs(back)) == 2


def test_a_hidden_answer_reads_not_asked_and_its_text_is_nowhere_in_what_is_frozen():
    application = file_of(niveau="2nde")
    entries = {entry.key: entry for section in display(application) for entry in section.entries}

    assert (entries["eleves"].text, entries["eleves"].nothing) == ("", "Non posée")
    assert (entries["besoins"].lines, entries["besoins"].nothing) == ((), "Non posée")
    assert entries["deliberation"].nothing == "Aucune pièce jointe"
    assert "180" not in str(build_content(application)["sections"])
    assert Answer.objects.get(application=application, question_key="eleves").value == 180


def test_a_form_without_conditions_is_frozen_as_before():
    entries = [entry for section in build_content(file_of(DEFINITION))["sections"] for entry in section["entries"]]

    assert all("asked" not in entry for entry in entries)


def test_between_two_versions_a_question_no_longer_asked_is_a_difference():
    application = file_of()
    actor = writer(application)
    first = freeze_version(application=application, reason=VersionReason.APPROVAL, actor=actor)
    application = choose(application, "2nde")
    second = freeze_version(application=application, reason=VersionReason.APPROVAL, actor=actor)

    told = {each.key: (each.before, each.after) for each in differences(first, second)}

    assert told["eleves"] == ("180", "Non posée")
    assert told["besoins"][1] == "Non posée"
    assert "cofinancement" in told  # left without an answer, then not asked: not the same
    assert "resume" not in told


LEVELS = st.sampled_from(["", "2nde", "1re"])


@given(
    st.fixed_dictionaries({"niveau": LEVELS, "eleves": st.sampled_from([None, 5, 30]), "cofinancement": st.sampled_from([None, "5.00"])})
)
@settings(max_examples=30, deadline=None)
def test_answering_one_more_question_never_makes_unknown_what_was_known(values):
    lycee = EstablishmentFactory.build()
    definition = parse(CONDITIONAL)
    full = {"niveau": "1re", "eleves": 30, "cofinancement": "5.00"} | {key: value for key, value in values.items() if value}

    before = asking(definition, {key: Given(value) for key, value in values.items()}, lycee)
    after = asking(definition, {key: Given(value) for key, value in full.items()}, lycee)

    for question in definition.questions:
        was = before.truth(question.key)
        assert was is Truth.UNKNOWN or after.truth(question.key) is was


def test_complements_are_asked_on_questions_that_the_file_is_asked():
    application = file_of(niveau="2nde", submitted=True)

    offered = [
        key
        for _title, questions in CompletionRequestForm(choices=questions_of(application)).fields["fields_asked"].choices
        for key, _ in questions
    ]

    assert "eleves" not in offered
    assert "resume" in offered


def test_a_request_taken_back_leaves_what_was_never_asked_as_it_is():
    call = CallFactory(with_questionnaire=CONDITIONAL, state=CallState.INSTRUCTION, closed=True)
    application = ApplicationFactory(call=call, complete=True, submitted=True)
    AnswerFactory(application=application, question_key="niveau", value="2nde")
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=writer(application))
    application = Application.objects.get(pk=application.pk)
    officer = person(Role.OFFICER, authority=application.establishment.authority)
    open_completion_request(
        application=application, fields=["niveau", "eleves"], message="Revoyez le niveau.", due_on=timezone.localdate(), actor=officer
    )
    application = choose(Application.objects.get(pk=application.pk), "1re")
    assert "eleves" in keys(application)

    cancel_completion_request(application=application, actor=officer, reason="Demande faite par erreur.")

    application = Application.objects.get(pk=application.pk)
    assert Answer.objects.get(application=application, question_key="niveau").value == "2nde"
    assert Answer.objects.get(application=application, question_key="eleves").value == 180
    assert application.requested_amount == Decimal("0.00")


def test_a_figure_is_worked_out_from_what_is_asked_alone():
    total = {"key": "total", "kind": "computed", "label": "Total", "operation": "sum", "terms": ["besoins", "cofinancement"]}
    definition = form_with(cofinancement={"shown_if": FIRST})
    definition["sections"][1]["questions"].append(total)
    application = file_of(definition)
    AnswerFactory(application=application, question_key="cofinancement", value="208.00")

    def told(file):
        return next(entry.text for section in display(file) for entry in section.entries if entry.key == "total")

    assert told(application) == "58\u00a0000,00\u00a0€"
    assert told(choose(application, "2nde")) == "57\u00a0792,00\u00a0€"


def test_a_condition_reads_every_kind_of_answer():
    columns = [{"key": "places", "kind": "number", "label": "Places"}, {"key": "salle", "kind": "text", "label": "Salle"}]
    asked = [
        ({"kind": "yes_no"}, {"equals": True}, "yes", "no"),
        ({"kind": "date"}, {"at_least": "2027-03-12"}, "2027-03-12", "2027-03-11"),
        ({"kind": "choices", "choices": [{"value": "a", "label": "A"}]}, {"contains": "a"}, ["a"], None),
        (
            {"kind": "commitments", "commitments": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]},
            {"contains_any": ["b"]},
            ["a", "b"],
            ["a"],
        ),
        (
            {"kind": "board_vote"},
            {"equals": True},
            {"held_on": "2027-01-05", "for": 20, "against": 3, "abstentions": 1},
            {"held_on": "2027-01-05", "for": 3, "against": 20, "abstentions": 1},
        ),
        (
            {"kind": "group", "columns": columns},
            {"has_a_line": {"column": "places", "at_least": 30}},
            [{"places": 12}, {"places": 30}],
            [{"places": 29}],
        ),
        ({"kind": "group", "columns": columns}, {"part": "places", "at_least": 30}, [{"places": 12}, {"places": 18}], [{"places": 29}]),
        ({"kind": "group", "columns": columns}, {"part": "lines", "at_least": 2}, [{"places": 1}, {"salle": "B"}], [{"places": 29}]),
    ]
    lycee = EstablishmentFactory.build()
    for options, comparison, yes, no in asked:
        questions = [
            {"key": "q", "label": "Q", **options},
            {"key": "suite", "kind": "text", "label": "Suite", "shown_if": {"answer": "q", **comparison}},
        ]
        definition = parse({"sections": [{"key": "s", "title": "S", "questions": questions}]})

        truths = [asking(definition, {"q": Given(value)}, lycee).truth("suite") for value in (yes, no, None)]

        expected = Truth.UNKNOWN if no is None else Truth.FALSE
        assert truths == [Truth.TRUE, expected, Truth.UNKNOWN], options["kind"]
        assert definition.rules.told[0].startswith("« Suite » est posée si ")


def test_a_visa_is_given_to_what_the_directory_makes_asked_that_day():
    definition = form_with(sections={"besoins": {"shown_if": {"lycee": "pupils", "at_least": 300}}})
    application = file_of(definition, niveau="", establishment=EstablishmentFactory(pupils=400))
    keep_columns(application)
    assert application.requested_amount == Decimal("57792.00")
    Establishment.objects.update(pupils=100)

    perform(application, "request_approval", actor=writer(application))
    approved = perform(application, "approve", actor=person(Role.HEAD, at=application.establishment))

    assert (approved.requested_amount, asked_needs(Application.objects.get(pk=approved.pk))) == (Decimal("0.00"), [])
    assert approved.approved_version.content["requested_amount"] == "0.00"
