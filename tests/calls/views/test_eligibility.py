"""Which lycées a call is for, chosen by its manager: counted in the directory as it is composed, kept whole, frozen at publication."""

import pytest
from django.urls import reverse

from calls.actions.eligibility import EligibleLycees, set_eligibility
from calls.enums import CallState
from calls.models import Call
from calls.queries.eligibility_count import eligibility_count
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from scoring.trial.run import trial_of
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of, text_of, the, values_of, words_of

pytestmark = pytest.mark.django_db
MANY = {"lycee": "pupils", "at_least": 300}


@pytest.fixture
def manager(client):
    manager = person(Role.CALL_MANAGER)
    client.force_login(manager)
    return manager


@pytest.fixture
def call():
    return CallFactory(state=CallState.DRAFT, reference="L40-V3", eligibility=None)


def page_of(call) -> str:
    return reverse("calls:eligible_lycees", args=[call.reference])


def sent(client, call, **changes) -> dict:
    """What a browser sends of the page, and the changes."""
    form = the(client.get(page_of(call)), "form[data-unsaved]")
    names = dict.fromkeys(control["name"] for control in elements_of(form, "input[name], select[name]"))
    return {name: values_of(form, name) for name in names} | changes


def test_a_condition_is_composed_and_kept_without_script(client, manager, call):
    EstablishmentFactory(pupils=800)
    EstablishmentFactory(pupils=100)
    EstablishmentFactory(pupils=None)
    address = page_of(call)
    data = sent(client, call)
    assert client.post(address, data | {"eligibility-do": "row"}).status_code == 200
    row = data | {"eligibility-0-kind": "row", "eligibility-0-subject": "lycee:pupils"}
    chosen = client.post(address, row | {"eligibility-do": "follow"})
    assert values_of(chosen, "eligibility-0-way") == ["equals"]

    row |= {"eligibility-0-way": "at_least", "eligibility-0-value": "300", "eligibility-0-for": "lycee:pupils"}
    counted = client.post(address, row | {"eligibility-do": "follow"})
    response = client.post(address, row)

    assert "1 lycée éligible sur 3" in words_of(the(counted, "#combien")).replace("\u00a0", " ")
    assert Call.objects.get(pk=call.pk).eligibility == MANY
    assert response["Location"] == reverse("calls:steered_call", args=[call.reference])
    line = JournalEntry.objects.get(action="set_eligibility")
    assert (line.actor, line.data["after"]["eligibility"], line.data["before"]["eligibility"]) == (manager, MANY, None)


def test_what_is_wrong_is_said_and_nothing_is_lost(client, manager, call):
    data = sent(client, call, eligible_categories=[], max_per_establishment="deux")
    row = {
        "eligibility-0-kind": "row",
        "eligibility-0-subject": "lycee:pupils",
        "eligibility-0-way": "at_least",
        "eligibility-0-value": "3oo",
    }

    response = client.post(page_of(call), data | row)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"eligible_categories", "max_per_establishment", "eligibility"}
    assert values_of(response, "eligibility-0-value") == ["3oo"]
    assert values_of(response, "max_per_establishment") == ["deux"]
    assert "Le compte revient une fois la condition complète." in text_of(response)


@pytest.mark.parametrize(("value", "told"), [("0", "elle ne laisse de côté aucun lycée"), ("-1", "elle ne laisse de côté aucun lycée")])
def test_a_condition_that_decides_nothing_is_refused(client, manager, call, value, told):
    row = {"eligibility-0-kind": "row", "eligibility-0-subject": "lycee:pupils", "eligibility-0-way": "at_least"}

    response = client.post(page_of(call), sent(client, call) | row | {"eligibility-0-value": value})

    assert response.status_code == 422
    assert told in " ".join(response.context["form"].errors["eligibility"])


def test_a_published_call_shows_it_in_words(client, manager):
    call = CallFactory(eligibility=MANY, eligible_pathways=["vocational"])

    response = client.get(page_of(call))

    assert not elements_of(response, "form[data-unsaved]")
    text = text_of(response).replace("\u00a0", " ")
    assert "si le nombre d’élèves du lycée est d’au moins 300" in text
    assert "Professionnelle" in text


def test_it_no_longer_changes_once_published(manager):
    call = CallFactory()

    with pytest.raises(TransitionRefused) as refusal:
        set_eligibility(call=call, terms=EligibleLycees(["public_education"], [], 1, None), actor=manager)

    assert refusal.value.wrong_state


