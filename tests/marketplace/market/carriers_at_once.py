"""A need's carriers at once, as processes: `python -m tests.marketplace.market.carriers_at_once ROUNDS`.

Run by test_carriers_in_processes with DATABASE_URL (or VAR_DIR) in the environment. Prints one line of counts.
"""

import json
import sys
from collections.abc import Callable
from contextlib import suppress

from tests.marketplace.gatherings.seats import all_at_once  # sets Django up

# isort: split
from django.utils import timezone

from accounts.models import ForbiddenMove, Organisation, User
from marketplace.actions.market import carriers, needs
from marketplace.models import Carrier, Need
from marketplace.states import CarrierStatus as Status
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import make_carrier, make_coordinator, make_need, make_organisation, make_user


def press(*clicks: Callable[[], object]) -> int:
    """Each of them twice, by as many hands as the database bears. Returns how many hands failed."""

    def click(one: Callable[[], object]) -> None:
        with suppress(ForbiddenMove):
            one()

    return all_at_once(click, [*clicks, *clicks])


def handed_in() -> Need:
    return make_need(member=make_user(), status=NeedStatus.SUBMITTED, ranked=False)


def ask(need: Need, house: Organisation) -> Carrier:
    return carriers.invite(need, house, word="", by=need.created_by, now=timezone.now())


def publish(need: Need, maelle: User) -> None:
    needs.publish(Need.objects.get(pk=need.pk), by=maelle)


def a_question_and_a_publication(house: Organisation, maelle: User) -> int:
    need = handed_in()
    failed = press(lambda: publish(need, maelle), lambda: ask(need, house))
    published = Need.objects.get(pk=need.pk).status == NeedStatus.PUBLISHED
    assert published != need.carriers.invited().exists()
    assert need.carriers.count() <= 1
    return failed


def a_yes_a_no_and_a_taking_back(house: Organisation) -> int:
    need, by = handed_in(), house.members.get()
    carrier = ask(need, house)
    failed = press(
        lambda: carriers.agree(carrier, by=by, now=timezone.now()),
        lambda: carriers.decline(carrier, word="", by=by),
        lambda: carriers.take_back(carrier, by=need.created_by),
    )
    ends = carrier.steps.exclude(after=Status.INVITED)
    assert ends.count() == 1
    keys = [f"carrier-step:{ends.get().pk}"]
    told = Notification.objects.filter(kind__in=["carrier_answered", "carrier_taken_back"])
    assert told.filter(key__in=keys).count() == 1
    return failed


def a_yes_a_publication_and_a_leaving(house: Organisation, maelle: User) -> int:
    need = handed_in()
    waits, other = ask(need, house), make_carrier(need, ranked=False)
    leaves = other.organisation.members.get()
    failed = press(
        lambda: carriers.agree(waits, by=house.members.get(), now=timezone.now()),
        lambda: publish(need, maelle),
        lambda: carriers.leave(other, word="Non.", by=leaves),
    )
    assert Carrier.objects.get(pk=waits.pk).status == Status.AGREED
    assert other.steps.filter(after=Status.LEFT).count() == 1
    if Need.objects.get(pk=need.pk).status == NeedStatus.SUBMITTED:  # the yes came after
        publish(need, maelle)
    assert need.steps.filter(after=NeedStatus.PUBLISHED).count() == 1
    return failed


if __name__ == "__main__":
    errors, rounds = 0, int(sys.argv[1])
    maelle, house = make_coordinator(), make_organisation(name="ACEPP", member=make_user())
    for _ in range(rounds):
        errors += a_question_and_a_publication(house, maelle)
        errors += a_yes_a_no_and_a_taking_back(house)
        errors += a_yes_a_publication_and_a_leaving(house, maelle)
    sys.stdout.write(json.dumps({"rounds": rounds, "errors": errors}))
