"""A single change that brings more: said once above the table, and done by its button after a look at what changes."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from marketplace import ranking
from marketplace.models import Level, Need, Offer
from tests.factories import in_days, make_coordinator, make_need, make_offer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def need(aline):
    need = make_need(member=aline, place="ON_SITE")
    for _n in range(6):
        make_offer(make_user(), place="REMOTE", ranked=False)
    ranking.changed(need, *Offer.objects.all())
    return need


def table(client, need):
    return client.get(reverse("need-candidates", args=[need.pk]), {"vue": "tableau"})


def door(need, change="place=BOTH"):
    return f"{reverse('need-change', args=[need.pk])}?{change}"


def do(client, need, change="place=BOTH"):
    """Read the page, then press its button."""
    form = client.get(door(need, change)).context["form"]
    return client.post(door(need, change), {"seen": form["seen"].value()}, follow=True)


def test_what_one_change_brings_is_said_once_with_its_button(client, need, maelle):
    page = table(client, need)
    assert (
        page.text.count("À distance aussi") == 2
    )  # its words, and its button's for who doesn't see
    assert "6 de plus" in page.text
    assert door(need) in page.text


def test_a_structure_reads_it_in_numbers_that_tell_of_nobody(client, need, aline):
    client.force_login(aline)
    page = table(client, need)
    assert "environ 5 de plus" in page.text
    assert "6 de plus" not in page.text
    assert door(need) not in page.text
    assert "Le demander" in page.text or "Demander" in page.text


def test_the_page_says_what_changes_and_the_button_does_it(client, need, maelle):
    page = client.get(door(need))
    assert "sur place → sur place ou à distance" in page.text
    assert Need.objects.get(pk=need.pk).place == "ON_SITE"
    done = do(client, need)
    assert "C’est fait" in done.text
    assert Need.objects.get(pk=need.pk).place == "BOTH"
    assert [one["count"] for one in table(client, need).context["groups"]][1] == 6


def test_a_second_click_changes_nothing_more(client, need, maelle):
    need.wanted.update(level=Level.EXPERT)
    change = f"level={need.wanted.get().skill_id}"
    form = client.get(door(need, change)).context["form"]
    for _twice in range(2):
        client.post(door(need, change), {"seen": form["seen"].value()})
    assert need.wanted.get().level == Level.SKILLED
    assert "vient d’être modifié" in client.post(door(need, change), follow=True).text


def test_a_skill_becomes_welcome_and_the_rest_stands(client, need, maelle):
    skill = need.wanted.get().skill_id
    do(client, need, f"welcome={skill}")
    assert not need.wanted.get().required
    now = Need.objects.get(pk=need.pk)
    assert (now.title, now.place, now.hours) == (need.title, need.place, need.hours)


@pytest.mark.parametrize(
    "change", ["", "place=NOWHERE", "ends_on=demain", "level=zzz", "welcome=99999999999", "more=1"]
)
def test_what_is_no_change_is_a_sentence(client, need, maelle, change):
    page = client.get(door(need, change), follow=True)
    assert page.status_code == 200
    assert "rien à changer" in page.text


def test_a_need_without_dates_stays_so_unless_a_date_is_what_changes(client, need, maelle):
    Need.objects.update(is_undated=True, starts_on=in_days(-9), ends_on=in_days(-1))
    do(client, need)
    now = Need.objects.get(pk=need.pk)
    assert (now.place, now.is_undated) == ("BOTH", True)
    change = f"ends_on={in_days(40).isoformat()}"
    assert "à convenir ensemble →" in client.get(door(need, change)).text
    do(client, need, change)
    assert not Need.objects.get(pk=need.pk).is_undated


def test_a_date_that_cannot_be_is_a_sentence(client, need, maelle):
    page = client.get(door(need, "ends_on=1999-01-01"), follow=True)
    assert "déjà passée" in page.text


def test_only_who_may_edit_the_need_changes_it(client, need, aline, maelle):
    elsewhere = make_user()
    Membership.objects.create(user=elsewhere, organisation=make_need().organisation)
    for who in (aline, elsewhere, make_user()):
        client.force_login(who)
        client.post(door(need), {"seen": need.updated_at.isoformat()})
        assert Need.objects.get(pk=need.pk).place == "ON_SITE"
