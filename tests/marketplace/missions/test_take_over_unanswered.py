"""A colleague was proposed for a mission, and nobody answered: its letters promise nothing that can't be."""

from marketplace import letters
from marketplace.models import Side
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_proposal, make_user
from tests.marketplace.missions.leavers import asked, says, transfer_proposal
from tests.marketplace.missions.test_take_over import boss, colleague, company, head, mission

__all__ = ["boss", "colleague", "company", "head", "mission"]  # the fixtures of those tests
LATE, ONLINE = "Vous auriez dit oui", "Tant que l’offre est en ligne"


def told(kind: str) -> str:
    return Notification.objects.filter(kind=kind).latest("pk").text


def both(proposal) -> tuple[str, str]:
    letters.proposal_let_go(proposal, side=Side.NEED)
    letters.proposal_unanswered(proposal, side=Side.OFFER)
    return told("proposal_let_go"), told("proposal_unanswered")


def test_no_late_yes_is_promised_to_whom_a_colleague_was_proposed(client, mission, boss, colleague):
    """“Votre oui reste le bienvenu” was read, and the page answered that it was too late."""
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    let_go, unanswered = both(transfer_proposal(transfer))
    assert LATE not in let_go
    assert ONLINE not in unanswered


def test_of_any_other_both_are_said():
    need = make_need(member=make_user())
    let_go, unanswered = both(make_proposal(need, make_offer(make_user())))
    assert LATE in let_go
    assert ONLINE in unanswered
