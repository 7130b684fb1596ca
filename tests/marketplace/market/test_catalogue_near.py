"""Where somebody looks in the catalogue: near a commune, from a day on, and how many needs each choice leaves."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.geometry import KM_PER_DEGREE
from marketplace.models import Need
from marketplace.views.market.catalogue_filters import ends_of
from tests.factories import (
    LILLE,
    in_days,
    make_commune,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)

NEAR = {"near": "Lille (59)", "near-code": "59350"}


def commune_at(km: int, insee: str, name: str):
    return make_commune(insee, name, latitude=LILLE["latitude"] + km / KM_PER_DEGREE)


@pytest.fixture
def world():
    """A need in Lille, one 8 km away, one 30 km away in the same département, one 45 km away in another."""
    pole = make_pole(departments=("59", "62"))
    places = [
        make_commune(),
        commune_at(8, "59011", "Huitkil"),
        commune_at(30, "59012", "Trentin"),
        commune_at(45, "62013", "Quarante"),
        commune_at(300, "59014", "Trois-Cents"),
    ]
    wanted = {}
    for place in places:
        structure = make_organisation(pole=pole, commune=place, name=f"Maison de {place.name}")
        wanted[place.name] = make_need(structure, title=f"Besoin de {place.name}", place="ON_SITE")
    return wanted


def page_of(client, **filters):
    return client.get(reverse("needs"), filters)


def towns(answer) -> list[str]:
    return [need.commune.name for need in answer.context["page"]]


def choices(answer, name: str) -> dict[str, str]:
    return {
        str(value): label for value, label in answer.context["form"].fields[name].widget.choices
    }


# --- how far -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("within", "found"),
    [
        ("10", ["Lille", "Huitkil"]),
        ("", ["Lille", "Huitkil"]),
        ("50", ["Lille", "Huitkil", "Trentin", "Quarante"]),
        ("department", ["Lille", "Huitkil", "Trentin", "Trois-Cents"]),
    ],
)
def test_needs_near_a_commune_come_the_nearest_first(client, world, within, found):
    assert towns(page_of(client, **NEAR, within=within)) == found


def test_a_card_says_how_far_its_need_is(client, world):
    page = page_of(client, **NEAR, within="10").text
    assert "Huitkil (59), à 8\xa0km" in page
    assert "à 0\xa0km" not in page


def test_another_order_may_be_chosen_near_a_commune(client, world):
    Need.objects.filter(pk=world["Huitkil"].pk).update(starts_on=in_days(-9))
    assert towns(page_of(client, **NEAR, within="10", order="soon")) == ["Huitkil", "Lille"]


def test_a_commune_that_nobody_knows_is_said_beside_the_field_and_filters_nothing(client, world):
    answer = page_of(client, near="Xyzzy")
    assert len(towns(answer)) == 5
    assert "Nous ne connaissons pas de commune" in answer.text


def test_what_was_not_understood_is_not_folded_away(client, world):
    assert '<details class="fold" open>' in page_of(client, near="Xyzzy").text
    assert '<details class="fold">' in page_of(client, near="Lille").text
    assert '<details class="more" open>' in page_of(client, since="demain").text


def test_the_part_that_is_swapped_says_it_too(client, world):
    answer = client.get(reverse("needs"), {"near": "Xyzzy"}, headers={"hx-request": "true"})
    assert "<html" not in answer.text
    assert "Nous ne connaissons pas de commune" in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        {"within": "7"},
        {"within": "x" * 500},
        {"when": "never"},
        {"since": "31/31/31"},
        {"since": "\0"},
    ],
)
def test_a_filter_that_cannot_be_understood_is_left_out(client, world, typed):
    assert len(towns(page_of(client, **typed))) == 5


def test_the_nearest_are_a_choice_only_where_there_is_a_commune(client, world):
    assert (
        list(choices(page_of(client, near=""), "order").values())[0] == "Les plus récents d’abord"
    )
    assert list(choices(page_of(client, **NEAR), "order").values())[0] == "Les plus proches d’abord"


# --- remembered ----------------------------------------------------------------------------------
def test_one_looks_near_ones_own_commune_at_first_and_everywhere_by_one_click(client, world):
    client.force_login(make_user(commune=world["Lille"].commune))
    answer = page_of(client)
    assert towns(answer) == ["Lille", "Huitkil"]
    assert 'href="?near="' in answer.text
    assert len(towns(page_of(client, near=""))) == 5


def test_a_page_further_stays_near_ones_own_commune(client, world):
    for number in range(13):
        make_need(world["Lille"].organisation, title=f"Encore {number}")
    client.force_login(make_user(commune=world["Lille"].commune))
    assert towns(page_of(client, page="2")) == ["Lille", "Lille", "Huitkil"]


def test_somebody_without_a_commune_and_a_visitor_look_everywhere(client, world):
    assert len(towns(page_of(client))) == 5
    client.force_login(make_user())
    assert len(towns(page_of(client))) == 5


def test_where_nothing_is_needed_nearby_all_needs_are_shown_and_the_page_says_why(client, world):
    far = make_commune("48095", "Mende", latitude=44.5, longitude=3.5)
    client.force_login(make_user(commune=far))
    answer = page_of(client)
    assert len(towns(answer)) == 5
    assert "Mende (48)" in answer.text


def test_a_visitors_choice_is_kept_as_long_as_their_session_until_they_look_everywhere(
    client, world
):
    page_of(client, **NEAR, within="10")
    assert towns(page_of(client)) == ["Lille", "Huitkil"]
    page_of(client, near="")
    assert len(towns(page_of(client))) == 5


def test_a_visitor_who_names_no_place_is_given_no_session(client, world):
    for asked in ({}, {"q": "besoin"}, {"near": ""}, {"near": "Xyzzy"}):
        assert "session" not in page_of(client, **asked).cookies


# --- when ----------------------------------------------------------------------------------------
def test_needs_are_found_by_the_day_on_which_they_begin(client, world):
    for name, starts in (
        ("Huitkil", 80),
        ("Trentin", 200),
        ("Quarante", 200),
        ("Trois-Cents", 200),
    ):
        Need.objects.filter(pk=world[name].pk).update(
            starts_on=in_days(starts), ends_on=in_days(300)
        )
    assert set(towns(page_of(client, when="month"))) == {"Lille"}
    assert set(towns(page_of(client, when="quarter"))) == {"Lille", "Huitkil"}
    assert len(towns(page_of(client, since=in_days(100).isoformat()))) == 3


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 11, 29), date(2026, 11, 30)),
    ],
)
def test_a_month_ends_on_its_last_day(today, last):
    assert ends_of(today) == {"month": last, "quarter": today + timedelta(days=91)}


# --- how many --------------------------------------------------------------------------------
def test_each_choice_says_how_many_needs_it_leaves_the_other_filters_being_as_they_are(
    client, world
):
    Need.objects.filter(pk=world["Lille"].pk).update(place="BOTH", format="LONG")
    Need.objects.filter(pk=world["Huitkil"].pk).update(place="REMOTE")
    answer = page_of(client, format="SPLIT")
    assert choices(answer, "place") == {
        "": "Peu importe",
        "ON_SITE": "Sur place (3)",
        "REMOTE": "À distance possible (1)",
    }
    assert choices(answer, "format")["LONG"].endswith("(1)")
    assert choices(answer, "format")["SPLIT"].endswith("(4)")
    assert choices(answer, "department")["62"].endswith("(1)")
    assert choices(answer, "family")["numerique"].endswith("(4)")
    answer = page_of(client, format="SPLIT", place="REMOTE", department="62")
    assert choices(answer, "department")["59"].endswith("(1)")
    assert choices(answer, "department")["62"].endswith("(0)")
    assert choices(answer, "place")["ON_SITE"].endswith("(1)")
    assert choices(answer, "format")["LONG"].endswith("(0)")


def test_each_distance_says_how_many_needs_there_are(client, world):
    said = choices(page_of(client, **NEAR, when="month"), "within")
    assert [label.rpartition("(")[2] for label in said.values()] == ["2)", "2)", "4)", "4)"]
    assert choices(page_of(client, near=""), "within")["10"] == "À moins de 10\xa0km"


def test_each_choice_leaves_what_it_says(client, world):
    """Whatever it is asked beside: the number in a choice is the number of needs that it leads to."""
    for number, form in enumerate(("ONE_HOUR", "LONG", "SPLIT", "LONG", "SHORT")):
        Need.objects.filter(title=f"Besoin de {list(world)[number]}").update(
            format=form, place=("BOTH", "REMOTE", "ON_SITE")[number % 3], starts_on=in_days(40 * number),
            ends_on=in_days(400),
        )  # fmt: skip
    for beside in (
        {"near": ""},
        NEAR | {"within": "50"},
        {"near": "", "place": "REMOTE"},
        {"near": "", "when": "quarter", "q": "besoin"},
    ):
        answer = page_of(client, **beside)
        for name in ("place", "format", "cause", "when", "family", "department", "within"):
            for value, label in choices(answer, name).items():
                if value and label.endswith(")"):
                    left = page_of(client, **(beside | {name: value})).context["page"]
                    assert label.endswith(f"({left.paginator.count})"), (beside, name, label)


def test_many_needs_are_said_roughly_and_families_are_not_counted_among_them(
    client, world, monkeypatch
):
    monkeypatch.setattr("marketplace.views.market.catalogue_counts.MOST", 2)
    answer = page_of(client)
    assert choices(answer, "place")["ON_SITE"] == "Sur place (plus de 2)"
    assert not any(label.endswith(")") for label in choices(answer, "family").values())
    answer = page_of(client, **NEAR, within="10", family="numerique")
    assert choices(answer, "family")["numerique"].endswith("(2)")


@pytest.mark.parametrize("hidden", [{"is_listed": False}, {"status": "DRAFT"}])
def test_what_the_catalogue_does_not_show_is_counted_nowhere(client, world, hidden):
    Need.objects.filter(pk=world["Lille"].pk).update(**hidden)
    answer = page_of(client, **NEAR, within="10")
    assert towns(answer) == ["Huitkil"]
    counted = [
        choices(answer, name) for name in ("place", "when", "within", "family", "department")
    ]
    assert [found["10" if "10" in found else list(found)[1]][-3:] for found in counted[:3]] == [
        "(1)"
    ] * 3


def test_the_button_of_a_phone_says_how_many_filters_are_chosen(client, world):
    assert page_of(client).context["chosen"] == 0
    answer = page_of(client, **NEAR, within="10", place="ON_SITE", order="soon", q="besoin")
    assert answer.context["chosen"] == 2


def test_what_many_needs_say_is_counted_once_for_the_page_and_not_for_each_choice(
    client, world, monkeypatch
):
    monkeypatch.setattr("marketplace.views.market.catalogue_counts.MOST", 2)
    assert choices(page_of(client, q="besoin"), "place")["ON_SITE"] == "Sur place"
