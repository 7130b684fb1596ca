"""Loans that would be billed below their cost, to which the coordination hasn't said yes or no."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.among import among
from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import ANSWER, first_of
from marketplace.desk.scope import Scope
from marketplace.law.regimes import BILLED
from marketplace.models import Mission
from marketplace.states import LIVE

WAITS = timedelta(days=2)


def _rows(scope: Scope) -> QuerySet[Mission]:
    """The same answer as `MissionSheet.waits_for_coordination`."""
    below = Mission.objects.filter(
        Q(sheet__refused_share=None) | Q(sheet__billed_share__gt=F("sheet__refused_share")),
        sheet__billed_share__lt=F("sheet__least_share"),
        sheet__share_asked_at__isnull=False,
        regime__in=BILLED,
        status__in=LIVE,
        need__pole__in=scope.poles,
    )
    return below.exclude(among(Mission.objects.left_to_others_by(scope.reader), "pk"))


def _rank(scope: Scope) -> Combinable:
    """Late once the days that the line names have passed."""
    rank = first_of(
        When(sheet__share_asked_at__lte=scope.now - WAITS, then=Value(0)),
        When(sheet__share_asked_at__lte=scope.now - WAITS / 2, then=Value(1)),
        otherwise=2,
    )
    return rank + ANSWER


def _say(mission: Any) -> Words:
    return Words(
        what=mission.need.title,
        why=_("%(who)s would bill %(share)s%% of its cost")
        % {"who": mission.offer.organisation, "share": mission.sheet.billed_share},
        since=mission.sheet.share_asked_at,
        url=reverse("mission-below-cost", args=[mission.pk]),
        act=_("Answer"),
        expected=within(WAITS),
        who=mission.need.organisation.name,
        story=reverse("organisation-story", args=[mission.need.organisation_id]),
        **in_charge(mission),
    )


KIND = Kind(
    code="below_cost",
    label=gettext_lazy("Loans below cost"),
    help=Help(
        wants=gettext_lazy("Agree to the share of the cost that would be billed, or don’t."),
        because=gettext_lazy(
            "A non-profit employer would lend somebody and bill less than they cost it, and needs your agreement."
        ),
        otherwise=gettext_lazy(
            "No paper can be made before that: both sides wait for your answer."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="sheet__share_asked_at",
    rank=_rank,
    communes=("need__commune",),
    followed=through(""),
    read=nouns.missions,
    say=_say,
    charge=None,  # it goes with its mission
    silent=None,
)
