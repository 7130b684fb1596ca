"""The hours that an employee's missions on working time take of a programme. Reads only."""

from decimal import Decimal

from marketplace.models import Employee, HoursEntry, Mission, Time
from marketplace.rules import programme_quota
from marketplace.states import LIVE, MissionStatus


def taken(employee: Employee, year: int, *, but: Mission | None = None) -> Decimal:
    """The hours of the year that this employee's missions on working time take: those planned while a mission goes
    on, those given once it is over or its person has left."""
    at_work = Mission.objects.filter(
        offer__organisation=employee.organisation,
        offer__person=employee.person,
        offer__time=Time.WORK,
    ).exclude(status=MissionStatus.FRAMING)
    if but is not None:
        at_work = at_work.exclude(pk=but.pk)
    found = Decimal(0)
    for mission in at_work.select_related("sheet"):
        if mission.status in LIVE and not mission.has_been_left:
            planned = Decimal(mission.sheet.hours)
            found += programme_quota.share_of_year(
                planned, mission.starts_on, mission.ends_on, year
            )
        else:
            found += HoursEntry.objects.filter(mission=mission, day__year=year).total()
    return found
