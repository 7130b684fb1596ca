"""A territory is drawn from its communes, and the names upon it cover neither a circle nor each other."""

import re

import pytest

from accounts import land
from accounts.land import Projection, Weighed, spots
from tests.factories import make_commune


@pytest.fixture(autouse=True)
def _fresh():
    """What another test has drawn is forgotten."""
    land.land.cache_clear()
    land.around.cache_clear()


def box(spot, name):
    """Where a name stands: left, right, top, bottom."""
    x, wide = float(spot.label_x), land.LETTER * len(name)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[spot.anchor]
    return left, left + wide, float(spot.label_y) - 7, float(spot.label_y) + 7


def meet(one, other):
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def test_names_cover_no_other_name_and_stay_on_the_map():
    weighed = [
        Weighed(f"Commune {n}", 50 + (n * 37 % 100) / 100, 2 + (n * 53 % 100) / 60, 1 + n % 9)
        for n in range(80)
    ]
    project = Projection([(one.latitude, one.longitude) for one in weighed])
    drawn = spots(project, weighed, named=10)
    boxes = [box(spot, one.name) for spot, one in zip(drawn, weighed, strict=True) if spot.named]
    assert 2 <= len(boxes) <= 10
    assert not any(meet(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert all(left >= 0 and right <= land.WIDTH for left, right, _top, _bottom in boxes)


def test_a_circle_between_two_others_is_named_above():
    weighed = [Weighed("Lens", 50.43, 2.83, 4), Weighed("Avion", 50.43, 2.80, 1), Weighed("Harnes", 50.43, 2.86, 1)]  # fmt: skip
    project = Projection([(50, 2.5), (51, 3.2)])
    lens = spots(project, weighed)[0]
    assert lens.named
    assert lens.anchor == "middle"
    assert float(lens.label_y) < float(lens.y)


def test_the_surface_of_a_circle_says_how_much():
    project = Projection([(50, 2), (51, 3)])
    one, four = spots(project, [Weighed("A", 50, 2, 1), Weighed("B", 51, 3, 4)], smallest=0)
    assert float(four.radius) == 2 * float(one.radius)


@pytest.mark.django_db
def test_the_land_around_one_place_is_its_neighbourhood():
    make_commune("62498", "Lens", latitude=50.43, longitude=2.83)
    make_commune("62041", "Arras", latitude=50.29, longitude=2.78)
    make_commune("33063", "Bordeaux", latitude=44.84, longitude=-0.58)
    project, dots = land.around(((50.43, 2.83),))
    assert dots.count("m") == 2
    x, y = project(50.43, 2.83)
    assert (round(x), round(y)) == (land.WIDTH / 2, round(project.height / 2))


@pytest.mark.django_db
def test_where_no_commune_is_known_there_is_no_map():
    assert land.around(((50.43, 2.83),)) == (None, "")
    assert land.around(()) == (None, "")


@pytest.mark.django_db
def test_each_dot_stands_where_its_commune_does():
    """Each is drawn from the one before it."""
    towns = {"Lens": (50.43, 2.83), "Arras": (50.29, 2.78), "Béthune": (50.53, 2.64)}
    for number, (name, (latitude, longitude)) in enumerate(towns.items()):
        make_commune(f"6200{number}", name, latitude=latitude, longitude=longitude)
    project, dots = land.land(("62",))
    x = y = 0
    found = set()
    for step in re.findall(r"m(-?\d+) ?(-?\d+)h0", dots):
        x, y = x + int(step[0]), y + int(step[1])
        found.add((x, y))
    assert found == {tuple(round(number) for number in project(*place)) for place in towns.values()}


@pytest.mark.django_db
def test_where_communes_are_many_one_dot_stands_for_its_neighbours(monkeypatch):
    """So that the drawing of a region weighs no more than that of a département."""
    for n in range(30):
        make_commune(f"628{n:02}", f"C{n}", latitude=50 + n % 6 / 10, longitude=2.5 + n // 6 / 10)
    monkeypatch.setattr(land, "DOTS", 12)
    _project, dots = land.land.__wrapped__(("62",))
    assert 6 < dots.count("m") <= 12
