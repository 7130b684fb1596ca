"""A coordinator, a structure, and visits between them, on Mondays at ten."""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.actions.desk import visits as acts
from marketplace.models import FreeTime, Visit
from marketplace.rules import working_days
from notifications.models import Notification
from tests.factories import make_coordinator, make_organisation, make_pole, make_user
from tests.marketplace.desk.desk_people import make_colleague

THERE = acts.Place("THERE", "", 60, "J’aimerais voir vos locaux.")


@dataclass
class People:
    awa: User = field(
        default_factory=lambda: make_coordinator(first_name="Awa", last_name="Diallo")
    )
    petit: User = field(default_factory=lambda: make_user("Anne", "Petit"))
    house: Organisation = field(init=False)

    def __post_init__(self) -> None:
        self.house = make_organisation(
            name="Les Bottines", administrator=self.petit, pole=self.awa.organisations.get().pole
        )

    @property
    def colleague(self) -> User:
        return make_colleague(self.awa, first_name="Luc", last_name="Morel")


def another_pole() -> User:
    return make_coordinator(make_pole("Pôle du Lac", departments=("74",)))


def at(days: int, hour: int = 10, minute: int = 0) -> datetime:
    """A worked day at least so many working days from today, by the wall's clock."""
    day = working_days.after(timezone.localdate(), days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def three(first: int = 2, hour: int = 10) -> list[datetime]:
    return [at(first + n, hour) for n in range(3)]


def a_visit(them: People, **fields) -> Visit:
    said = {"times": three(), "place": THERE, "by": them.awa, "now": timezone.now()}
    return acts.invite(fields.pop("subject", them.house), **said | fields)


def an_agreed_one(them: People, **fields) -> Visit:
    visit = a_visit(them, **fields)
    acts.choose(visit, visit.times.first(), by=them.petit, now=timezone.now())
    return Visit.objects.get(pk=visit.pk)


def begun(visit: Visit) -> Visit:
    """It began an hour ago."""
    Visit.objects.filter(pk=visit.pk).update(begins_at=timezone.now() - timedelta(hours=1))
    return Visit.objects.get(pk=visit.pk)


def free(person: User, weekday: int | None = None, day=None, begins=time(10), ends=time(12)):
    return FreeTime.objects.create(
        person=person, weekday=weekday, day=day, begins=begins, ends=ends
    )


def letters_to(person: User | str, kind: str):
    who = {"address": person} if isinstance(person, str) else {"recipient": person}
    return Notification.objects.filter(kind=kind, **who)


def links_in(letter: Notification) -> list[str]:
    """The addresses of the times, as paths."""
    return re.findall(r"https?://[^/\s]+(/visite/[^\s)]+\?creneau=\d+)", letter.text)
