"""The figures of a pôle are made anew: each night, or when somebody asks."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Pole
from marketplace import ranking
from marketplace.figures import exchanges, load, report_facts
from marketplace.figures.reckoning import reckon
from marketplace.figures.report_events import Years
from marketplace.models import MonthFigures, PlaceFigures, Reckoning, Report
from notifications.faults import each_row

NIGHT = time(3)
RESTS = timedelta(minutes=2)


def ask(pole: Pole, *, now: datetime) -> bool:
    """Note that newer figures are wanted. False when the last ones have only just been made."""
    with transaction.atomic():
        rows = Reckoning.objects.defer("exchanges")
        reckoning, _made = rows.get_or_create(pole=pole)
        if reckoning.made_at and reckoning.made_at > now - RESTS:
            return False
        Reckoning.objects.filter(pk=reckoning.pk).update(asked_at=now)
    return True


def refresh_due(now: datetime) -> int:
    """Make anew the figures of each pôle that has none since last night, for which newer ones were asked, or of which a
    report has none yet. Returns how many."""
    since = timezone.make_aware(datetime.combine(timezone.localdate(now), NIGHT))
    if since > now:
        since -= timedelta(days=1)
    stale = Q(reckoning=None) | Q(reckoning__made_at=None) | Q(reckoning__made_at__lt=since)
    stale |= Q(reckoning__kept_back__isnull=True)  # made before the site kept it
    unmade = Q(Exists(Report.objects.filter(pole=OuterRef("pk"), made_at=None)))
    due = Pole.objects.filter(stale | unmade | Q(reckoning__asked_at__gt=F("reckoning__made_at")))
    return each_row("figures", due, partial(refresh, now=now), in_one=False)


def refresh(pole: Pole, *, now: datetime) -> None:
    """Count first, then replace the rows in one short transaction: two workers at once leave the same rows."""
    found = reckon(pole, now=now)
    kept = {
        "evenness": asdict(ranking.evenness(pole)),
        "load": load.count(pole),
        "exchanges": exchanges.count(pole),
    }
    years = Years(pole)
    kept["kept_back"] = years.kept_back(timezone.localdate(now).year)
    with transaction.atomic():
        Reckoning.objects.only("pk").get_or_create(pole=pole)
        Reckoning.objects.select_for_update().only("pk").get(pole=pole)
        MonthFigures.objects.filter(pole=pole).delete()
        PlaceFigures.objects.filter(pole=pole).delete()
        MonthFigures.objects.bulk_create(
            (
                MonthFigures(pole=pole, slice=name, month=month, counts=counts.as_json())
                for (name, month), counts in found.slices.items()
            ),
            batch_size=1000,
        )
        PlaceFigures.objects.bulk_create(
            (
                PlaceFigures(
                    pole=pole,
                    month=spot.month,
                    code=spot.code,
                    name=found.places[spot.code][0],
                    latitude=found.places[spot.code][1],
                    longitude=found.places[spot.code][2],
                    **numbers,
                )
                for spot, numbers in found.spots.items()
            ),
            batch_size=1000,
        )
        Reckoning.objects.filter(pole=pole).update(made_at=now, **kept)
    make_reports(pole, years, now=now)


def make_reports(pole: Pole, years: Years, *, now: datetime) -> None:
    """The facts of each of its reports, from the figures that have just been made; what was sent stays as it was."""
    reports = Report.objects.filter(pole=pole).select_related("pole")
    for number, facts in report_facts.of_pole(reports, years, now=now).items():
        Report.objects.filter(pk=number).update(facts=facts, made_at=now)
