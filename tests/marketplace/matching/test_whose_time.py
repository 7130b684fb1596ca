"""A need says on whose time people may come: the others aren't proposed, both are told why, and what would change it."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from marketplace import ranking
from marketplace.actions.market import needs
from marketplace.models import Need, Time, Welcome
from notifications.models import Notification
from tests import factories as make
from tests.marketplace.matching.test_matching_acts import the_three_agree
from tests.marketplace.matching.test_matching_kept_lists import kept_list

REASONS = {
    Welcome.OWN: "Souhaité sur le temps libre, proposé sur le temps de travail",
    Welcome.WORK: "Souhaité sur le temps de travail, proposé sur le temps libre",
}


@pytest.fixture
def own():
    return make.make_offer()


@pytest.fixture
def work():
    return make.make_offer(organisation=make.make_organisation("COMPANY"))


def who_for(need):
    return {match.offer.pk for match in ranking.offers_for(need)}


@pytest.mark.parametrize("welcome", Welcome)
def test_the_lists_hold_those_who_come_on_the_time_that_is_welcome(welcome, own, work):
    need = make.make_need(time=welcome)
    wanted = {
        Welcome.BOTH: {own.pk, work.pk},
        Welcome.OWN: {own.pk},
        Welcome.WORK: {work.pk},
    }[welcome]
    assert who_for(need) == wanted
    the_three_agree(welcome)
    assert {number for number, _score in kept_list(need)} == wanted
    for offer in (own, work):
        found = [match.need.pk for match in ranking.needs_for(offer)]
        assert found == ([need.pk] if offer.pk in wanted else [])


@pytest.mark.parametrize("welcome", REASONS)
def test_the_others_are_near_misses_that_say_why(welcome, own, work):
    need = make.make_need(time=welcome)
    other = work if welcome == Welcome.OWN else own
    (missed,) = ranking.near_misses_for_need(need, top=5)
    assert missed.offer == other
    assert [reason.words for reason in missed.excluded] == [REASONS[welcome]]
    (missed,) = ranking.around_offer(other, near=5)[1]
    assert [reason.words for reason in missed.excluded] == [REASONS[welcome]]


def test_whoever_may_change_it_is_offered_the_one_change_and_finds_it_filled_in(client, own, work):
    need = make.make_need(member=make.make_user(), time=Welcome.OWN)
    client.force_login(need.created_by)
    asks = reverse("need-ask-offer", args=[need.pk, work.pk])
    assert asks in client.get(reverse("need-candidates", args=[need.pk])).text
    client.force_login(make.make_coordinator(need.pole))
    edit = reverse("need-edit", args=[need.pk])
    candidates = reverse("need-candidates", args=[need.pk])
    page = client.get(candidates).text
    assert "Accueillir temps libre et temps de travail" in page, "on the card of the only one"
    assert f"{edit}?time=BOTH" in page
    make.make_offer(organisation=make.make_organisation("COMPANY"))
    assert "Sur le temps de travail aussi" in client.get(candidates).text, "above several"
    form = client.get(f"{edit}?time=BOTH").context["form"]
    assert form["time"].value() == Welcome.BOTH
    assert Need.objects.get().time == Welcome.OWN, "nothing is kept before it is sent"


def test_whoever_would_come_is_offered_to_ask(client, work):
    need = make.make_need(time=Welcome.OWN)
    client.force_login(work.person)
    page = client.get(work.get_absolute_url()).text
    assert REASONS[Welcome.OWN] in page
    asks = f"{reverse('need-apply', args=[need.pk])}?offer={work.pk}"
    assert asks in page
    assert "Demander si un autre temps irait" in page


def test_whoever_applies_on_the_other_time_isnt_said_to_fit(client, work):
    """“Why this match” gave the reasons for it alone, and the letter “why we think it could work”."""
    need = make.make_need(member=make.make_user(), time=Welcome.OWN)
    client.force_login(work.person)
    asks = reverse("need-apply", args=[need.pk])
    page = client.post(asks, {"offer": work.pk, "word": "Sur mon temps de travail ?"}, follow=True)
    assert REASONS[Welcome.OWN] in page.text
    letter = Notification.objects.get(kind="proposal_to_need", recipient=need.created_by)
    assert "ce qui convient à votre besoin et ce qui ne convient pas" in letter.text
    client.force_login(need.created_by)
    assert REASONS[Welcome.OWN] in client.get(page.redirect_chain[-1][0]).text
    ours = make.make_proposal(need, make.make_offer())
    assert "Souhaité sur" not in client.get(ours.get_absolute_url()).text


def test_a_change_of_what_is_welcome_reaches_the_lists(own, work):
    need = make.make_need(member=make.make_user(), time=Welcome.OWN)
    the_three_agree("own time")
    Need.objects.filter(pk=need.pk).update(time=Welcome.WORK)
    need.refresh_from_db()
    need.save()
    ranking.changed(need)
    the_three_agree("working time")
    assert who_for(need) == {work.pk}


def test_the_form_asks_it_and_both_are_welcome_unless_somebody_says_otherwise(client):
    member = make.make_user()
    structure = make.make_organisation(member=member)
    client.force_login(member)
    page = client.get(reverse("need-new"), {"tout": "oui"})
    assert page.context["form"]["time"].value() == Welcome.BOTH
    assert "Sur quel temps peut-on venir" in page.text
    need = make.make_need(structure, status="DRAFT", created_by=member)
    refused = client.post(reverse("need-edit", args=[need.pk]), {"time": "NIGHT", "submit": "yes"})
    assert "NIGHT" in str(refused.context["form"].errors["time"])
    assert Need.objects.get(pk=need.pk).time == Welcome.BOTH
    assert "Temps libre ou temps de travail" in client.get(need.get_absolute_url()).text


def test_the_half_of_a_split_need_and_its_hour_of_advice_welcome_the_same():
    assert "time" in needs.ONE_VALUE
    assert Time.values != Welcome.values, "an offer is on one of the two"


def test_no_count_nor_sentence_tells_a_structure_what_its_own_people_offer_at_home():
    need = make.make_need(time=Welcome.WORK)
    at_home = make.make_user()
    Membership.objects.create(user=at_home, organisation=need.organisation)
    before = ranking.nobody_because(need)
    make.make_offer(at_home)
    assert ranking.relaxations_for_need(need) == []
    assert ranking.nobody_because(need) == before
    Membership.objects.filter(user=at_home).delete()
    assert [one.gain for one in ranking.relaxations_for_need(need)] == [1]
    assert ranking.nobody_because(need) != before


@pytest.mark.parametrize("welcome", [Welcome.OWN, Welcome.WORK])
def test_nobody_is_asked_about_their_own_time_where_their_employer_reads_it(
    client, own, work, welcome
):
    """Whoever comes on working time answers in a conversation that those in charge at their employer's read."""
    need = make.make_need(member=make.make_user(), time=welcome)
    other = work if welcome == Welcome.OWN else own
    client.force_login(need.created_by)
    asks = reverse("need-ask-offer", args=[need.pk, other.pk])
    page = client.get(reverse("need-candidates", args=[need.pk])).text
    assert asks in page
    assert (f"{asks}?question=whose" in page) is (welcome == Welcome.WORK)
    words = client.get(f"{asks}?question=whose").context["form"].initial.get("word", "")
    assert ("temps libre" in words) is (welcome == Welcome.WORK)
    client.force_login(make.make_coordinator(need.pole))
    page = client.get(other.get_absolute_url()).text
    assert asks in page
    assert (f"{asks}?question=whose" in page) is (welcome == Welcome.WORK)
