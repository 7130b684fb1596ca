"""What would serve more needs than the plan: counted on the plan itself, said with its ways on, and nothing where nothing would."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace import ranking
from marketplace.models import Place
from marketplace.ranking import beyond_plan, live
from marketplace.rules.permissions import can_edit_need
from tests.factories import (
    a_pole,
    make_carrier,
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.desk_people import make_colleague

MOST_QUESTIONS = (
    27  # in a transaction, as here, the words of the matching are read anew: eight of these
)
FAR = {"latitude": 43.2965, "longitude": 5.3698}


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


def door(name):
    return reverse(name, args=[a_pole().pk])


def beyond(**fields):
    return ranking.beyond(a_pole(), today=timezone.localdate(), **fields)


def on_site(title, skill="site-web"):
    return make_need(member=make_user(), skills=[skill], title=title, place=Place.ON_SITE)


def far_away(skill="site-web", **fields):
    """Somebody who helps remotely alone."""
    return make_offer(make_user(), skills=[skill], place=Place.REMOTE, **fields)


# --- where a change serves more ----------------------------------------------------------------
def test_a_change_is_told_with_the_needs_that_the_plan_would_then_serve_too(maelle):
    first, second = on_site("Notre site"), on_site("Leur site")
    far_away()
    far_away()
    (change,) = [one for one in beyond().changes if one.kind == "place"]
    assert change.serves == 2
    assert {need.pk for need, _one in change.needs} == {first.pk, second.pk}


def test_one_person_who_has_one_mission_to_give_is_counted_for_one_need_only(maelle):
    """Each of the two would find them, but not both."""
    on_site("Notre site")
    on_site("Leur site")
    far_away()
    (change,) = [one for one in beyond().changes if one.kind == "place"]
    assert change.serves == 1


def test_the_page_tells_it_with_a_way_to_change_the_need_and_one_to_ask(client, maelle):
    need = on_site("Notre site")
    far_away()
    page = client.get(door("plan-better")).text.replace("\u00a0", " ")
    assert "Sur place ou à distance, au choix : 1 besoin de plus" in page
    assert reverse("need-talk", args=[need.pk]) in page
    assert f"{reverse('need-edit', args=[need.pk])}?place=BOTH" in page


def test_where_the_plan_leaves_nobody_nothing_is_to_be_looked_for(client, maelle):
    make_need(member=make_user(), skills=["site-web"])
    make_offer(skills=["site-web"])
    assert "plan-better" not in client.get(door("portfolio")).text
    assert reverse("plan-better", args=[a_pole().pk]) not in client.get(door("portfolio")).text
    assert "rien de plus n’est à chercher" in client.get(door("plan-better")).text


def test_a_plan_that_is_no_better_than_first_come_says_so_and_leads_on(client, maelle):
    make_offer(skills=["site-web"])
    make_need(member=make_user(), skills=["site-web"])
    make_need(member=make_user(), skills=["apiculture"])
    page = client.get(door("portfolio")).text
    assert "Ce plan n’apporte rien de plus que l’ordre d’arrivée." in page
    assert door("plan-better") in page


def test_what_a_change_brings_is_what_the_need_s_own_page_says(maelle):
    """Both look at the same offers, one in memory and the other by the index."""
    need = make_need(
        member=make_user(), skills=["site-web", "excel"], place=Place.ON_SITE, title="Notre site"
    )
    make_offer(make_user(), skills=["site-web"])
    make_offer(make_user(), skills=["excel", "site-web"], place=Place.REMOTE)
    make_offer(make_user(), skills=["excel"], place=Place.REMOTE)
    make_offer(make_user(), skills=["apiculture"])
    put_forward = make_offer(make_user(), skills=["site-web"])
    make_proposal(need, put_forward, status="DECLINED")
    told = {one.code: (one.words, one.gain) for one in ranking.relaxations_for_need(need)}
    assert len(told) > 1
    changes = [one for change in beyond().changes for at, one in change.needs if at == need]
    assert len(changes) > 1
    for one in changes:
        assert told[one.code] == (one.words, one.gain)


# --- where nothing can be served -----------------------------------------------------------------
def test_where_no_change_would_serve_any_it_says_so_and_whom_to_look_for(client, maelle):
    need = make_need(member=make_user(), skills=["apiculture"], title="Nos ruches")
    assert door("plan-better") in client.get(door("portfolio")).text
    page = client.get(door("plan-better")).text
    assert "Aucun changement" in page
    assert "competence=apiculture" in page
    assert reverse("need-elsewhere", args=[need.pk]) in page


def test_who_would_do_for_most_needs_comes_first_and_none_is_counted_twice(maelle):
    bees = [make_need(member=make_user(), skills=["apiculture"], place=Place.ON_SITE) for _ in "ab"]
    alone = make_need(member=make_user(), skills=["soudure"], place=Place.ON_SITE)
    first, second = beyond().wanted
    assert {need.pk for need in first.needs} == {need.pk for need in bees}
    assert [need.pk for need in second.needs] == [alone.pk]


def test_a_need_on_site_far_from_the_other_takes_somebody_else(maelle):
    here = make_need(member=make_user(), skills=["apiculture"], place=Place.ON_SITE)
    there = make_need(
        member=make_user(), skills=["apiculture"], place=Place.ON_SITE,
        commune=make_commune("13055", "Marseille", **FAR),
    )  # fmt: skip
    assert [[need.pk for need in one.needs] for one in beyond().wanted] == [[here.pk], [there.pk]]


# --- what isn't told -------------------------------------------------------------------------------
def test_what_the_reader_learns_nothing_of_is_counted_in_nothing(maelle):
    on_site("Notre site")
    offer = far_away()
    assert beyond().changes
    assert beyond(hidden=[offer.pk]).changes == []


def test_a_need_that_the_reader_leaves_to_others_is_left_out(client, maelle):
    make_colleague(maelle)
    need = make_need(
        make_organisation(member=maelle), skills=["apiculture"], title="Les ruches de Maëlle"
    )
    page = client.get(door("plan-better")).text
    assert "Les ruches de Maëlle" not in page
    assert beyond(others=lambda _needs: [need.pk]).left == 0


def test_the_page_is_for_the_coordinators_of_the_pole(client, maelle):
    on_site("Notre site")
    url = door("plan-better")
    client.force_login(make_user())
    assert client.get(url).status_code in {403, 404}
    client.force_login(make_coordinator(make_pole("Pôle du Lac", departments=("74",))))
    assert client.get(url).status_code in {403, 404}
    client.logout()
    assert client.get(url).status_code == 302


def test_its_questions_do_not_grow_with_the_needs_that_it_tells(
    client, maelle, django_assert_max_num_queries
):
    for number in range(24):
        make_need(member=make_user(), skills=["apiculture"], title=f"Ruche {number}")
    assert (beyond().left, beyond().looked_at) == (24, 20)
    client.get(door("plan-better"))
    with django_assert_max_num_queries(MOST_QUESTIONS):
        client.get(door("plan-better"))


def test_what_the_lines_lead_to_is_asked_once_for_all(client, maelle):
    def lines():
        client.get(door("plan-better"))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(door("plan-better"))
        (change,) = [one for one in page.context["changes"] if one["lines"]]
        assert all(f"/{one['need'].pk}/" in one["url"] for one in change["lines"])
        return len(change["lines"]), len(asked)

    on_site("Notre site")
    far_away()
    _one, few = lines()
    for number in range(5):
        on_site(f"Leur site {number}")
        far_away()
    found, many = lines()
    assert found == 6
    assert many <= few


def test_what_their_own_people_offer_is_for_all_what_it_is_for_each():
    house, other = make_organisation(member=make_user()), make_organisation(member=make_user())
    needs = [make_need(house), make_need(house), make_need(other)]
    make_carrier(needs[1], other, member=make_user())
    make_carrier(needs[2], make_organisation(), member=make_user(), status="LEFT")
    for person in [*User.objects.all(), make_user()]:
        make_offer(person)
    found = beyond_plan._of_their_own(needs)
    for need in needs:
        theirs = set(live.of_its_own(need).values_list("pk", flat=True))
        assert theirs, "each has a member who offers"
        assert set(found[need.pk]) == theirs
    assert len(set(map(frozenset, found.values()))) == 3


def test_who_wrote_the_need_isn_t_led_to_its_form(client, maelle):
    make_colleague(maelle)
    need = make_need(
        make_organisation(), created_by=maelle, place=Place.ON_SITE, title="Notre site"
    )
    far_away()
    (change,) = client.get(door("plan-better")).context["changes"]
    (line,) = change["lines"]
    assert not can_edit_need(maelle, need)
    assert line["url"] == ""
