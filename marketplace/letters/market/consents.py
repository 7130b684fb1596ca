"""The letters about a person's own consent. Their words are in templates/emails/."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Membership, Organisation, User
from marketplace.letters.families import NEEDS
from marketplace.models import (
    Consent,
    ConsentKind,
    ConsentRequest,
    Mission,
    Offer,
    Proposal,
    TeamMember,
)
from marketplace.rules import audience, own_yes
from notifications.letter import Key, Letter
from notifications.models import Notification


def _answered(letter: Notification, *, request: int) -> str:
    waits = ConsentRequest.objects.waiting().filter(pk=request)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def _gone_over(letter: Notification, *, request: int) -> str:
    """Why the answer needn't leave: whoever asked has left the side that they asked for, though they may be of the other
    one by now. "" otherwise."""
    asked = ConsentRequest.objects.select_related("asked_by").get(pk=request)
    if letter.recipient_id != asked.asked_by_id:
        return ""
    return "" if _still_stands_for_it(asked) else gettext_noop("No longer theirs")


def _still_stands_for_it(asked: ConsentRequest) -> bool:
    """Whether whoever asked represents a side of which they were as they asked; or asked for nobody but themselves."""
    sides = _sides(asked)
    mine = Membership.objects.of(asked.asked_by).representing()
    since = mine.filter(created_at__lte=asked.asked_at)
    return not sides or since.filter(organisation__in=sides).exists()


def _sides(asked: ConsentRequest) -> list[Organisation]:
    """In whose names it may have been asked: a renewal is asked by either side."""
    if asked.kind == ConsentKind.RENEWAL:
        both = Mission.objects.select_related("need__organisation", "offer__organisation")
        mission = both.get(pk=asked.about)
        found = [mission.offer.organisation, mission.need.organisation]
    elif asked.kind == ConsentKind.TEAM:
        member = TeamMember.objects.select_related("mission__offer__organisation")
        found = [member.get(pk=asked.about).mission.offer.organisation]
    else:
        is_it = {"proposals" if asked.kind == ConsentKind.MISSION else "pk": asked.about}
        found = [one.organisation for one in Offer.objects.filter(**is_it)]
    return [one for one in found if one is not None]


OF_REQUEST = Key("consent-request:{request}:")
# Its link answers in its reader's name.
CONSENT_ASKED = Letter(
    "consent_asked", OF_REQUEST + "asked", asks=True, secret=True, moot=_answered
)
ANSWER = OF_REQUEST + "answer"
CONSENT_GIVEN = Letter("consent_given", ANSWER, NEEDS, moot=_gone_over)
CONSENT_REFUSED = Letter("consent_refused", ANSWER, NEEDS, asks=True, moot=_gone_over)
CONSENT_TAKEN_BACK = Letter("consent_taken_back", Key("consent:{consent}:taken-back:{page:rest}"))


def consent_asked(asked: ConsentRequest, *, url: str) -> None:
    """Ask a person for their consent; the link answers in their name."""
    CONSENT_ASKED.tell(
        [asked.person], url=url, request=asked.pk, expires_at=asked.expires_at,
        asked=asked, about=title_of(asked),
    )  # fmt: skip


def title_of(asked: ConsentRequest) -> str:
    """The title of the offer or of the mission, so that two requests on one day can be told apart."""
    match asked.kind:
        case ConsentKind.OFFER:
            return Offer.objects.get(pk=asked.about).title
        case ConsentKind.MISSION:
            return str(Proposal.objects.select_related("need").get(pk=asked.about).need.title)
        case ConsentKind.TEAM:
            parts = TeamMember.objects.select_related("mission__need")
            return str(parts.get(pk=asked.about).mission)
    return str(Mission.objects.select_related("need").get(pk=asked.about))


def forget_consent_asked(asked: ConsentRequest) -> None:
    """Cancel the letter of a request that was withdrawn, if it hasn't left."""
    OF_REQUEST.cancel(request=asked, reason="What was asked has changed")


def consent_given(asked: ConsentRequest, *, about: Offer | None, shown: bool) -> None:
    """Tell whoever asked that the person has agreed; `shown` says that the offer is now in the catalogue."""
    _tell_asker(CONSENT_GIVEN, asked, about, shown=shown)


def consent_refused(asked: ConsentRequest, *, about: Offer | None) -> None:
    _tell_asker(CONSENT_REFUSED, asked, about, reason=asked.reason)
    if asked.kind == ConsentKind.RENEWAL:
        _tell_who_prepares(asked)


def _tell_who_prepares(asked: ConsentRequest) -> None:
    """Both sides, who were told of the renewal; the reason is for whoever asked alone."""
    mission = Mission.objects.select_related("need", "offer").get(pk=asked.about)
    for person in dict.fromkeys([*audience.welcomed(mission), *audience.offering(mission.offer)]):
        if person.pk not in {asked.person_id, asked.asked_by_id}:
            CONSENT_REFUSED.tell(
                [person], url=mission.get_absolute_url(), request=asked.pk, asked=asked,
                offer=None, mission=mission, reason="",
            )  # fmt: skip


def _tell_asker(letter: Letter, asked: ConsentRequest, about: Offer | None, **facts: Any) -> None:
    """A renewal is told with the address of its mission, for the offer isn't the structure's."""
    asker, sides = asked.asked_by, _sides(asked)
    url = about.get_absolute_url() if about else reverse("offers")
    if asked.kind == ConsentKind.RENEWAL:
        facts["mission"] = mission = Mission.objects.select_related("need").get(pk=asked.about)
        url = mission.get_absolute_url()
    if asked.kind == ConsentKind.TEAM:
        part = TeamMember.objects.select_related("mission__need").get(pk=asked.about)
        facts["mission"], url = part.mission, reverse("mission-team", args=[part.mission_id])
    speaks = not sides or any(asker.speaks_for(side) for side in sides)
    still = asker.is_active and speaks and _still_stands_for_it(asked)
    for person in [asker] if still else _in_their_place(asked, sides):
        if person.pk != asked.person_id:
            letter.tell([person], url=url, request=asked.pk, asked=asked, offer=about, **facts)


def _in_their_place(asked: ConsentRequest, sides: list[Organisation]) -> list[User]:
    """Those who answer for a team once whoever named it is gone; nobody for anything else."""
    houses = sides if asked.kind == ConsentKind.TEAM else []
    return [one for house in houses for one in audience.in_charge_at(house)]


def consent_taken_back(consent: Consent, *, offer: Offer, missions: Iterable[Mission]) -> None:
    """Tell whoever wrote the offer; for each mission that goes on, tell its coordinators, of another pôle perhaps."""
    told: list[tuple[User, Offer | Mission]] = []
    if writer := own_yes.other_author(offer):
        told.append((writer, offer))
    missions = list(missions)
    # An offer's own yes is another one: its missions start by the yes to each of them.
    waits = not consent.is_about_an_offer and any(one.started_at is None for one in missions)
    for mission in missions:
        told += [(one, mission) for one in audience.who_hears(mission)]
    for person, about in told:
        url = about.get_absolute_url()
        CONSENT_TAKEN_BACK.tell(
            [person], url=url, page=url, consent=consent, offer=offer, waits=waits,
            mission=about if isinstance(about, Mission) else None, goes_on=bool(missions),
        )  # fmt: skip
