"""What coordinators do with a report: it is begun, its targets are set, it is kept as it was sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace.actions.desk import figures
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    ChapterKind,
    Finding,
    Mission,
    Report,
    ReportChapter,
    ReportVersion,
)
from marketplace.states import FindingStatus

MOST_BRAKES = 12
SMALL = 2000  # missions: the figures of such a pôle are made while one waits
FIRST: tuple[ChapterKind, ...] = tuple(ChapterKind)
# What is known of the whole pôle alone.
OF_THE_WHOLE = (ChapterKind.BRAKES,)
OF_NEEDS = (ChapterKind.PROMISES,)


def begin(pole: Pole, year: int, *, by: User, now: datetime, **of: Any) -> Report:
    """A report with the chapters of the last one before it of the same pôle, operator, département or programme; otherwise with
    all that the site knows to tell. The one that there is, if somebody was quicker."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                report = Report.objects.create(pole=pole, year=year, by=by, created_at=now, **of)
        except IntegrityError:
            return Report.objects.get(pole=pole, year=year, **_only(of))
        last = Report.objects.alike(report).filter(year__lt=year).order_by("-year").first()
        chapters = _like(last) if last else _first(report)
        for place, chapter in enumerate(chapters):
            chapter.report, chapter.position = report, place
            chapter.changed_by, chapter.changed_at = by, now
        ReportChapter.objects.bulk_create(chapters)
    _make(report, now=now)
    return report


def _only(of: Mapping[str, Any]) -> dict[str, Any]:
    return {name: of.get(name) for name in ("operator", "department", "programme")}


def _like(last: Report) -> list[ReportChapter]:
    return [
        ReportChapter(
            kind=one.kind, is_on=one.is_on, title=one.title, above=one.above, below=one.below
        )
        for one in last.chapters.all()
    ]


def _first(report: Report) -> list[ReportChapter]:
    unknown = (*OF_THE_WHOLE, *OF_NEEDS) if report.programme_id else OF_THE_WHOLE
    kinds = [kind for kind in FIRST if not (report.scope and kind in unknown)]
    return [ReportChapter(kind=kind) for kind in kinds]


def _make(report: Report, *, now: datetime) -> None:
    """At once where there is little to count; otherwise the clock finds that they are to be made."""
    missions = Mission.objects.filter(need__pole=report.pole).order_by()
    if len(missions.values_list("pk", flat=True)[:SMALL]) < SMALL:
        figures.refresh(report.pole, now=now)
        report.refresh_from_db(fields=["facts", "made_at"])


def aim(report: Report, targets: Mapping[str, int | None]) -> None:
    """Set the targets of the year; without a number there is none."""
    kept = {code: number for code, number in targets.items() if number is not None}
    Report.objects.filter(pk=report.pk).update(targets=kept)


def kept_of(report: Report) -> dict[str, Any]:
    """What a report is laid out from, as it is now."""
    chapters = [chapter.as_kept() for chapter in report.chapters.all() if chapter.is_on]
    return {
        "facts": report.facts,
        "targets": report.targets,
        "chapters": chapters,
        "brakes": brakes(report),
    }


def brakes(report: Report) -> list[dict[str, str]]:
    """The brakes of the register that were lifted in the year, in the pôle's own words: not what shows them."""
    if report.scope:
        return []
    lifted = Finding.objects.filter(
        pole=report.pole_id, kind=Finding.Kind.BRAKE, status=FindingStatus.DONE,
        steps__after=FindingStatus.DONE, steps__at__year=report.year,
    ).distinct()  # fmt: skip
    rows = lifted.order_by("title", "pk").values_list("title", "action", "actors")[:MOST_BRAKES]
    return [{"title": title, "action": done, "actors": who} for title, done, who in rows]


@transaction.atomic
def freeze(report: Report, *, edition: str, by: User, now: datetime) -> ReportVersion:
    """Keep it as it is sent today: a later correction makes another version."""
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if locked.facts is None:
        raise NotYet(_("Its figures aren’t made yet: a minute or two, then keep it."))
    last = locked.versions.aggregate(last=Max("number"))["last"] or 0
    return locked.versions.create(
        number=last + 1, edition=edition, kept=kept_of(locked), by=by, at=now
    )
