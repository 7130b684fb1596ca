"""The mission by which the hours of whoever leads a gathering are counted: why there can't be one, what has become of it,
who reads of it. Reads only."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.leavings import why_nothing_new
from marketplace.models import Gathering, Mission, Need, Offer, Proposal
from marketplace.rules import gatherings as rules
from marketplace.states import OVER, OfferStatus


def least_hours(gathering: Gathering) -> int:
    """Its own hours, whole; whoever prepares it may need more."""
    return max(1, math.ceil(rules.hours_of(gathering)))


def looks_for_nobody(need: Need) -> bool:
    """Whether it was written for whoever leads a gathering, and ends with their mission: nobody else is looked for."""
    theirs = Q(need=need.pk) | Q(led_before=need.pk)
    return Gathering.objects.filter(theirs).exists()


def why_no_mission(gathering: Gathering, now: datetime) -> str:
    """Why no mission is made of it for whoever leads it, as a sentence; "" when one may be."""
    offer, host = gathering.trainer, gathering.host
    if offer is None or gathering.trainer_agreed_at is None:
        return _("Whoever leads it has no offer here, or hasn’t said yes: nothing can be counted.")
    if not gathering.is_to_come(now):
        return _("Too late: a mission is agreed before the work, and this one has begun or is off.")
    if not host.may_ask:
        return _(
            "%(host)s is registered as an organisation that asks for nobody: no mission can be made with it, and these hours aren’t counted."
        ) % {"host": host}
    if why := why_nothing_new(host):
        return why
    return _why_not_with(offer, gathering)


def _why_not_with(offer: Offer, gathering: Gathering) -> str:
    host = gathering.host
    of_the_house = offer.organisation_id == host.pk or (
        offer.person is not None and offer.person.belongs_to(host)
    )
    if of_the_house:
        return _(
            "Whoever leads it is of %(host)s: no mission is made between a house and its own people."
        ) % {"host": host}
    if offer.status != OfferStatus.PUBLISHED:
        return _("The offer of whoever leads it isn’t published at the moment.")
    return ""


@dataclass(frozen=True)
class Led:
    """What is written, for the host and for whoever leads it: a sentence, and where one goes on."""

    words: str
    url: str = ""
    act: str = ""


def panel(user: User, gathering: Gathering, *, runs: bool, now: datetime) -> Led | None:
    """What this reader finds on its page of the hours of whoever leads it; None for who has nothing to read of it: on own
    time, those who answer for their employer."""
    offer = gathering.trainer
    if offer is None or not gathering.trainer_agreed_at:
        return None
    leads = rules.leads(user, gathering)
    if not (leads or runs and not rules.is_kept_from(user, offer)):
        return None
    if gathering.need is not None:
        return _written(gathering)
    if not runs or not gathering.is_to_come(now):
        return None
    if why := why_no_mission(gathering, now):
        return Led(why)
    words = _("Make a mission of it, and they count: as volunteering, or lent by their employer.")
    return Led(words, act=_("Count their hours"))


def ends_a_mission(user: User, gathering: Gathering) -> bool:
    """Whether this reader is told that a mission ends with it: not whoever may know nothing of it."""
    offer = gathering.trainer
    return (
        gathering.need_id is not None and offer is not None and not rules.is_kept_from(user, offer)
    )


def _written(gathering: Gathering) -> Led:
    mission = Mission.objects.filter(need=gathering.need_id).order_by("-pk").first()
    if mission is not None:
        words = _("They are those of a mission: sheet, hours and papers are there.")
        covers = mission.starts_on <= gathering.day <= mission.ends_on
        if not covers and mission.status not in OVER:
            words = _("The mission doesn’t cover that day any more: change its dates on its page.")
        return Led(words, mission.get_absolute_url(), _("Read the mission"))
    proposal = Proposal.objects.filter(need=gathering.need_id).order_by("-pk").first()
    if proposal is not None and proposal.is_open:
        return Led(
            _("A mission is proposed: it is made once whoever leads it has said yes."),
            proposal.get_absolute_url(),
            _("Read the proposal"),
        )
    return Led(_("A mission was proposed, and none was made: these hours aren’t counted."))
