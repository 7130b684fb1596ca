"""A colleague was proposed for a mission, and nobody answered: its letters promise nothing that can't be."""

from datetime import timedelta

from django.utils import timezone

from marketplace import letters
from marketplace.actions.market import proposals
from marketplace.desk import nouns
from marketplace.models import Mission, Side
from marketplace.rules.mission_roles import COMPANY
from marketplace.rules.next_acts import missions as next_acts
from marketplace.rules.next_acts.patience import PATIENCE
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_proposal, make_user
from tests.marketplace.missions.leavers import asked, says, transfer_proposal
from tests.marketplace.missions.test_take_over import boss, colleague, company, head, mission

__all__ = ["boss", "colleague", "company", "head", "mission"]  # the fixtures of those tests
LATE, ONLINE = "Vous auriez dit oui", "Tant que l’offre est en ligne"
SEARCH = "Si vous ne cherchez plus personne"


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
    assert SEARCH not in let_go, "nobody is looked for: the need is filled"
    assert ONLINE not in unanswered


def test_of_any_other_both_are_said():
    need = make_need(member=make_user())
    let_go, unanswered = both(make_proposal(need, make_offer(make_user())))
    assert LATE in let_go
    assert SEARCH in let_go
    assert ONLINE in unanswered


def test_what_comes_next_waits_since_the_structure_let_the_colleague_go(
    client, mission, boss, colleague, head
):
    """The desk said that an answer was awaited by a day on which nobody could have given one."""
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    proposal = transfer_proposal(transfer)
    proposals.decline(proposal, by=head, side=Side.NEED, reason="Nous préférons attendre.")
    Mission.objects.filter(pk=mission.pk).update(moved_at=timezone.now() - timedelta(days=10))
    mission, today = Mission.objects.with_course().get(pk=mission.pk), timezone.localdate()
    of_the_company = next(act for act in next_acts.acts(mission) if act.who == COMPANY)
    assert timezone.localdate(of_the_company.since) == today
    assert of_the_company.due_on == today + PATIENCE[MissionStatus.LEFT]
    line = nouns.missions([mission.pk], None).get()
    assert timezone.localdate(line.waits_since) == today
