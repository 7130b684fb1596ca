"""Where gatherings and the seats at them may go."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class GatheringStatus(TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("gathering", "in preparation")
    PUBLISHED = "PUBLISHED", pgettext_lazy("gathering", "announced")
    TOOK_PLACE = "TOOK_PLACE", pgettext_lazy("gathering", "took place")
    CANCELLED = "CANCELLED", pgettext_lazy("gathering", "cancelled")


GATHERING_MOVES: dict[str, set[str]] = {
    GatheringStatus.DRAFT: {GatheringStatus.PUBLISHED, GatheringStatus.CANCELLED},
    # It took place once it is over, by the clock.
    GatheringStatus.PUBLISHED: {GatheringStatus.TOOK_PLACE, GatheringStatus.CANCELLED},
    GatheringStatus.TOOK_PLACE: set(),
    GatheringStatus.CANCELLED: set(),
}


class AttendanceStatus(TextChoices):
    CONFIRMED = "CONFIRMED", pgettext_lazy("attendance", "has a seat")
    WAITING = "WAITING", pgettext_lazy("attendance", "on the waiting list")
    OFFERED = "OFFERED", pgettext_lazy("attendance", "a seat is kept for them")
    CANCELLED = "CANCELLED", pgettext_lazy("attendance", "doesn’t come")
    CAME = "CAME", pgettext_lazy("attendance", "came")
    MISSED = "MISSED", pgettext_lazy("attendance", "didn’t come")
    ASKED = "ASKED", pgettext_lazy("attendance", "their own yes is awaited")


# The same, as one reads it of oneself.
OWN_ATTENDANCE = {
    AttendanceStatus.CONFIRMED: pgettext_lazy("attendance", "you have a seat"),
    AttendanceStatus.WAITING: pgettext_lazy("attendance", "on the waiting list"),
    AttendanceStatus.OFFERED: pgettext_lazy("attendance", "a seat is kept for you"),
    AttendanceStatus.CANCELLED: pgettext_lazy("attendance", "you don’t come"),
    AttendanceStatus.CAME: pgettext_lazy("attendance", "you came"),
    AttendanceStatus.MISSED: pgettext_lazy("attendance", "you didn’t come"),
    AttendanceStatus.ASKED: pgettext_lazy("attendance", "your yes is awaited"),
}
ATTENDANCE_MOVES: dict[str, set[str]] = {
    AttendanceStatus.CONFIRMED: {
        AttendanceStatus.CAME,
        AttendanceStatus.MISSED,
        AttendanceStatus.CANCELLED,
    },
    AttendanceStatus.WAITING: {
        AttendanceStatus.OFFERED,
        AttendanceStatus.CANCELLED,
        AttendanceStatus.ASKED,
    },
    # They don't want it, or haven't answered in time.
    AttendanceStatus.OFFERED: {AttendanceStatus.CONFIRMED, AttendanceStatus.CANCELLED},
    # Whoever came without a seat is asked by letter: only their own yes says that they were there.
    AttendanceStatus.CANCELLED: {
        AttendanceStatus.CONFIRMED,
        AttendanceStatus.WAITING,
        AttendanceStatus.ASKED,
    },
    AttendanceStatus.ASKED: {AttendanceStatus.CAME, AttendanceStatus.CANCELLED},
    # As long as the host may say who came, they may say it otherwise.
    AttendanceStatus.CAME: {AttendanceStatus.MISSED, AttendanceStatus.CONFIRMED},
    AttendanceStatus.MISSED: {AttendanceStatus.CAME, AttendanceStatus.CONFIRMED},
}
