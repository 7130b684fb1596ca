"""Which needs are alike, and may become one that both structures carry. Reads only."""

from django.utils.translation import gettext as _

from marketplace.matching.places import metres, point
from marketplace.models import Block, Carrier, Joining, Need
from marketplace.models.market.carriers import MOST
from marketplace.rules import carriers
from marketplace.states import NeedStatus

NEAR_M = 25_000
LAPSES_AFTER, REMINDED_AFTER = 10, 5  # working days


def apart(one: Need, other: Need) -> int:
    """How far their communes are from each other, in metres."""
    return metres(point(*one.commune.position), point(*other.commune.position))


def required(need: Need) -> frozenset[int]:
    return frozenset(one.skill_id for one in need.wanted.all() if one.required)


def why_not(older: Need, younger: Need) -> str:
    """Why these two can't be put together, as a sentence; "" when they can."""
    for need in (older, younger):
        if need.status != NeedStatus.PUBLISHED or not need.is_listed:
            return _("“%(need)s” isn’t open to everybody any more.") % {"need": need}
        if not need.organisation.is_accepted or need.organisation.leaves_on:
            return _("%(organisation)s can’t carry anything new at the moment.") % {
                "organisation": need.organisation
            }
        if need.in_pair:
            return _("“%(need)s” wants a pair: it goes on by itself.") % {"need": need}
    if _differ(older, younger):
        return _(
            "The two needs are no longer alike: their skills, their dates or their towns differ."
        )
    if younger.missions.exists():
        return _("“%(need)s” has found somebody already: it goes on by itself.") % {"need": younger}
    carry = Carrier.objects.standing().filter(need__in=[older, younger])
    rows = list(carry.order_by().values_list("need", "organisation"))
    beside = {house for need, house in rows if need == older.pk}
    if younger.organisation_id in {older.organisation_id, *beside}:
        return _("Both are carried by the same structure already.")
    if len(rows) > len(beside) or len(beside) >= MOST:
        return _("Too many structures would carry it.")
    houses = [-one for one in (older.organisation_id, *beside)]
    if Block.objects.between(houses, [-younger.organisation_id]).exists():
        return _("These structures can’t carry a need together.")
    return ""


def _differ(older: Need, younger: Need) -> bool:
    wanted = required(older)
    overlap = older.starts_on <= younger.ends_on and younger.starts_on <= older.ends_on
    alike = bool(wanted) and wanted == required(younger) and older.pole_id == younger.pole_id
    return not (alike and overlap and apart(older, younger) <= NEAR_M)


def why_not_split(joining: Joining) -> str:
    """Why the two can't go their own ways again, as a sentence; "" when they can."""
    if not joining.is_done:
        return _("Too late: these needs aren’t together any more.")
    if carriers.has_begun(joining.older):
        return _("A mission of this need has begun or is signed: it is carried to its end.")
    if not joining.younger.organisation.is_accepted:
        return _("%(organisation)s isn’t verified here at the moment.") % {
            "organisation": joining.younger.organisation
        }
    if joining.older.status not in {NeedStatus.PUBLISHED, NeedStatus.PAUSED}:
        return _("This need is filled or closed: there is nothing to split any more.")
    return ""
