"""Needs that were published a while ago and that nobody is being asked for."""

from datetime import timedelta
from typing import Any

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import LATER
from marketplace.desk.scope import Scope
from marketplace.models import Need, Proposal
from marketplace.states import NeedStatus

NOBODY_ASKED = timedelta(days=14)


def _rows(scope: Scope) -> QuerySet[Need]:
    # A subquery, which stops at the first: of an EXISTS all proposals of the country would be read, to be joined.
    asked = Proposal.objects.going_on().filter(need=OuterRef("pk")).order_by().values("pk")[:1]
    published = Need.objects.filter(
        status=NeedStatus.PUBLISHED,
        pole__in=scope.poles,
        published_at__lte=scope.now - NOBODY_ASKED,
    )
    # Nearly all organisations are accepted: the others are looked up rather than all.
    others = Organisation.objects.exclude(status=OrganisationStatus.ACCEPTED).order_by()
    published = published.exclude(organisation__in=others.values("pk"))
    return published.alias(asked=Subquery(asked)).filter(asked=None)


def _rank(scope: Scope) -> Value:
    """Always soon: no single answer of the coordinators is awaited."""
    return Value(LATER + 1, output_field=IntegerField())


def _say(need: Any) -> Words:
    return Words(
        what=need.title,
        why=_who_fits(need),
        since=need.published_at,
        counts_from_publication=True,  # somebody may have been asked meanwhile, or found and gone
        url=reverse("desk-need", args=[need.pk]),
        act=_("Find someone"),
        expected="",
        never_late=True,  # it is there since nobody was asked in time: nothing more is awaited by a day
        who=need.organisation.name,
        story=reverse("organisation-story", args=[need.organisation_id]),
        **in_charge(need),
    )


def _who_fits(need: Any) -> str:
    """How many offers meet every condition and could be asked at once (somebody may have written several); when none
    does, the need itself has to be looked at."""
    if not need.fit:
        return _("Nobody is being asked, and nobody meets every condition")
    told = ngettext(
        "Nobody is being asked: %(n)s offer meets every condition",
        "Nobody is being asked: %(n)s offers meet every condition",
        need.fit,
    ) % {"n": need.fit}
    best = need.fit_best or 0
    if not best:
        return told
    if best == need.fit == 1:
        return _("Nobody is being asked: 1 offer meets every condition, and very well")
    return f"{told}, " + ngettext("%(n)s of them very well", "%(n)s of them very well", best) % {
        "n": best
    }


KIND = Kind(
    code="alone",
    label=gettext_lazy("Needs without anyone"),
    help=Help(
        wants=gettext_lazy(
            "Ask somebody who fits, or change what keeps people away with the structure."
        ),
        because=gettext_lazy(
            "It was published two weeks ago or more, and nobody is being asked for it."
        ),
        otherwise=gettext_lazy(
            "The structure is asked whether it still holds after the days that your pôle has set, and without an answer the need is paused."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="published_at",
    rank=_rank,
    communes=("commune",),
    followed=through(""),
    read=nouns.needs,
    say=_say,
    charge=nouns.A_NEED,
    silent=None,
)
