"""Scenarios with one quota, that earlier versions made: what the upgrade keeps of them, and what can still be done with them."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from exports.papers.minutes import minutes_row, render_minutes
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.decision import propose_decisions
from scoring.actions.scenario import drop_scenario, retain_scenario
from scoring.actions.session import record_attendance
from scoring.actions.verification import ask_replay, verify_scenario
from scoring.enums import Motive
from scoring.models import FundingDecision, ScenarioLine, Score, SelectionScenario
from scoring.optimiser.staleness import seems_changed, what_changed
from tests.exports.reading import pdf_text
from tests.factories.balance import sitting
from tests.factories.deliberation import Deliberation, deliberation
from tests.factories.runs import ranked
from tests.factories.scoring import SelectionSessionFactory

RULE = "Quota\u00a0: Privé sous contrat, 1 au moins."
QUOTA = {"dimension": "category", "value": "private_contract", "label": "Privé sous contrat", "minimum": 1, "maximum": None}
EARLIER = {"budget": "200.00", "overflow": "skip", "waiting_places": 1, "quota": QUOTA}
REASONS = {
    0: (True, Motive.MERIT, None, "Retenu par ordre de mérite, rang\u00a01."),
    1: (False, Motive.QUOTA_MINIMUM, 1, "Place réservée au quota «\u00a0Privé sous contrat, 1 au moins\u00a0»."),
    2: (False, Motive.BUDGET, None, "Il manque 100\u00a0€ dans l’enveloppe au rang\u00a03."),
    3: (
        True,
        Motive.RESERVED,
        None,
        "Retenu au rang\u00a04 pour atteindre le minimum du quota «\u00a0Privé sous contrat, 1 au moins\u00a0».",
    ),
}


def earlier(*, opened=True) -> Deliberation:
    """A sitting, open, with a scenario of an earlier version: four files at 100 euros, the last one private."""
    made = sitting(money=200)
    made.scenario = SelectionScenario.objects.create(
        session=made.session,
        name="Un privé au moins",
        parameters=EARLIER,
        earlier_rule=RULE,
        summary={"files": 4, "selected": 2, "amount": "200.00", "remaining": "0.00", "group": 1, "cut_position": 2},
        digest="f" * 64,
        created_by=made.chair,
    )
    for index, (chosen, motive, waiting, reason) in REASONS.items():
        ScenarioLine.objects.create(
            scenario=made.scenario,
            application=made.files[index],
            position=index + 1,
            rank=index + 1,
            score=Decimal(90 - 10 * index),
            marks=[str(90 - 10 * index)],
            requested_amount=100,
            is_selected=chosen,
            motive=motive,
            waiting_rank=waiting,
            reason=reason,
        )
    if opened:
        record_attendance(session=made.session, seats=made.seats, actor=made.manager)
        made.session = perform(made.session, "open", actor=made.chair)
    return made


def closed() -> Deliberation:
    made = earlier()
    retain_scenario(scenario=made.scenario, actor=made.chair)
    made.session = perform(made.session, "close", actor=made.chair)
    return made


def page(client, user, address, **query):
    client.force_login(user)
    return client.get(address, query)


@pytest.mark.django_db
def test_page_says_its_lines_its_rule_and_that_it_is_not_computed_any_more(client):
    made = earlier()

    response = page(client, made.chair, made.scenario.get_absolute_url(), vue="tous")

    text = response.content.decode()
    assert [row.reason for row in response.context["screen"].rows] == [reason for _, _, _, reason in REASONS.values()]
    assert [reason in text for _, _, _, reason in REASONS.values()] == [False, True, True, True]  # a merit needs no words
    assert RULE in text
    assert "il ne se recalcule plus" in text
    assert "Vérifier" not in text
    moved = page(client, made.chair, made.scenario.get_absolute_url(), vue="deplaces").context["page_obj"]
    assert [row.line.application for row in moved] == [made.files[1], made.files[3]]


@pytest.mark.django_db
def test_page_and_comparison_show_it_beside_a_new_computation(client):
    made = earlier()
    fresh = ranked(made.session, made.chair)

    tabs = page(client, made.chair, made.session.get_absolute_url()).context["tabs"]
    text = page(client, made.chair, f"/seances/{made.session.pk}/comparer/").content.decode()

    assert [tab.scenario for tab in tabs] == [made.scenario, fresh]
    assert RULE in text
    assert "quota" not in text.replace(RULE, "").lower()


@pytest.mark.django_db
def test_it_is_neither_verified_nor_replayed_and_says_why(client):
    made = earlier()

    for act in (verify_scenario, ask_replay):
        with pytest.raises(TransitionRefused, match="version antérieure du portail"):
            act(scenario=made.scenario, actor=made.chair)
        with pytest.raises(PermissionDenied):
            act(scenario=made.scenario, actor=made.juror)
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/scenarios/{made.scenario.pk}/"
    answers = [client.post(f"{base}{verb}/") for verb in ("verifier", "rejouer")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "il ne se recalcule plus" in answers[0].content.decode()
    assert client.get(f"{base}instance.json").status_code == 404


@pytest.mark.django_db
def test_it_is_stale_once_a_score_has_changed():
    made = earlier()
    before = what_changed(made.scenario), seems_changed(made.scenario)

    Score.objects.filter(assessment__application=made.files[2]).update(points=95)

    assert before == ("", "")
    assert what_changed(made.scenario) == seems_changed(made.scenario) == "Le classement a changé"
    with pytest.raises(TransitionRefused, match="classement a changé"):
        retain_scenario(scenario=made.scenario, actor=made.chair)


@pytest.mark.django_db
def test_it_may_be_dropped():
    made = earlier()

    drop_scenario(scenario=made.scenario, actor=made.chair)

    assert SelectionScenario.objects.count() == 0


@pytest.mark.django_db
def test_retained_it_leads_to_decisions_with_motives_for_schools():
    made = closed()

    propose_decisions(session=made.session, actor=made.finance)

    decisions = {d.application_id: d for d in FundingDecision.objects.all()}
    told = [(decisions[file.pk].outcome, decisions[file.pk].granted_amount) for file in made.files]
    assert told == [("awarded", 100), ("reserve", 0), ("rejected", 0), ("awarded", 100)]
    ends = [decisions[file.pk].motive.partition("\u00a0; ")[2] for file in made.files]
    assert ends == [
        "il entre dans l’enveloppe de l’appel.",
        "les règles d’équilibre de l’appel ne permettent pas de le retenir. Il est inscrit au rang\u00a01 de la liste complémentaire.",
        "l’enveloppe de l’appel ne permet pas de le financer.",
        "il est retenu au titre des règles d’équilibre de l’appel.",
    ]


@pytest.mark.django_db
def test_minutes_say_its_rule_and_its_frozen_reasons():
    made = closed()
    made.session = perform(made.session, "sign_minutes", actor=made.chair)

    row = minutes_row(made.session)

    assert row.method == f"Liste classée, coupée par l’enveloppe et les places ; {RULE}"
    waits = f"Inscrit au rang\u00a01 de la liste complémentaire. {REASONS[1][3]}"
    assert [line.reason for line in (*row.selected, *row.waiting, *row.refused)] == [REASONS[0][3], REASONS[3][3], waits, REASONS[2][3]]
    assert "1 au moins" in pdf_text(render_minutes(row))


# -- The upgrade ----------------------------------------------------------------------------------------------------------------

BEFORE, AFTER = ("scoring", "0004_line_outscored"), ("scoring", "0006_one_selection_fields")


def migrate(target):
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


@pytest.fixture
def brought_back_up_to_date(transactional_db):
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


CASES = [
    (EARLIER, RULE),
    (
        EARLIER | {"overflow": "stop", "quota": QUOTA | {"minimum": None, "maximum": 0}},
        "Quota\u00a0: Privé sous contrat, 0 au plus. " + "La liste s’arrête au premier dossier que l’enveloppe ne couvre plus.",
    ),
    (EARLIER | {"quota": QUOTA | {"maximum": 3}}, "Quota\u00a0: Privé sous contrat, 1 au moins, 3 au plus."),
    (EARLIER | {"quota": {"dimension": "all", "value": "", "label": "Places", "minimum": None, "maximum": 2}}, ""),
    (EARLIER | {"quota": None}, ""),
]


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_upgrade_freezes_each_rule_and_goes_back():
    made = deliberation((90, 80), (100, 100), money=100)
    displaced, taker = (file.pk for file in made.files)
    session = SelectionSessionFactory(call=made.call)
    apps = migrate(BEFORE)
    for name, (parameters, _) in enumerate(CASES):
        _scenario_before(apps, str(name), session.pk, parameters, displaced, taker)

    after = migrate(AFTER)
    kept = {
        int(one.name): (one.parameters, one.earlier_rule, one.digest, one.summary)
        for one in after.get_model("scoring", "SelectionScenario").objects.all()
    }
    fields = {field.name for field in after.get_model("scoring", "ScenarioLine")._meta.get_fields()}
    before = migrate(BEFORE)

    summary = {"selected": 1, "earlier": {"in_group": [taker], "others": [[displaced, taker]]}}
    assert kept == {name: (parameters, rule, "d" * 64, summary) for name, (parameters, rule) in enumerate(CASES)}
    assert {"in_group", "other"} & fields == set()
    for scenario in before.get_model("scoring", "SelectionScenario").objects.all():
        lines = scenario.lines.order_by("position").values_list("application_id", "in_group", "other_id")
        assert list(lines) == [(displaced, False, taker), (taker, True, None)]
        assert scenario.summary == {"selected": 1}


def _scenario_before(apps, name, session, parameters, displaced, taker) -> None:
    """A scenario of two files, the second one in the group of its quota, as the version before wrote it."""
    scenario = apps.get_model("scoring", "SelectionScenario").objects.create(
        session_id=session, name=name, parameters=parameters, summary={"selected": 1}, digest="d" * 64
    )
    lines = apps.get_model("scoring", "ScenarioLine").objects
    common = {"scenario": scenario, "requested_amount": 100}
    lines.create(application_id=displaced, position=1, rank=1, score=90, motive="quota_minimum", reason="x", other_id=taker, **common)
    lines.create(
        application_id=taker, position=2, rank=2, score=80, motive="reserved", reason="y", is_selected=True, in_group=True, **common
    )
