"""Which criteria apply to which files: decided on what was sent when marks are computed, kept with its reason, never by what is being written."""

from decimal import Decimal

import pytest

from calls.models import Answer, Application, ApplicationVersion
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.french import NBSP
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import GivenMark, compute_marks, hand_in, save_marks
from scoring.models import Applicability, Assessment, ComputedMark, Criterion, FundingDecision, InterestDeclaration, Score
from scoring.queries.applying import handed_in_without, reach_of
from scoring.queries.decision import reasons_by_file
from scoring.queries.ranking import Panel, marks_by_criterion, ranking, standings
from scoring.queries.ranking_pages import places
from scoring.queries.statistics import statistics_of
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading

pytestmark = pytest.mark.django_db

BOARDING = {"lycee": "boarding", "equals": True}
FIRST = {"answer": "niveau", "equals": "1re"}


def conditional(call, key="c2", raw=BOARDING):
    Criterion.objects.filter(grid__call=call, key=key).update(applies_if=raw)
    return Criterion.objects.get(grid__call=call, key=key)


def send(file, **answers):
    """A version received in which these questions are answered so; None: not asked."""
    last = file.versions.order_by("-number").first()
    for section in last.content["sections"]:
        for entry in section["entries"]:
            if entry["key"] in answers:
                entry |= {"value": answers[entry["key"]], "asked": answers[entry["key"]] is not None}
    return ApplicationVersion.objects.create(
        application=file, number=last.number + 1, reason="completion", content=last.content, sha256="0" * 64
    )


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


@pytest.fixture
def scored(manager):
    """A call whose second criterion is for lycées with boarders; three files, with, without, and of which it is not known."""
    call = jury_call()
    criterion = conditional(call)
    files = [admissible_file(call, establishment=EstablishmentFactory(has_boarding=boards)) for boards in (True, False, None)]
    compute_marks(call=call, actor=manager)
    return call, criterion, files


def decided(criterion):
    rows = Applicability.objects.filter(criterion=criterion).order_by("application")
    return [(row.applies, row.facts) for row in rows]


def test_each_file_has_its_answer_and_the_fact_that_decides(scored):
    _call, criterion, _files = scored

    assert decided(criterion) == [
        ("yes", "Le lycée a un internat."),
        ("no", "Le lycée n’a pas d’internat."),
        ("unknown", "L’internat du lycée n’est pas connu."),
    ]


def test_what_is_known_not_to_hold_is_left_out_and_what_is_not_known_counts(scored):
    call, _criterion, files = scored
    reader = juror(call)
    for file in files:
        reading(file, reader, 5, 0)

    scores = {place.key: place.score for place in standings(call)}

    assert scores == {files[0].pk: Decimal("60.00"), files[1].pk: Decimal("100.00"), files[2].pk: Decimal("60.00")}


def test_the_juror_is_not_asked_and_hands_in_without(scored):
    call, criterion, files = scored
    reader = juror(call)
    whole, without = (reading(file, reader, state="assigned") for file in files[:2])
    first = Criterion.objects.get(grid__call=call, key="c1")
    for each in (whole, without):
        save_marks(assessment=each, actor=reader, marks={first: GivenMark(Decimal(4))})

    handed = hand_in(assessment=Assessment.objects.get(pk=without.pk), actor=reader)
    with pytest.raises(TransitionRefused) as refusal:
        hand_in(assessment=Assessment.objects.get(pk=whole.pk), actor=reader)

    assert handed.state == "submitted"
    assert refusal.value.reasons == [f"Le critère « {criterion.label} » n’est pas noté."]


def test_answers_are_those_that_were_sent_and_not_asked_is_no_unknown(manager):
    call = jury_call()
    criterion = conditional(call, raw=FIRST)
    sent, hidden, silent = (admissible_file(call) for _ in range(3))
    send(sent, niveau="1re")
    send(hidden, niveau=None)
    Answer.objects.filter(application=sent, question_key="niveau").update(value="2nde")  # written, not sent
    silent.answers.filter(question_key="niveau").delete()
    send(silent, niveau="")

    compute_marks(call=call, actor=manager)

    assert decided(criterion) == [
        ("yes", "« Niveau principal » est « Première »."),
        ("no", "« Niveau principal » n’est pas posée."),
        ("unknown", "« Niveau principal » n’a pas de réponse."),
    ]


