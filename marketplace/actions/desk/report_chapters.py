"""The chapters of a report: written, put in order, left out; of two who write at once the later reads the other's words."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.refusals import NotYet
from marketplace.models import ChapterKind, Report, ReportChapter

MOST_CHAPTERS = 30


class WrittenMeanwhile(NotYet):
    """Somebody else has changed the chapter since it was opened; `theirs` is the chapter as it is now."""

    def __init__(self, theirs: ReportChapter) -> None:
        super().__init__(
            _(
                "%(who)s has changed this chapter meanwhile. Their words are below; yours are still in the fields."
            )
            % {"who": theirs.changed_by}
        )
        self.theirs = theirs


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
        raise WrittenMeanwhile(
            ReportChapter.objects.select_related("changed_by").get(pk=chapter.pk)
        )


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
