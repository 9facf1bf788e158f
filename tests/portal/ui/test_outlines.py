"""Outlines of départements. The package of drawings itself is tried where it is installed; the reading of it, everywhere."""

import re
from xml.etree import ElementTree

import pytest

from portal.ui import outlines
from portal.ui.outlines import DEPARTMENTS, drawing_of, outlines_are_installed, outlines_of
from tests.portal.ui.drawings import france

# Towns near the borders of their département, in every corner of the frame: INSEE code, longitude, latitude.
TOWNS = {
    "Givet": ("08", 4.824, 50.138),
    "Nogent-sur-Seine": ("10", 3.503, 48.494),
    "Longwy": ("54", 5.767, 49.519),
    "Wissembourg": ("67", 7.945, 49.037),
    "Strasbourg": ("67", 7.752, 48.573),
    "Saint-Louis": ("68", 7.560, 47.588),
    "Neufchâteau": ("88", 5.696, 48.355),
    "Dunkerque": ("59", 2.377, 51.034),
    "Brest": ("29", -4.486, 48.390),
    "Hendaye": ("64", -1.774, 43.359),
    "Perpignan": ("66", 2.895, 42.699),
    "Menton": ("06", 7.497, 43.776),
    "Chamonix-Mont-Blanc": ("74", 6.869, 45.923),
    "Paris": ("75", 2.352, 48.857),
    "Belfort": ("90", 6.864, 47.638),
    "Bastia": ("2B", 9.450, 42.697),
    "Bonifacio": ("2A", 9.159, 41.387),
    "Limoges": ("87", 1.262, 45.833),
}
# The ends of the country: INSEE code, which coordinate, which end, its value in degrees.
ENDS = [
    ("59", 1, max, 51.089),  # Bray-Dunes
    ("67", 0, max, 8.233),  # Lauterbourg
    ("66", 1, min, 42.333),  # Lamanère
    ("64", 0, min, -1.792),  # Hendaye
    ("06", 0, max, 7.718),  # Breil-sur-Roya
    ("2A", 1, min, 41.367),  # capo Pertusato
]


@pytest.fixture
def small(settings, tmp_path):
    settings.BASE_DIR, settings.ROOT_URLCONF = france(tmp_path), "portal.urls"


@pytest.fixture
def nothing(settings, tmp_path):
    settings.BASE_DIR, settings.ROOT_URLCONF = tmp_path, "portal.urls"


def holds(rings, longitude, latitude) -> bool:
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def test_every_departement_belongs_to_one_region():
    codes = [code for text in DEPARTMENTS.values() for code in text.split()]

    assert len(codes) == len(set(codes)) == 96
    assert len(DEPARTMENTS) == 13


def test_a_path_of_relative_moves_is_read_in_degrees(small):
    found = outlines_of("44")

    (box, hole) = found.rings["57"]
    assert [(round(x, 2), round(y, 2)) for x, y in box] == [(5.68, 49.62), (6.68, 49.62), (6.68, 48.62), (5.68, 48.62)]
    assert len(hole) == 3
    assert hole[0][0] == pytest.approx(5.68 + 1 / outlines.SCALE, abs=0.001)  # the second ring starts from the start of the first
    assert (round(found.west, 2), round(found.north, 2)) == (3.58, 50.27)


@pytest.mark.parametrize("region", ["01", "52", "", "2A"])
def test_a_region_that_the_package_lacks_has_no_outlines(small, region):
    assert outlines_of(region) is None


def test_half_a_region_is_not_drawn(settings, tmp_path):
    settings.BASE_DIR = france(tmp_path, without="88")

    assert outlines_of("44") is None


@pytest.mark.django_db
def test_the_image_has_the_edges_of_the_region_and_one_path_a_departement(client, small):
    response = client.get("/carte/contours.svg")
    drawing = response.content.decode()

    assert response["Content-Type"] == "image/svg+xml"
    assert "max-age=86400" in response["Cache-Control"] and "public" in response["Cache-Control"]
    root = ElementTree.fromstring(drawing)
    _, _, width, height = map(int, root.get("viewBox").split())
    starts = [tuple(map(int, re.match(r"M(\d+) (\d+)l", path.get("d")).groups())) for path in root.findall(".//{*}path")]
    assert (width, len(starts)) == (1000, 10)
    assert min(x for x, _ in starts) == min(y for _, y in starts) == 0
    assert all(x <= width and y <= height for x, y in starts)


@pytest.mark.django_db
def test_without_the_package_the_image_is_not_found_and_the_check_says_so(client, nothing):
    assert client.get("/carte/contours.svg").status_code == 404
    assert [(message.id, message.level) for message in outlines_are_installed(None)] == [("ui.I001", 20)]


def test_the_check_is_silent_with_the_package_and_where_it_could_not_help(settings, small):
    assert outlines_are_installed(None) == []
    settings.REGION_CODE = "04"
    assert outlines_are_installed(None) == []


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.drawings
def test_a_town_is_in_its_departement(town):
    code, longitude, latitude = TOWNS[town]
    (region,) = (region for region, codes in DEPARTMENTS.items() if code in codes.split())

    around = {other for other, rings in outlines_of(region).rings.items() if holds(rings, longitude, latitude)}

    assert around == {code}


@pytest.mark.parametrize(("code", "axis", "end", "degrees"), ENDS)
@pytest.mark.drawings
def test_the_ends_of_the_country_are_where_they_are(code, axis, end, degrees):
    (region,) = (region for region, codes in DEPARTMENTS.items() if code in codes.split())

    found = end(point[axis] for ring in outlines_of(region).rings[code] for point in ring)

    assert found == pytest.approx(degrees, abs=0.02)


@pytest.mark.parametrize("region", DEPARTMENTS)
@pytest.mark.drawings
def test_every_region_of_mainland_france_is_light(region):
    drawing = drawing_of(region)

    assert len(list(ElementTree.fromstring(drawing).findall(".//{*}path"))) == len(DEPARTMENTS[region].split())
    assert len(drawing) < 15_000
