"""What the earlier waves of a programme gave: what everybody may read decides who is eligible, the rest is for the form of the lycée alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calls import checks
from calls.actions.next_wave import Wave, prepare_next_wave
from calls.checks import asked_in
from calls.conditioned.eligibility import awaited_waves, eligibility_of, errors_in_eligibility
from calls.conditioned.wave_terms import earlier_waves, terms_of_waves
from calls.enums import CallState, Outcome
from calls.models import Application, Call
from calls.queries.calls import eligible_establishments, foreseen_establishments
from calls.queries.waves import wave_report
from calls.workflows.passages import ready_to_publish
from cms.queries.results import retained_files
from portal.directory.models import Establishment
from portal.roles import Role
from scoring.enums import DecisionState
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.conditions import form_with
from tests.factories.directory import EstablishmentFactory
from tests.factories.orders import OrderLineFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.reading import the, words_of
from tests.stale import signed_in

pytestmark = pytest.mark.django_db

NOT_SERVED = {"all": [{"wave": "retained_1", "equals": False}, {"wave": "retained_2", "equals": False}]}
KNOWN = {"waves": [1, 2]}


@pytest.fixture
def waves() -> list[Call]:
    """Two waves whose results are public, and a third that is open."""
    first = CallFactory(wave=1, state=CallState.ARCHIVED)
    second = CallFactory(wave=2, state=CallState.RELEASED, previous=first)
    return [first, second, CallFactory(wave=3, previous=second, eligibility=NOT_SERVED)]


def decided(call: Call, outcome: str, amount: str | None = None, school: Establishment | None = None, **more) -> Establishment:
    """A lycée whose file had this outcome."""
    granted = Decimal(amount) if amount else None
    file = ApplicationFactory(call=call, establishment=school or EstablishmentFactory(), outcome=outcome, granted_amount=granted, **more)
    return file.establishment


def fresh(call: Call) -> Call:
    return Call.objects.get(pk=call.pk)


def test_who_was_retained_is_left_out_and_told_what_everybody_reads(waves):
    first, _second, third = waves
    served = decided(first, Outcome.PARTLY_AWARDED, "1000")

    assert checks.eligibility_gaps(third, served) == [
        "Le lycée a été retenu en vague 1 ; l’appel demande : le lycée n’a pas été retenu en vague 1."
    ]


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.RESERVE, None])
def test_a_refusal_is_no_public_fact(waves, outcome):
    """« Not retained » and « did not apply » give the same answer, word for word, whatever the call demands."""
    first, _second, third = waves
    third.eligibility = {"wave": "retained_1", "equals": True}
    school = decided(first, outcome) if outcome else EstablishmentFactory()

    assert checks.eligibility_gaps(third, school) == [
        "Le lycée n’a pas été retenu en vague 1 ; l’appel demande : le lycée a été retenu en vague 1."
    ]


def test_what_has_been_decided_and_not_released_says_nothing(waves):
    first, second, third = waves
    school = decided(second, Outcome.AWARDED, "1000")
    Call.objects.filter(pk=second.pk).update(state=CallState.VOTED)

    gaps = checks.eligibility_gaps(fresh(third), school)
    assert gaps == ["Le résultat de la vague 2 n’est pas connu ; l’appel demande : le lycée n’a pas été retenu en vague 2."]
    assert gaps == checks.eligibility_gaps(fresh(third), EstablishmentFactory())
    assert [each.wave for each in awaited_waves(fresh(third))] == [2]
    assert first.wave == 1


def test_an_aid_declined_leaves_the_results_and_the_condition_together(waves):
    first, _second, third = waves
    file = ApplicationFactory(call=first, outcome=Outcome.AWARDED, granted_amount=Decimal("10"), submitted=True)
    FundingDecisionFactory(application=file, state=DecisionState.DECLINED, released_at=timezone.now(), declined_at=timezone.now())

    assert not retained_files(first).exists()
    assert checks.eligibility_gaps(third, file.establishment) == []


def test_the_directory_follows_the_same_rule_as_one_lycee(waves, django_assert_num_queries):
    first, second, third = waves
    served = {decided(first, Outcome.AWARDED, "10"), decided(second, Outcome.PARTLY_AWARDED, "20")}
    free = {decided(first, Outcome.REJECTED), EstablishmentFactory()}

    assert set(eligible_establishments(fresh(third))) == free
    assert {school for school in served | free if not checks.eligibility_gaps(third, school)} == free
    with django_assert_num_queries(4):  # the call, the two waves, and those retained in them, whatever the number of lycées
        call = fresh(third)
        call.previous.previous  # noqa: B018
        assert all(checks.condition_gaps(call, school) for school in served)


@pytest.mark.parametrize(
    ("amount", "condition", "holds"),
    [
        ("5000", {"wave": "granted_1", "at_most": "5000"}, True),
        ("5001", {"wave": "granted_1", "at_most": "5000"}, False),
        (None, {"wave": "granted_1", "at_most": "0"}, True),
        ("5000", {"wave": "granted_before", "at_least": "5000"}, True),
        ("5000", {"wave": "retained_before", "equals": False}, False),
        (None, {"wave": "retained_before", "equals": False}, True),
    ],
)
def test_amounts_are_those_of_the_results_page(waves, amount, condition, holds):
    first, _second, third = waves
    school = decided(first, Outcome.AWARDED, amount) if amount else EstablishmentFactory()
    third.eligibility = condition

    assert (checks.eligibility_gaps(third, school) == []) is holds


def test_the_condition_is_told_in_words_and_only_waves_that_exist_are_read(waves):
    third = waves[2]
    assert eligibility_of(third).in_words() == "si le lycée n’a pas été retenu en vague 1 et si le lycée n’a pas été retenu en vague 2"
    assert errors_in_eligibility(NOT_SERVED, (1, 2)) == []
    assert errors_in_eligibility({"wave": "retained_4", "equals": True}, (1, 2)) == [
        "Condition d’éligibilité : « retained_4 » (wave) n’existe pas."
    ]
    assert sorted(earlier_waves(third)) == [1, 2] and earlier_waves(waves[0]) == {}


def test_eligibility_never_reads_what_is_of_the_lycee_alone():
    offered = {term.reference.key for term in terms_of_waves([1], own=False)}
    assert offered == {"retained_1", "granted_1", "retained_before", "granted_before"}
    assert errors_in_eligibility({"wave": "outcome_1", "equals": "rejected"}, (1,)) == [
        "Condition d’éligibilité : « outcome_1 » (wave) n’existe pas."
    ]


def test_a_call_that_awaits_results_says_so_before_its_publication(waves):
    _first, second, third = waves
    Call.objects.filter(pk=second.pk).update(state=CallState.DELIBERATION)
    Call.objects.filter(pk=third.pk).update(state=CallState.DRAFT)

    lines = [line.sentence for line in ready_to_publish.lines(fresh(third)) if line.label == "Éligibilité"]
    assert f"La condition regarde les résultats de « {second} », qui ne sont pas publiés" in lines[0]


def test_what_awaited_results_may_still_let_in_is_counted_before_the_publication(waves):
    """Nobody is known to be eligible yet: the page says how many may be, and a rule of balance is read against these."""
    first, second, third = waves
    Call.objects.filter(pk=second.pk).update(state=CallState.DELIBERATION)
    Call.objects.filter(pk=third.pk).update(state=CallState.DRAFT)
    decided(first, Outcome.AWARDED, "10")
    free = {EstablishmentFactory(), EstablishmentFactory()}
    call = fresh(third)

    assert set(eligible_establishments(call)) == set() and set(foreseen_establishments(call)) >= free
    assert not set(foreseen_establishments(call)) & {file.establishment for file in first.applications.all()}
    told = [line.sentence for line in ready_to_publish.lines(call) if line.label == "Éligibilité"]
    assert told[-1].replace("\u00a0", " ").startswith(f"0 lycée éligible et {foreseen_establishments(call).count()} à préciser, si")
    staff = signed_in(person(Role.CALL_MANAGER))
    steered = words_of(the(staff.get(f"/pilotage/{call.reference}/"), "main")).replace("\u00a0", " ")
    told = f"{foreseen_establishments(call).count()} lycées restent à préciser : les résultats de « {second} » sont attendus."
    assert f"0 lycée éligible pour l’instant. {told}" in steered
    Call.objects.filter(pk=second.pk).update(state=CallState.RELEASED)
    call = fresh(third)
    assert set(foreseen_establishments(call)) == set(eligible_establishments(call))


# -- In the form, which is of the lycée ------------------------------------------------------------------------------------------


def file_of(call: Call, school: Establishment) -> Application:
    return Application.objects.get(pk=ApplicationFactory(call=call, establishment=school).pk)


def test_the_form_asks_who_was_refused_what_it_does_not_ask_the_others(waves):
    first, second, _third = waves
    definition = form_with(eleves={"shown_if": {"wave": "outcome_1", "equals": "rejected"}}) | {"known": KNOWN}
    third = CallFactory(wave=3, previous=second, with_questionnaire=definition)
    refused, silent = decided(first, Outcome.REJECTED), EstablishmentFactory()

    assert asked_in(file_of(third, refused)).is_asked("eleves")
    assert not asked_in(file_of(third, silent)).is_asked("eleves")
    assert "« Élèves concernés » est posée si la décision en vague 1 est « Non retenu »." in third.questionnaire.schema.rules.told


def test_a_text_says_to_each_lycee_what_is_its_own(waves):
    first, second, _third = waves
    cited = "Vague 1 : {vague1:decision}, {vague1:montant}."
    definition = form_with(eleves={"help": cited}) | {"known": KNOWN}
    third = CallFactory(wave=3, previous=second, with_questionnaire=definition)
    school = decided(first, Outcome.AWARDED, "1234.50")

    said = (
        asked_in(file_of(third, school))
        .question("eleves")
        .help.replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    assert said == "Vague 1 : Retenu, 1 234,50 €."
    assert asked_in(file_of(third, EstablishmentFactory())).question("eleves").help.startswith("Vague 1 : Aucune décision")
    assert (
        third.questionnaire.schema.told_to_all.question("eleves").help
        == "Vague 1 : [la décision en vague 1], [l’aide accordée en vague 1]."
    )


def test_what_was_delivered_is_told_to_the_lycee_that_received_it(waves):
    first, second, _third = waves
    definition = form_with(eleves={"shown_if": {"wave": "delivered_1", "at_least": 10}}) | {"known": KNOWN}
    third = CallFactory(wave=3, previous=second, with_questionnaire=definition)
    served, other = decided(first, Outcome.AWARDED, "10"), decided(first, Outcome.AWARDED, "10")
    decision = FundingDecisionFactory(application=Application.objects.get(establishment=served, call=first))
    OrderLineFactory(order__decision=decision, quantity=30, delivered_quantity=12)

    assert asked_in(file_of(third, served)).is_asked("eleves")
    assert not asked_in(file_of(third, other)).is_asked("eleves")


def test_the_next_wave_keeps_the_condition_and_knows_one_wave_more(waves):
    third = waves[2]
    opens_at = timezone.now() + timedelta(days=400)
    plan = Wave(reference="L40-V9", title="Lycée 4.0, encore", opens_at=opens_at, budget_amount=Decimal("1000"))

    made = prepare_next_wave(call=third, wave=plan, actor=person(Role.CALL_MANAGER))

    assert made.eligibility == NOT_SERVED and eligibility_of(fresh(made)).errors == ()
    assert made.questionnaire.definition["known"] == {"waves": [1, 2, 3]}
    told = {line["label"]: line["told"] for line in wave_report(made)}
    assert told["Condition d’éligibilité"].startswith("Si le lycée n’a pas été retenu en vague 1 et si")


def test_what_a_lycee_has_received_is_told_beside_its_new_needs_and_to_it_alone(client, waves):
    served = decided(waves[0], Outcome.AWARDED, "10")
    decision = FundingDecisionFactory(application=Application.objects.get(establishment=served))
    OrderLineFactory(order__decision=decision, label="Tablette hybride", quantity=30, delivered_quantity=12)
    own = ApplicationFactory(call=CallFactory(title="La suite"), establishment=served, reference="SUI-0001")
    other = ApplicationFactory(call=own.call, reference="SUI-0002")

    for file, told in ((own, True), (other, False)):
        client.force_login(person(Role.MEMBER, at=file.establishment))
        page = client.get(f"/dossiers/{file.reference}/section/besoins/").content.decode()
        assert ("12 × Tablette hybride" in page) == told
