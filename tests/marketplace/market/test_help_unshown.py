"""Who offers help from the page of a need chooses whether anybody else reads their offer: nobody does, unless they say so."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import ask_rules, offers, proposals, silence
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.helping import PublishedForm
from marketplace.models import Need, Offer, Origin, Proposal, Side
from marketplace.states import OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
)
from tests.marketplace.market.test_helping import keeps, need, sends, signed_in
from tests.marketplace.market.waiting_people import make_full

__all__ = ["need"]  # the fixture
pytestmark = pytest.mark.django_db


def test_an_application_leaves_without_the_offer_being_shown_to_anybody_else(client, need):
    user = signed_in(client)
    keeps(client, need)
    sends(client, need)
    offer = Offer.objects.get()
    assert (offer.status, offer.published_at) == (OfferStatus.PAUSED, None)
    other = make_need(organisation=make_organisation(name="Une autre"), title="Encore un site")
    reads = Offer.objects.visible_to(other.created_by)
    assert not reads.filter(pk=offer.pk).exists(), "it has asked nothing of this one"
    assert Offer.objects.visible_to(need.created_by).filter(pk=offer.pk).exists()
    with pytest.raises(NotYet):
        proposals.invite(other, offer, word="", by=other.created_by)
    with pytest.raises(NotYet):
        proposals.propose(other, offer, word="", by=make_coordinator(offer.pole))
    mission = proposals.accept(Proposal.objects.get(), side=Side.NEED, by=need.created_by)
    assert mission.offer.person == user, "the structure says yes to it as to any other"


def test_the_other_button_shows_the_offer_to_all(client, need):
    signed_in(client)
    keeps(client, need)
    client.post(reverse("need-help-send", args=[need.pk]), {PublishedForm.SHOWN: "yes"})
    assert Offer.objects.get().is_published
    assert Proposal.objects.exists()


def test_a_second_need_is_answered_in_the_same_way(client, need):
    signed_in(client)
    keeps(client, need)
    sends(client, need)
    other = Need.objects.exclude(pk=need.pk).get()
    keeps(client, other)
    sends(client, other)
    assert [*Proposal.objects.order_by("pk").values_list("need", flat=True)] == [need.pk, other.pk]
    assert not Offer.objects.published().exists()


def test_a_structure_that_let_it_close_may_still_say_yes(client, need):
    user = signed_in(client)
    keeps(client, need)
    sends(client, need)
    closed = Proposal.objects.get()
    with time_machine.travel(timezone.localtime(), tick=False) as clock:
        for _ in range(25):
            clock.shift(timedelta(days=1))
            silence.remind(timezone.now())
        closed.refresh_from_db()
        assert closed.status == ProposalStatus.UNANSWERED
        late = proposals.say_yes_late(closed, side=Side.NEED, word="", by=need.created_by)
        assert proposals.accept(late, side=Side.OFFER, by=user).offer.person == user


def test_nobody_else_asks_with_it_and_what_was_shown_and_rests_asks_for_nothing(client, need):
    user = signed_in(client)
    keeps(client, need)
    sends(client, need)
    apart, other = Offer.objects.get(), Need.objects.exclude(pk=need.pk).get()
    with pytest.raises(NotYet):
        proposals.apply(other, apart, word="", by=make_coordinator(apart.pole))
    offers.publish(apart, by=user)
    offers.pause(apart, by=user)
    with pytest.raises(NotYet):
        proposals.apply(other, Offer.objects.get(), word="", by=user)


def test_when_one_is_free_is_asked_for_by_its_own_words(client, need):
    assert "Choisissez quand vous êtes libre, à peu près." in keeps(client, need, when="").text


def test_a_no_isn_t_asked_again_by_another_offer(client, need):
    """Each time an offer of its own was made, and the structure that had said no was written to anew."""
    signed_in(client)
    keeps(client, need)
    sends(client, need)
    proposals.decline(Proposal.objects.get(), side=Side.NEED, reason="", by=need.created_by)
    keeps(client, need)
    sends(client, need)
    assert (Proposal.objects.count(), Offer.objects.count()) == (1, 1)


def test_the_last_no_counts_and_not_the_first():
    asked, offer = make_need(), make_offer()
    no = {"status": ProposalStatus.DECLINED, "declined_side": Side.NEED}
    make_proposal(asked, offer, again_from=in_days(-1), **no)
    make_proposal(asked, offer, **no)
    assert ask_rules.refusal_of(asked, offer, Origin.APPLICATION)


def test_what_was_never_shown_ends_without_a_letter(client, need):
    signed_in(client)
    keeps(client, need)
    sends(client, need)
    Offer.objects.update(starts_on=in_days(-30), ends_on=in_days(-1))
    assert offers.expire_past(in_days(0)) == 1
    assert not Notification.objects.filter(kind="offer_expired").exists()


def test_who_waits_already_makes_no_second_offer(client):
    full, _taken = make_full()
    user = signed_in(client)
    keeps(client, full)
    sends(client, full)
    keeps(client, full, word="Encore")
    sends(client, full)
    assert Offer.objects.filter(person=user).count() == 1
