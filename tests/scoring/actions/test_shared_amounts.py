"""Amounts set by the rule of the call: from the choice of how many to the scenario."""

from decimal import Decimal

import pytest

from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.balance import set_frame
from scoring.actions.lock import lock_file
from scoring.actions.number import choose_number
from scoring.actions.run import freeze_run, store_run
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import record_attendance
from scoring.actions.verification import verify_scenario
from scoring.models import FileLock, SelectionScenario
from scoring.optimiser.instance import build
from scoring.optimiser.process import Solve, solve_all
from tests.factories.balance import PRIVATE, ask, places, rule
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import with_second_factor
from tests.factories.runs import answer
from tests.factories.sharing import chosen, shared

pytestmark = pytest.mark.django_db


def lines_of(scenario) -> dict:
    return {line.application.reference: line for line in scenario.lines.select_related("application")}


def amounts_of(made, scenario) -> list:
    found = lines_of(scenario)
    return [found[file.reference].granted_amount for file in made.files]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# -- Sharing ------------------------------------------------------------------------------------------------------------------


def test_an_envelope_is_shared_by_quality_among_those_retained_and_each_amount_is_explained():
    """2 400 € by weights 3, 3 and 1: 1 000 € is all that the first asks; 1 050 € go to the second, 350 € to the third. In needs of 150 € and
    100 € the piece, those are 7 pieces and 3.
    """
    made = shared()

    scenario = chosen(made)

    assert plain(scenario.name) == "Ordre de mérite, 3 dossiers"
    assert amounts_of(made, scenario) == [Decimal(1000), Decimal(1050), Decimal(300), None]
    told = [plain(lines_of(scenario)[file.reference].amount_reason) for file in made.files]
    assert told == [
        "1 000 € : tout ce qu’il demande, note 90,00 sur 100.",
        "1 050 € : sa part de l’enveloppe, note 80,00 sur 100 ; demandé 1 500 €.",
        "300 € : ce que 350 € permettent en besoins entiers (sa part de l’enveloppe), note 70,00 sur 100 ; demandé 1 000 €.",
        "",
    ]
    assert scenario.amounts_rule.startswith("L’enveloppe est partagée entre les dossiers retenus")


def test_fewer_retained_get_more_and_both_numbers_stay_side_by_side():
    made = shared(3)
    three = chosen(made)
    places(made, 2)
    two = chosen(made, 2)

    assert SelectionScenario.objects.filter(pk=three.pk).exists()
    assert amounts_of(made, two)[:2] == [Decimal(1000), Decimal(1350)]
    places(made, 3)
    again = chosen(made)
    assert set(SelectionScenario.objects.values_list("pk", flat=True)) == {two.pk, again.pk}


def test_who_would_get_too_little_leaves_and_its_part_goes_to_the_others():
    made = shared(3, floor="amount", floor_amount=Decimal(400))

    scenario = chosen(made)

    left = lines_of(scenario)[made.files[2].reference]
    assert (left.is_selected, left.granted_amount, left.motive) == (False, None, "too_little")
    assert plain(left.reason) == "Sa part de l’enveloppe serait inférieure à 400 €, sans quoi le projet ne peut pas se faire."
    assert amounts_of(made, scenario)[:2] == [Decimal(1000), Decimal(1350)]
    assert [gauge["state"] for gauge in scenario.result["gauges"]] == ["broken"]  # two files where three places were asked


def test_a_mark_without_weight_has_no_part_and_takes_the_place_of_nobody():
    made = shared(3, marks=(90, 80, 70, 50))
    with pytest.raises(TransitionRefused, match="prendrait une place à un autre lycée sans rien lui donner"):
        lock_file(session=made.session, application=made.files[3], side="in", reason="Projet exemplaire.", actor=made.chair)
    FileLock.objects.create(session=made.session, application=made.files[3], side="in", reason="Avant le barème.", author=made.chair)

    scenario = chosen(made, 3)

    last = lines_of(scenario)[made.files[3].reference]
    assert plain(last.reason) == "Sa note, 50,00 sur 100, ne lui donne pas de part de l’enveloppe."
    assert (last.is_selected, last.motive) == (False, "too_little")
    for composed in (False, True):
        assert [one["id"] for one in build(made.session, locked=composed).instance["applications"]] == [
            file.reference for file in made.files[:3]
        ]


def test_more_files_than_have_a_part_are_not_chosen():
    made = shared(4, marks=(90, 80, 70, 50))

    with pytest.raises(TransitionRefused, match="le minimum est de 4, pour 3\xa0dossiers"):
        chosen(made, 4)
    with pytest.raises(TransitionRefused, match="de 1 à 3"):
        choose_number(session=made.session, files=4, seen=4, actor=made.chair)


def test_pupils_count_and_a_ceiling_holds():
    schools = [EstablishmentFactory(pupils=pupils) for pupils in (100, 300, 100, 100)]
    made = shared(2, money=800, schools=schools, counts_pupils=True, ceiling_amount=Decimal(500))

    scenario = chosen(made, 2)

    assert amounts_of(made, scenario)[:2] == [Decimal(300), Decimal(450)]
    assert "le plafond par dossier" in lines_of(scenario)[made.files[1].reference].amount_reason


