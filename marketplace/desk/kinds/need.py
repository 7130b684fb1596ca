"""Needs that were handed in."""

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import ANSWER, by_promise
from marketplace.desk.scope import Scope
from marketplace.models import Carrier, Need
from marketplace.rules import carriers as rules
from marketplace.rules import readings


def _rows(scope: Scope) -> QuerySet[Need]:
    """Without those that the reader leaves to another coordinator."""
    handed_in = Need.objects.to_qualify().filter(pole__in=scope.poles, submitted_at__isnull=False)
    return readings.with_handing_in(handed_in.judged_by(scope.reader))


def _rank(scope: Scope) -> Combinable:
    return by_promise("handed_in_at", scope) + ANSWER


def _why(need: Any) -> str:
    if waits := rules.waits_for(need.awaited_carriers):
        return _("A need to qualify, which waits for the answer of %(whom)s") % {"whom": waits}
    if need.is_unclaimed:
        return _("A need to qualify, written for the structure")
    return _("A need to qualify")


def _read(numbers: Collection[int], scope: Scope) -> QuerySet[Any]:
    """With those that were asked to carry it and haven't answered: it isn't published before they have."""
    asked = Carrier.objects.invited().select_related("organisation")
    return nouns.needs(numbers, scope).prefetch_related(
        Prefetch("carriers", asked, to_attr="awaited_carriers")
    )


def _say(need: Any) -> Words:
    return Words(
        what=need.title,
        why=_why(need),
        since=need.handed_in_at,
        url=reverse("need-qualify", args=[need.pk]),
        act=_("Qualify"),
        expected=nouns.promised(need),
        who=need.organisation.name,
        story=reverse("organisation-story", args=[need.organisation_id]),
        **in_charge(need),
    )


KIND = Kind(
    code="need",
    label=gettext_lazy("Needs to qualify"),
    help=Help(
        wants=gettext_lazy(
            "Read it, look at its skills, answer the four questions, then publish it or say what fits better."
        ),
        because=gettext_lazy(
            "A structure has handed it in, and nothing of it is public before you have read it."
        ),
        otherwise=gettext_lazy(
            "The structure goes on waiting: whoever follows it is reminded on the last day your pôle promises, and all its coordinators are once that has passed."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="handed_in_at",
    rank=_rank,
    communes=("commune",),
    followed=through(""),
    read=_read,
    say=_say,
    charge=nouns.A_NEED,
    silent=None,
)
