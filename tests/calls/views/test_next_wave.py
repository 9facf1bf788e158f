"""The next wave of a call is a draft with all that the last one was, by one press; what is left to write is told line by line."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.actions.next_wave import Wave, dates_of, prepare_next_wave
from calls.enums import CallState
from calls.forms.steering import next_in_line
from calls.models import Call
from calls.queries.waves import wave_report
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.panel import seat_member
from scoring.enums import AmountWay
from scoring.models import AmountPolicy, BalanceRule, CallIpsBands, CallRule, Grid, PanelMember
from scoring.wording.balance import rule_label
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, CallFactory
from tests.factories.directory import AuthorityFactory
from tests.factories.scoring import GridFactory, SelectionSessionFactory
from tests.reading import the, values_of, words_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
OTHERS = [Role.FINANCE, Role.ORDERS, Role.AUDITOR, Role.OFFICER, Role.JUROR, Role.TECHNICIAN]


@pytest.fixture
def call():
    made = CallFactory(
        reference="L40-V2",
        slug="lycee-4-0-vague-2",
        title="Lycée 4.0, vague 2",
        wave=2,
        state=CallState.RELEASED,
        opens_at=datetime(2027, 3, 1, 8, tzinfo=PARIS),
        closes_at=datetime(2027, 4, 2, 18, 30, tzinfo=PARIS),
        jury_on=date(2027, 5, 3),
        results_on=date(2027, 6, 7),
        with_questionnaire=DEFINITION,
        eligible_pathways=["vocational"],
        max_per_establishment=2,
    )
    GridFactory(call=made)
    AmountPolicy.objects.create(call=made, way=AmountWay.ESSENTIAL)
    return made


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


def wave(**given) -> Wave:
    opens_at = datetime(2028, 3, 1, 8, tzinfo=PARIS)
    return Wave(
        **{"reference": "L40-V3", "title": "Lycée 4.0, vague 3", "opens_at": opens_at, "budget_amount": Decimal("1500000.00")} | given
    )


def test_dates_are_as_many_working_days_after_the_opening(call):
    found = dates_of(call, datetime(2028, 3, 1, 9, tzinfo=PARIS))

    # 23 working days in 2027 without Easter Monday (29 March); none is a holiday in March 2028.
    assert found.closes_at == datetime(2028, 4, 3, 18, 30, tzinfo=PARIS)
    assert found.closes_at.utcoffset() == timedelta(hours=2)
    assert (found.jury_on, found.results_on) == (date(2028, 5, 4), date(2028, 6, 9))


def test_the_draft_has_the_rules_the_form_the_grid_the_amounts_and_the_jury(call, manager):
    juror, gone = person(Role.JUROR), person(Role.JUROR)
    body = AuthorityFactory(reims=True)
    for user in (juror, gone):
        seat_member(call=call, user=user, body=body, is_chair=False, actor=manager)
    gone.role_grants.all().delete()

    made = prepare_next_wave(call=call, wave=wave(), actor=manager)

    made = Call.objects.get(pk=made.pk)
    assert (made.state, made.wave, made.previous, made.slug) == (CallState.DRAFT, 3, call, "lycee-4-0-vague-3")
    assert (made.eligible_pathways, made.max_per_establishment, made.programme) == (["vocational"], 2, call.programme)
    assert made.questionnaire.definition == DEFINITION | {"known": {"waves": [call.wave]}}
    assert made.questionnaire.frozen_at is None
    known = [(row.key, row.weight) for row in call.grid.criteria.all()]
    assert [(row.key, row.weight) for row in Grid.objects.get(call=made).criteria.all()] == known
    assert made.amount_policy.way == AmountWay.ESSENTIAL
    assert [seat.user for seat in PanelMember.objects.filter(call=made)] == [juror]


def test_it_tells_what_it_took_and_what_it_left(call, manager, client):
    prepare_next_wave(call=call, wave=wave(), actor=manager)
    client.force_login(manager)

    page = client.get(reverse("calls:steered_call", args=["L40-V3"]))

    told = {line["label"]: line["left"] for line in page.context["report"]}
    assert told["Formulaire"] is False
    assert told["Grille"] is False
    assert told["Enveloppes"] is True
    assert told["Jury"] is True
    assert words_of(the(page, 'section[aria-labelledby="reprise"] a')) == "Lycée 4.0, vague 2"
    assert client.get(reverse("calls:steered_call", args=["L40-V2"])).context["report"] is None


def test_the_rules_of_balance_of_the_call_are_taken_and_the_bands_that_it_had_given(call, manager):
    CallRule.objects.create(call=call, groups=["ips:1"], group_labels=["IPS jusqu’à 85,0"], minimum=4, lowest_minimum=2)
    CallIpsBands.objects.create(call=call, first=85, second=95, third=105)

    made = prepare_next_wave(call=call, wave=wave(), actor=manager)

    rule = CallRule.objects.get(call=made)
    assert (rule.terms, rule.group_labels) == (CallRule.objects.get(call=call).terms, ["IPS jusqu’à 85,0"])
    assert made.ips_bands.scale == call.ips_bands.scale


def test_where_the_call_had_published_none_those_of_its_last_sitting_are_taken_and_quartiles_are_found_anew(call, manager):
    session = SelectionSessionFactory(call=call)
    BalanceRule.objects.create(session=session, maximum=3)
    CallIpsBands.objects.create(call=call, first=85, second=95, third=105, is_given=False)

    made = prepare_next_wave(call=call, wave=wave(), actor=manager)

    assert [rule_label(rule) for rule in CallRule.objects.filter(call=made)] == ["Au plus 3 dossiers"]
    assert not CallIpsBands.objects.filter(call=made).exists()


def test_nobody_hears_of_it_and_both_journals_say_it(call, manager):
    made = prepare_next_wave(call=call, wave=wave(), actor=manager)

    assert Message.objects.count() == 0
    acts = JournalEntry.objects.filter(action__in=["prepare_wave", "continued"]).order_by("action")
    assert [(entry.action, entry.subject_id) for entry in acts] == [("continued", str(call.pk)), ("prepare_wave", str(made.pk))]


def test_the_page_proposes_the_next_name_and_a_year_later(call, manager, client):
    client.force_login(manager)

    page = client.get(reverse("calls:next_wave", args=["L40-V2"]))

    assert values_of(page, "title") == ["Lycée 4.0, vague 3"]
    assert values_of(page, "reference") == ["L40-V3"]
    assert values_of(page, "opens_at") == ["2028-03-01T08:00"]


def test_two_presses_make_one_draft(call, manager, client):
    client.force_login(manager)
    typed = {"title": "Lycée 4.0, vague 3", "reference": "L40-V3", "opens_at": "2028-03-01T08:00", "budget_amount": "1 500 000"}

    first = client.post(reverse("calls:next_wave", args=["L40-V2"]), typed)
    client.post(reverse("calls:next_wave", args=["L40-V2"]), typed | {"reference": "L40-V4"})

    assert first.url == reverse("calls:steered_call", args=["L40-V3"])
    assert Call.objects.filter(previous=call).count() == 1


def test_a_wave_withdrawn_leaves_room_for_another(call, manager):
    first = prepare_next_wave(call=call, wave=wave(), actor=manager)
    perform(first, "withdraw", actor=manager, reason="Préparée trop tôt.")

    second = prepare_next_wave(call=call, wave=wave(reference="L40-V3B", title="Lycée 4.0, vague 3 bis"), actor=manager)

    assert Call.following_of(call) == second


def test_a_jury_announced_before_the_opening_is_left_to_write(call, manager):
    Call.objects.filter(pk=call.pk).update(jury_on=date(2026, 5, 3))

    made = prepare_next_wave(call=Call.objects.get(pk=call.pk), wave=wave(), actor=manager)

    assert (made.jury_on, made.results_on) == (None, date(2028, 6, 9))
    told = {line["label"]: line["left"] for line in wave_report(made)}
    assert told["Jury et résultats"] is True


def test_a_wave_that_would_close_before_it_opens_is_refused_for_that(call, manager, client):
    Call.objects.filter(pk=call.pk).update(closes_at=datetime(2027, 3, 1, 18, tzinfo=PARIS))
    client.force_login(manager)
    typed = {"title": "Lycée 4.0, vague 3", "reference": "L40-V3", "opens_at": "2028-03-01T20:00", "budget_amount": "1 500 000"}

    page = client.post(reverse("calls:next_wave", args=["L40-V2"]), typed)

    assert page.status_code == 422
    assert "La clôture serait le 1er mars 2028 à 18 h 00, avant l’ouverture" in page.content.decode().replace("\xa0", " ")
    assert not Call.objects.filter(previous=call).exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reference": "L40 V3"}, "reference"),
        ({"opens_at": "2020-03-01T08:00"}, "opens_at"),
        ({"opens_at": "bientôt"}, "opens_at"),
        ({"budget_amount": "-1"}, "budget_amount"),
        ({"title": ""}, "title"),
        ({"title": "———"}, "title"),
    ],
)
def test_what_is_wrong_is_said_and_kept(call, manager, client, typed, field):
    client.force_login(manager)
    whole = {"title": "Lycée 4.0, vague 3", "reference": "L40-V3", "opens_at": "2028-03-01T08:00", "budget_amount": "1 500 000"} | typed

    page = client.post(reverse("calls:next_wave", args=["L40-V2"]), whole)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Call.objects.filter(previous=call).exists()


def test_a_reference_already_taken_is_refused_with_a_sentence(call, manager):
    CallFactory(reference="L40-V3")

    with pytest.raises(TransitionRefused, match="Un appel porte déjà cette référence ou cette adresse"):
        prepare_next_wave(call=call, wave=wave(), actor=manager)

    assert not Call.objects.filter(previous=call).exists()


@pytest.mark.parametrize("role", OTHERS)
def test_only_those_who_run_calls_prepare_a_wave(call, client, role):
    client.force_login(person(role))

    assert client.get(reverse("calls:next_wave", args=["L40-V2"])).status_code in (403, 404)
    assert client.post(reverse("calls:next_wave", args=["L40-V2"]), {}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("name", "wave_number", "proposed"),
    [
        ("Lycée 4.0, vague 2", 2, "Lycée 4.0, vague 3"),
        ("L40-V9", 9, "L40-V10"),
        ("Usages numériques 2027", 1, "Usages numériques 2027"),
        ("Pack numérique", 1, "Pack numérique"),
    ],
)
def test_the_name_in_line(name, wave_number, proposed):
    assert next_in_line(name, wave_number) == proposed


def test_a_draft_has_no_next_wave_button_yet(manager, client):
    CallFactory(
        reference="UN-1", state=CallState.DRAFT, opens_at=timezone.now() + timedelta(days=3), closes_at=timezone.now() + timedelta(days=9)
    )
    client.force_login(manager)

    assert client.get(reverse("calls:steered_call", args=["UN-1"])).context["may_continue"] is False
