"""A mission that goes on with one that has run."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.leavings import why_nothing_new
from marketplace import letters
from marketplace.actions.market import consents
from marketplace.actions.missions import missions, served, sheets
from marketplace.actions.missions.amendment_limits import require_legal_length
from marketplace.actions.refusals import NotYet
from marketplace.models import ConsentKind, Mission
from marketplace.rules import lenders, own_yes
from marketplace.states import BEFORE_IT_RUNS, MissionStatus


@transaction.atomic
def renew(mission: Mission, *, starts_on: date, ends_on: date, hours: int, by: User) -> Mission:
    """Make a mission that goes on with this one: a new sheet, agreements and documents. Raises NotYet."""
    mission = missions.locked(mission)
    if why := why_none(mission):
        raise NotYet(why)
    if starts_on <= mission.lasted_until:
        raise NotYet(_("The renewal starts before the mission it goes on with has ended."))
    if ends_on < starts_on:
        raise NotYet(_("The end comes before the beginning."))
    for house in (mission.need.organisation, mission.offer.in_the_name_of):
        if why := why_nothing_new(house):
            raise NotYet(why)
    if why := lenders.why_not_for(mission.offer, starts_on):
        raise NotYet(why)
    following = Mission(
        proposal=mission.proposal,
        need=mission.need,
        offer=mission.offer,
        coordinator=mission.coordinator,
        regime=mission.regime,
        programme=mission.programme,
        starts_on=starts_on,
        ends_on=ends_on,
        renewed_from=mission,
        apart_for=mission.apart_for,
    )
    require_legal_length(following)
    following.save()
    following.begin(by=by)
    served.go_on(following, mission)
    sheets.begin_again(following, mission.sheet, hours=hours, by=by)
    _ask_to_go_on(following, by=by)
    if mission.status == MissionStatus.CLOSED:
        mission.move(MissionStatus.RENEWED, by=by)
    letters.mission_renewed(following, by=by)
    return following


def why_none(mission: Mission) -> str:
    """Why no mission can go on with this one, whatever its dates, as a sentence; "" when one can."""
    following = Mission.objects.filter(renewed_from=mission).first()
    if following and following.was_called_off:
        return _(
            "A renewal of this mission was stopped before it began: to go on, propose a new mission from the need or the offer."
        )
    if following:
        return _("A renewal of this mission has been proposed already.")
    if mission.offer.person_has_left:
        return _("The person who came has left their employer: nothing goes on in their name.")
    if mission.was_interrupted or mission.status in BEFORE_IT_RUNS:
        return _("Only a mission that has run can be renewed.")
    return ""


def _ask_to_go_on(following: Mission, *, by: User) -> None:
    """Ask the person who comes to agree to a renewal; when they renew it themselves, that is their yes."""
    person = own_yes.named(following.offer)
    if person is None:
        return
    if by.pk == person.pk:
        consents.give(by, ConsentKind.RENEWAL, following)
    else:
        consents.ask(person, ConsentKind.RENEWAL, following, by=by, now=timezone.now())
