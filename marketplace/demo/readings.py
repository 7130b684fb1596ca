"""What the demonstration's coordinators and administrators have read of its people, so that each finds lines on their page."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership, User
from marketplace.actions.desk import journal
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast
from marketplace.models import JournalKind, Mission, Need, Offer
from marketplace.models.desk.journal import AFTER_SEARCH
from marketplace.rules.journal_parties import NOUNS, Reader
from marketplace.rules.working_days import worked_from

MOST = 4
HANDED_OUT = ("aline.moreau", "claire.hermant", "noe.lambert")
type Opened = tuple[JournalKind, str, int]


def stories(cast: Cast) -> list[Story]:
    first, second = cast.coordinators[0], cast.coordinators[1]
    return [_follows(cast, first, 9, 16), _looks_for(cast, second, 5), _follows(cast, second, 2)]


def _follows(cast: Cast, by: User, *days: int) -> Story:
    """On each of these days, what the coordinator reads to follow a mission: the people, the need, the mission, some twice."""
    for ago in sorted(days, reverse=True):
        yield at(worked_from(timezone.localdate() - timedelta(days=ago)), 10)
        for kind, noun, number in _of_a_morning(cast):
            _reads(by, kind, noun, number)
        _employers_read(cast)


def _looks_for(cast: Cast, by: User, ago: int) -> Story:
    """Somebody phoned: the coordinator looks for them by name, and opens their page."""
    yield at(worked_from(timezone.localdate() - timedelta(days=ago)), 15)
    for person in _people(cast):
        _reads(by, JournalKind.SOUGHT, "person", person.pk)
        _reads(by, JournalKind.PERSON_READ, "person", person.pk, form=AFTER_SEARCH)


def _of_a_morning(cast: Cast) -> Iterator[Opened]:
    for person in _people(cast):
        theirs = Offer.objects.filter(person=person)
        yield JournalKind.PERSON_READ, "person", person.pk
        yield JournalKind.PERSON_READ, "person", person.pk
        for offer in theirs.order_by("pk")[:1]:
            yield JournalKind.OFFER_READ, "offer", offer.pk
        for mission in Mission.objects.filter(offer__in=theirs).order_by("pk")[:1]:
            yield JournalKind.MISSION_READ, "mission", mission.pk
    houses = [row.organisation_id for row in _memberships(cast)]
    for house in houses:
        yield JournalKind.HOUSE_READ, "organisation", house
    for need in Need.objects.filter(organisation__in=houses).order_by("pk")[:MOST]:
        yield JournalKind.NEED_READ, "need", need.pk


def _employers_read(cast: Cast) -> None:
    """Whoever administers a company reads what it keeps of somebody who comes on working time."""
    for row in _memberships(cast):
        if row.organisation.may_offer and row.is_administrator:
            others = row.organisation.memberships.employees().order_by("pk")[:1]
            for other in others:
                _reads(row.user, JournalKind.WORK_READ, "member", other.pk)


def _people(cast: Cast) -> list[User]:
    """Those whose account the demonstration hands out."""
    return [one for one in cast.persons.values() if one.email.split("@")[0] in HANDED_OUT]


def _memberships(cast: Cast) -> list[Membership]:
    rows = Membership.objects.filter(user__in=_people(cast)).order_by("pk")
    return list(rows.select_related("organisation", "user"))


def _reads(by: User, kind: JournalKind, noun: str, number: int, form: str = "") -> None:
    reader = Reader.of_user(by)
    journal.tell(kind, NOUNS[noun], number, reader=reader, now=timezone.now(), form=form)
