"""What may still be asked of people: nobody is asked again after a no, nor more often
than was promised.

Called with the need and the offer locked, before a proposal is made. Each function
raises NotYet with the sentence.
"""

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import spoken
from marketplace.actions.refusals import NotYet
from marketplace.models import Gathering, Need, Offer, Origin, Proposal, Solicitation, Time
from marketplace.rules import ask_limits, half_yeses
from marketplace.states import ProposalStatus

ASKED = {Origin.INVITATION, Origin.COORDINATOR}  # which whoever offers hasn't begun


def require_not_another_s(need: Need, offer: Offer) -> None:
    """What was written for whoever leads a gathering is closed to all others."""
    if need.is_listed or need.submitted_at:
        return
    led = Gathering.objects.filter(need=need).exclude(trainer=offer).first()
    if led is not None:
        raise NotYet(
            _("This need was written for whoever leads “%(gathering)s”, and for nobody else.")
            % {"gathering": led}
        )


def require_no_refusal(need: Need, offer: Offer, origin: Origin) -> None:
    if refusal := refusal_of(need, offer, origin):
        raise NotYet(refusal)


def refusal_of(need: Need, offer: Offer, origin: Origin) -> str:
    """After a no these two can't be put forward again; whoever said no may still ask the other side. After a “not
    now” they can, from the day given, and nobody asks the same person by another offer before. Who applies on their own time is
    one, by whichever of their offers. "" where no no stands in the way."""
    whose = Q(offer__person=offer.person_id) if offer.person_id else Q(offer=offer)
    declined = need.proposals.filter(whose, status=ProposalStatus.DECLINED).select_related("offer")
    found, today = list(declined.order_by("pk")), timezone.localdate()
    if origin in ASKED and (later := [one for one in found if one.is_put_off(today)]):
        return _put_off(later, offer)
    is_one = origin == Origin.APPLICATION and offer.time == Time.OWN
    same = [
        one for one in found if one.offer_id == offer.pk or is_one and one.offer.time == Time.OWN
    ]
    refused = same[-1] if same else None
    if refused is None or half_yeses.ASKER.get(origin) == refused.declined_side:
        return ""
    if refused.again_from is None:
        return _("The answer between these two was no: we don’t ask a second time.")
    return _not_before(refused.again_from) if refused.again_from > today else ""


def _put_off(later: list[Proposal], offer: Offer) -> str:
    """Who isn't asked before the last of these days. On working time nothing is said of what they do on their own."""
    said = [(one.again_from, one.offer.time == offer.time) for one in later if one.again_from]
    day, is_told = max(said)
    return _not_before(day) if is_told else _resting(offer, None)


def _not_before(day: date) -> str:
    said = {"day": spoken(day, "j F Y")}
    return _("The answer was “not now”: you can ask again from %(day)s.") % said


def require_room_to_ask(need: Need, offer: Offer, origin: Origin) -> None:
    """Limits how many applications of an offer, or invitations of a need, may wait for an answer at once."""
    if origin == Origin.APPLICATION and ask_limits.applications_left(offer) < 1:
        waiting = ask_limits.applications_waiting(offer).count()
        raise NotYet(
            ngettext(
                "You already have %(n)s application waiting for an answer: let this one come first.",
                "You already have %(n)s applications waiting for an answer: let one of them come first.",
                waiting,
            )
            % {"n": waiting}
        )
    if origin == Origin.INVITATION and ask_limits.invitations_left(need) < 1:
        waiting = ask_limits.invitations_waiting(need).count()
        raise NotYet(
            ngettext(
                "%(n)s invitation is already waiting for an answer: let it come first.",
                "%(n)s invitations are already waiting for an answer: let one of them come first.",
                waiting,
            )
            % {"n": waiting}
        )


def count_as_asked(proposal: Proposal) -> None:
    """Count this proposal in the month's limit of whoever is asked; an application isn't counted."""
    if proposal.origin == Origin.APPLICATION:
        return
    now, offer = timezone.now(), proposal.offer
    key = f"proposal:{proposal.pk}"
    if not ask_limits.spend(offer, why=Solicitation.Why.ASKED, key=key, now=now):
        raise NotYet(
            _resting(offer, ask_limits.next_free_on(offer, now, reader=proposal.created_by))
        )


def _resting(offer: Offer, free_on: date | None) -> str:
    """Why they aren't asked; without a day to whoever may know of nothing that they were asked."""
    who = {"who": offer.discreet_name}
    if free_on is None:
        return _("%(who)s can’t be asked for now.") % who
    return _(
        "%(who)s has been asked often enough in thirty days, and can be asked again from %(day)s."
    ) % (who | {"day": spoken(free_on, "j F")})
