"""The header counts what a coordinator follows and hasn't read: of a few that may be left to others the long question is asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from common.numbers import MANY_UNREAD
from marketplace.actions.talk import messages
from marketplace.models import Need, Thread
from marketplace.rules import unread
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pole():
    return make_pole()


@pytest.fixture
def maelle(pole):
    make_coordinator(pole, first_name="Odile", last_name="Renard")  # who is on no side
    return make_coordinator(pole, first_name="Maëlle", last_name="Vandamme")


def need_of(pole, **fields):
    return make_need(make_organisation(pole=pole), **fields)


def asked(need, coordinator):
    """A question about a need that this person follows."""
    Need.objects.filter(pk=need.pk).update(coordinator=coordinator)
    thread = Thread.objects.create(need=need, asker=make_user())
    messages.say(thread, text="Bonjour.", sent_key=f"k{thread.pk}", by=thread.asker)
    return thread


def followed(user):
    """The count, which is that of the one question."""
    own = Thread.objects.taken_part_in_by(user, coordinates=False).values("pk")
    whole = Thread.objects.unread_by(user).exclude(pk__in=own).count()
    assert unread.followed(user) == whole
    return whole


def test_what_one_follows_counts_until_it_is_read(pole, maelle):
    thread = asked(need_of(pole), maelle)
    proposal = make_proposal(need_of(pole, coordinator=maelle))
    messages.say(proposal.thread, text="Oui.", sent_key="k", by=proposal.offer.person)
    assert followed(maelle) == 2
    messages.mark_read(thread, maelle, up_to=thread.messages.get().pk)
    assert followed(maelle) == 1


def test_what_one_has_looked_into_counts_too(pole, maelle):
    thread = asked(need_of(pole), None)
    assert followed(maelle) == 0
    thread.reads.create(user=maelle)
    assert followed(maelle) == 1


def test_what_is_left_to_others_doesn_t(pole, maelle):
    """Of a need for which they would come, they aren't told what the others ask."""
    kept, thread = need_of(pole), asked(need_of(pole), maelle)
    asked(kept, maelle)
    assert followed(maelle) == 2
    make_proposal(kept, make_offer(maelle))
    assert followed(maelle) == 1
    assert Thread.objects.unread_by(maelle).get() == thread


def test_nor_what_somebody_under_them_asks(pole, maelle):
    thread = asked(need_of(pole), maelle)
    company = make_organisation(member=thread.asker)
    company.memberships.create(user=maelle, role=Membership.Role.ADMINISTRATOR)
    assert followed(maelle) == 0


def test_what_is_of_a_side_of_theirs_is_counted_apart(pole, maelle):
    need = need_of(pole)
    asked(need, maelle)
    need.organisation.memberships.create(user=maelle, role="MEMBER")
    assert followed(maelle) == 0
    assert Thread.objects.unread_by(maelle, coordinates=False).count() == 0  # since they joined


def test_whoever_has_left_the_pole_follows_nothing(pole, maelle):
    asked(need_of(pole), maelle)
    maelle.memberships.all().delete()
    assert followed(maelle) == 0


def test_another_pole_s_need_isn_t_followed(pole, maelle):
    asked(need_of(make_pole("Rives", ("62",))), maelle)
    assert followed(maelle) == 0


def test_of_more_than_a_hundred_the_number_is_a_hundred(pole, maelle):
    need = need_of(pole, coordinator=maelle)
    for _each in range(MANY_UNREAD + 2):
        asked(need, maelle)
    assert unread.followed(maelle) == MANY_UNREAD


def test_nothing_to_read_costs_one_question(pole, maelle):
    asked(need_of(pole), None)
    with CaptureQueriesContext(connection) as asked_of:
        unread.followed(maelle)
    assert len(asked_of) == 1
