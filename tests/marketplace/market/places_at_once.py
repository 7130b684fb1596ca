"""Places given back and taken at once, as processes: `python -m tests.marketplace.market.places_at_once ROUNDS`.

Run by test_places_at_once with DATABASE_URL (or VAR_DIR) in the environment. Prints one line of counts.
"""

import json
import sys
from collections import Counter
from contextlib import suppress

from tests.marketplace.gatherings.seats import all_at_once  # sets Django up

# isort: split
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace.actions.market import proposals, waiters
from marketplace.actions.missions import missions
from marketplace.models import Need, Proposal, Side, Waiter, WaiterStep
from marketplace.models.missions import places
from marketplace.states import NeedStatus, ProposalStatus
from marketplace.states import WaiterStatus as Status
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_user

PLACES, PEOPLE, FREED = 3, 10, 2


def one_round() -> int:
    need = make_need(places=PLACES, ranked=False)
    taken = [make_mission(need=Need.objects.get(pk=need.pk)) for _ in range(PLACES)]
    offers = [make_offer(make_user(), ranked=False) for _ in range(PEOPLE)]
    strangers = [make_offer(make_user(), ranked=False) for _ in range(2)]
    structure = need.created_by

    def put_down(offer):
        waiters.put_down(need, offer, Side.OFFER, by=offer.person, now=timezone.now())

    def do(what):
        act, row = what
        with suppress(ForbiddenMove):
            act(row)

    def give_back(mission):
        missions.interrupt(mission, reason="Non.", by=structure, now=timezone.now())

    def say_yes(one):
        waiters.say_yes(one, word="", by=one.by, now=timezone.now())

    def say_no(one):
        waiters.say_no(one, by=one.by, now=timezone.now())

    def apply(offer):
        proposals.apply(Need.objects.get(pk=need.pk), offer, word="", by=offer.person)

    def accept(proposal):
        proposals.accept(proposal, side=Side.NEED, by=structure)

    def ring(_row):
        waiters.look_after(timezone.now())

    rows = Waiter.objects.of_need(need)
    failed = all_at_once(put_down, [*offers, *offers])  # a double click each
    assert counted(need) == {Status.WAITING: PEOPLE}
    order = list(rows.waiting())

    # Places are given back while strangers apply and the clock rings.
    back = [(give_back, mission) for mission in taken[:FREED]]
    failed += all_at_once(do, [*back, *((apply, one) for one in strangers), (ring, None), *back])
    assert {one.pk for one in rows.filter(status=Status.OFFERED)} == {
        one.pk for one in order[:FREED]
    }, "in their turn"
    assert Need.objects.get(pk=need.pk).status == NeedStatus.FILLED
    assert not Proposal.objects.filter(need=need, offer__in=strangers).exists()

    # One says yes twice, one no twice; strangers and the clock as before.
    first, second, third = order[:3]
    clicks = [(say_yes, first), (say_no, second), (apply, strangers[0]), (ring, None)]
    failed += all_at_once(do, [*clicks, *clicks])
    mine = Proposal.objects.filter(need=need, status=ProposalStatus.OPEN)
    assert [one.offer_id for one in mine] == [first.offer_id]
    assert [one.pk for one in rows.filter(status=Status.OFFERED)] == [third.pk]

    # The structure answers twice while the third says yes, and whoever is next looks on.
    agreed = mine.get()
    clicks = [(accept, agreed), (say_yes, third), (apply, strangers[1]), (ring, None)]
    failed += all_at_once(do, [*clicks, *clicks])
    failed += all_at_once(do, [(accept, one) for one in [*mine.all(), *mine.all()]])
    assert places.left_in(need) == 0
    assert need.missions.taking_a_place().count() == PLACES
    assert Need.objects.get(pk=need.pk).status == NeedStatus.FILLED
    assert counted(need)[Status.WAITING] == PEOPLE - 3
    require_asked_once(need)
    return failed


def counted(need) -> Counter:
    return Counter(Waiter.objects.of_need(need).values_list("status", flat=True))


def require_asked_once(need) -> None:
    """Each place that was kept for somebody was told to them, once."""
    steps = WaiterStep.objects.filter(waiter__need=need, after=Status.OFFERED)
    keys = {f"waiter-step:{pk}:place" for pk in steps.values_list("pk", flat=True)}
    told = Notification.objects.filter(kind="waiter_offered", key__in=keys)
    assert told.count() == len(keys) == 3
    assert max(Counter(steps.values_list("waiter", flat=True)).values()) == 1


if __name__ == "__main__":
    errors, rounds = 0, int(sys.argv[1])
    for _ in range(rounds):
        errors += one_round()
    sys.stdout.write(json.dumps({"rounds": rounds, "errors": errors}))
