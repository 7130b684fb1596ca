"""The letters about a person's own consent. Their words are in templates/emails/."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import NEEDS
from marketplace.models import Consent, ConsentKind, ConsentRequest, Mission, Offer, Proposal
from marketplace.rules import audience, own_yes
from notifications.letter import Key, Letter
from notifications.models import Notification


def _answered(letter: Notification, *, request: int) -> str:
    waits = ConsentRequest.objects.waiting().filter(pk=request)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


OF_REQUEST = Key("consent-request:{request}:")
# Its link answers in its reader's name.
CONSENT_ASKED = Letter(
    "consent_asked", OF_REQUEST + "asked", asks=True, secret=True, moot=_answered
)
ANSWER = OF_REQUEST + "answer"
CONSENT_GIVEN = Letter("consent_given", ANSWER, NEEDS)
CONSENT_REFUSED = Letter("consent_refused", ANSWER, NEEDS, asks=True)
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
    return str(Mission.objects.select_related("need").get(pk=asked.about))


def forget_consent_asked(asked: ConsentRequest) -> None:
    """Cancel the letter of a request that was withdrawn, if it hasn't left."""
    OF_REQUEST.cancel(request=asked, reason="What was asked has changed")


def consent_given(asked: ConsentRequest, *, about: Offer | None, shown: bool) -> None:
    """Tell whoever asked that the person has agreed; `shown` says that the offer is now in the catalogue."""
    _tell_asker(CONSENT_GIVEN, asked, about, shown=shown)


def consent_refused(asked: ConsentRequest, *, about: Offer | None) -> None:
    _tell_asker(CONSENT_REFUSED, asked, about, reason=asked.reason)


def _tell_asker(letter: Letter, asked: ConsentRequest, about: Offer | None, **facts: Any) -> None:
    """A renewal is asked by either side, and told with the address of its mission."""
    asker, company = asked.asked_by, about.organisation if about else None
    sides, url = (
        [company] if company else [],
        about.get_absolute_url() if about else reverse("offers"),
    )
    if asked.kind == ConsentKind.RENEWAL:
        mission = Mission.objects.select_related("need__organisation").get(pk=asked.about)
        sides, url = [*sides, mission.need.organisation], mission.get_absolute_url()
        facts["mission"] = mission  # the offer isn't the structure's
    gone = not asker.is_active or (sides and not any(asker.speaks_for(side) for side in sides))
    if gone or asker.pk == asked.person_id:
        return
    letter.tell([asker], url=url, request=asked.pk, asked=asked, offer=about, **facts)


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
