"""The facts of the Région around a call, read from the directory."""

from decimal import Decimal

import pytest

from portal.directory.models import Establishment
from scoring.queries.criteria import call_facts, file_facts
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


def lycee(ips, year):
    school = EstablishmentFactory()
    Establishment.objects.filter(pk=school.pk).update(ips=Decimal(ips), ips_year=year)
    school.refresh_from_db()
    return school


def test_quartiles_compare_indices_of_the_newest_definition_alone():
    """A file of 2021 imported beside that of 2024 for lycées that have no newer index: they are situated by nothing."""
    earlier = [lycee(value, "2021-2022") for value in (60, 61, 62, 63, 64, 65)]
    newer = [lycee(value, "2024-2025") for value in (90, 100, 110, 120)]

    facts = call_facts(CallFactory(eligible_categories=[earlier[0].category]), [])

    assert (facts.ips_scale.bounds, facts.ips_scale.definition) == ((Decimal("90.0"), Decimal("100.0"), Decimal("110.0")), "since_2023")
    assert [file_facts(school).ips_definition for school in (earlier[0], newer[0])] == ["until_2022", "since_2023"]


def test_quartiles_of_an_earlier_definition_serve_where_no_other_is_published():
    schools = [lycee(value, "2021-2022") for value in (60, 70, 80, 90)]

    facts = call_facts(CallFactory(eligible_categories=[schools[0].category]), [])

    assert (facts.ips_scale.bounds, facts.ips_scale.definition) == ((Decimal("60.0"), Decimal("70.0"), Decimal("80.0")), "until_2022")
