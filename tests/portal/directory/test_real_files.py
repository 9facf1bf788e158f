"""The real public files, where the environment says they are (PREAU_DATA).

The same behaviours are tried everywhere on generated files (test_region_files.py).
"""

import os
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.directory.importers.density import import_density
from portal.directory.importers.ips import import_ips
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment

pytestmark = [pytest.mark.django_db, pytest.mark.official]
DATA = Path(os.environ.get("PREAU_DATA", ""))
GRAND_EST = DATA / "annuaire" / "lycees_grand-est_2024-03-19.csv"
FRANCE = DATA / "annuaire" / "fr-en-annuaire-education_lycees-france_2024-03-19.csv"
VOCATIONAL_2026 = DATA / "annuaire" / "lycees-pro_grand-est_2026-02-16.csv"


def run(importer, path):
    with path.open("rb") as stream:
        return importer(stream)


def test_grand_est_has_the_lycees_that_the_region_counts():
    report = run(import_directory, GRAND_EST)

    assert Counter(Establishment.objects.values_list("category", flat=True)) == {
        "public_education": 215,
        "private_contract": 104,
        "public_agriculture": 18,
        "private_agriculture": 9,
        "without_contract": 38,
    }
    assert (len(report.rejected), Counter(issue.code for issue in report.ignored)) == (0, {"section": 81})


def test_grand_est_twice_changes_nothing():
    run(import_directory, GRAND_EST)

    with CaptureQueriesContext(connection) as queries:
        report = run(import_directory, GRAND_EST)

    assert (len(report.unchanged), report.created, report.updated) == (384, [], [])
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_file_of_2026_updates_the_same_schools():
    run(import_directory, GRAND_EST)

    report = run(import_directory, VOCATIONAL_2026)

    assert report.file_error is None
    assert (len(report.rejected), len(report.created) + len(report.updated) + len(report.unchanged)) == (0, 120)


def test_france_is_imported_in_time_and_in_few_statements():
    started = time.process_time()
    with CaptureQueriesContext(connection) as first:
        report = run(import_directory, FRANCE)
    first_time = time.process_time() - started
    started = time.process_time()
    with CaptureQueriesContext(connection) as second:
        again = run(import_directory, FRANCE)
    second_time = time.process_time() - started

    assert (len(report.rejected), len(report.created)) == (0, len(again.unchanged))
    assert len(report.created) == Establishment.objects.count() == 4807
    assert len(first) <= 30 * 5.7
    assert len(second) <= 7
    assert (first_time < 10, second_time < 5) == (True, True)


def test_ips_and_density_of_grand_est():
    run(import_directory, GRAND_EST)

    run(import_ips, DATA / "ips" / "fr-en-ips_lycees_2016-2021_grand-est_nantes.csv")
    run(import_density, DATA / "territoires" / "grille_densite_7_niveaux_2022.csv")

    agricultural = Establishment.objects.filter(category__endswith="agriculture")
    assert (agricultural.count(), agricultural.filter(ips=None).count()) == (27, 27)
    assert Establishment.objects.filter(ips=0).count() == 0
    assert Establishment.objects.filter(density_level=None).count() == 0