def test_a_number_is_chosen_first_and_no_rule_bears_on_money():
    made = shared(None)

    with pytest.raises(TransitionRefused, match="choisissez d’abord combien"):
        ask(made)
    places(made, 2)
    rule(made, measure="amount", maximum=500)
    with pytest.raises(TransitionRefused, match="changez cette règle en nombre de dossiers"):
        ask(made)


def test_the_rules_choose_the_files_and_money_is_shared_among_them():
    """The last file, private, is chosen under a rule of balance: the optimiser has no envelope to keep, the places alone."""
    made = shared(2)
    rule(made, minimum=1)

    run = freeze_run(session=made.session, actor=made.chair)
    assert [kept["id"] for kept in run.instance["rules"]] == ["places", f"regle-{made.session.balance_rules.get().pk}"]
    [scenario] = store_run(run=run, answers={"merit": answer(run, [made.files[0].reference, made.files[3].reference])}, actor=made.chair)

    assert amounts_of(made, scenario) == [Decimal(1000), None, None, Decimal(1000)]


def test_a_sharing_is_made_again_from_what_is_frozen_and_a_changed_line_is_seen():
    made = shared()
    run = ask(made)
    [solution] = solve_all(run.instance, [Solve("merit")])
    [scenario] = store_run(run=run, answers={"merit": solution}, actor=made.chair)

    verdict = verify_scenario(scenario=scenario, actor=made.chair)
    scenario.lines.filter(application=made.files[2]).update(granted_amount=Decimal(900))
    changed = verify_scenario(scenario=scenario, actor=made.chair)

    assert amounts_of(made, scenario)[:2] == [Decimal(1000), Decimal(1050)]
    assert (verdict.holds, verdict.sentence.endswith("L’enveloppe a été partagée de nouveau : mêmes parts.")) == (True, True)
    assert not changed.holds


@pytest.mark.parametrize("kept", [None, {}, {"lines": []}, {"lines": [{}]}, {"lines": [{"files": [["x"]]}]}])
def test_an_account_of_the_sharing_that_is_gone_or_unreadable_is_not_said_to_give_the_same_parts(kept):
    made = shared()
    run = ask(made)
    [solution] = solve_all(run.instance, [Solve("merit")])
    [scenario] = store_run(run=run, answers={"merit": solution}, actor=made.chair)
    scenario.result["sharing"] = kept

    verdict = verify_scenario(scenario=scenario, actor=made.chair)

    assert (verdict.holds, "ne fait plus foi" in verdict.sentence) == (False, True)


def test_indispensable_needs_are_not_funded_apart_from_a_shared_envelope():
    """A mark of zero is worth as much for its indispensable needs as for the whole: nothing but the cost would tell them apart."""
    made = shared(3)
    places(made, 3, partial_share=80)

    with pytest.raises(TransitionRefused, match="ne permettez plus de ne financer que les besoins dits indispensables"):
        ask(made)


@pytest.mark.parametrize("count", [1, 3])
def test_envelopes_changed_while_the_optimiser_chooses_give_nobody_the_whole_request(count):
    """With three places the sitting can no longer be solved at all; with one, its file draws on an envelope that is gone."""
    made = shared(count, money=10_000)
    run = ask(made)
    offers = {made.envelope.pk: (Decimal(2400), PRIVATE)}
    set_frame(session=made.session, places=count, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)

    with pytest.raises(TransitionRefused, match="enveloppes .*ont changé pendant le calcul"):
        store_run(run=run, answers={"merit": answer(run, [file.reference for file in made.files[:count]])}, actor=made.chair)
    assert not SelectionScenario.objects.exists()


@pytest.mark.parametrize(("places_then", "said"), [(3, "L’argent de la séance a changé"), (2, "")])
def test_a_scenario_of_another_envelope_is_not_retained_and_one_of_another_number_is(client, places_then, said):
    made = shared()
    scenario = chosen(made)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    made.session = perform(made.session, "open", actor=made.chair)
    offers = {made.envelope.pk: (Decimal(1200), "")} if said else {}
    set_frame(session=made.session, places=places_then, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)
    client.force_login(with_second_factor(made.chair))

    page = client.get(scenario.get_absolute_url()).content.decode()

    assert ("depuis le calcul de ce scénario" in page) == bool(said)
    if said:
        with pytest.raises(TransitionRefused, match=said):
            retain_scenario(scenario=scenario, actor=made.chair)
    else:
        assert retain_scenario(scenario=scenario, actor=made.chair).is_retained


def test_a_sitting_does_not_close_on_an_envelope_changed_since_its_scenario_was_retained():
    made = shared()
    scenario = chosen(made)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    made.session = perform(made.session, "open", actor=made.chair)
    retain_scenario(scenario=scenario, actor=made.chair)
    offers = {made.envelope.pk: (Decimal(1200), "")}
    made.session = set_frame(session=made.session, places=3, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)

    with pytest.raises(TransitionRefused, match="L’argent de la séance a changé"):
        perform(made.session, "close", actor=made.chair)