def test_points_given_before_a_complement_are_kept_not_counted_and_said(manager):
    call = jury_call()
    criterion = conditional(call, raw=FIRST)
    file = admissible_file(call)
    send(file, niveau="1re")
    compute_marks(call=call, actor=manager)
    given = reading(file, juror(call), 5, 0)
    before = standings(call)[0].score

    send(file, niveau="2nde")
    compute_marks(call=call, actor=manager)

    mark = marks_by_criterion(call, [file.pk])[file.pk][1]
    assert (before, standings(call)[0].score) == (Decimal("60.00"), Decimal("100.00"))
    assert Score.objects.get(assessment=given, criterion=criterion).points == 0
    assert (mark.points, mark.absence, mark.kept) == (None, "ne s’applique pas", 1)
    assert mark.sentence == "Ce critère ne s’applique pas à ce dossier : « Niveau principal » est « Seconde »."
    assert JournalEntry.objects.filter(action="compute_marks").latest("pk").data["changed"] == [file.reference]


def test_the_points_come_back_with_the_condition(manager):
    call = jury_call()
    conditional(call, raw=FIRST)
    file = admissible_file(call)
    reading(file, juror(call), 5, 0)
    scores = []
    for niveau in ("2nde", "1re"):
        send(file, niveau=niveau)
        compute_marks(call=call, actor=manager)
        scores.append(standings(call)[0].score)

    assert scores == [Decimal("100.00"), Decimal("60.00")]


def test_an_evaluation_handed_in_before_a_criterion_applied_is_told(manager):
    call = jury_call()
    criterion = conditional(call, raw=FIRST)
    file = admissible_file(call)
    given = reading(file, juror(call), 5)
    found = []
    for niveau in ("2nde", "1re"):
        send(file, niveau=niveau)
        compute_marks(call=call, actor=manager)
        found.append(handed_in_without(call, list(call.grid.criteria.all())))

    assert found == [[], [(given, criterion)]]
    assert standings(call)[0].score == Decimal("100.00")  # left aside in the mark of that juror


def test_a_computed_criterion_that_does_not_apply_gives_no_points_and_says_why(manager):
    call = jury_call(computed=[("rurality", 1)])
    conditional(call, "rurality")
    file = admissible_file(call, establishment=EstablishmentFactory(density_level=6, has_boarding=False))

    compute_marks(call=call, actor=manager)

    mark = ComputedMark.objects.get(application=file)
    assert (mark.points, mark.reason) == (None, "Ce critère ne s’applique pas à ce dossier : le lycée n’a pas d’internat.")
    assert marks_by_criterion(call, [file.pk])[file.pk][2].absence == "ne s’applique pas"


def test_the_decision_keeps_why_for_the_lycee(scored):
    call, _criterion, files = scored
    reading(files[1], juror(call), 5, 3)

    reason = reasons_by_file(call, [files[1].pk])[files[1].pk][1]

    assert (reason["points"], reason["absence"]) == (None, "ne s’applique pas")
    assert reason["sentence"] == "Ce critère ne s’applique pas à ce dossier : le lycée n’a pas d’internat."


def test_two_jurors_who_differ_on_a_criterion_that_is_not_asked_do_not_differ(scored, manager):
    call, _criterion, files = scored
    for points in (0, 5):
        reading(files[1], juror(call), 4, points)

    found = statistics_of(call, Panel(call), viewer=manager)

    assert [file.place.spread for file in found.files if file.place.key == files[1].pk] == [Decimal("0.00")]
    assert found.to_discuss == []


def test_a_file_to_which_nothing_applies_is_told_and_not_ranked_at_zero(manager):
    call = jury_call(weights=(3,))
    conditional(call, "c1")
    file = admissible_file(call, establishment=EstablishmentFactory(has_boarding=False))
    compute_marks(call=call, actor=manager)
    reading(file, juror(call), 2)

    [row] = ranking(call)

    assert (row.rank, row.score, row.has_no_criterion) == (None, None, True)


