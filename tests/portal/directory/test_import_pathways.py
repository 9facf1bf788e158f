"""Pathways that the official file leaves empty."""

import pytest

from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment
from tests.portal.directory.files import TOUL, annuaire

pytestmark = pytest.mark.django_db


def codes(issues) -> list[tuple[int, str, str]]:
    return [(issue.line, issue.uai, issue.code) for issue in issues]


@pytest.mark.parametrize(
    ("nature", "pathways", "warning"),
    [("320", ["vocational"], "pathway_from_nature"), ("302", ["general"], "pathway_from_nature"), ("306", [], "pathway_unknown")],
)
def test_empty_pathways_follow_the_nature_or_are_told(nature, pathways, warning):
    """In the official file of March 2024, 304 lycées professionnels have none: they would enter no call for that pathway and no quota."""
    silent = {"Voie_generale": "", "Voie_technologique": "", "Voie_professionnelle": "", "code_nature": nature}

    report = import_directory(annuaire(TOUL | silent))

    assert [pathway.value for pathway in Establishment.objects.get().pathways] == pathways
    assert codes(report.warnings) == [(2, "0540001H", warning)]


def test_pathways_of_the_file_stay_whatever_the_nature():
    report = import_directory(
        annuaire(TOUL | {"Voie_generale": "1", "Voie_technologique": "", "Voie_professionnelle": "", "code_nature": "320"})
    )

    assert [pathway.value for pathway in Establishment.objects.get().pathways] == ["general"]
    assert report.warnings == []
