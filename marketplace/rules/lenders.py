"""Which employers may lend their people today, by their kind and by the law, and as what the law takes them."""

from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from marketplace.law import parameters
from marketplace.law.regimes import WHOSE, Lender
from marketplace.law.regimes import why_not as why_not_as
from marketplace.models import Mission, Offer


def lends_as(employer: Organisation | None) -> Lender:
    """What this employer is for the law of loans; an offer without one is as a company's."""
    if employer is None:
        return Lender.COMPANY
    if employer.is_authority:
        return Lender.AUTHORITY
    if employer.is_public:
        return Lender.PUBLIC
    return Lender.NON_PROFIT if employer.is_non_profit else Lender.COMPANY


def why_not(organisation: Organisation, on: date) -> str:
    """Why this organisation lends nobody, as a sentence; "" when it may: its kind has changed since its people's offers
    were written, or it is a municipality that is too small. A municipality lends its agents from a number of
    inhabitants on (law n° 2022-217, article 209): `agent_inhabitants`. One whose number isn't known isn't held back."""
    if not organisation.may_offer:
        return _(
            "%(organisation)s is registered as an organisation that lends nobody: its people may offer their own time, in their own name."
        ) % {"organisation": organisation}
    return why_too_small(organisation, on)


def why_too_small(organisation: Organisation, on: date) -> str:
    """The same by the law alone, which what is under way is asked too: a coordinator may correct what an authority is
    while somebody thinks it over, or a convention waits to be signed."""
    if not organisation.is_municipality:
        return ""
    inhabitants = organisation.commune.population
    if not inhabitants or inhabitants > least(on):
        return ""
    return _(
        "The law opens the lending of agents to municipalities of more than %(least)s inhabitants: %(commune)s has %(inhabitants)s. Its agents may offer their own time, in their own name."
    ) % {
        "least": number_format(least(on), 0, force_grouping=True),
        "commune": organisation.commune.name,
        "inhabitants": number_format(inhabitants, 0, force_grouping=True),
    }


def least(on: date) -> int:
    """How many inhabitants a municipality has at most that lends nobody."""
    return int(parameters.on("agent_inhabitants", on).amount)


def why_not_for(offer: Offer, on: date) -> str:
    """The same for an offer; one's own time is one's own to give."""
    return why_not(offer.employer, on) if offer.employer else ""


def why_too_small_for(offer: Offer, on: date) -> str:
    return why_too_small(offer.employer, on) if offer.employer else ""


def why_not_in_frame(mission: Mission) -> str:
    """Why this employer lends nobody in the legal frame of the mission, chosen before a coordinator corrected what it
    is; "" when it may, and on own time."""
    frame, employer = mission.frame, mission.offer.employer
    if frame is None or frame.own_time or employer is None:
        return ""
    lender = lends_as(employer)
    if lender in frame.lenders:
        return ""
    *_others, whose = WHOSE[frame.lenders[0]]
    return str(why_not_as(whose, lender))
