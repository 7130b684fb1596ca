"""What coordinators do with a report: it is begun, its chapters are written and put in order, it is kept as it was sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace.actions.desk import figures
from marketplace.actions.refusals import NotYet, where_there_is_room
from marketplace.models import (
    ChapterKind,
    Mission,
    Report,
    ReportChapter,
    ReportPartner,
    ReportVersion,
)

SMALL = 2000  # missions: the figures of such a pôle are made while one waits
MOST_CHAPTERS = 30
FIRST: tuple[ChapterKind, ...] = tuple(ChapterKind)
# What is known of the whole pôle alone.
OF_THE_WHOLE = (ChapterKind.BRAKES,)
OF_NEEDS = (ChapterKind.PROMISES,)


class WrittenMeanwhile(NotYet):
    """Somebody else has changed the chapter since it was opened; `theirs` is the chapter as it is now."""

    def __init__(self, theirs: ReportChapter) -> None:
        super().__init__(
            _("%(who)s has changed this chapter meanwhile. Their words are below; yours are still in the fields.")
            % {"who": theirs.changed_by}
        )
        self.theirs = theirs


def begin(pole: Pole, year: int, *, by: User, now: datetime, **of: Any) -> Report:
    """A report with the chapters of the last one of the same pôle, operator, département or programme; otherwise with
    all that the site knows to tell. The one that there is, if somebody was quicker."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                report = Report.objects.create(pole=pole, year=year, by=by, created_at=now, **of)
        except IntegrityError:
            return Report.objects.get(pole=pole, year=year, **_only(of))
        last = Report.objects.alike(report).exclude(pk=report.pk).order_by("-year").first()
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


# --- chapters ------------------------------------------------------------------------------
@transaction.atomic
def write(
    chapter: ReportChapter,
    *,
    version: int,
    title: str,
    above: str,
    below: str,
    left_out: Sequence[int] | None = None,
    by: User,
    now: datetime,
) -> None:
    """Change what a chapter says. Raises WrittenMeanwhile when it isn't the version that was read any more."""
    rows = ReportChapter.objects.filter(pk=chapter.pk, version=version)
    kept = chapter.left_out if left_out is None else list(left_out)
    if not rows.update(
        title=title, above=above, below=below, left_out=kept, changed_by=by, changed_at=now,
        version=F("version") + 1,
    ):  # fmt: skip
        raise WrittenMeanwhile(ReportChapter.objects.select_related("changed_by").get(pk=chapter.pk))


def show(chapter: ReportChapter, *, on: bool) -> None:
    ReportChapter.objects.filter(pk=chapter.pk).update(is_on=on)


@transaction.atomic
def move(chapter: ReportChapter, *, up: bool) -> bool:
    """One place up or down; False at the end of the list."""
    Report.objects.select_for_update().only("pk").get(pk=chapter.report_id)
    order = list(ReportChapter.objects.filter(report=chapter.report_id).order_by("position", "pk"))
    place = order.index(chapter)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return False
    order[place], order[other] = order[other], order[place]
    for position, one in enumerate(order):
        one.position = position
    ReportChapter.objects.bulk_update(order, ["position"])
    return True


@transaction.atomic
def add(report: Report, *, by: User, now: datetime) -> ReportChapter:
    """One more chapter of the pôle's own words, at the end."""
    Report.objects.select_for_update().only("pk").get(pk=report.pk)
    last = report.chapters.aggregate(last=Max("position"))["last"]
    if report.chapters.count() >= MOST_CHAPTERS:
        raise NotYet(_("A report holds thirty chapters at the most."))
    place = 0 if last is None else last + 1
    return report.chapters.create(
        kind=ChapterKind.WORDS, position=place, changed_by=by, changed_at=now
    )


@transaction.atomic
def remove(chapter: ReportChapter) -> None:
    """A chapter of the pôle's own words goes; the others are only left out."""
    if not chapter.is_only_words:
        raise NotYet(_("This chapter can be left out of the report, but not removed."))
    chapter.delete()


def aim(report: Report, targets: Mapping[str, int | None]) -> None:
    """Set the targets of the year; without a number there is none."""
    kept = {code: number for code, number in targets.items() if number is not None}
    Report.objects.filter(pk=report.pk).update(targets=kept)


# --- partners ------------------------------------------------------------------------------
def add_partner(
    pole: Pole, *, name: str, role: str, logo: ContentFile | None, by: User, now: datetime
) -> ReportPartner:
    """Raises NotYet when the name is in the list already, or the disk is full."""
    partner = ReportPartner(pole=pole, name=name, role=role, agreed_by=by, agreed_at=now)
    if logo:
        partner.logo = logo  # type: ignore[assignment]  # Django stores it as it saves the row
    try:
        with where_there_is_room(), transaction.atomic():
            partner.save()
    except IntegrityError:
        raise NotYet(_("This partner is in the list already.")) from None
    return partner


def remove_partner(partner: ReportPartner) -> None:
    """It is in no report any more, nor in those that were sent; its logo is deleted."""
    logo = partner.logo
    with transaction.atomic():
        partner.delete()
        if logo:
            transaction.on_commit(lambda: logo.storage.delete(logo.name))


# --- as it was sent ------------------------------------------------------------------------
def kept_of(report: Report) -> dict[str, Any]:
    """What a report is laid out from, as it is now."""
    chapters = [chapter.as_kept() for chapter in report.chapters.all() if chapter.is_on]
    return {"facts": report.facts, "targets": report.targets, "chapters": chapters}


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
