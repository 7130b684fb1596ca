"""Fair: short lists spread over the nights, load is seen, and who has waited longest is helped."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from marketplace import ranking
from marketplace.matching import exposure
from marketplace.models import Standing
from marketplace.ranking import clock
from tests.factories import make_coordinator, make_need, make_offer, make_proposal, make_user

FIRST = exposure.SHORT_LIST


def test_among_equals_the_need_that_has_waited_longest_comes_first_and_says_so():
    # Days of the wall's clock: fifty times 24 hours are 49 of them late in the evening after a change of time.
    now, offer = timezone.localtime(), make_offer()
    fresh = make_need(published_at=now)
    old = make_need(published_at=now - timedelta(days=50))
    found = ranking.needs_for(offer)
    assert [match.need for match in found] == [old, fresh]
    parts = [match.facts.parts["offer"]["waiting"] for match in found]
    assert parts == [10_000 * 50 // 60, 0]
    assert found[0].facts.waited == 50


def test_who_is_asked_by_several_comes_later_and_the_list_says_by_how_many(client):
    busy, free = make_offer(make_user("Ada", "Prise")), make_offer(make_user("Noé", "Libre"))
    for _turn in range(2):
        make_proposal(make_need(), busy)
    ranking.changed(busy)
    need = make_need()
    assert [match.offer for match in ranking.offers_for(need)] == [free, busy]
    client.force_login(make_coordinator())
    page = client.get(reverse("need-candidates", args=[need.pk])).text
    assert "Déjà 2 propositions en cours pour cette offre" in page


def test_short_lists_spread_over_the_nights_and_settle_nobody_for_ever():
    """Equals, whom nothing but their age tells apart: without exposure the ten oldest would be everybody's."""
    now = timezone.now()
    needs = [make_need() for _turn in range(8)]
    for _turn in range(24):
        make_offer()
    seen = set()
    for night in range(4):
        firsts = {match.offer_id for need in needs for match in ranking.offers_for(need, top=FIRST)}
        if night == 0:
            assert len(firsts) == FIRST
        seen |= firsts
        clock.refresh_due(now=now + timedelta(days=night))
    assert len(seen) == 24
    assert Standing.objects.filter(side="OFFER", penalty__gt=0).exists()
    assert max(Standing.objects.values_list("penalty", flat=True)) <= 100
