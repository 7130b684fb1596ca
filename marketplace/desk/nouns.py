"""What several kinds read of one noun: a page asks once for the needs, however many kinds show some."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case as If
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Organisation
from marketplace.desk.kind import Charge
from marketplace.desk.scope import Scope
from marketplace.matching.definition import STRENGTHS
from marketplace.models import (
    Case,
    Chase,
    Eligibility,
    FollowUp,
    KeptMatch,
    Mission,
    Need,
    Offer,
    Side,
    Transfer,
)
from marketplace.models.missions.followups import FollowUpQuerySet
from marketplace.rules import readings
from marketplace.rules.next_acts.patience import papers_signed
from marketplace.states import MissionStatus

A_NEED = Charge(Need, "")
AN_ORGANISATION = Charge(Organisation, "")
THE_MISSION_ASKED_ABOUT = Charge(FollowUp, "mission")


def needs(numbers: Collection[int], scope: Scope) -> QuerySet[Any]:
    return (
        readings.with_handing_in(Need.objects.filter(pk__in=numbers))
        .select_related("organisation", "coordinator", "operator", "behalf")
        .annotate(fit=_fitting(scope), fit_best=_fitting(scope, score__gte=STRENGTHS[-1]))
        .annotate(promised=readings.days_promised())
    )


def _fitting(scope: Scope, **better: int) -> Subquery:
    """How many lines the kept list of a need has, without what is offered at home under the reader."""
    at_home = Offer.at_home_under(scope.reader, at="offer__")
    kept = KeptMatch.objects.filter(~at_home, need=OuterRef("pk"), side=Side.NEED, **better)
    return Subquery(kept.order_by().values("need").annotate(n=Count("pk")).values("n"))


def organisations(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    """The organisations with these numbers, with what their lines show: to be verified, or about their receipts."""
    said = Eligibility.objects.filter(organisation=OuterRef("pk")).order_by("-pk")
    return (
        Organisation.objects.filter(pk__in=numbers)
        .with_handing_in()
        .select_related("referent__coordinator", "referent__operator")
        .annotate(said=Subquery(said.values("status")[:1]))
        .annotate(said_at=Subquery(said.values("declared_at")[:1]))
        .annotate(promised=readings.days_promised())
    )


def missions(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    """The missions with these numbers, with what their lines show: stuck, or about what a loan bills."""
    rows = Mission.objects.filter(pk__in=numbers).select_related(
        "need__organisation", "offer__organisation", "sheet", "coordinator", "operator"
    )
    rows = rows.annotate(
        waits_since=waits_since(),
        is_signed=papers_signed(),
        promised=readings.days_promised("tell_after", pole="need__pole"),
    )
    return with_chases(rows.with_transfers().prefetch_related("agreements"), "mission")


def waits_since() -> Combinable:
    """Since when a mission waits for whom it waits: its last move; once its person has left and a colleague, or then the
    structure, is asked, since they were, and since they let it go."""
    since = Coalesce(Subquery(Transfer.objects.all().last_since()), "moved_at")
    return If(When(status=MissionStatus.LEFT, then=since), default=F("moved_at"))


def promised(row: Any) -> str:
    """Until when somebody expects what they sent to be read or answered, in words."""
    return _("expected %(within)s") % {"within": readings.in_words({int(row.promised)})}


def follow_ups(numbers: Collection[int], _scope: Scope) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(pk__in=numbers).select_related(
        "mission__need__organisation", "mission__coordinator", "mission__operator", "asked"
    )


def unsettled(scope: Scope) -> FollowUpQuerySet:
    """The follow-up questions that nobody has settled, in missions without an open case."""
    asked = FollowUp.objects.filter(mission__need__pole__in=scope.poles, settled_at=None)
    asked = asked.followed_by(scope.reader)
    return without_case(asked, "mission", "mission")


def without_case[Rows: QuerySet](rows: Rows, field: str, at: str = "pk") -> Rows:
    """The rows without an open case, since those with one are on the desk as the case."""
    return rows.exclude(Exists(Case.objects.open().filter(**{field: OuterRef(at)})))


def with_chases(rows: QuerySet, field: str) -> QuerySet[Any]:
    """Adds who chased the row last, and when."""
    last = Chase.objects.filter(**{field: OuterRef("pk")}).order_by("-pk")
    return rows.annotate(
        chased_at=Subquery(last.values("at")[:1]),
        chased_by=Subquery(last.values("by__first_name")[:1]),
    )
