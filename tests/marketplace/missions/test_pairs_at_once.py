"""Yeses, askings and an end at the same moment: one of each half, one pair, and nobody locked out."""

import pytest
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace.actions.market import pair_asks, proposals
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Pair, Proposal, Side
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.at_once import together
from tests.factories import make_need, make_offer, make_proposal, make_user
from tests.marketplace.missions.pairing import Pairing
from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = rounds(5, 50)


def calmly(act, *args, **kwargs):
    """Somebody else may be first: a sentence, and nothing else."""

    def done() -> None:
        try:
            act(*args, **kwargs)
        except (ForbiddenMove, NotYet):
            return

    return done


def yes(proposal, person):
    return calmly(proposals.accept, proposal, side=Side.OFFER, by=person)


def test_both_halves_say_yes_at_once_and_there_is_one_pair():
    for _round in range(ROUNDS):
        it = Pairing()
        work, own = it.asked()
        together(yes(work, it.noe), yes(own, it.awa))
        pair = Pair.objects.get(need=it.need)
        assert {pair.work.offer, pair.own.offer} == {it.work, it.own}
        assert it.fresh().status == NeedStatus.FILLED
        assert Notification.objects.filter(kind="pair_made", recipient=it.awa).count() == 1


def test_of_two_who_say_yes_to_one_half_at_once_one_comes():
    for _round in range(ROUNDS):
        it = Pairing()
        two = [make_offer(make_user(), skills=("wordpress",), ranked=False) for _half in range(2)]
        asked = [make_proposal(it.need, offer, origin="INVITATION") for offer in two]
        together(*(yes(one, one.offer.person) for one in asked))
        assert Mission.objects.filter(need=it.need).count() == 1
        assert not Proposal.objects.open().filter(need=it.need).exists()
        assert it.fresh().status == NeedStatus.PUBLISHED


def test_a_yes_and_an_end_at_once_leave_no_pair_with_somebody_gone():
    for _round in range(ROUNDS):
        it = Pairing()
        work, own = it.asked()
        first = proposals.accept(work, side=Side.OFFER, by=it.noe)
        end = calmly(missions.interrupt, first, reason="Stop.", by=it.noe, now=timezone.now())
        together(yes(own, it.awa), end)
        assert not Pair.objects.going_on().filter(need=it.need).exists()
        assert it.fresh().status == NeedStatus.PUBLISHED


def test_the_same_two_asked_for_two_needs_at_once_wait_for_each_other():
    for _round in range(ROUNDS):
        it = Pairing()
        other = make_need(it.house, skills=("site-web",), in_pair=True, places=2, ranked=False)
        asks = [
            calmly(pair_asks.ask, need, it.work, it.own, word="", by=it.aline, invites=True)
            for need in (it.need, other, it.need)
        ]
        together(*asks)
        for need in (it.need, other):
            assert need.proposals.count() in {0, 2}, "both or nobody"
        assert it.need.proposals.exists() or other.proposals.exists()
