"""The plan of a pôle: shown with what it gains, accepted in part, and how fair it all is."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from marketplace import ranking
from marketplace.actions.desk import figures, portfolio
from marketplace.actions.market import proposals
from marketplace.actions.talk import blocks
from marketplace.models import Need, Proposal, Standing
from marketplace.ranking import plan, snapshot
from marketplace.ranking.full_run import Everything
from marketplace.ranking.plan import Outcome, Plan
from marketplace.views.desk import portfolio as views
from notifications.models import Notification
from tests.factories import (
    a_pole,
    make_coordinator,
    make_need,
    make_offer,
    make_pole,
    make_user,
)


@pytest.fixture
def market():
    """Two needs, and two people: one can do both, the other only the first."""
    both = make_offer(make_user("Billie", "Deux"), skills=["site-web", "excel"])
    one = make_offer(make_user("Ugo", "Seul"), skills=["site-web"])
    first = make_need(member=make_user(), skills=["site-web"], title="Notre site")
    second = make_need(member=make_user(), skills=["excel"], title="Nos tableaux")
    return first, second, both, one


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


def door(name):
    return reverse(name, args=[a_pole().pk])


def test_the_plan_serves_both_and_says_how_many(client, market, maelle):
    first, second, both, one = market
    page = client.get(door("portfolio")).text
    assert "2 besoins sur 2 pourraient trouver quelqu’un" in page
    assert f'value="{first.pk}-{one.pk}"' in page
    assert f'value="{second.pk}-{both.pk}"' in page


def test_the_pairs_are_made_again_only_once_what_they_follow_from_has_changed(market, monkeypatch):
    """The pages of a plan begin with the same pairs, of which those of a large pôle take half of their time."""
    first, second, both, one = market
    shared, made, lists = snapshot.read(), [], Everything.lists
    monkeypatch.setattr(snapshot, "read", lambda _version=None: shared)
    monkeypatch.setattr(Everything, "lists", lambda *asked: made.append(1) or lists(*asked))

    def pairs():
        found = ranking.plan_for(a_pole(), today=timezone.localdate()).pairs
        return {(pair.need, pair.offer) for pair in found}

    def made_once(expected):
        assert pairs() == pairs() == expected
        assert len(made) == 1
        made.clear()

    made_once({(first.pk, one.pk), (second.pk, both.pk)})
    proposals.propose(first, one, word="", by=make_coordinator())
    made_once({(second.pk, both.pk)})
    waits(second, 9)
    made_once({(second.pk, both.pk)})
    blocks.block(by=both.person, organisation=second.organisation)
    made_once(set())
    other = make_offer(make_user(), skills=["excel"])
    made_once({(second.pk, other.pk)})


@pytest.fixture
def one_at_once(monkeypatch):
    monkeypatch.setattr(plan, "AT_ONCE", 1)
    monkeypatch.setattr(plan, "STEP", 1)


def waits(need, days):
    Need.objects.filter(pk=need.pk).update(published_at=timezone.now() - timedelta(days=days))
    ranking.changed(need)


def test_of_very_many_needs_those_that_wait_longest_come_first_and_the_page_says_that_others_follow(
    client, market, maelle, one_at_once
):
    first, second, both, one = market
    waits(second, 9)
    page = client.get(door("portfolio")).text
    assert f'value="{second.pk}-{both.pk}"' in page
    assert f'value="{first.pk}-' not in page
    assert "1 besoin sur 1 pourrait trouver quelqu’un" in page, "of those looked at"
    assert "1 autre suit une fois ceux-ci proposés" in page
    assert "Ce qui servirait plus de besoins" not in page, "all that was looked at is served"


def test_old_needs_that_nobody_fits_hold_the_next_ones_back_no_more(
    client, market, maelle, one_at_once
):
    first, second, both, one = market
    for days in (20, 30):
        waits(make_need(member=make_user(), skills=["apiculture"], title="Nos ruches"), days)
    waits(first, 9)
    page = client.get(door("portfolio")).text
    assert f'value="{first.pk}-' in page
    assert f'value="{second.pk}-' not in page
    assert "1 besoin sur 3 pourrait trouver quelqu’un" in page, "of those looked at"
    assert "2 besoins n’ont plus personne à solliciter qui remplisse toutes les conditions" in page


def test_needs_that_a_coordinator_leaves_to_others_hold_theirs_back_no_more(
    client, market, maelle, one_at_once
):
    first, second, both, _one = market
    waits(first, 9)
    make_coordinator(first_name="Karim")  # to whom it can be left
    first.organisation.memberships.create(user=maelle)
    page = client.get(door("portfolio")).text
    assert f'value="{second.pk}-{both.pk}"' in page
    assert f'value="{first.pk}-' not in page


def test_the_page_beyond_the_plan_says_that_it_has_not_looked_at_all(
    client, market, maelle, one_at_once
):
    page = client.get(door("plan-better")).text
    assert "Chacun des besoins qui attendent depuis le plus longtemps trouve quelqu’un" in page
    assert "Chaque besoin qui a une place libre" not in page


def test_a_pole_without_needs_isn_t_told_that_they_have_nobody(client, maelle):
    page = client.get(door("portfolio")).text
    assert "Aucun besoin n’est ouvert dans ce pôle" in page
    assert "Besoin par besoin" not in page
    make_need(skills=["apiculture"])
    assert "Besoin par besoin" in client.get(door("portfolio")).text


def test_where_every_need_waits_for_an_answer_nobody_is_said_to_be_lacking(client, maelle):
    need = make_need(member=make_user(), skills=["site-web"])
    proposals.propose(need, make_offer(make_user(), skills=["site-web"]), word="", by=maelle)
    page = client.get(door("portfolio")).text
    assert "Chaque besoin ouvert attend déjà une réponse" in page
    assert "toutes les conditions" not in page


def test_where_the_reader_leaves_every_line_to_others_the_plan_says_so(client, maelle):
    make_coordinator(first_name="Sonia")
    make_need(member=maelle, skills=["site-web"])
    make_offer(make_user(), skills=["site-web"])
    page = client.get(door("portfolio")).text
    assert "des besoins que vous laissez à vos collègues" in page
    assert "toutes les conditions" not in page


def test_where_every_setting_gives_the_same_plan_the_drawing_says_so(client, maelle):
    make_offer(skills=["site-web"])
    make_need(skills=["site-web"])
    assert "les cinq plans sont les mêmes" in client.get(door("fairness")).text


def test_no_line_is_shown_that_would_not_be_sent(client, market, maelle, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1)
    page = client.get(door("portfolio")).text
    keys = re.findall(r'name="pair" value="([0-9-]+)"', page)
    assert len(keys) == 1
    assert "1 autre ligne viendra" in page
    client.post(door("portfolio-confirm"), {"pair": keys, "send": "yes", "word": ""})
    page = client.get(door("portfolio")).text
    (left,) = re.findall(r'name="pair" value="([0-9-]+)"', page)
    assert left not in keys
    assert "autre ligne" not in page


def gain(ours, first_come):
    """What the page says of two outcomes: needs served, places filled, mean match, unevenness."""
    plan = Plan([], Outcome(*ours), Outcome(*first_come), needs=40, asked=0, alone=0)
    return render_to_string("marketplace/desk/_plan_gain.html", {"plan": plan}).replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    ("ours", "first_come", "said"),
    [
        ((18, 22, 72, 63), (18, 21, 73, 63), ["Autant qu’en servant", "1 place de plus"]),
        ((3, 9, 70, 50), (5, 6, 70, 50), ["C’est 2 de moins", "3 places de plus"]),
        ((5, 5, 70, 50), (3, 3, 80, 40), ["C’est 2 de plus", "2 places de plus"]),
        ((5, 5, 70, 40), (5, 5, 70, 50), ["Autant qu’en servant"]),
    ],
)
def test_what_the_plan_gains_or_costs_is_said_as_it_is(ours, first_come, said):
    page = gain(ours, first_come)
    for words in [*said, "Places pourvues", "Inégalité"]:
        assert words in page
    assert "n’apporte rien" not in page


@pytest.mark.parametrize(
    "ours", [(18, 21, 72, 63), (18, 21, 74, 65), (18, 21, 71, 60), (17, 21, 90, 9)]
)
def test_a_plan_that_brings_nothing_says_so_and_shows_no_figures_that_differ_by_chance(ours):
    page = gain(ours, (18, 21, 72, 63))
    assert "Ce plan n’apporte rien de plus que l’ordre d’arrivée." in page
    assert "<table" not in page
    assert "Autant qu" not in page


def test_the_page_of_a_plan_that_brings_nothing_says_so(client, maelle):
    make_offer(skills=["site-web"])
    make_need(skills=["site-web"])
    page = client.get(door("portfolio")).text
    assert "Ce plan n’apporte rien de plus que l’ordre d’arrivée." in page
    assert 'name="pair"' in page


def test_unevenness_is_one_measure_on_both_pages(market):
    """Over all the open offers: those that nobody asks count as much as the others."""
    for _turn in range(4):
        make_offer(skills=["apiculture"])
    today = timezone.localdate()
    (ours,) = (one for one in ranking.compromises(a_pole(), today=today) if one.is_ours)
    assert ours.made == ranking.plan_for(a_pole(), today=today).ours
    assert ours.made.unevenness == 67  # two of six are asked, once each


def test_only_what_is_ticked_is_proposed_and_after_a_confirmation(client, market, maelle):
    first, second, both, one = market
    pair = {"pair": f"{second.pk}-{both.pk}"}
    page = client.post(door("portfolio-confirm"), pair).text
    assert "Envoyer 1 proposition" in page
    assert "Notre site" not in page
    assert not Proposal.objects.exists()
    page = client.post(
        door("portfolio-confirm"), pair | {"send": "yes", "word": "Je pense à vous."}, follow=True
    ).text
    assert "1 proposition envoyée" in page
    proposal = Proposal.objects.get()
    assert (proposal.need, proposal.offer, proposal.created_by) == (second, both, maelle)
    assert Notification.objects.filter(kind="proposal_to_offer", recipient=both.person).exists()
    assert "1 besoin sur" in client.get(door("portfolio")).text


def test_twice_and_too_late_are_told_pair_by_pair(client, market, maelle):
    first, second, both, one = market
    blocks.block(by=one.person, organisation=first.organisation)
    wanted = {"pair": [f"{second.pk}-{both.pk}", f"{first.pk}-{one.pk}"], "send": "yes"}
    client.post(door("portfolio-confirm"), wanted)
    page = client.post(door("portfolio-confirm"), wanted, follow=True).text
    assert Proposal.objects.count() == 1
    assert "déjà" in page
    assert "Aucune mise en relation n’est possible" in page


def test_a_draft_is_nobody_s_pair(client, market, maelle):
    need = make_need(member=make_user(), status="DRAFT", title="Besoin pas encore envoyé")
    offer = make_offer(
        make_user("Yvon", "Secret"), status="DRAFT", title="Offre pas encore montrée"
    )
    pairs = {"pair": [f"{need.pk}-{market[2].pk}", f"{market[0].pk}-{offer.pk}"]}
    for sent in (pairs, pairs | {"send": "yes", "word": ""}):
        page = client.post(door("portfolio-confirm"), sent, follow=True).text
        assert not re.findall(r"Besoin pas|Offre pas|Yvon", page)


def test_nothing_ticked_and_nonsense_send_nothing(client, market, maelle):
    assert "Cochez au moins" in client.post(door("portfolio-confirm"), follow=True).text
    for odd in ("x", "1-2-3", "-1-2", "9999999-9999999"):
        client.post(door("portfolio-confirm"), {"pair": odd, "send": "yes"})
    assert not Proposal.objects.exists()


def test_another_poles_rows_are_left_out(maelle, market):
    elsewhere = make_pole("Ailleurs", ["62"])
    made = portfolio.accept(elsewhere, [(market[0].pk, market[3].pk)], by=maelle)
    assert made == portfolio.Outcome()


def test_fairness_shows_figures_a_drawing_and_its_table(client, market, maelle):
    ranking.refresh_due(timezone.now())
    for offer, times in ((market[2], 900), (market[3], 100)):
        Standing.objects.update_or_create(
            side="OFFER", number=offer.pk, defaults={"answers": 7_000, "shown": times}
        )
    page = client.get(door("fairness")).text
    assert "2 sur 2 (100" in page
    assert "40 sur 100" in page
    assert "<svg" in page
    assert page.count("<circle") == len(ranking.compromises(a_pole(), today=timezone.localdate()))
    assert "notre réglage" in page


def test_the_dashboard_says_how_even_it_is_and_leads_to_the_curve(client, market, maelle):
    ranking.refresh_due(timezone.now())
    for offer, times in ((market[2], 900), (market[3], 100)):
        Standing.objects.update_or_create(
            side="OFFER", number=offer.pk, defaults={"answers": 7_000, "shown": times}
        )
    assert "40 / 100" not in client.get(reverse("figures")).text, (
        "nothing before the figures are made"
    )
    figures.refresh(a_pole(), now=timezone.now())
    page = client.get(reverse("figures")).text
    assert "Sur 2 besoins ouverts, 2 ont quelqu’un" in page
    assert "40 / 100" in page
    assert door("fairness") in page


def test_more_cost_of_asking_again_is_never_more_uneven(market):
    make_need(skills=["excel"])
    type(market[2]).objects.update(capacity=3)
    ranking.changed(*market[2:])
    points = ranking.compromises(a_pole(), today=timezone.localdate())
    unevenness = [point.made.unevenness for point in points]
    assert unevenness == sorted(unevenness, reverse=True)
    assert len({point.made.served for point in points}) == 1


def test_an_empty_pole_has_a_page_too(client, maelle):
    assert "Aucune proposition à faire" in client.get(door("portfolio")).text
    assert "rien à répartir" in client.get(door("fairness")).text
    assert client.get(reverse("portfolio-first")).url == door("portfolio")


def test_coordinators_see_who_is_kept_apart(client, market, maelle):
    blocks.block(by=market[3].person, organisation=market[0].organisation, reason="Un désaccord")
    assert "Un désaccord" in client.get(door("blocks-of-pole")).text


@pytest.mark.parametrize("name", ["portfolio", "fairness", "blocks-of-pole", "portfolio-confirm"])
def test_only_the_coordinators_of_that_pole(client, market, name):
    ask, url = client.post if name == "portfolio-confirm" else client.get, door(name)
    assert ask(url).status_code == 302
    client.force_login(market[0].organisation.members.get())
    assert ask(url).status_code == 403
    client.force_login(make_coordinator(make_pole("Ailleurs", ["62"])))
    assert ask(url).status_code == 404


def test_its_address_opened_anew_leads_back_to_the_plan(client):
    """After a lost session, or from the browser's history: it was an empty page that said nothing."""
    client.force_login(make_coordinator(a_pole()))
    assert client.get(door("portfolio-confirm")).url == door("portfolio")


@pytest.mark.parametrize("pair", ["9" * 25 + "-1", "1-" + "9" * 5_000, "0-0", "²-1"])
def test_numbers_that_are_none_of_ours_are_nobodys_pair(client, maelle, pair):
    for sent in ({"pair": pair}, {"pair": pair, "send": "yes", "word": ""}):
        assert client.post(door("portfolio-confirm"), sent, follow=True).status_code == 200


@pytest.mark.parametrize(("asked", "said"), [(0, "8 besoins n’ont"), (16, "8 autres n’ont")])
def test_needs_without_anybody_are_told_beside_those_that_wait(asked, said):
    """“8 besoins” was read as of all of them, when the figures counted 14 with those that waited for an answer."""
    plan = Plan([], Outcome(9, 9, 70, 50), Outcome(5, 5, 70, 50), needs=40, asked=asked, alone=8)
    page = render_to_string("marketplace/desk/_plan_gain.html", {"plan": plan})
    assert f"{said} plus personne à solliciter qui remplisse toutes les conditions" in page.replace(
        "\u00a0", " "
    )
