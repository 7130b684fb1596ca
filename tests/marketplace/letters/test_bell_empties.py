"""The bell empties: a notification whose matter is settled is read, and asks for nothing any more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace import letters
from marketplace.actions.desk import cases
from marketplace.actions.market import answer_links, needs, people, proposals
from marketplace.actions.missions import sheets
from marketplace.letters import registry
from marketplace.models import Case, Regime, Side
from marketplace.states import NeedStatus
from notifications.models import Notification
from notifications.settled import settle
from tests.factories import make_coordinator, make_mission, make_need, make_proposal, make_user

ASKED = "Une réponse est attendue"


def unread(user):
    return Notification.objects.unread_by(user).filter(asks=True)


@pytest.fixture
def proposal():
    """A volunteer has applied: the structure's answer is expected."""
    found = make_proposal()
    letters.proposal_made(found, to=[Side.NEED], by=found.offer.person, link=answer_links.link)
    return found


@pytest.fixture
def head(proposal):
    return proposal.need.organisation.members.get()


def test_the_answer_itself_empties_the_bell(client, proposal, head):
    assert unread(head).exists()
    client.force_login(head)
    client.post(reverse("proposal-decline", args=[proposal.pk]), {"cause": "time"})
    proposal.refresh_from_db()
    assert not proposal.is_open
    assert not unread(head).exists()


def test_a_colleague_s_answer_empties_it_as_it_is_shown(client, proposal, head):
    colleague = make_user()
    proposal.need.organisation.memberships.create(user=colleague, role="MEMBER")
    letter = unread(head).get()
    proposals.decline(proposal, side=Side.NEED, reason="Déjà trouvé.", by=colleague)
    client.force_login(head)
    assert ASKED not in client.get(reverse("letters")).text
    letter.refresh_from_db()
    assert letter.read_at is not None


def test_the_home_empties_it_too(client, proposal, head):
    proposals.decline(proposal, side=Side.NEED, reason="Déjà trouvé.", by=make_user())
    client.force_login(head)
    client.get(reverse("home"))
    assert not unread(head).exists()


def test_what_still_waits_stays_even_once_opened(client, proposal, head):
    client.force_login(head)
    assert ASKED in client.get(reverse("letters")).text
    assert unread(head).exists()
    unread(head).get().mark_read(timezone.now())
    assert ASKED in client.get(reverse("letters")).text
    assert Notification.objects.get(recipient=head, asks=True).read_at


def test_it_never_goes_back_to_unread_nor_touches_somebody_else_s(proposal, head):
    other = make_user()
    proposals.decline(proposal, side=Side.NEED, reason="Déjà trouvé.", by=other)
    settle(other, timezone.now())
    assert unread(head).exists()
    settle(head, timezone.now())
    when = Notification.objects.get(recipient=head, asks=True).read_at
    settle(head, timezone.now())
    assert Notification.objects.get(recipient=head, asks=True).read_at == when


def test_a_need_sent_again_a_sheet_agreed_and_a_case_closed_are_settled():
    coordinator = make_coordinator()
    need = make_need(member=make_user(), status=NeedStatus.SUBMITTED)
    head = need.organisation.members.get()
    needs.ask(need, question="Combien de personnes ?", by=coordinator)
    settle(head, timezone.now())
    assert unread(head).get().kind == "need_question"
    needs.submit(need, by=head)
    settle(head, timezone.now())
    assert not unread(head).exists()

    mission = make_mission(work=True, regime=Regime.LOAN)
    person = mission.offer.person
    by = mission.need.organisation.members.get()
    sheets.change(mission, {"hours": 22}, read=mission.sheet.number, side=Side.NEED, by=by)
    mission.sheet.refresh_from_db()
    settle(person, timezone.now())
    assert unread(person).filter(kind="sheet_changed").exists()
    sheets.agree(mission, read=mission.sheet.number, side=Side.OFFER, by=person)
    settle(person, timezone.now())
    assert not unread(person).filter(kind="sheet_changed").exists()

    case = cases.open_about(mission, reason=Case.Reason.OVERDUE, now=timezone.now())
    settle(coordinator, timezone.now())
    assert unread(coordinator).filter(kind="case_opened").exists()
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now(), outcome="SOLVED")
    settle(coordinator, timezone.now())
    assert not unread(coordinator).filter(kind="case_opened").exists()


# What is settled elsewhere than on a page of ours, or is a call that nobody takes back.
FOR_EVER = {"handed_over", "help_asked", "help_unheard", "address_changed"}


def test_nothing_is_asked_any_more_of_whoever_has_left(client):
    """An employee is shown out: the sheet to read is no longer theirs, and the bell says so."""
    mission = make_mission(work=True)
    person, head = mission.offer.person, mission.need.organisation.members.get()
    sheets.change(
        mission, {"aim": "Un autre but."}, read=mission.sheet.number, side=Side.NEED, by=head
    )
    client.force_login(person)
    assert "Une réponse est attendue" in client.get(reverse("letters")).text
    people.leave(person.memberships.get(), now=timezone.now())
    assert "Une réponse est attendue" not in client.get(reverse("letters")).text


def test_whatever_asks_can_tell_that_it_is_settled():
    asks = {kind for kind, rule in registry.KINDS.items() if rule.asks and rule.moot is None}
    assert asks == FOR_EVER
