"""The instance of a sitting: what the optimiser reads, and what is left out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Application, RequestLine
from portal.directory.models import Establishment
from scoring.actions.balance import set_frame
from scoring.actions.lock import lock_file
from scoring.enums import AssessmentState
from scoring.models import Assessment, BalanceRule, CallIpsBands
from scoring.optimiser.instance import build, measured, unmeasured
from scoring.selection.instance import Instance
from tests.factories.balance import PRIVATE, places, rule, sitting
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import EnvelopeFactory

pytestmark = pytest.mark.django_db


def submitted_in_reverse(made):
    """The last file of the list was submitted first."""
    for days, file in enumerate(made.files):
        Application.objects.filter(pk=file.pk).update(submitted_at=timezone.now() - timedelta(days=days))


def test_instance_says_what_the_ranking_says():
    made = sitting((90, 80.5, 70), ("100.10", 200, 300), money=400)
    submitted_in_reverse(made)

    built = build(made.session)

    a, b, c = (file.reference for file in made.files)
    rows = [(x["id"], x["rank"], x["score"], x["amounts"]) for x in built.instance["applications"]]
    assert rows == [(c, 1, "70", {"commune": 30000}), (b, 2, "80.5", {"commune": 20000}), (a, 3, "90", {"commune": 10010})]
    assert built.instance["applications"][0]["name"] == made.files[2].establishment.name
    assert PRIVATE in built.instance["applications"][0]["groups"]
    assert built.digest == Instance.from_dict(built.instance).digest
    money = built.instance["rules"]
    assert [(x["id"], x["measure"], x["line"], x["max"], x["negotiable"]) for x in money] == [
        ("argent-commune", "amount", "commune", 40000, False)
    ]


def test_rules_are_written_in_the_format_of_the_optimiser():
    made = places(sitting(), 2)
    hard = rule(made, minimum=1, maximum=2, lowest_minimum=Decimal(0), highest_maximum=Decimal(3))
    soft = rule(made, measure="amount", maximum="99.50", penalty_points=Decimal("1.5"))
    share = rule(made, ["sector:public", PRIVATE], measure="count_share", minimum="12.5", combination="any", is_negotiable=False)

    written = {one["id"]: one for one in build(made.session).instance["rules"]}

    assert list(written) == ["argent-commune", "places", hard.code, soft.code, share.code]
    assert (written["places"]["min"], written["places"]["max"]) == (2, 2)
    assert (written[hard.code]["scope"], written[hard.code]["min"], written[hard.code]["max"]) == (PRIVATE, 1, 2)
    assert written[hard.code]["negotiable"] == {"min": 0, "max": 3}
    assert written[hard.code]["label"] == "Privés"
    assert (written[soft.code]["max"], written[soft.code]["penalty"], written[soft.code]["unit"]) == (9950, "1.5", 100_000)
    assert written[share.code]["scope"] == {"any": [PRIVATE, "sector:public"]}
    assert (written[share.code]["min"], written[share.code]["negotiable"]) == ("0.125", False)


@pytest.mark.parametrize(
    ("measure", "value", "written"),
    [("count", "6", 6), ("amount", "1234.56", 123456), ("count_share", "30", "0.3"), ("amount_share", "12.50", "0.125")],
)
def test_bounds_go_to_the_optimiser_and_back(measure, value, written):
    assert measured(measure, Decimal(value)) == written
    assert unmeasured(measure, written) == Decimal(value)


def test_files_that_cannot_be_chosen_are_left_out_with_their_reason():
    made = sitting((90, None, None, 60), (100, 100, 100, 0))
    Assessment.objects.create(application=made.files[2], juror=made.juror, body=made.seats[0].body, state=AssessmentState.RECUSED)

    built = build(made.session)

    assert [one["id"] for one in built.instance["applications"]] == [made.files[0].reference]
    reasons = {row["application"]: row["reason"] for row in built.left_out}
    assert reasons == {
        made.files[1].pk: "Aucune note n’a été rendue.",
        made.files[2].pk: "Aucune note : 1\u00a0juré s’est déporté.",
        made.files[3].pk: "Ce dossier ne demande aucun montant.",
    }


def test_reserved_envelope_is_a_line_of_its_own():
    made = sitting(money=250)
    private = EnvelopeFactory(call=made.call, label="Lycées privés", amount=Decimal(80))
    offers = {private.pk: (Decimal(80), PRIVATE)}
    set_frame(session=made.session, places=None, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)

    built = build(made.session)

    lines = {one["id"]: list(one["amounts"]) for one in built.instance["applications"]}
    own = f"enveloppe-{private.pk}"
    assert lines == {file.reference: [own if file == made.files[-1] else "commune"] for file in made.files}
    assert [(one["id"], one["max"]) for one in built.instance["rules"]] == [("argent-commune", 25000), (f"argent-{own}", 8000)]


def test_file_that_no_envelope_addresses_is_left_out():
    made = sitting(money=250)
    offers = {made.envelope.pk: (Decimal(250), PRIVATE)}
    set_frame(session=made.session, places=None, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)

    built = build(made.session)

    assert [one["id"] for one in built.instance["applications"]] == [made.files[-1].reference]
    assert {row["reason"] for row in built.left_out} == {"Aucune enveloppe de la séance ne s’adresse à ce lycée."}


def test_indispensable_needs_are_a_second_way_of_funding_where_the_jury_allows_it():
    made = sitting((90, 80, 70, 61), (100, 100, 100, 100))
    half = RequestLine.objects.get(application=made.files[3])
    RequestLine.objects.filter(pk=half.pk).update(quantity=4, is_essential=True)
    RequestLine.objects.filter(application=made.files[0]).update(is_essential=True)  # all of it: no smaller way

    plain = build(made.session).instance["applications"]
    made = places(made, None, partial_share=75)
    options = {one["id"]: one.get("options") for one in build(made.session).instance["applications"]}

    assert [one.get("options") for one in plain] == [None] * 4
    assert options == {
        made.files[0].reference: None,
        made.files[1].reference: None,
        made.files[2].reference: None,
        made.files[3].reference: [
            {"id": "full", "amounts": {"commune": 10000}, "value": "61"},
            {"id": "essential", "amounts": {"commune": 4000}, "value": "45.75"},
        ],
    }


def test_locks_enter_the_composed_instance_only():
    made = sitting()
    lock_file(session=made.session, application=made.files[3], side="in", reason="Projet pilote", actor=made.chair)
    lock_file(session=made.session, application=made.files[0], side="out", reason="Travaux reportés", actor=made.chair)

    plain, composed = build(made.session).instance, build(made.session, locked=True).instance

    assert (plain["forced_in"], plain["forced_out"]) == ([], [])
    assert (composed["forced_in"], composed["forced_out"]) == ([made.files[3].reference], [made.files[0].reference])


def test_digest_of_files_ignores_what_the_jury_sets():
    made = sitting()
    before = build(made.session)

    rule(made, minimum=1)
    ruled = build(places(made, 2, partial_share=80).session)
    Application.objects.filter(pk=made.files[0].pk).update(requested_amount=101)
    changed = build(made.session)

    assert ruled.files_digest == before.files_digest
    assert ruled.digest != before.digest
    assert changed.files_digest != before.files_digest


@pytest.mark.parametrize("count", [2, 6])
def test_builder_query_count(count, django_assert_num_queries):
    made = sitting(range(90, 90 - count, -1), [100] * count)
    rule(made, minimum=1)
    Establishment.objects.update(density_level=6)

    with django_assert_num_queries(BUILD_QUERIES):
        build(made.session)


BUILD_QUERIES = 12


def test_the_groups_of_the_index_are_written_where_a_rule_names_them_and_there_alone():
    """A scenario computed before a group existed is not made old by it."""
    schools = [EstablishmentFactory(ips=Decimal(value), ips_year="2024-2025") for value in (80, 90, 100)] + [
        EstablishmentFactory(private=True)
    ]
    made = sitting(schools=schools)
    CallIpsBands.objects.create(call=made.call, first=85, second=95, third=105, definition="since_2023")
    before = build(made.session).instance

    BalanceRule.objects.create(
        session=made.session, groups=["ips:1", "ips:none"], group_labels=["IPS jusqu’à 85,0", "IPS non publié"], minimum=1
    )
    BalanceRule.objects.create(
        session=made.session, groups=["priority:unknown"], group_labels=["Éducation prioritaire non connue"], maximum=3
    )
    after = build(made.session).instance

    added = [
        sorted(set(new["groups"]) - set(old["groups"])) for old, new in zip(before["applications"], after["applications"], strict=True)
    ]
    assert not any(key.startswith("ips:") or key == "priority:unknown" for file in before["applications"] for key in file["groups"])
    assert added == [["ips:1", "priority:unknown"], ["priority:unknown"], ["priority:unknown"], ["ips:none", "priority:unknown"]]
