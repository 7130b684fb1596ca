"""Many letters are looked at together, and each is settled as it would be alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.actions.talk import messages
from marketplace.letters import registry
from marketplace.letters.families import DESK
from notifications.models import Notification, Status
from notifications.settled import is_settled, settle, settled_among
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_pole,
    make_proposal,
    make_user,
)


@pytest.fixture
def aline():
    return make_user("Aline", "Moreau")


def talks(aline, many):
    """Conversations with Aline's structure, in each of which somebody has just written to her."""
    found = []
    for number in range(many):
        proposal = make_proposal(make_need(member=aline, ranked=False), make_offer(ranked=False))
        key = f"{proposal.pk}-{number}"
        messages.say(proposal.thread, text="Bonjour.", sent_key=key, by=proposal.offer.person)
        found.append(proposal.thread)
    return found


def waiting(aline):
    return Notification.objects.unread_by(aline).filter(kind="message_waiting")


def asked(act):
    with CaptureQueriesContext(connection) as questions:
        act()
    return len(questions)


def test_many_letters_of_messages_ask_no_more_than_a_few(aline):
    talks(aline, 1)
    few = asked(lambda: settle(aline, timezone.now()))
    talks(aline, 6)
    assert asked(lambda: settle(aline, timezone.now())) == few
    assert waiting(aline).count() == 7


def test_each_is_settled_as_it_would_be_alone(aline):
    read, removed, both, neither = talks(aline, 4)
    now = timezone.now()
    Notification.objects.update(
        status=Status.SENT, sent_at=now, closed_at=now
    )  # a removal stops those to come
    for thread in (read, both):
        messages.mark_read(thread, aline, up_to=thread.messages.get().pk)
    for thread in (removed, both):
        said = thread.messages.get()
        messages.remove(said, by=said.author, now=now)
    letters = list(waiting(aline).select_related("recipient"))
    alone = {letter.pk for letter in letters if is_settled(letter)}
    assert settled_among(letters) == alone
    assert len(alone) == 3
    settle(aline, now)
    (left,) = waiting(aline)
    assert f":{neither.pk}:" in left.key


def test_what_is_told_to_the_coordination_is_asked_of_all_letters_at_once(
    django_assert_max_num_queries,
):
    """Each is theirs as it would be alone: what is told to another pôle isn't, nor a need of their own
    structure, which they leave to the others."""
    maelle, none_of_theirs = make_coordinator(), make_coordinator()
    needs = [make_need(ranked=False) for _each in range(5)]
    own, other = make_need(member=maelle, ranked=False), make_pole("Ailleurs", ("80",))
    desks = [need.pole_id for need in needs[:4]] + [other.pk, own.pole_id]
    letters = [
        Notification(
            pk=number,
            recipient=maelle,
            kind="need_submitted",
            family=DESK.code,
            matter=f"need:{need.pk}",
            desks=f",{pole},",
        )
        for number, (need, pole) in enumerate(zip([*needs, own], desks, strict=True))
    ]
    alone = {letter.pk for letter in letters if registry.is_theirs(letter)}
    assert alone == {0, 1, 2, 3}
    assert registry.theirs_among(letters) == alone
    for letter in letters:
        letter.recipient = none_of_theirs
    with django_assert_max_num_queries(3):
        assert registry.theirs_among(letters) == {0, 1, 2, 3, 5}
