"""Many hands on one place, as processes: `python -m tests.marketplace.market.hands ROUNDS`.

Run by test_many_hands with DATABASE_URL (or VAR_DIR) in the environment. Prints one line of counts.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from marketplace.models import Mission, ProposalStep  # noqa: E402
from marketplace.states import NeedStatus, ProposalStatus  # noqa: E402
from notifications.models import Notification  # noqa: E402
from tests.factories import make_need, make_offer, make_proposal, make_user  # noqa: E402

HANDS = 4


NO = {"cause": "time", "words": ""}


def post(user, url: str, start: int) -> int:
    """The status of the page, posted once the starting line is crossed."""
    connections.close_all()
    client = Client(raise_request_exception=False)
    client.force_login(user)
    os.read(start, 1)
    return client.post(url, NO).status_code


def all_at_once(posts: list[tuple]) -> list[int]:
    """Each (user, url) in a process of its own, released together. Returns whether each was a 500."""
    ready, go = os.pipe()
    connections.close_all()
    children = []
    for user, url in posts:
        if not (pid := os.fork()):
            os._exit(post(user, url, ready) >= 500)
        children.append(pid)
    os.write(go, b"." * len(posts))
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    os.close(ready)
    os.close(go)
    return codes


def last_place() -> list[int]:
    """One place, four volunteers: two members say yes to different ones at the same moment."""
    member = make_user()
    need = make_need(member=member)
    proposals = [make_proposal(need, make_offer(make_user())) for _ in range(HANDS)]
    codes = all_at_once([(member, reverse("proposal-accept", args=[p.pk])) for p in proposals])
    need.refresh_from_db()
    assert need.status == NeedStatus.FILLED, need.status
    assert need.missions.count() == 1, need.missions.count()
    assert not need.proposals.filter(status=ProposalStatus.OPEN).exists()
    return codes


def double_click() -> list[int]:
    """The same yes, four times at once: one mission, one letter a person."""
    member = make_user()
    proposal = make_proposal(make_need(member=member), make_offer(make_user()))
    url = reverse("proposal-accept", args=[proposal.pk])
    codes = all_at_once([(member, url)] * HANDS)
    assert Mission.objects.filter(proposal=proposal).count() == 1
    assert ProposalStep.objects.filter(proposal=proposal, after=ProposalStatus.AGREED).count() == 1
    letters = Notification.objects.filter(key=f"proposal:{proposal.pk}:agreed", recipient=member)
    assert letters.count() == 1
    return codes


def one_offer_two_needs() -> list[int]:
    """One person asked by two structures, who both say yes at the same moment: one gets them."""
    offer = make_offer(make_user())
    members = [make_user(), make_user()]
    proposals = [make_proposal(make_need(member=member), offer) for member in members]
    codes = all_at_once(
        [
            (member, reverse("proposal-accept", args=[proposal.pk]))
            for member, proposal in zip(members, proposals, strict=True)
        ]
    )
    assert offer.missions.count() == 1, offer.missions.count()
    return codes


def yes_and_no() -> list[int]:
    """One side says yes while the other takes it back: either way, one end."""
    member = make_user()
    volunteer = make_user()
    proposal = make_proposal(make_need(member=member), make_offer(volunteer))
    codes = all_at_once(
        [
            (member, reverse("proposal-accept", args=[proposal.pk])),
            (volunteer, reverse("proposal-decline", args=[proposal.pk])),
        ]
    )
    proposal.refresh_from_db()
    missions = Mission.objects.filter(proposal=proposal).count()
    assert missions == (proposal.status == ProposalStatus.AGREED)
    return codes


if __name__ == "__main__":
    errors, rounds = 0, int(sys.argv[1])
    Client().get("/bureau/")  # what a first page loads is loaded once, before anyone forks
    for _ in range(rounds):
        for case in (last_place, double_click, one_offer_two_needs, yes_and_no):
            errors += sum(code != 0 for code in case())
    sys.stdout.write(json.dumps({"rounds": rounds, "errors": errors}))
