"""Somebody who came by a need offers their help before they have an offer: the offer and their word leave together."""

from dataclasses import KW_ONLY, dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Coming, Commune, Pole, User
from marketplace.actions.market import offers, proposals, waiters
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Need,
    Offer,
    OfferSkill,
    Proposal,
    Side,
    Skill,
    Time,
    Waiter,
    Welcome,
)
from marketplace.states import NeedStatus

LONGEST_TITLE = 120  # characters
WORK_ALONE = gettext_lazy(
    "This need takes working time alone: whoever comes is sent by their employer."
)


@dataclass(frozen=True)
class Helping:
    """What they said: their offer is made of it, and of the need's place."""

    word: str
    skills: list[Skill]
    commune: Commune
    pole: Pole
    weekdays: int
    levels: dict[str, int]  # by the code of each skill
    radius_km: int
    is_shown: bool  # to the other structures too, in the catalogue
    answers: list[tuple[str, str]] = field(default_factory=list)
    _: KW_ONLY
    hours: int
    starts_on: date
    ends_on: date


def title_for(user: User, skills: list[Skill]) -> str:
    """Their trade, or else what they can bring."""
    return (user.trade or ", ".join(str(skill) for skill in skills))[:LONGEST_TITLE]


def help(need: Need, helping: Helping, *, by: User) -> Proposal | Waiter:
    """Make an offer of what they said for this need, shown to others only where they want that, and apply with it or, where
    the need is full, put their name on its waiting list. What was kept for them is sent by that, once, however often they
    click. Raises NotYet."""
    if need.is_full:
        waiters.settle(need, timezone.now())  # a place may have been kept in vain
    return _help(need, helping, by=by)


@transaction.atomic
def _help(need: Need, helping: Helping, *, by: User) -> Proposal | Waiter:
    if need.time == Welcome.WORK:
        raise NotYet(str(WORK_ALONE))
    kept = Coming.objects.filter(user=by, kind=Coming.Kind.APPLY, about=need.pk)
    if not kept.delete()[0]:
        raise NotYet(_("This was sent a moment ago, or put aside."))
    offer = Offer.objects.create(
        pole=helping.pole,
        person=by,
        title=title_for(by, helping.skills),
        time=Time.OWN,
        place=need.place,
        commune=helping.commune,
        radius_km=helping.radius_km,
        starts_on=helping.starts_on,
        ends_on=helping.ends_on,
        weekdays=helping.weekdays,
        hours=helping.hours,
        created_by=by,
    )
    OfferSkill.objects.bulk_create(
        OfferSkill(offer=offer, skill=one, level=helping.levels[one.code]) for one in helping.skills
    )
    offer.begin(by=by)
    if helping.is_shown:
        offers.publish(offer, by=by)
    else:
        offers.keep_apart(offer, by=by)
    word, answers = helping.word, helping.answers
    if Need.objects.filter(pk=need.pk, status=NeedStatus.FILLED).exists():
        return waiters.put_down(
            need, offer, Side.OFFER, word=word, answers=answers, by=by, now=timezone.now()
        )
    return proposals.apply(need, offer, word=word, by=by, answers=answers)
