from math import cos, radians

import pytest

from portal.ui import maps
from portal.ui.maps import place_names, project, projection, region_map
from tests.portal.ui.drawings import france

TOUL, METZ = (5.89, 48.67), (6.18, 49.12)


def box_of(label):
    half = len(label.text) * maps.LETTER / 2
    return label.x - half, label.y - maps.LINE * 0.8, label.x + half, label.y + maps.LINE * 0.25


@pytest.mark.parametrize("latitude", [48.5, 43.0, 16.2, -21.1, 4.9])
def test_a_square_of_land_is_square_on_the_drawing_of_any_region(latitude):
    east = 0.5 / cos(radians(latitude))
    corners = [(5.0, latitude - 0.25), (5.0 + east, latitude + 0.25)]

    (left, bottom), (right, top) = project(corners, 400, 300, 20)

    assert right - left == pytest.approx(bottom - top, abs=0.2)
    assert (top, bottom) == (20, 280)
    assert left == pytest.approx(400 - right, abs=0.2)


def test_north_is_up_and_east_to_the_right():
    (west, south), (east, north) = project([TOUL, METZ], 404, 350, 22)

    assert (west < east, north < south) == (True, True)


def test_one_place_is_in_the_upper_left_of_a_small_square_and_no_place_is_nothing():
    assert project([TOUL], 404, 350, 22) == [(49.0, 22.0)]
    assert project([], 404, 350, 22) == []


def test_the_cosine_is_that_of_the_mean_latitude():
    assert projection([TOUL, METZ], 100, 100, 0).ratio == pytest.approx(cos(radians(48.895)))
    assert projection([TOUL, METZ], 100, 100, 0, latitude=0).ratio == 1


def test_without_outlines_the_dots_make_their_own_frame(settings, tmp_path):
    settings.BASE_DIR = tmp_path

    drawn = region_map([TOUL, METZ], 404, 350, 22)

    assert (drawn.points, drawn.land) == (project([TOUL, METZ], 404, 350, 22), None)


def test_with_outlines_the_region_makes_the_frame(settings, tmp_path):
    settings.BASE_DIR = france(tmp_path)

    drawn = region_map([TOUL, METZ], 404, 350, 22)

    land, (toul, metz) = drawn.land, drawn.points
    assert land.x >= 22 and land.y >= 22 and land.x + land.width <= 382 and land.y + land.height <= 328
    assert land.x < toul[0] < metz[0] < land.x + land.width
    assert land.y < metz[1] < toul[1] < land.y + land.height


def test_a_place_outside_the_region_is_still_on_the_drawing(settings, tmp_path):
    settings.BASE_DIR = france(tmp_path)

    (paris,) = region_map([(2.35, 48.86)], 404, 350, 22).points

    assert 0 < paris[0] < 404


def test_names_give_way_to_each_other_and_to_the_dots():
    groups = [("Moselle", [(200, 100), (230, 110)]), ("Meurthe-et-Moselle", [(205, 112), (240, 118)]), ("Vosges", [(220, 130)])]

    labels = place_names(groups, 640, 420)

    boxes = [box_of(label) for label in labels]
    assert {label.text for label in labels} == {"Moselle", "Meurthe-et-Moselle", "Vosges"}
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]
    assert not [x for _, dots in groups for x, y in dots for a in boxes if a[0] < x < a[2] and a[1] < y < a[3]]


def test_a_name_without_room_is_left_out_and_none_leaves_the_drawing():
    crowd = [(f"Département numéro {n}", [(100, 100)]) for n in range(9)]

    labels = place_names(crowd, 200, 200)

    assert 0 < len(labels) < 9
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= 200 and box[3] <= 200 for box in map(box_of, labels))
