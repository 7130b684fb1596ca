"""The missions told from the first word: the six legal frames, a year of them, an amendment, a departure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.documents import eligibility
from marketplace.actions.market import duties, people
from marketplace.actions.missions import amendments, succession
from marketplace.demo import market, programmes
from marketplace.demo.clock import Story, at
from marketplace.demo.files import read
from marketplace.demo.market import Cast
from marketplace.demo.missions import (
    DAY,
    Frame,
    Told,
    agreed_to,
    at_work,
    signatures_of,
    up_to_the_end,
    up_to_the_start,
    up_to_the_yes,
)
from marketplace.demo.people import BEGAN
from marketplace.models import CompanyProgramme, CompanyYear, Duty, Headcount, Side, Transfer
from marketplace.rules.working_days import worked_from

FRAMES = {
    "service": Frame("COMPANY", "EMPLOYER", "YES"),
    "loan": Frame("COMPANY", "STRUCTURE", "YES"),
    "agent": Frame("PUBLIC", "STRUCTURE", "YES"),
    "non_profit": Frame("NON_PROFIT", "STRUCTURE", ""),
    "plain": Frame("COMPANY", "STRUCTURE", "NO", large_lender=True, small_user=True),
}


def stories(cast: Cast) -> Iterator[Story]:
    """One story for each mission of the file."""
    today = timezone.localdate()
    given = _programmes(cast, today)
    for number, item in enumerate(read("stories")["stories"]):
        frame = FRAMES[item["frame"]] if item["frame"] else None
        if frame and "employer" in item:
            frame = replace(frame, programme=given[item["employer"]])
        yield _story(cast, item, frame, today, number)


def settle(cast: Cast) -> Story:
    """Before anything else: who signs for each organisation, and which structures may give tax receipts."""
    day = timezone.localdate() - timedelta(days=BEGAN - 6)
    yield at(worked_from(day), 10)
    for organisation in cast.organisations.values():
        first = organisation.memberships.order_by("pk").first()
        if first is None or organisation.may_coordinate or not organisation.is_accepted:
            continue
        trade = first.user.trade
        capacity = trade[0].lower() + trade[1:]
        duties.give(first, kind=Duty.Kind.SIGNATORY, capacity=capacity, by=first.user)
    for key in promised_receipts():
        structure = cast.organisations[key]
        said = eligibility.declare(
            structure,
            status="SELF_DECLARED",
            category="GENERAL_INTEREST",
            by=cast.author(structure),
        )
        eligibility.verify(
            said,
            status="SELF_DECLARED",
            valid_until=None,
            by=cast.coordinators[0],
            now=timezone.now(),
        )


def promised_receipts() -> set[str]:
    """The keys of the structures whose missions are told in a frame that brings a receipt, or may."""
    framed = [item for item in read("stories")["stories"] if item["frame"]]
    return {item["of"] for item in framed if FRAMES[item["frame"]].receipt != "NO"}


def _programmes(cast: Cast, today: date) -> dict[str, CompanyProgramme]:
    """The first programme of each employer, by its key; of two of them the turnover too, for the yearly estimate, and the
    headcount."""
    for key, turnover, staff in (("verrerie", 84_000_000, 640), ("logiciel", 6_800_000, 85)):
        company = cast.organisations[key]
        for year in (today.year - 1, today.year):
            CompanyYear.objects.create(organisation=company, year=year, turnover=Decimal(turnover))
            Headcount.objects.create(organisation=company, year=year, people=staff)
    return programmes.make(cast, today)


def _story(cast: Cast, item: dict, frame: Frame | None, today: date, number: int) -> Story:
    asked = today - timedelta(days=item["asked"])
    need = yield from market.posted(cast, item, item["of"], asked - 12 * DAY, by_whom=number)
    offer = yield from market.offered(cast, need, item["who"], asked - 3 * DAY)
    a_week = Decimal(2 * item["hours"] // item["weeks"]) / 2
    told = Told(
        need, offer, asked, frame, weeks=item["weeks"], a_week=a_week, doubt=item.get("doubt", ""),
        ratings=((5, 4), (4, 5), (5, 5), (4, 3))[number % 4], number=number, lines=item.get("told"),
    )  # fmt: skip
    yield from up_to_the_yes(told)
    yield from up_to_the_start(told)
    if item.get("amended"):
        yield from _amended(told)
    if item.get("leaves"):
        yield from _leaves(cast, told)
        return
    yield from at_work(told)
    yield from up_to_the_end(told)


def _amended(told: Told) -> Iterator[datetime]:
    """An amendment after two weeks: a fortnight and seven hours more, signed by all."""
    weeks, told.weeks = told.weeks, 2
    yield from at_work(told)
    told.weeks = weeks
    yield at(worked_from(told.mission.starts_on + 16 * DAY), 10)
    mission = told.again()
    values = {"hours": mission.sheet.hours + 7, "ends_on": mission.ends_on + 14 * DAY}
    amendment = amendments.propose(
        mission, values, why="Deux ateliers de plus avec les bénévoles de la caisse.",
        read=mission.sheet.number, side=Side.NEED, by=told.host, now=timezone.now(),
    )  # fmt: skip
    yield from agreed_to(told, timezone.localdate() + DAY)
    for document in amendment.documents.all():
        yield from signatures_of(told, document, timezone.localdate() + DAY)


def _leaves(cast: Cast, told: Told) -> Iterator[datetime]:
    """After two weeks of work the person leaves the company; a colleague has said yes, and the structure has to
    answer."""
    told.weeks = 2
    yield from at_work(told)
    yield at(worked_from(timezone.localdate() + 3 * DAY), 17)
    people.leave(
        Membership.objects.get(user=told.person, organisation=told.company), now=timezone.now()
    )
    yield at(worked_from(timezone.localdate() + 2 * DAY), 10)
    colleague = cast.persons["Gossart"]
    asked = succession.ask(
        told.again(), colleague=colleague, by=cast.author(told.company), now=timezone.now(),
        word="Amélie, l’équipe de nuit compte sur nous : prendrais-tu la suite ?",
    )  # fmt: skip
    yield at(worked_from(timezone.localdate() + 3 * DAY), 15)
    succession.answer(asked, answer=Transfer.Answer.YES, by=colleague, now=timezone.now())
