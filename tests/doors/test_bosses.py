"""Every door x a coordinator who has become a boss of somebody: nothing of what that person offers on their own time
opens, or is read."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, User
from marketplace.models import (
    Duty,
    Message,
    Mission,
    Note,
    Offer,
    Proposal,
    StoredFile,
    Tag,
    Task,
    Thread,
    Time,
)
from tests.doors.doors import doors_of
from tests.doors.knocking import client_of, is_open, knock
from tests.doors.world import World, mark
from tests.marketplace.documents import document_desk

pytestmark = pytest.mark.once
HOME = mark("Nord", "at-home")
# One offer, one proposal, one conversation: each is tried at every address that bears its number.
THEIRS = (Offer, Proposal, Mission, Thread, Message)


def at_home_of(world: World, person: User) -> World:
    """The world with this person's own time in the place of the rest, all its words marked."""
    offers = Offer.objects.filter(person=person, time=Time.OWN)
    offers.update(title=HOME, about=HOME)
    proposals = Proposal.objects.filter(offer__in=offers)
    proposals.update(word=HOME)
    missions = Mission.objects.filter(offer__in=offers)
    threads = Thread.objects.filter(proposal__in=proposals) | Thread.objects.filter(asker=person)
    messages = Message.objects.filter(thread__in=threads)
    messages.update(text=HOME, search_text=HOME.lower())
    by, pole = world.people["second"], world.pole
    for subject in ({"mission": missions.first()}, {"person": person}):
        Note.objects.create(pole=pole, by=by, body=HOME, **subject)
        due = {"due_on": timezone.localdate(), "assignee": by}
        Task.objects.create(pole=pole, by=by, what=HOME[:200], **due, **subject)
        Tag.objects.create(pole=pole, by=by, words=HOME[:40], **subject)
    rows = zip(THEIRS, (offers, proposals, missions, threads, messages), strict=True)
    theirs: dict = {model.__name__: list(found) * 4 for model, found in rows}
    theirs["User"] = [person]
    theirs["TeamMember"] = []  # a team comes on working time
    files = list(StoredFile.objects.filter(thread__in=threads))
    return replace(
        world, things=world.things | theirs | {"StoredFile": files or world.things["StoredFile"]}
    )


@pytest.mark.parametrize("role", ["coordinator", "second"])
def test_a_coordinator_opens_nothing_of_what_is_offered_at_home_under_them(ours, role):
    """The second one, who is nobody's boss, opens it all."""
    person = ours.people["volunteer"]
    with transaction.atomic():
        world = at_home_of(ours, person)
        Membership.objects.create(user=person, organisation=ours.company)
        there = Membership.objects.create(
            user=ours.people["coordinator"], organisation=ours.company
        )
        document_desk.duty(there.user, ours.company, Duty.Kind.HR)
        browser = client_of(ours.people[role])
        opened, read = set(), set()
        for door in doors_of(world, one=True):
            answer = knock(browser, door, "GET")
            if isinstance(door.row, THEIRS) and is_open(answer):
                opened.add(door.name)
            if (
                answer.status_code == 200
                and not answer.streaming
                and HOME.encode() in answer.content
            ):
                read.add(door.name)
        transaction.set_rollback(True)
    if role == "coordinator":
        assert (opened, read) == (set(), set())
    else:
        assert opened >= {"offer", "proposal", "mission", "thread"}
        assert read >= {"offer", "offers", "thread", "person-story"}
