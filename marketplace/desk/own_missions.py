"""The missions in which somebody has a part of their own, and what each waits for from them. Reads only."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User, coordinated_by
from common.dates import midnight, spoken
from common.prepared import rows
from marketplace.desk import own_served
from marketplace.desk.waiting import Waiting
from marketplace.law import regimes
from marketplace.models import HoursEntry, Mission, Proposal, Served, Voice
from marketplace.models.market.proposals import near
from marketplace.models.missions.reviews import STRUCTURES
from marketplace.rules import mission_roles, prepared, teams
from marketplace.rules.next_acts import missions as next_acts
from marketplace.rules.next_acts import reviews
from marketplace.rules.next_acts.patience import VALUE_ASKED_FOR
from marketplace.states import LIVE, MissionStatus

# Somebody has something to do.
SHOWN = 20
MOVING = (*LIVE, MissionStatus.DELIVERED, MissionStatus.REVIEWED, MissionStatus.VALUED)


def under_way(user: User, memberships: Iterable[Membership]) -> list[Mission]:
    """The person's own missions under way; those that they follow as a coordinator only are on the desk."""
    coordinates = any(row.poles for row in memberships)
    own = prepared.rows_for(user, _own, coordinates)
    stopped = [pk for pk, status in own if status == MissionStatus.INTERRUPTED]
    asking = rows(_that_ask, user.pk, stopped, timezone.now()) if stopped else ()
    over = set(stopped).difference(pk for (pk,) in asking)
    return with_course([pk for pk, _status in own if pk not in over][:SHOWN])


def with_course(numbers: list[int]) -> list[Mission]:
    """The missions of these numbers with all that says what comes next, the newest first."""
    found = rows(_with_course, numbers, timezone.localdate()) if numbers else []
    teams.read(found)
    prefetch_related_objects([one for one in found if one.is_reviewable], "reviews")
    return found


def _with_course(numbers: list[int], today: date) -> QuerySet[Mission]:
    found = Mission.objects.filter(pk__in=numbers).with_course(today)
    return found.select_related("need__organisation", "offer__organisation", "offer__person")


def _that_ask(reader: int, numbers: list[int], now: datetime) -> QuerySet:
    """Of these missions, which were interrupted, the numbers of those that may wait for something still."""
    found = Mission.objects.filter(_still_asks_something(reader, now), pk__in=numbers)
    return found.order_by().values_list("pk")


def _own(user: User, coordinates: bool) -> QuerySet:
    """(number, state) of the missions in which they have a part of their own, and where there may be something to do, the newest
    first. Which these may be, short lists say that indexes give: `visible_to` asked of all missions would read the whole table."""
    shown = (*MOVING, MissionStatus.INTERRUPTED)
    missions = Mission.objects.filter(status__in=shown)
    first, *others = near(missions, user)
    named = missions.filter(sheet__offer_referent_id=user.pk).order_by().values("pk")
    ours = Membership.objects.of(user).representing().order_by().values("organisation")
    served = Served.objects.filter(organisation__in=ours, mission__status__in=shown)
    serves = served.order_by().values("mission")
    own = Mission.objects.visible_to(user).filter(pk__in=first.union(*others, named, serves))
    if coordinates:
        theirs = Proposal.has_a_part(user) | Q(pk__in=serves)
        own = own.exclude(Q(need__pole__in=coordinated_by(user)) & ~theirs)
    return own.values_list("pk", "status")


def _still_asks_something(reader: int, now: datetime) -> Q:
    """The missions that were interrupted and have hours to confirm or to correct, or for those of the company a value
    to declare."""
    open_hours = HoursEntry.objects.filter(mission=OuterRef("pk"), confirmed_at=None)
    valued = HoursEntry.objects.confirmed().filter(mission=OuterRef("pk"))
    at_company = Membership.objects.filter(user_id=reader).values("organisation")
    to_value = Exists(valued) & Q(
        regime__in=regimes.WITH_A_RECEIPT,
        interrupted_at__gt=now - VALUE_ASKED_FOR,
        offer__organisation__in=at_company,
    )
    return Q(status=MissionStatus.INTERRUPTED) & (Exists(open_hours) | to_value)


