"""A call for the lycées that meet a condition: the same rule for one lycée and for the directory, told with its facts and the way in."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import checks
from calls.actions.start import start_application
from calls.conditioned.eligibility import UNREADABLE, errors_in_eligibility, read_eligibility
from calls.conditioned.lycee_terms import LYCEE_TERMS, facts_of_lycee
from calls.conditions.references import lycee
from calls.queries.calls import eligible_establishments
from calls.workflows.passages import ready_to_publish
from portal.directory.enums import PriorityEducation
from portal.roles import Role
from portal.text.dates import moment
from portal.workflow.gate import TransitionRefused
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db

MANY = {"lycee": "pupils", "at_least": 300}
VOCATIONAL = {"lycee": "pathways", "contains": "vocational"}


def call_for(condition):
    return CallFactory(eligibility=condition)


@pytest.mark.parametrize(
    ("condition", "facts", "gaps"),
    [
        (None, {"pupils": 10}, []),
        (MANY, {"pupils": 300}, []),
        (MANY, {"pupils": 299}, ["Le nombre d’élèves du lycée est de 299 ; l’appel demande au moins 300."]),
        (
            {"lycee": "sector", "equals": "public"},
            {"sector": "private"},
            ["Le secteur du lycée est « Privé » ; l’appel demande « Public »."],
        ),
        (
            {"all": [MANY, {"lycee": "boarding", "equals": True}]},
            {"pupils": 250, "has_boarding": False},
            [
                "Le nombre d’élèves du lycée est de 250 ; l’appel demande au moins 300.",
                "Le lycée n’a pas d’internat ; l’appel demande : le lycée a un internat.",
            ],
        ),
        ({"lycee": "ips", "at_most": "90"}, {"ips": Decimal("89.9")}, []),
        ({"lycee": "rural", "equals": True}, {"density_level": 6}, []),
        (
            {"lycee": "rural", "equals": True},
            {"density_level": 1},
            ["La commune n’est pas rurale ; l’appel demande : la commune est rurale."],
        ),
    ],
)
def test_the_refusal_says_the_facts(condition, facts, gaps):
    assert checks.eligibility_gaps(call_for(condition), EstablishmentFactory(**facts)) == gaps


def test_the_one_act_that_would_do_is_told_and_by_when():
    call = call_for(VOCATIONAL)
    silent = EstablishmentFactory(has_general=False, has_technological=False, has_vocational=False, has_agricultural=False)

    assert checks.eligibility_gaps(call, silent) == [
        "Les voies du lycée ne sont pas connues ; l’appel demande « Professionnelle ».",
        "L’équipe du lycée déclare les voies du lycée (« Professionnelle ») sur la page du lycée, et la Région le confirme, "
        f"avant le {moment(call.closes_at)}.",
    ]


def test_what_the_directory_says_is_not_declared():
    school = EstablishmentFactory(has_general=True, has_technological=False, has_vocational=False)

    assert checks.eligibility_gaps(call_for(VOCATIONAL), school) == [
        "Les voies du lycée comprennent « Générale » ; l’appel demande « Professionnelle »."
    ]


def test_a_number_of_pupils_that_nobody_has_said_may_be_declared():
    call = call_for(MANY)

    refused, way = checks.eligibility_gaps(call, EstablishmentFactory(pupils=None))

    assert refused == "Le nombre d’élèves du lycée n’est pas connu ; l’appel demande au moins 300."
    assert way.startswith("L’équipe du lycée déclare le nombre d’élèves du lycée (au moins 300) sur la page du lycée")


def test_what_no_one_can_change_has_no_way_in():
    both = {"all": [VOCATIONAL, MANY]}
    school = EstablishmentFactory(has_vocational=False, has_general=False, has_technological=False, has_agricultural=False, pupils=100)

    assert not any("déclare" in gap for gap in checks.eligibility_gaps(call_for(both), school))


_CONDITIONS = st.recursive(
    st.sampled_from(
        [
            MANY,
            VOCATIONAL,
            {"lycee": "boarding", "equals": True},
            {"lycee": "ips", "at_most": "100"},
            {"lycee": "department", "equals": "57"},
            {"lycee": "category", "is_one_of": ["public_education", "private_contract"]},
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)


@given(condition=_CONDITIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_lycee_and_the_whole_directory_follow_the_same_rule(condition, directory):
    call, schools = directory
    call.eligibility = condition

    found = set(eligible_establishments(call))

    assert found == {school for school in schools if not checks.eligibility_gaps(call, school)}


@pytest.fixture
def directory():
    schools = [
        EstablishmentFactory(pupils=pupils, has_vocational=vocational, has_boarding=boarding, ips=ips)
        for pupils, vocational, boarding, ips in [
            (None, True, True, None),
            (299, False, False, Decimal("80.0")),
            (300, True, False, Decimal("120.0")),
            (900, False, True, Decimal("100.0")),
        ]
    ]
    return CallFactory(), schools


@pytest.mark.parametrize("count", [1, 8])
def test_the_directory_is_read_in_two_queries_however_long(count, django_assert_num_queries):
    for _ in range(count):
        EstablishmentFactory(pupils=900)
    call = call_for({"all": [MANY, {"not": {"lycee": "department", "equals": "99"}}, {"not": {"lycee": "authority", "equals": "x"}}]})

    with django_assert_num_queries(2):
        assert len(eligible_establishments(call)) == count


def test_a_lycee_left_out_begins_no_file():
    school = EstablishmentFactory(pupils=100)

    with pytest.raises(TransitionRefused, match="au moins 300"):
        start_application(call=call_for(MANY), establishment=school, actor=person(Role.HEAD, at=school))


@pytest.mark.parametrize(
    ("condition", "errors"),
    [
        (None, []),
        (MANY, []),
        ({}, ["Condition d’éligibilité : la condition n’est pas écrite comme une condition."]),
        ({"answer": "q", "equals": 1}, ["Condition d’éligibilité : « q » (answer) n’existe pas."]),
        (
            {"all": [MANY, {"lycee": "pupils", "at_most": 200}]},
            [
                "Condition d’éligibilité : aucun lycée ne pourrait déposer de dossier "
                "(si le nombre d’élèves du lycée est d’au moins 300 et si le nombre d’élèves du lycée est d’au plus 200)."
            ],
        ),
        (
            {"lycee": "sector", "is_one_of": ["public", "private"]},
            ["Condition d’éligibilité : elle ne laisse de côté aucun lycée (si le secteur du lycée est « Public » ou « Privé »)."],
        ),
    ],
)
def test_a_condition_is_looked_at_before_it_is_kept(condition, errors):
    assert errors_in_eligibility(condition) == errors


def test_a_condition_that_cannot_be_read_opens_the_call_to_nobody():
    call, school = call_for({"lycee": "perdu", "equals": 1}), EstablishmentFactory()

    assert checks.eligibility_gaps(call, school) == [UNREADABLE]
    assert list(eligible_establishments(call)) == []


def test_who_publishes_reads_the_condition_and_how_many_meet_it():
    for pupils in (100, 400, 500):
        EstablishmentFactory(pupils=pupils)
    call = call_for(MANY)

    told = [line.sentence for line in ready_to_publish.lines(call) if line.label == "Éligibilité"]

    assert told == ["2\u00a0lycées éligibles, si le nombre d’élèves du lycée est d’au moins 300."]


@pytest.mark.parametrize(
    "key",
    [
        *[
            "sector",
            "category",
            "contract",
            "ministry",
            "nature",
            "region",
            "department",
            "authority",
            "pathways",
            "pupils",
            "boarding",
            "ips",
        ],
        "priority",
    ],
)
def test_every_fact_of_the_directory_is_read_with_its_type(key):
    value = facts_of_lycee(
        EstablishmentFactory(
            nature_code="306", has_boarding=True, priority_education=PriorityEducation.values[0], ips=Decimal("101.5"), pupils=400
        ),
        [lycee(key)],
    )[lycee(key)]

    assert isinstance(value, LYCEE_TERMS[lycee(key)].term.type.python)


def test_a_condition_is_read_once_for_each_content():
    assert read_eligibility(dict(MANY)).condition is read_eligibility(dict(MANY)).condition


def test_an_eligibility_deeper_than_any_reader_opens_the_call_to_nobody():
    raw = {"lycee": "pupils", "at_least": 300}
    for _rank in range(100_000):
        raw = {"not": raw}

    found = read_eligibility(raw)

    assert found.condition is None
    assert found.errors == ("Condition d’éligibilité : la condition s’emboîte plus de 6 fois ; elle ne se relirait plus.",)
