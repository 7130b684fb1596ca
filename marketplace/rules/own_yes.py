"""Whose own consent is needed: what only the person named in an offer can say yes to, and whether they have. Reads
only."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.models import Consent, ConsentKind, Mission, Offer, Proposal, Side, Time
from marketplace.states import ProposalStatus


def names_somebody(offer: Offer) -> bool:
    """Whether a company's offer, on working time, names a person, whose own consent is then needed. On own time
    nobody else speaks for the person."""
    return bool(offer.person_id and offer.organisation_id and offer.time == Time.WORK)


def named(offer: Offer) -> User | None:
    """The person whose own consent is needed, or None."""
    return offer.person if names_somebody(offer) else None


def other_author(offer: Offer) -> User | None:
    """Whoever wrote the offer for the person whom it names, while they still read it; None when it was that person."""
    writer = offer.created_by
    reads = writer.is_active and Offer.objects.owned_by(writer).filter(pk=offer.pk).exists()
    return writer if reads and writer.pk != offer.person_id else None


def stands(offer: Offer) -> bool:
    """Whether the offer may be put forward: it needs nobody's own consent, or has it."""
    return not names_somebody(offer) or consent_to(offer) is not None


def consent_to(offer: Offer) -> Consent | None:
    if offer.person_id is None:
        return None
    return Consent.objects.standing(offer.person_id, ConsentKind.OFFER, offer).first()


def may_say_yes(user: User, offer: Offer) -> bool:
    """Whether this person may say yes to a mission: the person who would come; for a team, whoever answers for it."""
    return offer.person_id in (None, user.pk)


def agreed_to(proposal: Proposal) -> bool:
    offer = proposal.offer
    if not names_somebody(offer):
        return True
    return Consent.objects.standing(offer.person_id, ConsentKind.MISSION, proposal).exists()


def taken_back_at(proposal: Proposal) -> datetime | None:
    """When the person named took back their yes to this proposal, which was withdrawn with it; None otherwise."""
    if proposal.status != ProposalStatus.WITHDRAWN or not names_somebody(proposal.offer):
        return None
    given = Consent.objects.filter(
        person=proposal.offer.person_id, kind=ConsentKind.MISSION, about=proposal.pk
    )
    last = given.order_by("given_at", "pk").last()
    is_over = last is not None and last.ended_because == Consent.Ended.TAKEN_BACK
    return last.ended_at if last and is_over else None


def agreed_at(mission: Mission) -> datetime | None:
    """When the person who comes said yes to this very mission; None when they haven't, or have taken it back."""
    person = mission.offer.person_id
    if person is None:
        return None
    consent = Consent.objects.standing(person, *asked_by(mission)).first()
    return consent.given_at if consent else None


def asked_by(mission: Mission) -> tuple[ConsentKind, Mission | Proposal]:
    """The consent that this mission rests on: its kind, and what it is about."""
    if mission.renewed_from_id:
        return ConsentKind.RENEWAL, mission
    return ConsentKind.MISSION, mission.proposal


def has_taken_back(mission: Mission) -> bool:
    """Whether the person named has taken their yes to this mission back, and hasn't given it again."""
    if not names_somebody(mission.offer):
        return False
    kind, thing = asked_by(mission)
    theirs = Consent.objects.filter(person=mission.offer.person_id, kind=kind, about=thing.pk)
    taken_back = theirs.filter(ended_because=Consent.Ended.TAKEN_BACK)
    return taken_back.exists() and not theirs.standing().exists()


def starts_alone(mission: Mission) -> str:
    """The only side that may start it: whoever comes, where they have taken their yes back or haven't said that they go on
    with it; the structure, where that is awaited of it. "" where either may."""
    if has_taken_back(mission) or not goes_on_by_their_will(mission):
        return Side.OFFER
    return Side.NEED if _waits_for_the_structure(mission) else ""


def is_awaited_to_go_on(mission: Mission) -> bool:
    """Whether the person named has yet to agree to this renewal on their working time, before it moves on."""
    named = names_somebody(mission.offer) and mission.renewed_from_id
    return bool(named) and agreed_at(mission) is None


def goes_on_by_their_will(mission: Mission) -> bool:
    """Whether whoever comes on their own time has renewed it, or agreed to its sheet. On working time their yes is a
    consent, and the papers that they sign; a first mission is their yes to the proposal."""
    if not _is_renewed_on_own_time(mission):
        return True
    return mission.sheet.is_agreed_by(Side.OFFER) or _renewed_by_who_comes(mission)


def why_not_yet(mission: Mission, by: User) -> str:
    """Why this person doesn't start it before the other side has said that it goes on; "" otherwise."""
    comes = by.pk == mission.offer.spokesperson_id
    if comes and _waits_for_the_structure(mission):
        return _(
            "%(name)s hasn’t said yes to this renewal: they start it, or say yes to the sheet."
        ) % {"name": mission.need.organisation}
    if comes or goes_on_by_their_will(mission):
        return ""
    return _("%(name)s hasn’t said that they go on: they start it, or say yes to the sheet.") % {
        "name": mission.person_coming.get_full_name()
    }


def _is_renewed_on_own_time(mission: Mission) -> bool:
    return bool(mission.renewed_from_id and mission.is_volunteering)


def _waits_for_the_structure(mission: Mission) -> bool:
    """Whether only the structure may start the mission: whoever comes on their own time has renewed it, and the structure
    hasn't agreed to its sheet."""
    if not _is_renewed_on_own_time(mission) or mission.sheet.is_agreed_by(Side.NEED):
        return False
    return _renewed_by_who_comes(mission)


def _renewed_by_who_comes(mission: Mission) -> bool:
    first = mission.steps.order_by("pk").first()
    return first is not None and first.by_id == mission.offer.spokesperson_id
