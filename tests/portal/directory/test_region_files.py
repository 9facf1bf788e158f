"""A whole region, in generated files of the official forms: what is kept, what is left out, in how many statements."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.directory.enums import Category
from portal.directory.importers.density import import_density
from portal.directory.importers.ips import import_ips
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment
from tests.portal.directory.region_files import country, density_2022, directory_2024, ips_2021, region_rows, vocational_2026

pytestmark = pytest.mark.django_db
REGIONS = 4  # 1,876 rows


def written(queries) -> list[str]:
    return [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_generated_region_has_the_shape_of_the_public_one():
    rows = region_rows()

    assert (len(rows), len({row["Identifiant_de_l_etablissement"] for row in rows})) == (469, 465)
    assert len({tuple(row) for row in rows}) == 1


def test_a_region_has_the_lycees_that_it_counts():
    report = import_directory(directory_2024())

    assert Counter(Establishment.objects.values_list("category", flat=True)) == {
        "public_education": 215,
        "private_contract": 104,
        "public_agriculture": 18,
        "private_agriculture": 9,
        "without_contract": 38,
    }
    assert (len(report.rejected), Counter(issue.code for issue in report.ignored)) == (0, {"section": 81})
    assert Counter(issue.code for issue in report.warnings) == {"merged_rows": 3, "pathway_unknown": 1}


def test_a_region_twice_changes_nothing():
    import_directory(directory_2024())

    with CaptureQueriesContext(connection) as queries:
        report = import_directory(directory_2024())

    assert (len(report.unchanged), report.created, report.updated) == (384, [], [])
    assert written(queries) == []


def test_file_of_2026_updates_the_same_schools():
    import_directory(directory_2024())
    farms = Establishment.objects.filter(category=Category.PRIVATE_AGRICULTURE)

    report = import_directory(vocational_2026())

    assert (report.file_error, len(report.rejected), report.created) == (None, 0, [])
    assert len(report.updated) + len(report.unchanged) == 120
    assert Counter(farms.values_list("contract", flat=True)) == {"60": 9}


def test_several_regions_are_imported_in_few_statements():
    with CaptureQueriesContext(connection) as first:
        report = import_directory(country(REGIONS))
    with CaptureQueriesContext(connection) as second:
        again = import_directory(country(REGIONS))

    assert (len(report.rejected), len(report.created)) == (0, 384 * REGIONS)
    assert len(again.unchanged) == Establishment.objects.count() == 384 * REGIONS
    assert len(first) <= 30 * 1.9
    assert len(second) <= 7


def test_ips_and_density_of_a_region():
    import_directory(directory_2024())

    ips = import_ips(ips_2021())
    density = import_density(density_2022())

    with_ips = Counter(Establishment.objects.exclude(ips=None).values_list("category", "ips_year"))
    assert with_ips == {("public_education", "2021-2022"): 215, ("private_contract", "2021-2022"): 104}
    assert Establishment.objects.filter(ips=0).count() == 0
    assert Establishment.objects.filter(density_level=None).count() == 0
    assert (len(ips.ignored), len(ips.rejected), len(density.warnings)) == (0, 0, 0)
