"""A proposal that nobody answered until it was closed, and somebody who comes back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import proposals, silence
from marketplace.models import Need, Proposal
from marketplace.states import ProposalStatus
from notifications.models import Notification
from tests.factories import make_offer

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=PARIS)
CLOSED_ON = (4, 9, 11, 16)  # the days of March on which something is said; the last one closes
WORD = "J’étais en déplacement : me revoilà."


def wait_in_vain(clock) -> None:
    """From Monday the 2nd of March to Thursday the 19th."""
    for day in CLOSED_ON:
        clock.move_to(datetime(2026, 3, day, 9, tzinfo=PARIS))
        silence.remind(timezone.now())
    clock.move_to(datetime(2026, 3, 19, 9, tzinfo=PARIS))


def let_go(clock, need: Need, volunteer) -> Proposal:
    """The structure invited this volunteer, who never answered."""
    by = need.created_by
    proposal = proposals.invite(need, make_offer(volunteer), word="Venez !", by=by)
    wait_in_vain(clock)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.UNANSWERED
    return proposal


def page_of(proposal: Proposal) -> str:
    return reverse("proposal-late-yes", args=[proposal.pk])


def letters(kind: str, person=None):
    found = Notification.objects.filter(kind=kind)
    return found.filter(recipient=person) if person else found


def say(client, person, proposal: Proposal, word: str = WORD):
    client.force_login(person)
    return client.post(page_of(proposal), {"word": word})
