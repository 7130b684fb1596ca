"""Lists of people who were asked one after the other, of whom none has said yes."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.desk.kind import Charge, Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import LATER, by_age
from marketplace.desk.scope import Scope
from marketplace.models import AskedInTurn, AskedInTurnStep, Origin, Proposal
from marketplace.states import AskedInTurnStatus, NeedStatus


def _read_by(scope: Scope) -> QuerySet[Proposal]:
    """What somebody was asked, but for what the reader leaves to others and what is offered at home under them."""
    return Proposal.objects.filter(~Proposal.kept_from(scope.reader))


def _rows(scope: Scope) -> QuerySet[Any]:
    """Until somebody has seen it, or others are asked."""
    asked = Proposal.objects.going_on().filter(need=OuterRef("need"))
    again = AskedInTurn.objects.filter(need=OuterRef("need"), pk__gt=OuterRef("pk"))
    theirs = _read_by(scope).filter(turn__asked=OuterRef("pk"))
    ended = AskedInTurn.objects.filter(
        Exists(theirs),
        status=AskedInTurnStatus.NOBODY,
        origin=Origin.COORDINATOR,
        need__pole__in=scope.poles,
        need__status=NeedStatus.PUBLISHED,
    )
    ended = ended.exclude(Exists(asked) | Q(Exists(again)))
    return ended.annotate(ended_at=_ended_at())


def _ended_at() -> Subquery:
    ends = AskedInTurnStep.objects.filter(
        asked=OuterRef("pk"), after=AskedInTurnStatus.NOBODY
    ).order_by("-pk")
    return Subquery(ends.values("at")[:1])


def _rank(scope: Scope) -> Combinable:
    return by_age("ended_at", scope) + LATER


def _read(numbers: Collection[int], scope: Scope) -> QuerySet[Any]:
    rows = AskedInTurn.objects.filter(pk__in=numbers).select_related(
        "need__organisation", "need__coordinator", "need__operator"
    )
    theirs = Q(turns__proposal__in=_read_by(scope).filter(turn__asked__in=numbers))
    people = Count("turns", filter=theirs, distinct=True)
    return rows.annotate(ended_at=_ended_at(), people=people)


def _say(asked: Any) -> Words:
    need = asked.need
    return Words(
        what=need.title,
        why=ngettext(
            "Nobody has said yes: %(n)s person was asked.",
            "Nobody has said yes: %(n)s people were asked, one after the other.",
            asked.people,
        ) % {"n": asked.people},
        since=asked.ended_at,
        url=reverse("need-in-turn", args=[need.pk]),
        act=_("Choose others"),
        who=need.organisation.name,
        story=reverse("organisation-story", args=[need.organisation_id]),
        **in_charge(need),
    )  # fmt: skip


KIND = Kind(
    code="in_turn",
    label=gettext_lazy("Asked in turn, without a yes"),
    help=Help(
        wants=gettext_lazy(
            "Ask other people, change the need in one point, or note it on its page, which takes it off the desk."
        ),
        because=gettext_lazy(
            "All those who were asked one after the other have said no, or haven’t answered."
        ),
        otherwise=gettext_lazy(
            "Nobody is asked any more; the line stays until somebody is, or you note it."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="ended_at",
    rank=_rank,
    communes=("need__commune",),
    followed=through("need__"),
    read=_read,
    say=_say,
    charge=Charge(AskedInTurn, "need"),
    silent=None,
)
