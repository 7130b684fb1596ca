"""Messages that were reported: a coordinator reads each, and says whether it stays."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import ANSWER, SOON, first_of
from marketplace.desk.scope import Scope
from marketplace.models import MessageReport
from marketplace.models.talk.moderation import MessageReportQuerySet

WAYS = ("message__thread__proposal__need__", "message__thread__need__")  # to the need talked about


def _among(_scope: Scope) -> MessageReportQuerySet:
    return MessageReport.objects.waiting()


def _rows(scope: Scope) -> QuerySet[MessageReport]:
    """The first waiting report of each message, so that it has one line; not shown to the author of the message, nor
    to whoever is on a side of the conversation."""
    waiting = _among(scope)
    first = waiting.filter(message=OuterRef("message"), pk__lt=OuterRef("pk"))
    of_proposal, of_need = (Q(**{f"{way}pole__in": scope.poles}) for way in WAYS)
    reports = waiting.filter(of_proposal | of_need)
    return reports.exclude(Exists(first)).judged_by(scope.reader)


def _rank(scope: Scope) -> Combinable:
    """Soon, then late: somebody may have been hurt."""
    return first_of(When(created_at__lte=scope.now - SOON, then=Value(0)), otherwise=1) + ANSWER


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[MessageReport]:
    shown = ("organisation", "coordinator", "operator")
    return MessageReport.objects.filter(pk__in=numbers).select_related(
        *(f"{way}{relation}" for way in WAYS for relation in shown)
    )


def _say(report: MessageReport) -> Words:
    need = report.message.thread.subject
    return Words(
        what=need.title,
        why=_("A message is reported: %(reason)s") % {"reason": report.get_reason_display()},
        since=report.created_at,
        url=report.get_absolute_url(),
        act=_("Read it"),
        expected=within(SOON),
        who=need.organisation.name,
        story=reverse("person-story", args=[report.message.author_id]),
        **in_charge(need),
    )


KIND = Kind(
    code="report",
    label=gettext_lazy("Reported messages"),
    help=Help(
        wants=gettext_lazy("Read the message in its conversation, then keep it or remove it."),
        because=gettext_lazy("Somebody who takes part in the conversation reported it."),
        otherwise=gettext_lazy(
            "The message stays as it is for both sides, and whoever reported it hears nothing."
        ),
    ),
    among=_among,
    rows=_rows,
    number="pk",
    since="created_at",
    rank=_rank,
    communes=tuple(f"{way}commune" for way in WAYS),
    followed=through(*WAYS),
    read=_read,
    say=_say,
    charge=None,  # it goes with the need that is talked about
    silent=None,
)