def waiting(
    reader: mission_roles.Reader, missions: Iterable[Mission], shown: set[str]
) -> Iterator[Waiting]:
    """What each mission waits for from this person, without what a line of theirs asks on the same page (`shown`)."""
    missions = list(missions)
    acts = list(first_acts(reader, missions, shown))
    asked = {act.url or mission.get_absolute_url() for mission, act in acts}
    beside = (*own_served.waiting(reader, missions), *_reviews_of_lenders(reader, missions))
    yield from (one for one in beside if one.url not in asked | shown)
    for mission, act in acts:
        yield Waiting(
            kind="mission",
            what=mission.need.title,
            why=_with_first_day(act),
            since=since_of(mission, act),
            url=act.url or mission.get_absolute_url(),
            act=act.label,
            urgency="late" if _is_late(act) else "calm",
        )


def _reviews_of_lenders(
    reader: mission_roles.Reader, missions: Iterable[Mission]
) -> Iterator[Waiting]:
    """The review that somebody in charge where the person works gives beside theirs, as the mission's page asks it of them:
    the same answer as `permissions.can_review`."""
    for mission in missions:
        lends = mission.offer.person_id not in {None, reader.pk}
        speaks = mission.offer.organisation_id in reader.charged
        if not (lends and speaks and mission.is_reviewable):
            continue
        given = {(row.side, row.author_id) for row in mission.reviews.all()}
        has_said = Voice.COMPANY in {side for side, _author in given}
        has_said |= any((side, reader.pk) in given for side in STRUCTURES)
        if not has_said and mission_roles.OFFER in reader.roles(mission):
            yield Waiting(
                kind="mission",
                what=mission.need.title,
                why=reviews.words(),
                since=mission.delivered_at or mission.moved_at,
                url=reverse("mission-review", args=[mission.pk]),
                act=_("Give my review"),
            )


def _is_late(act: next_acts.Act) -> bool:
    return act.due_on is not None and act.due_on < timezone.localdate()


def since_of(mission: Mission, act: next_acts.Act) -> datetime:
    """Since when the act waits; what is late, since the day by which it was awaited, and not since long before."""
    since = act.since or mission.moved_at
    if act.due_on and _is_late(act):
        return max(since, midnight(act.due_on))
    return since


def _with_first_day(act: next_acts.Act) -> str:
    """What is said to whoever has to act; of what they are awaited for on a day to come, that day as well."""
    if act.from_on is None or act.from_on <= timezone.localdate():
        return act.words
    said = {"words": act.words, "day": spoken(act.from_on, "l j F")}
    return _("%(words)s First day: %(day)s.") % said


def first_acts(
    reader: mission_roles.Reader, missions: Iterable[Mission], shown: set[str]
) -> Iterator[tuple[Mission, next_acts.Act]]:
    """The first act that each mission waits for from this person, without those that have a line of their own: the
    pages in `shown` have one, such as that of a review that a follow-up asks for."""
    for mission in missions:
        for act in next_acts.for_reader(mission, reader)[0]:
            if act.has_own_line or act.url in shown:
                continue
            if not _is_daily(mission, act):
                yield mission, act
            break


def writes_hours(reader: mission_roles.Reader, missions: Iterable[Mission]) -> bool:
    """Whether a mission of theirs runs in which they write their hours as they give them."""
    acts = ((one, act) for one in missions for act in next_acts.for_reader(one, reader)[0])
    return any(_is_daily(mission, act) for mission, act in acts)


def _is_daily(mission: Mission, act: next_acts.Act) -> bool:
    """Whether the act is only to write one's hours in a running mission, which isn't worth a line."""
    hours = reverse("mission-hours", args=[mission.pk])
    theirs = act.who == mission_roles.COMES and act.url == hours and act.since is None
    return theirs and mission.status == MissionStatus.RUNNING
