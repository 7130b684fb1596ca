"""When both sides of a mission are first asked how it is going."""

from datetime import date, timedelta

from marketplace.models import FollowUp, Mission

FIRST_WEEK = timedelta(days=7)
LONG = timedelta(days=60)  # long enough for a word half way


def asked_on(mission: Mission, *, began_on: date) -> date | None:
    """The day of the first question for a mission that begins on this day: a week later. None when it was asked
    before, as of a mission that was late, or when another question takes its place by then."""
    day = began_on + FIRST_WEEK
    if (
        day >= half_way(mission)
        or mission.follow_ups.filter(kind=FollowUp.Kind.FIRST_WEEK).exists()
    ):
        return None
    return day


def half_way(mission: Mission) -> date:
    """The day from which another question takes the place of the first one."""
    length = mission.ends_on - mission.starts_on
    return mission.starts_on + (length / 2 if length >= LONG else length)
