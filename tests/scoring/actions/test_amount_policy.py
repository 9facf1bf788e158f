"""How a call sets amounts: who chooses it, until when, what a rule lacks, what lycées read of it."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call
from calls.workflows import passages
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.seen import SEEN
from scoring.actions.amounts import set_amounts
from scoring.enums import AmountFloor, AmountWay, WeightBy
from scoring.models import AmountPolicy, GridErratum
from scoring.queries.amounts import policy_of, public_amounts
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import jury_call, publishable_call, staff
from tests.reading import values_of
from tests.stale import read_in

pytestmark = pytest.mark.django_db

BANDS = [["80.00", 3], ["60.00", 1]]
SHARED = (
    "L’enveloppe est partagée entre les dossiers retenus, selon leur note et leur nombre. Aucun ne reçoit plus que ce qu’il demande. "
    "Le poids d’un dossier dans le partage est de 3 à partir de 80 sur 100, 1 à partir de 60 sur 100, zéro au-dessous. "
    "Une part est arrondie à la dizaine d’euros, puis paie des besoins entiers à leur prix exact\u00a0: les montants sont rarement ronds, ni les "
    "mêmes à note égale. "
    "Ce qu’une part ne peut pas payer est partagé de nouveau entre les autres."
)


def current(call: Call) -> Call:
    return Call.objects.get(pk=call.pk)


def shared(**fields) -> AmountPolicy:
    return AmountPolicy(**{"way": AmountWay.SHARED, "bands": BANDS, **fields})


def typed(**fields) -> dict:
    """What the form sends for the rule of `shared`."""
    return {
        "way": "shared", "weight_by": "bands", "step": "1000", "floor": "none", "band-0-least": "60", "band-0-value": "1",
        "band-1-least": "80", "band-1-value": "3", **fields,
    }  # fmt: skip


@pytest.fixture
def manager():
    return staff(Role.CALL_MANAGER)


def test_a_call_without_a_rule_gives_what_is_asked_and_says_nothing_to_lycees(manager):
    call = publishable_call()

    assert policy_of(current(call)).is_as_asked
    assert public_amounts(current(call)) == ""


def test_the_manager_sets_the_rule_that_everybody_then_reads(client, manager):
    call = publishable_call()
    client.force_login(manager)

    answer = client.post(reverse("scoring:amounts", args=[call.reference]), typed())

    assert answer.status_code == 302
    assert policy_of(current(call)).bands == BANDS
    assert public_amounts(current(call)) == SHARED
    assert JournalEntry.objects.get(action="set_amounts").data["after"] == SHARED
    assert SHARED in client.get(reverse("scoring:grid", args=[call.reference])).content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"band-0-least": "", "band-0-value": "", "band-1-least": "", "band-1-value": ""}, "band-0-least", "au moins un palier"),
        ({"band-0-value": "5"}, "band-0-least", "Une meilleure note ne vaut jamais moins"),
        ({"band-0-least": "80"}, "band-0-least", "commencent à la même note"),
        ({"band-1-least": "120"}, "band-0-least", "va de 0 à 100"),
        ({"band-1-value": ""}, "band-1-value", "Donnez ce que vaut ce palier"),
        ({"way": "rate", "band-1-value": "101"}, "band-0-least", "Une part va de 1 à 100"),
        ({"weight_by": "linear"}, "threshold", "Donnez la note au-dessus de laquelle"),
        ({"weight_by": "linear", "threshold": "100"}, "threshold", "au-dessous de 100"),
        ({"floor": "amount"}, "floor_amount", "Donnez le montant"),
        ({"floor": "amount", "floor_amount": "900", "ceiling_amount": "800"}, "floor_amount", "dépasse ce qu’un dossier reçoit au plus"),
        ({"floor": "part"}, "floor_percent", "Donnez la part de la demande"),
        ({"threshold": "1 000 000"}, "threshold", "Le nombre dépasse le plafond de 9\u00a0999,99."),
        ({"way": "asked", "threshold": "1 000 000"}, "threshold", "Le nombre dépasse le plafond"),
        ({"band-0-least": "999999999"}, "band-0-least", "Le nombre dépasse le plafond"),
    ],
)
def test_what_a_rule_lacks_is_said_on_its_field_and_what_was_typed_stays(client, manager, fields, field, said):
    call = publishable_call()
    client.force_login(manager)

    answer = client.post(reverse("scoring:amounts", args=[call.reference]), typed(**fields))

    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert not AmountPolicy.objects.exists()
    assert answer.context["form"]["way"].value() == fields.get("way", "shared")


def test_a_public_rule_changes_by_an_erratum_that_teams_receive(manager):
    call = perform(publishable_call(), "publish", actor=manager)

    with pytest.raises(TransitionRefused, match="un erratum dit pourquoi"):
        set_amounts(call=call, wanted=shared(), actor=manager)
    set_amounts(call=call, wanted=shared(), actor=manager, erratum="La règle manquait.")
    set_amounts(call=call, wanted=shared(), actor=manager, erratum="La règle manquait.")  # nothing changes, nothing is announced

    erratum = GridErratum.objects.get()
    assert erratum.changes == [f"Montants : {SHARED} Auparavant : Chaque dossier retenu reçoit ce qu’il demande."]
    assert erratum.text == "La règle manquait."


@pytest.mark.parametrize("state", [CallState.DELIBERATION, CallState.VOTED, CallState.RELEASED, CallState.UNSUCCESSFUL])
def test_once_the_jury_deliberates_the_rule_stands(client, manager, state):
    call = jury_call(state)

    with pytest.raises(TransitionRefused, match="ne change plus"):
        set_amounts(call=call, wanted=shared(), actor=manager, erratum="Trop tard.")
    client.force_login(manager)
    page = client.get(reverse("scoring:amounts", args=[call.reference]))

    assert not AmountPolicy.objects.exists()
    assert not page.context["may_set"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.OFFICER, Role.JUROR, Role.CHAIR])
def test_only_who_manages_the_jury_sets_it(role):
    call = publishable_call()

    with pytest.raises(PermissionDenied):
        set_amounts(call=call, wanted=shared(), actor=person(role))
    assert not AmountPolicy.objects.exists()


def test_a_page_opened_before_a_colleague_changed_the_rule_writes_nothing_over_it(client, manager):
    call = publishable_call()
    set_amounts(call=call, wanted=shared(), actor=manager)
    client.force_login(manager)
    page = reverse("scoring:amounts", args=[call.reference])
    [seen] = values_of(client.get(page), SEEN)
    set_amounts(call=call, wanted=shared(bands=[["50.00", 1]]), actor=manager)

    answer = client.post(page, typed(seen=seen))

    assert answer.status_code == 409
    assert f"{manager} a changé ceci le" in read_in(answer)
    assert policy_of(current(call)).bands == [["50.00", 1]]


def test_pupils_that_the_directory_does_not_know_hold_the_deliberation_back():
    call = jury_call(CallState.ASSESSMENT)
    ApplicationFactory(call=call, admissible=True, establishment=EstablishmentFactory(pupils=None), reference="UN-001")
    AmountPolicy.objects.create(call=call, way=AmountWay.SHARED, bands=BANDS, counts_pupils=True)

    [line] = [line for line in passages.ready_to_deliberate.lines(Call.objects.get(pk=call.pk)) if line.label == "Montants"]

    assert line.is_missing
    assert line.items[0].text.startswith("UN-001")


@pytest.mark.parametrize("way", [AmountWay.ASKED, AmountWay.ESSENTIAL, AmountWay.RATE])
def test_pupils_hold_nothing_back_where_no_envelope_is_shared(way):
    call = jury_call(CallState.ASSESSMENT)
    ApplicationFactory(call=call, admissible=True, establishment=EstablishmentFactory(pupils=None))
    AmountPolicy.objects.create(call=call, way=way, bands=BANDS, counts_pupils=True)

    [line] = [line for line in passages.ready_to_deliberate.lines(Call.objects.get(pk=call.pk)) if line.label == "Montants"]

    assert not line.is_missing


def test_each_way_is_one_plain_text():
    told = {
        "essential": "Chaque dossier retenu reçoit ses besoins dits indispensables.",
        "rate": "Chaque dossier retenu reçoit une part de ce qu’il demande, selon sa note : 3 % à partir de 80 sur 100, 1 % à partir de 60 sur 100, "
        "rien au-dessous. Un dossier reçoit au plus 900 €. Une part est arrondie à la dizaine d’euros, puis paie des besoins entiers à leur "
        "prix exact : les montants sont rarement ronds, ni les mêmes à note égale. Un projet dont la part serait inférieure à 50 % de sa demande n’est pas financé.",
    }
    call = publishable_call()
    for way, sentence in told.items():
        AmountPolicy.objects.update_or_create(
            call=call,
            defaults={"way": way, "bands": BANDS, "ceiling_amount": Decimal(900), "floor": AmountFloor.PART, "floor_percent": 50},
        )
        assert public_amounts(current(call)).replace("\u00a0", " ") == sentence
    AmountPolicy.objects.update(way="shared", weight_by=WeightBy.LINEAR, threshold=Decimal("9.50"), counts_pupils=True)
    assert "a au-dessus de 9,50, multiplié par le nombre d’élèves du lycée." in public_amounts(current(call))
