"""The needs that ended without a mission, from the writing to the last word: answered no, found elsewhere, taken back, resting,
not retained, pointed elsewhere."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from marketplace.actions.market import freshness, needs
from marketplace.demo.clock import Story, at
from marketplace.demo.files import read
from marketplace.demo.market import Cast, drafted
from marketplace.demo.missions import DAY
from marketplace.demo.stories import said_no
from marketplace.models import Need
from marketplace.rules.working_days import worked_from
from marketplace.states import NeedStatus

UNREAD = {NeedStatus.REFUSED, NeedStatus.REDIRECTED}  # never online


def stories(cast: Cast) -> list[Story]:
    items = read("ended")["needs"]
    return [_story(cast, item, number) for number, item in enumerate(items)]


def _story(cast: Cast, item: dict, number: int) -> Story:
    day = timezone.localdate() - timedelta(days=item["ago"])
    need = yield from drafted(cast, item, item["of"], day)
    by = cast.coordinators[number % len(cast.coordinators)]
    needs.submit(need, by=need.created_by)
    if item["ends"] not in UNREAD:
        yield at(worked_from(day + (1 + number % 2) * DAY), 14, 50)
        needs.publish(need, by=by)
    for turn in range(item.get("asked", 0)):
        yield from said_no(
            need, worked_from(timezone.localdate() + (4 + 5 * turn) * DAY), number + turn
        )
    yield at(worked_from(day + (2 + item["after"]) * DAY), 11, 30)
    _end(need, item, by=by)


def _end(need: Need, item: dict, *, by: User) -> None:
    author, reason = need.created_by, item["reason"]
    assert author is not None, "somebody has written it"
    need.refresh_from_db()
    match item["ends"]:
        case NeedStatus.CLOSED:
            needs.close(need, reason=reason, by=author)
        case NeedStatus.WITHDRAWN:
            needs.withdraw(need, reason=reason, by=author)
        case NeedStatus.PAUSED:
            freshness.pause(need, by=author)
        case NeedStatus.REFUSED:
            needs.refuse(need, reason=reason, by=by)
        case NeedStatus.REDIRECTED:
            needs.redirect(need, reason=reason, one_hour=True, by=by)
