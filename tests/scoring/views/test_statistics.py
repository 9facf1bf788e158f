"""The statistics of the marks on screen: what they say, to whom, and what they keep silent about a hidden file."""

from decimal import Decimal

import pytest
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call
from portal.journal.models import JournalEntry
from portal.roles import SCHOOL_ROLES, Role
from scoring.actions.assessment import declare_interest
from scoring.enums import Method
from scoring.marks.severity import Refusal
from scoring.models import SelectionScenario
from scoring.queries import statistics as statistics_queries
from scoring.queries.ranking import Panel
from tests.factories.accounts import RoleGrantFactory
from tests.factories.directory import AuthorityFactory
from tests.factories.jury import RANKING_READERS, admissible_file, juror, jury_call, reading, staff
from tests.factories.runs import ranked
from tests.factories.scoring import EnvelopeFactory, SelectionSessionFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

SEVERE = Decimal("1.5")  # points of five that one juror takes off
COLD, WARM = 17, 13


def page(call) -> str:
    return reverse("scoring:statistics", args=[call.reference])


def statistics(call, viewer):
    call = Call.objects.select_related("grid").get(pk=call.pk)
    return statistics_queries.statistics_of(call, Panel(call), viewer=viewer)


def severe_jury(state=CallState.DELIBERATION, *, money=800):
    """Sixteen files of rising quality, 100 euros each. A severe juror and a neutral one read the even ones, two neutral ones the others.

    By raw scores the eight best are mostly odd ones; without the severity they are the last eight.
    """
    call = jury_call(state, weights=(1,))
    EnvelopeFactory(call=call, amount=Decimal(money))
    severe, neutral, other = juror(call, last_name="Sévère"), juror(call), juror(call, body=AuthorityFactory())
    files = []
    for k in range(16):
        quality, wobble = Decimal(2) + Decimal(k) / 10, Decimal("0.05") * (k // 2 % 2)
        files.append(admissible_file(call))
        reading(files[k], neutral, quality + wobble)
        reading(files[k], *((severe, quality - SEVERE) if k % 2 == 0 else (other, quality)))
    call.applications.update(requested_amount=Decimal(100))
    return call, files, severe


def retained_scenario(call, manager, *, doctrine=Method.RANKED, budget=800):
    """A scenario of this call that a sitting has retained, with its frozen lines."""
    session = SelectionSessionFactory(call=call)
    scenario = ranked(session, manager, budget=budget)
    SelectionScenario.objects.filter(pk=scenario.pk).update(doctrine=doctrine, retained_at=session.held_at)
    return scenario


# -- What the page says -----------------------------------------------------------------------------------------------------


def test_severity_is_said_and_both_ranks_are_shown(client):
    call, files, severe = severe_jury()
    client.force_login(staff(Role.CALL_MANAGER))

    response = client.get(page(call), {"vue": "rangs"})

    lines = [(line.juror, line.marks, word) for line, _, word in response.context["jurors"]]
    assert lines[0] == (severe, 8, "Plus sévère")
    assert [word for _, _, word in lines[1:]] == ["Plus généreux", "Plus généreux"]
    found = response.context["statistics"]
    assert (found.severity.refusal, found.marks, found.compared) == (None, 32, 16)
    # the best file was read by the neutral jurors, the second best by the severe one
    ranks = {
        line["row"].application: (line["file"].place.rank, line["file"].corrected_rank) for line in response.context["page_obj"].object_list
    }
    assert (ranks[files[15]], ranks[files[14]]) == ((1, 1), (6, 2))


def test_correction_that_changes_the_cut_of_the_envelope_is_told(client):
    call, files, _ = severe_jury()
    client.force_login(staff(Role.CALL_MANAGER))

    effect = client.get(page(call)).context["effect"]

    assert (effect.scenario, effect.is_retained_cut) == (None, False)
    assert {moved.reference for moved in effect.entering} == {files[k].reference for k in (8, 10)}
    assert {moved.reference for moved in effect.leaving} == {files[k].reference for k in (5, 7)}


def test_correction_is_measured_on_the_retained_scenario(client):
    call, files, _ = severe_jury()
    manager = staff(Role.CALL_MANAGER)
    scenario = retained_scenario(call, manager, budget=200)
    client.force_login(manager)

    response = client.get(page(call))

    effect = response.context["effect"]
    assert (effect.scenario, effect.is_retained_cut) == (scenario, True)
    assert [moved.reference for moved in effect.entering] == [files[14].reference]
    assert [(moved.reference, moved.rank, moved.corrected_rank) for moved in effect.leaving] == [(files[13].reference, 2, 3)]
    assert "Mesuré sur le scénario retenu, « Par rang »." in text_of(response)


def test_scenario_of_the_optimiser_is_named_and_not_solved_again(client):
    call, _, _ = severe_jury()
    manager = staff(Role.CALL_MANAGER)
    scenario = retained_scenario(call, manager, doctrine="merit", budget=200)
    client.force_login(manager)

    response = client.get(page(call))

    effect = response.context["effect"]
    assert (effect.scenario, effect.is_retained_cut, len(effect.entering)) == (scenario, False, 2)
    assert "suit des règles d’équilibre et n’est pas recalculé ici" in response.content.decode()


def test_correction_that_changes_nothing_is_told_too(client):
    call, _, _ = severe_jury(money=1600)
    client.force_login(staff(Role.CALL_MANAGER))

    response = client.get(page(call))

    assert response.context["effect"].changes is False
    assert "ne changerait pas la sélection" in response.content.decode()


def test_no_money_no_word_on_the_selection(client):
    call, _, _ = severe_jury(money=0)
    client.force_login(staff(Role.CALL_MANAGER))

    assert client.get(page(call)).context["effect"] is None


def test_scores_and_ranks_are_not_touched(client):
    call, _, _ = severe_jury()
    manager = staff(Role.CALL_MANAGER)
    client.force_login(manager)
    address = reverse("scoring:ranking", args=[call.reference])
    before, entries = client.get(address).context["page_obj"].object_list, JournalEntry.objects.count()

    client.get(page(call))

    after = client.get(address).context["page_obj"].object_list
    assert [(row.rank, row.score) for row, _ in after] == [(row.rank, row.score) for row, _ in before]
    assert JournalEntry.objects.count() == entries


def test_jurors_who_share_no_file_are_named_by_group(client):
    call = jury_call(CallState.DELIBERATION, weights=(1,))
    pairs = [(juror(call, last_name=a), juror(call, last_name=b)) for a, b in (("Ardent", "Bonnet"), ("Colin", "Duval"))]
    for k in range(16):
        application = admissible_file(call)
        for user in pairs[k % 2]:
            reading(application, user, 1 + k % 4)
    client.force_login(staff(Role.AUDITOR))

    response = client.get(page(call))

    assert response.context["statistics"].severity.refusal == Refusal.NOT_CONNECTED
    assert [[user.last_name for user in group] for group in response.context["groups"]] == [["Ardent", "Bonnet"], ["Colin", "Duval"]]
    assert (response.context["jurors"], response.context["effect"]) == ([], None)
    assert "La sévérité ne peut pas se dire." in response.content.decode()


def test_ranks_are_not_compared_without_correction(client):
    call = jury_call(CallState.DELIBERATION)
    reading(admissible_file(call), juror(call), 4, 2)
    client.force_login(staff(Role.AUDITOR))

    response = client.get(page(call), {"vue": "rangs"})

    assert (response.context["view"], list(response.context["page_obj"].object_list)) == ("", [])
    assert "Aucun dossier n’est à discuter" in response.content.decode()


def test_files_to_discuss_come_with_the_widest_first_and_say_where_the_marks_part(client):
    call = jury_call(CallState.DELIBERATION, weights=(1,))
    region = [juror(call), juror(call)]
    academy = juror(call, body=AuthorityFactory())
    calm, inside, between, bodies = (admissible_file(call) for _ in range(4))
    for application, marks in ((calm, (3, 3, 3)), (inside, (1, 4, 2)), (between, (1, 1, 5)), (bodies, (None, 3, 4))):
        for user, points in zip((*region, academy), marks, strict=True):
            reading(application, user, points)
    client.force_login(staff(Role.CALL_MANAGER))

    rows = client.get(page(call)).context["page_obj"].object_list

    # out of 100: 80 apart, 60 apart, and 20 apart whose deviation is 14
    assert [(line["row"].application, line["split"], line["file"].wide_range, line["file"].wide_deviation) for line in rows] == [
        (between, "Surtout entre collèges (100 %)", True, True),
        (inside, "Surtout à l’intérieur des collèges (96 %)", True, True),
        (bodies, "Entre collèges, un juré chacun", False, True),
    ]


def test_nothing_handed_in_yet(client):
    call = jury_call()
    reading(admissible_file(call), juror(call), 4, state="in_progress")
    client.force_login(staff(Role.CALL_MANAGER))

    response = client.get(page(call))

    assert "Aucune évaluation n’est encore rendue" in response.content.decode()
    assert response.context["statistics"].marks == 0


def test_figures_follow_a_new_mark():
    call, files, _ = severe_jury()
    manager = staff(Role.CALL_MANAGER)
    before = statistics(call, manager)

    reading(files[0], juror(call), 5)

    after = statistics(call, manager)
    assert (before.marks, after.marks) == (32, 33)
    assert before.alpha != after.alpha


def test_ranking_leads_to_the_statistics(client):
    call = jury_call(CallState.DELIBERATION)
    client.force_login(staff(Role.AUDITOR))

    assert page(call) in client.get(reverse("scoring:ranking", args=[call.reference])).content.decode()


# -- To whom ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", RANKING_READERS)
@pytest.mark.parametrize("who", ["seated juror", "seated chair", *Role])
def test_statistics_are_for_those_who_read_the_ranking(client, who, state):
    call = jury_call(state)
    application = admissible_file(call)
    for _ in range(2):
        reading(application, juror(call), 4, 2)
    seated = {"seated juror": lambda: juror(call), "seated chair": lambda: juror(call, chair=True)}
    at = application.establishment if who in SCHOOL_ROLES else None
    client.force_login(seated[who]() if who in seated else staff(who, at=at))

    assert client.get(page(call)).status_code == (200 if who in RANKING_READERS[state] else 404)


def test_juror_of_another_call_and_visitor_are_kept_out(client):
    call, _, _ = severe_jury()
    stranger = juror(jury_call(CallState.DELIBERATION))

    visitor = client.get(page(call))
    client.force_login(stranger)

    assert (visitor.status_code, client.get(page(call)).status_code) == (302, 404)


def test_figures_of_a_conflicted_juror_are_those_of_a_call_without_the_file(client):
    call, files, _ = severe_jury()
    hidden, user = files[14], juror(call)
    manager = staff(Role.CALL_MANAGER)
    # the widest disagreement of the call, which the correction would bring in
    reading(hidden, juror(call), 5)
    declare_interest(application=hidden, actor=user, reason="Ancien poste.")
    client.force_login(user)

    response = client.get(page(call))
    ranks = client.get(page(call), {"vue": "rangs"})
    seen, whole = response.context["statistics"], statistics(call, manager)
    Call.objects.get(pk=call.pk).applications.filter(pk=hidden.pk).update(**{"state": "inadmissible"})
    without = statistics(call, manager)

    assert whole.to_discuss[0].place.key == hidden.pk
    assert (seen.files, seen.marks, seen.alpha, seen.severity) == (without.files, without.marks, without.alpha, without.severity)
    assert (whole.marks, seen.marks) == (33, 30)
    assert response.context["effect"] is None
    pages = response.content.decode() + ranks.content.decode()
    assert [text for text in (hidden.reference, hidden.establishment.name) if text in pages] == []


def test_conflicted_manager_reads_no_effect_either(client):
    call, files, _ = severe_jury()
    manager = staff(Role.CALL_MANAGER)
    RoleGrantFactory(user=manager, role=Role.MEMBER, establishment=files[3].establishment)
    client.force_login(manager)

    response = client.get(page(call))

    assert (response.context["effect"], response.context["statistics"].marks) == (None, 30)


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_any_number_of_files(client, count, django_assert_num_queries):
    call = jury_call(computed=[("rurality", 1)])
    jurors = [juror(call), juror(call)]
    for _ in range(count):
        application = admissible_file(call)
        for user, points in zip(jurors, (0, 5), strict=True):
            reading(application, user, points, points)
    client.force_login(staff(Role.CALL_MANAGER))

    with django_assert_num_queries(COLD):
        assert len(client.get(page(call)).context["page_obj"].object_list) == count
    with django_assert_num_queries(WARM):
        client.get(page(call))
