"""The header counts what a coordinator follows and hasn't read: of a few that may be left to others the long question is asked."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from common import numbers
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
    sides = Thread.objects.unread_by(user, coordinates=False).count()
    assert said_on_pages(user) == [whole + sides, whole + sides]
    return whole


def said_on_pages(user):
    """In the header: of a page that asks nothing else about their sides, and of one that has asked whether they are on any."""
    client = Client()
    client.force_login(user)
    pages = [client.get(reverse(name)) for name in ("my-blocks", "inbox")]
    return [page.context["unread_messages"] for page in pages]


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


def test_nor_what_they_ask_themselves_which_is_of_a_side_of_theirs(pole, maelle):
    need = make_need(make_organisation(pole=pole, member=make_user()), coordinator=maelle)
    thread = Thread.objects.create(need=need, asker=maelle)
    messages.say(thread, text="Bonjour.", sent_key="k", by=need.organisation.members.get())
    assert followed(maelle) == 0
    assert said_on_pages(maelle) == [1, 1]


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
    assert said_on_pages(maelle) == [numbers.unread(MANY_UNREAD)] * 2


def test_the_header_asks_one_question(client, pole, maelle):
    asked(need_of(pole), maelle)
    client.force_login(maelle)
    client.get(reverse("my-blocks"))
    with CaptureQueriesContext(connection) as asked_of:
        assert client.get(reverse("my-blocks")).context["unread_messages"] == 1
    about_threads = ("marketplace_thread", "EXECUTE kept_")  # as PostgreSQL has it planned already
    assert len([one for one in asked_of if any(map(one["sql"].__contains__, about_threads))]) == 1


def test_nothing_to_read_costs_one_question(pole, maelle):
    asked(need_of(pole), None)
    with CaptureQueriesContext(connection) as asked_of:
        unread.followed(maelle)
    assert len(asked_of) == 1
