"""What we tell people when somebody has left the company that lent them, one function a letter."""

from django.urls import reverse

from accounts.models import User
from marketplace.letters.telling import tell
from marketplace.models import Departure, Mission, Proposal, Transfer
from marketplace.rules import audience


def _at_the_company(mission: Mission) -> list[User]:
    assert mission.offer.organisation is not None, "working time is a company's"
    return list(audience.in_charge_at(mission.offer.organisation))


def person_left(departure: Departure) -> None:
    """The structure, those in charge at the company and the coordinators: one letter each. Whoever
    removed them hears it too: they choose what comes next."""
    mission = departure.mission
    charged = _at_the_company(mission)
    people = [
        *audience.structure(mission.need),
        *audience.offering(mission.offer),
        *charged,
        *audience.coordinators(mission.need),
    ]
    for person in {person.pk: person for person in people}.values():
        tell(
            [person],
            "person_left",
            f"departure:{departure.pk}",
            mission.get_absolute_url(),
            but=departure.person,
            mission=mission,
            departure=departure,
            company=mission.offer.organisation,
            is_company=person in charged,  # they alone may hand it over
        )


def left_behind(departure: Departure) -> None:
    """Whoever left: what becomes of their mission, and until when their hours may be written."""
    mission = departure.mission
    if mission.started_at is None or (departure.settled_at and mission.closed_at):
        return
    tell(
        [departure.person],
        "left_behind",
        f"departure:{departure.pk}:own",
        reverse("mission-done", args=[mission.pk]),
        mission=mission,
        departure=departure,
        company=mission.offer.organisation,
    )


def person_back(departure: Departure, *, by) -> None:
    mission = departure.mission
    people = [
        *audience.structure(mission.need),
        *audience.offering(mission.offer),
        *_at_the_company(mission),
        *audience.coordinators(mission.need),
    ]
    tell(
        people,
        "person_back",
        f"departure:{departure.pk}:back",
        mission.get_absolute_url(),
        but=by,
        mission=mission,
        departure=departure,
    )


# --- a colleague ---------------------------------------------------------------------------
def transfer_asked(transfer: Transfer) -> None:
    mission = transfer.mission
    tell(
        [transfer.colleague],
        "transfer_asked",
        f"transfer:{transfer.pk}:asked",
        transfer.get_absolute_url(),
        mission=mission,
        transfer=transfer,
        structure=mission.need.organisation,
    )


def transfer_answered(transfer: Transfer) -> None:
    """Whoever asked and those in charge at the company; the structure has a letter of its own."""
    mission = transfer.mission
    tell(
        [transfer.asked_by, *_at_the_company(mission)],
        "transfer_answered",
        f"transfer:{transfer.pk}:answered",
        mission.get_absolute_url(),
        but=transfer.colleague,
        mission=mission,
        transfer=transfer,
        is_yes=transfer.answer == Transfer.Answer.YES,
        structure=mission.need.organisation,
    )


def transfer_proposed(proposal: Proposal, mission: Mission) -> None:
    """The structure: who would take over, to be answered as any proposal is."""
    tell(
        audience.structure(proposal.need),
        "transfer_proposed",
        f"proposal:{proposal.pk}:made",
        proposal.get_absolute_url(),
        mission=mission,
        proposal=proposal,
        company=mission.offer.organisation,
    )


def taken_over(first: Mission, following: Mission, *, by) -> None:
    """Those in charge at the company; the two sides have the letter of their agreement."""
    tell(
        _at_the_company(first),
        "taken_over",
        f"mission:{following.pk}:takes-over",
        following.get_absolute_url(),
        but=by,
        mission=following,
        colleague=following.offer.person,
    )
