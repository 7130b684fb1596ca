"""A host, a training of a few seats, and people who come."""

from datetime import datetime, timedelta

from django.utils import timezone

from marketplace.actions.gatherings import attendances
from marketplace.models import Attendance, AttendanceStep, Gathering
from marketplace.states import GatheringStatus
from notifications.models import Notification
from tests.factories import make_commune, make_organisation, make_skill, make_user

EVENING = 14


def at(days: int, hour: int = EVENING) -> datetime:
    """That hour of a day to come (or past), by the wall's clock."""
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def make_gathering(host=None, *, skills=("tableur",), days=10, **fields) -> Gathering:
    """An announced training of twelve seats in ten days, unless said otherwise."""
    host = host or make_organisation(name="Les Bottines", member=make_user("Anne", "Petit"))
    fields.setdefault("title", "Tableur : les bases pour suivre son budget")
    fields.setdefault("about", "Un tableau de bord que l’on sait tenir.")
    fields.setdefault("commune", make_commune())
    fields.setdefault("seats", 12)
    fields.setdefault("starts_at", at(days))
    fields.setdefault("ends_at", fields["starts_at"] + timedelta(hours=3))
    fields.setdefault("status", GatheringStatus.PUBLISHED)
    by = fields.pop("created_by", None) or host.members.first() or make_user()
    gathering = Gathering.objects.create(host=host, pole=host.pole, created_by=by, **fields).begin(
        by=by
    )
    gathering.skills.set([make_skill(code) for code in skills])
    return gathering


def host_of(gathering: Gathering):
    return gathering.host.members.first()


def put_down(gathering: Gathering, person=None, organisation=None) -> Attendance:
    return attendances.put_down(
        gathering, organisation, by=person or make_user(), now=timezone.now()
    )


def full(gathering: Gathering) -> list[Attendance]:
    return [put_down(gathering) for _ in range(gathering.seats)]


def again(row):
    return type(row).objects.get(pk=row.pk)


def be_over(gathering: Gathering, *, days: int = 1) -> Gathering:
    """It took place some days ago."""
    starts_at = at(-days, 9)
    Gathering.objects.filter(pk=gathering.pk).update(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)
    )
    return again(gathering)


def said_long_ago(gathering: Gathering) -> None:
    """Whoever has a seat has had it for days."""
    long_ago = timezone.now() - timedelta(days=5)
    AttendanceStep.objects.filter(attendance__gathering=gathering).update(at=long_ago)


def letters(kind: str, person=None) -> list[Notification]:
    rows = Notification.objects.filter(kind=kind)
    return list(rows.filter(recipient=person) if person else rows)
