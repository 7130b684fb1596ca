"""Distances; test_places_search.py asks for the communes around a point."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import geometry, places
from accounts.models import Commune

LILLE, PARIS, SAINT_DENIS = (50.63, 3.06), (48.8534, 2.3488), (-20.88, 55.45)
positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def test_known_distances():
    assert places.distance_km(LILLE, LILLE) == 0
    assert places.distance_km(LILLE, PARIS) == pytest.approx(204.3, abs=0.5)
    assert places.distance_km(PARIS, SAINT_DENIS) == pytest.approx(9360, abs=30)
    assert places.distance_km((0, 0), (0, 180)) == pytest.approx(math.pi * 6371.0088)
    assert places.distance_km((0, 179.9), (0, -179.9)) == pytest.approx(22.24, abs=0.01)


@given(positions, positions)
def test_a_distance_is_the_same_both_ways_and_never_absurd(here, there):
    assert places.distance_km(here, there) == pytest.approx(places.distance_km(there, here))
    assert 0 <= places.distance_km(here, there) <= math.pi * geometry.EARTH_RADIUS_KM + 1e-6


@given(positions, st.lists(positions, max_size=9))
def test_many_distances_at_once_are_the_same(here, others):
    expected = [places.distance_km(here, other) for other in others]
    assert places.distances_km(here, others) == pytest.approx(expected, abs=1e-6)


@given(positions, positions, st.floats(0, 3000))
def test_the_box_holds_the_circle(centre, other, km):
    box = geometry.box_around(*centre, km)
    if places.distance_km(centre, other) <= km:
        assert box.south - 1e-9 <= other[0] <= box.north + 1e-9
        if box.narrow:
            assert box.west - 1e-9 <= other[1] <= box.east + 1e-9


@pytest.mark.parametrize(
    ("longitude", "narrow"), [(179.9, False), (-179.9, False), (3.0, True), (-52.3, True)]
)
def test_a_box_across_the_date_line_leaves_nobody_out(longitude, narrow):
    """Beyond it longitudes begin anew: the neighbours on the other side are in the circle."""
    box = geometry.box_around(-16.5, longitude, 50)
    assert box.narrow is narrow
    assert places.distance_km((-16.5, 179.9), (-16.5, -179.9)) < 50


def test_two_communes_know_how_far_they_are():
    lille, paris = (Commune(latitude=a, longitude=b) for a, b in (LILLE, PARIS))
    assert lille.distance_km(paris) == pytest.approx(204.3, abs=0.5)
