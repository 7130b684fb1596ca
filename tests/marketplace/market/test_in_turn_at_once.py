"""Answers that come at the same moment, and a clock that strikes twice: the next is asked once."""

import pytest
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace.actions.market import in_turn, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import AskedInTurn, Origin, Side, Turn
from marketplace.states import AskedInTurnStatus
from notifications.models import Notification
from tests.at_once import together
from tests.factories import make_coordinator, make_need, make_offer, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 5


def begun(maelle, **fields):
    need = make_need(member=make_user(), **fields)
    offers = [make_offer(make_user()) for _n in range(3)]
    asked = in_turn.begin(
        need, offers, word="", by=maelle, origin=Origin.COORDINATOR, now=timezone.now()
    )
    return need, asked


def calmly(act, *args, **kwargs):
    """Somebody else may be first: a sentence, and nothing else."""

    def done() -> None:
        try:
            act(*args, **kwargs)
        except (ForbiddenMove, NotYet):
            return

    return done


def go_on() -> None:
    in_turn.go_on(timezone.now())


def test_after_a_no_two_clocks_ask_the_next_once():
    maelle = make_coordinator()
    for _round in range(ROUNDS):
        need, asked = begun(maelle)
        proposal = need.proposals.get()
        proposals.decline(proposal, side=Side.OFFER, reason="", by=proposal.offer.person)
        together(go_on, go_on)
        assert need.proposals.count() == 2
        second = asked.turns.all()[1]
        assert second.proposal == need.proposals.open().get()
        told = Notification.objects.filter(
            kind="proposal_to_offer", recipient=second.offer.person_id
        )
        assert told.count() == 1


def test_of_a_yes_and_a_no_at_once_with_the_clock_one_counts():
    maelle = make_coordinator()
    for _round in range(ROUNDS):
        need, _asked = begun(maelle)
        proposal = need.proposals.get()
        by, structure = proposal.offer.person, need.created_by
        proposals.accept(proposal, side=Side.OFFER, by=by)
        together(
            calmly(proposals.accept, proposal, side=Side.NEED, by=structure),
            calmly(proposals.decline, proposal, side=Side.OFFER, reason="", by=by),
            go_on,
        )
        go_on()
        agreed = need.missions.exists()
        assert need.proposals.count() == (1 if agreed else 2)
        wanted = AskedInTurnStatus.FOUND if agreed else AskedInTurnStatus.RUNNING
        assert AskedInTurn.objects.get(need=need).status == wanted


def test_stopped_as_the_next_is_asked_it_is_one_or_the_other():
    maelle = make_coordinator()
    for _round in range(ROUNDS):
        need, asked = begun(maelle)
        proposal = need.proposals.get()
        proposals.decline(proposal, side=Side.OFFER, reason="", by=proposal.offer.person)
        together(go_on, calmly(in_turn.stop, asked, by=maelle))
        assert AskedInTurn.objects.get(pk=asked.pk).status == AskedInTurnStatus.STOPPED
        go_on()
        assert need.proposals.count() in {1, 2}
        assert Turn.objects.filter(asked=asked, proposal=None).count() == 3 - need.proposals.count()


def test_of_two_who_begin_a_list_one_is_told_so():
    maelle, need = make_coordinator(), make_need(member=make_user())
    offers = [make_offer(make_user()) for _n in range(2)]
    begin = [
        calmly(
            in_turn.begin,
            need, [offer], word="", by=maelle, origin=Origin.COORDINATOR, now=timezone.now(),
        )
        for offer in offers
    ]  # fmt: skip
    together(*begin)
    assert AskedInTurn.objects.filter(need=need).count() == 1
    assert need.proposals.count() == 1


def test_two_lists_of_a_need_that_go_on_at_once_ask_nobody_twice():
    aline = make_user()
    maelle = make_coordinator()
    for _round in range(ROUNDS):
        need = make_need(member=aline)
        shared, mine, theirs = (make_offer(make_user()) for _n in range(3))
        lists = [
            ([mine, shared], maelle, Origin.COORDINATOR),
            ([theirs, shared], aline, Origin.INVITATION),
        ]
        for offers, by, origin in lists:
            in_turn.begin(need, offers, word="", by=by, origin=origin, now=timezone.now())
        for proposal in need.proposals.all():
            proposals.decline(proposal, side=Side.OFFER, reason="", by=proposal.offer.person)
        together(go_on, go_on)
        go_on()
        assert need.proposals.filter(offer=shared).count() == 1
        passed = Turn.objects.get(asked__need=need, offer=shared, proposal=None)
        assert passed.passed == Turn.Passed.IN_TOUCH


def test_applying_as_ones_other_offer_comes_up_is_one_question():
    maelle = make_coordinator()
    for _round in range(ROUNDS):
        need, asked = begun(maelle)
        proposal = need.proposals.get()
        proposals.decline(proposal, side=Side.OFFER, reason="", by=proposal.offer.person)
        second = asked.turns.all()[1].offer
        other = make_offer(second.person)
        together(go_on, calmly(proposals.apply, need, other, word="", by=second.person))
        about = need.proposals.get(offer__in=[second, other])
        if about.offer == other:  # the application came first: the turn is the third person's
            assert asked.turns.get(offer=second).passed == Turn.Passed.IN_TOUCH
