"""Since when somebody waits for an answer, as a reminder says it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from marketplace.actions.market import proposals, silence
from marketplace.models import Origin, Side
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_proposal, make_user

PARIS = ZoneInfo("Europe/Paris")


def march(day: int) -> datetime:
    return datetime(2026, 3, day, 9, tzinfo=PARIS)


def test_they_wait_since_their_own_yes_and_not_since_the_coordinators_proposed():
    with time_machine.travel(march(2), tick=False) as clock:
        need, offer = make_need(member=make_user()), make_offer(make_user())
        both = make_proposal(need, offer, origin=Origin.COORDINATOR)
        clock.move_to(march(3))
        proposals.accept(both, side=Side.OFFER, by=offer.person)
        clock.move_to(march(6))
        silence.remind(timezone.now())
        letter = Notification.objects.get(kind="proposal_reminder", recipient=need.created_by)
        assert "attend votre réponse depuis le mardi 3 mars" in letter.text
        assert "lundi 2 mars" not in letter.text
