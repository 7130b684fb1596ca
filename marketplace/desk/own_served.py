"""What waits for somebody in the name of a structure that a mission serves beside its lead: the same as its page asks them.
Reads only."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import F, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.desk.waiting import Waiting
from marketplace.models import HoursEntry, Mission, Review, Served, Voice
from marketplace.models.documents.eligibility import why_no_receipt
from marketplace.rules import documents, receipt_shares, served
from marketplace.rules.mission_roles import NEED, Reader
from marketplace.rules.next_acts import reviews
from marketplace.states import DocumentStatus, MissionStatus


def waiting(reader: Reader, missions: Iterable[Mission]) -> Iterator[Waiting]:
    """Of missions that come from `with_course`. Nothing is asked of the database where none serves several."""
    several = {
        one.pk: one
        for one in missions
        if getattr(one, "serves_several", False) and reader.serves(one)
    }
    if several:
        yield from _hours(reader, several)
    # A mission apart is signed, reviewed and receipted by its own structure, as any other.
    beside = {pk: one for pk, one in several.items() if not one.apart_for_id}
    if beside:
        yield from _mandates(reader, beside)
        yield from _reviews(reader, beside)
        yield from _receipts(reader, beside)


def _line(mission: Mission, why: str, since: datetime, page: str, act: str, to: int) -> Waiting:
    return Waiting("mission", mission.need.title, why, since, reverse(page, args=[to]), act=act)


def _mandates(reader: Reader, several: dict[int, Mission]) -> Iterator[Waiting]:
    """Papers wait until each structure has said whether the lead signs for it."""
    made = [
        one.pk
        for one in several.values()
        if any(status == DocumentStatus.TO_SIGN for _kind, status in documents.listed(one))
        and (one.is_own_time or one.offer.organisation_id not in reader.houses)
    ]
    if not made:
        return
    rows = Served.objects.beside_the_lead().filter(mission__in=made, organisation__in=reader.signs)
    awaited = rows.exclude(mandated_version=F("mission__sheet__number"))
    for row in awaited.select_related("organisation").order_by("pk"):
        row.mission = several[row.mission_id]
        if not served.why_no_mandate(row):
            why = _(
                "Papers wait: read the sheet, and say whether %(lead)s signs for %(structure)s."
            )
            said = {"lead": row.mission.structure, "structure": row}
            act = _("Read the sheet and say yes")
            yield _line(
                row.mission, why % said, row.mission.moved_at, "served-mandate", act, row.pk
            )


def _hours(reader: Reader, several: dict[int, Mission]) -> Iterator[Waiting]:
    hours = HoursEntry.objects.to_confirm().filter(
        mission__in=several, served__in=reader.represents
    )
    why, act = _("Hours wait for your confirmation: one click."), _("Confirm the hours")
    oldest = hours.order_by().values_list("mission").annotate(Min("created_at"))
    for number, since in oldest:
        yield _line(several[number], why, since, "mission-hours", act, number)


def _reviews(reader: Reader, several: dict[int, Mission]) -> Iterator[Waiting]:
    done = [
        one.pk for one in several.values() if one.is_reviewable and NEED not in reader.roles(one)
    ]
    if not done:
        return
    theirs = Served.objects.beside_the_lead().filter(
        mission__in=done, organisation__in=reader.represents
    )
    there = set(theirs.order_by().values_list("mission", "organisation"))
    given = Review.objects.filter(mission__in=done, side=Voice.CARRIER)
    there -= set(given.values_list("mission", "structure"))
    for number in sorted({mission for mission, _structure in there}):
        mission = several[number]
        since = mission.delivered_at or mission.moved_at
        yield _line(mission, reviews.words(), since, "mission-review", _("Give my review"), number)


def _receipts(reader: Reader, several: dict[int, Mission]) -> Iterator[Waiting]:
    valued = [
        pk
        for pk, one in several.items()
        if one.status == MissionStatus.VALUED and one.gives_a_receipt
    ]
    if not valued:
        return
    today = timezone.localdate()
    theirs = Served.objects.beside_the_lead().filter(
        mission__in=valued, organisation__in=reader.receipts
    )
    for number in sorted(set(theirs.order_by().values_list("mission", flat=True))):
        mission = several[number]
        for one in receipt_shares.owed_by(mission):
            is_theirs = one.pk != mission.structure_id and one.pk in reader.receipts
            if is_theirs and not why_no_receipt(one, today):
                page = reverse("mission-receipt", args=[mission.pk]) + f"?pour={one.pk}"
                yield Waiting(
                    "mission", mission.need.title, _("The value is declared: give the receipt."),
                    mission.moved_at, page, act=_("Give the receipt"),
                )  # fmt: skip
