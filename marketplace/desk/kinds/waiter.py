"""Needs whose places are all taken and that people wait for: more of them could be wanted."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.states import OrganisationStatus
from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import LATER, by_age
from marketplace.desk.scope import Scope
from marketplace.models import Need, Offer, Side, Waiter
from marketplace.models.in_line import WAITING
from marketplace.states import NeedStatus


def _rows(scope: Scope) -> QuerySet[Any]:
    """The first who waits, as far as this reader may know of it."""
    waiting = Waiter.objects.filter(
        side=Side.OFFER,
        status=WAITING,
        need__status=NeedStatus.FILLED,
        need__in_pair=False,  # always of two
        need__pole__in=scope.poles,
        need__organisation__status=OrganisationStatus.ACCEPTED,
    ).shown_to(scope.reader)
    lasts = Q(need__is_undated=True) | Q(need__ends_on__gte=timezone.localdate(scope.now))
    first = waiting.filter(lasts).order_by().values("need").annotate(first=Min("pk"))
    return Waiter.objects.filter(pk__in=first.values("first"))


def _rank(scope: Scope) -> Combinable:
    return by_age("asked_at", scope) + LATER


def _read(numbers: Collection[int], scope: Scope) -> QuerySet[Any]:
    waits = Q(waiters__side=Side.OFFER, waiters__status=WAITING)
    known = waits & ~Q(waiters__offer__in=Offer.objects.at_home_under(scope.reader).values("pk"))
    rows = Need.objects.filter(pk__in=numbers).select_related(
        "organisation", "coordinator", "operator"
    )
    return rows.annotate(
        waits=Count("waiters", filter=known), waits_since=Min("waiters__asked_at", filter=known)
    )


def _say(need: Any) -> Words:
    return Words(
        what=need.title,
        why=ngettext(
            "All places are taken, and %(n)s person waits",
            "All places are taken, and %(n)s people wait",
            need.waits,
        )
        % {"n": need.waits},
        since=need.waits_since,
        url=reverse("need-places", args=[need.pk]),
        act=_("Propose more places"),
        expected="",
        who=need.organisation.name,
        story=reverse("organisation-story", args=[need.organisation_id]),
        **in_charge(need),
    )


KIND = Kind(
    code="waiter",
    label=gettext_lazy("Full, with people who wait"),
    help=Help(
        wants=gettext_lazy(
            "Ask the structure whether it could welcome one or two people more, and say so on the page of its places."
        ),
        because=gettext_lazy("All its places are taken, and people have asked for one since."),
        otherwise=gettext_lazy(
            "A place that is given back goes to the first who waits; otherwise they wait until its end."
        ),
    ),
    among=None,
    rows=_rows,
    number="need",
    since="asked_at",
    rank=_rank,
    communes=("need__commune",),
    followed=through("need__"),
    read=_read,
    say=_say,
    charge=nouns.A_NEED,
    silent=None,
)