def test_the_kept_order_of_the_ranking_follows_what_is_decided(scored, manager):
    call, _criterion, files = scored
    reader = juror(call)
    for file, points in zip(files, ((5, 0), (4, 0), (3, 5)), strict=True):
        reading(file, reader, *points)
    first = places(call, Panel(call)).keys.tolist()
    files[0].establishment.has_boarding = False
    files[0].establishment.save(update_fields=["has_boarding"])
    compute_marks(call=call, actor=manager)
    call.refresh_from_db()

    assert first == [files[1].pk, files[2].pk, files[0].pk]
    assert places(call, Panel(call)).keys.tolist() == [files[0].pk, files[1].pk, files[2].pk]


def test_the_reach_of_each_criterion_is_counted_over_the_files_seen(scored):
    call, criterion, files = scored

    [reach] = reach_of(call, list(call.grid.criteria.all()))

    assert (reach.criterion, reach.told) == (criterion, "S’applique si le lycée a un internat.")
    assert (reach.yes, reach.no, reach.unknown, [each.application for each in reach.doubtful]) == (1, 1, 1, [files[2]])


def test_the_reach_says_nothing_of_a_file_hidden_from_the_reader(scored):
    call, _criterion, files = scored
    reader = juror(call)
    InterestDeclaration.objects.create(user=reader, application=files[2], reason="Ancien poste.")

    [reach] = reach_of(call, list(call.grid.criteria.all()), reader)

    assert (reach.yes, reach.no, reach.unknown, reach.doubtful) == (1, 1, 0, [])


@pytest.mark.parametrize("count", [1, 4])
def test_deciding_takes_the_same_queries_for_any_number_of_files(manager, count, django_assert_num_queries):
    call = jury_call()
    conditional(call, raw={"any": [BOARDING, FIRST, {"lycee": "department", "equals": "54"}]})
    for _ in range(count):
        admissible_file(call)

    with django_assert_num_queries(14):
        compute_marks(call=call, actor=manager)


@pytest.mark.parametrize("count", [1, 4])
def test_ranking_takes_one_query_more_whatever_the_number_of_files(scored, manager, count, django_assert_max_num_queries):
    call = scored[0]
    for _ in range(count):
        admissible_file(call)
    Criterion.objects.filter(grid__call=call).update(applies_if=None)
    with django_assert_max_num_queries(30) as plain:
        ranking(call)
    conditional(call)
    with django_assert_max_num_queries(30) as more:
        ranking(call)

    assert len(more) - len(plain) == 2  # the verdicts; and, for the files that nobody marked, whether they could be


def test_a_grid_whose_condition_was_taken_away_applies_everywhere(scored):
    call, criterion, files = scored
    reading(files[1], juror(call), 5, 0)
    Criterion.objects.filter(pk=criterion.pk).update(applies_if=None)

    assert {place.key: place.score for place in standings(call)}[files[1].pk] == Decimal("60.00")


def test_the_opening_of_the_scoring_decides_and_a_file_back_from_instruction_is_decided_again(manager):
    call = jury_call("instruction")
    criterion = conditional(call, raw=FIRST)
    file = admissible_file(call)
    other = admissible_file(call)
    send(file, niveau="1re")
    send(other, niveau="2nde")
    perform(call, "start_assessment", actor=manager)
    opened = decided(criterion)
    perform(Application.objects.get(pk=file.pk), "resume_during_scoring", actor=manager, reason="Niveau mal lu.")
    send(file, niveau="2nde")

    perform(Application.objects.get(pk=file.pk), "declare_admissible", actor=person(Role.OFFICER))

    assert [applies for applies, _facts in opened] == ["yes", "no"]
    assert [applies for applies, _facts in decided(criterion)] == ["no", "no"]


def test_the_lycee_reads_why_its_file_could_not_be_marked():
    made = deliberation()
    file, criterion = made.files[0], made.grid.criteria.get()
    Criterion.objects.update(applies_if=BOARDING)
    Applicability.objects.create(application=file, criterion=criterion, applies="no", facts="Le lycée n’a pas d’internat.")

    propose(made)

    motive = FundingDecision.objects.get(application=file).motive
    assert (
        motive.replace(NBSP, " ")
        == "Le jury n’a pas rendu de note sur votre dossier : aucun des critères que le jury note ne s’y applique."
    )