def test_each_lycee_is_eligible_unknown_or_left_out_with_all_its_reasons(django_assert_num_queries):
    for pupils in (800, 100, 120, None):
        EstablishmentFactory(pupils=pupils, category="public_education", has_vocational=True)
    EstablishmentFactory(pupils=90, category="private_contract", has_vocational=True)
    EstablishmentFactory(pupils=900, category="public_education", has_general=True, has_vocational=False)
    EstablishmentFactory(silent=True, pupils=900, category="public_education")
    call = CallFactory()

    with django_assert_num_queries(1):
        count = eligibility_count(call, ["public_education"], ["vocational"], MANY)

    assert (count.total, len(count.eligible), len(count.unknown), len(count.excluded)) == (7, 1, 2, 4)
    assert [(each.total, each.alone, each.label) for each in count.reasons] == [
        (3, 2, "Condition non remplie : le nombre d’élèves du lycée est d’au moins 300"),
        (1, 1, "Aucune des voies demandées (professionnelle)"),
        (1, 0, "Statut « Privé sous contrat » non éligible"),
    ]
    assert [(each.total, each.label) for each in count.missing] == [(1, "Le nombre d’élèves du lycée"), (1, "Les voies du lycée")]
    assert count.overlaps


def test_a_condition_that_cannot_be_read_any_more_leaves_everybody_out():
    """As the refusal that a lycée reads: nobody may apply until it is mended."""
    EstablishmentFactory(category="public_education")

    count = eligibility_count(CallFactory(), ["public_education"], [], {"lycee": "shoe_size", "at_least": 3})

    assert (len(count.eligible), len(count.excluded)) == (0, 1)
    assert [each.label for each in count.reasons] == ["La condition d’éligibilité ne se lit plus : personne ne peut déposer"]


def test_the_page_and_the_trial_say_the_same_figures(client, manager):
    """Sections, lycées of several reasons and facts that are not known: the figures that a manager reads twice are the same."""
    EstablishmentFactory(pupils=800)
    EstablishmentFactory(pupils=90, category="private_contract")
    EstablishmentFactory(pupils=None)
    EstablishmentFactory(pupils=500, nature_code="334")
    made = CallFactory(state=CallState.DRAFT, reference="L40-V3", eligible_categories=["public_education"], eligibility=MANY)

    counted = client.get(page_of(made)).context["count"]
    report = trial_of(Call.objects.get(pk=made.pk))

    assert (counted.total, len(counted.eligible), len(counted.unknown)) == (report.open, report.eligible, report.unknown) == (4, 1, 1)
    assert [(each.label, each.total, each.alone) for each in counted.reasons] == [
        (row.label, row.count, row.alone) for row in report.reasons
    ]
    assert [(each.label, each.total) for each in counted.missing] == [(row.label, row.count) for row in report.missing]


def test_a_condition_that_denies_something_is_never_denied_twice():
    """« il n’est pas vrai que … ne … pas » is read nowhere."""
    EstablishmentFactory(category="public_education", has_boarding=True, pupils=800)
    served = {"any": [{"lycee": "boarding", "equals": False}, {"not": MANY}]}

    count = eligibility_count(CallFactory(), ["public_education"], [], served)

    told = "Condition non remplie : le lycée n’a pas d’internat ou le nombre d’élèves du lycée est de moins de 300"
    assert [(each.total, each.label) for each in count.reasons] == [(1, told)]


def test_the_count_takes_as_many_queries_for_a_whole_directory(client, manager, call, django_assert_max_num_queries):
    for pupils in range(1, 12):
        EstablishmentFactory(pupils=pupils * 100)

    client.get(page_of(call))
    with django_assert_max_num_queries(14):
        client.get(page_of(call))


def test_the_condition_may_speak_of_the_earlier_waves(client, manager):
    """What everybody reads of them, never the decision of a lycée; a call without an earlier wave is offered none."""
    first = CallFactory(reference="L40-V1", wave=1)
    second = CallFactory(reference="L40-V2", wave=2, previous=first, state=CallState.DRAFT)
    served = {"wave": "retained_1", "equals": False}

    set_eligibility(call=second, terms=EligibleLycees(["public_education"], [], 1, served), actor=manager)

    page = text_of(client.get("/pilotage/L40-V2/lycees-eligibles/"))
    assert "Résultat de la vague 1" in page
    assert "Décision en vague 1" not in page
    with pytest.raises(TransitionRefused):
        alone = CallFactory(reference="L40-V9", state=CallState.DRAFT)
        set_eligibility(call=alone, terms=EligibleLycees(["public_education"], [], 1, served), actor=manager)


def test_a_fact_of_a_wave_without_results_says_what_makes_it_known():
    EstablishmentFactory(category="public_education")
    first = CallFactory(reference="L40-V1", wave=1)
    second = CallFactory(reference="L40-V2", wave=2, previous=first, state=CallState.DRAFT)

    count = eligibility_count(second, ["public_education"], [], {"wave": "retained_1", "equals": False})

    assert [(each.total, each.label) for each in count.missing] == [
        (1, "Le résultat de la vague 1, connu à la publication des résultats de la vague 1")
    ]


def test_every_wave_without_results_is_named():
    EstablishmentFactory(category="public_education")
    first = CallFactory(reference="L40-V1", wave=1)
    second = CallFactory(reference="L40-V2", wave=2, previous=first)
    third = CallFactory(reference="L40-V3", wave=3, previous=second, state=CallState.DRAFT)

    (missing,) = eligibility_count(third, ["public_education"], [], {"wave": "retained_before", "equals": False}).missing

    assert missing.label == "Le résultat des vagues précédentes, connu à la publication des résultats des vagues 1 et 2"
