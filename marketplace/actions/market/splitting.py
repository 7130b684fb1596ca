"""Makes two needs out of one, each easier to serve; its skills and hours are shared between them."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import ranking
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Carrier, Need, Skill, reasons
from marketplace.models.market.lengths import LENGTH
from marketplace.models.market.need_fields import SAID
from marketplace.rules import permissions
from marketplace.states import CarrierStatus, NeedStatus

EACH_ITS_OWN = ("title", "hours", "beneficiaries")  # the last is copied once the row is there
SHARED = (*(n for n in SAID if n not in EACH_ITS_OWN), "pole", "coordinator", "operator")


@transaction.atomic
def split(need: Need, *, skills: Collection[Skill], title: str, hours: int, by: User) -> Need:
    """Make a second need with these skills and hours; the first keeps the rest, and stays
    open.

    A coordinator's new need is published at once, as the first was, and stays the words of whoever wrote those; that
    of a structure's people goes to its coordinators to be read. A second click raises NotYet, for the skills have left
    the first need.
    """
    first = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
    if first.status != NeedStatus.PUBLISHED:
        raise NotYet(_("This need isn’t open any more: it is filled or closed."))
    if first.in_pair:
        raise NotYet(_("This need wants a pair, who share its skills: it isn’t split."))
    moved = first.wanted.filter(skill__in=skills)
    if not moved:
        raise NotYet(_("Choose at least one skill for the other mission."))
    if moved.count() == first.wanted.count():
        raise NotYet(_("Leave at least one skill to this mission."))
    if not 0 < hours < first.hours:
        raise NotYet(_("Leave at least an hour to each mission."))
    judged = permissions.judges_need(by, first)
    author = first.created_by if judged and not by.belongs_to(first.organisation) else by
    other = Need(
        title=title, hours=hours, created_by=author, **{n: getattr(first, n) for n in SHARED}
    )
    for part in (first, other):  # the choice that said how long is that of the whole
        part.deduced = " ".join(sorted(first.unsaid | {LENGTH}))
    other.is_second_behind = other.is_written_twice  # its title is another
    other.save()
    other.beneficiaries.set(first.beneficiaries.all())
    moved.update(need=other)
    first.hours -= hours
    first.save(update_fields=["hours", "deduced", "updated_at"])
    other.begin(by=by)
    _carried_as(first, other, by=by)
    _into_the_world(other, listed=first.is_listed, judged=judged, by=by)
    ranking.changed(first)
    return other


def _carried_as(first: Need, other: Need, *, by: User) -> None:
    """Whoever carries the whole carries each part of it, by the yes that they gave; they may leave either."""
    for carrier in first.carriers.agreed().order_by("agreed_at", "pk"):
        Carrier.objects.create(
            need=other, organisation_id=carrier.organisation_id, referent=carrier.referent,
            word=carrier.word, invited_by=carrier.invited_by, invited_at=carrier.invited_at,
            agreed_at=carrier.agreed_at, status=CarrierStatus.AGREED,
        ).begin(by=by, reason=reasons.coded("split-carried", need=first.title))  # fmt: skip


def _into_the_world(other: Need, *, listed: bool, judged: bool, by: User) -> None:
    if not judged:
        needs.submit(other, by=by)
        return
    other.submitted_at = other.move(NeedStatus.SUBMITTED, by=by).at
    other.save(update_fields=["submitted_at", "updated_at"])
    needs.publish(other, by=by, listed=listed)
