"""The letters about somebody who has left the company that lent them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MISSIONS, PROPOSALS
from marketplace.letters.market.proposals import PROPOSAL_MADE, over
from marketplace.letters.matters import may_answer
from marketplace.letters.missions.missions import unless_in
from marketplace.models import Departure, Mission, Proposal, Transfer
from marketplace.rules import audience, leading, permissions
from marketplace.states import MissionStatus, NeedStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _settled(letter: Notification, *, departure: int) -> str:
    """One letter tells of all that stopped together: until the last of them goes on. Once a colleague has said yes, the structure
    alone is awaited."""
    first, reader = Departure.objects.filter(pk=departure).first(), letter.recipient
    if first is None or reader is None:
        return unless_in(letter, MissionStatus.LEFT)
    together = Departure.objects.filter(person=first.person_id, left_at=first.left_at).open()
    waiting = Mission.objects.visible_to(reader).filter(
        departures__in=together, status=MissionStatus.LEFT
    )
    rows = waiting.with_transfers().select_related("need__organisation", "apart_for")
    held = [
        may_answer(reader, f"mission:{one.pk}")
        and (getattr(one, "transfer_proposed", None) is None or reader.speaks_for(one.structure))
        for one in rows
    ]
    return "" if any(held) else gettext_noop("Answered meanwhile")


def _about(missions: Sequence[Mission]) -> dict[str, Any]:
    """What a letter about one mission or several is about: of several none is its matter, and all are named."""
    company = missions[0].offer.organisation
    if len(missions) == 1:
        return {"mission": missions[0], "missions": missions, "company": company}
    return {"missions": missions, "company": str(company)}


def _answered(letter: Notification, *, transfer: int) -> str:
    waits = Transfer.objects.waiting().filter(pk=transfer)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def _not_for_the_structure(letter: Notification, *, transfer: int) -> str:
    """A colleague's reason is for those of the company, and for the coordinators, who ask for it: its reader may have
    left them for the structure."""
    about = "departure__mission__need__pole", "departure__mission__offer__organisation"
    told, reader = (
        Transfer.objects.select_related(*about).filter(pk=transfer).first(),
        letter.recipient,
    )
    if told is None or reader is None:
        return ""
    mission = told.mission
    still = reader.belongs_to(mission.offer.organisation) or reader.coordinates(mission.need.pole)
    return "" if still else gettext_noop("No longer theirs")


DEPARTURE = Key("departure:{departure}")
PERSON_LEFT = Letter("person_left", DEPARTURE, MISSIONS, asks=True, moot=_settled)
LEFT_BEHIND = Letter("left_behind", DEPARTURE + ":own", MISSIONS, to_leavers=True)
PERSON_BACK = Letter("person_back", DEPARTURE + ":back", MISSIONS)
TRANSFER = Key("transfer:{transfer}:")
TRANSFER_ASKED = Letter("transfer_asked", TRANSFER + "asked", MISSIONS, asks=True, moot=_answered)
TRANSFER_ANSWERED = Letter(
    "transfer_answered", TRANSFER + "answered", MISSIONS, moot=_not_for_the_structure
)
TRANSFER_PROPOSED = Letter("transfer_proposed", PROPOSAL_MADE, PROPOSALS, asks=True, moot=over)
TAKEN_OVER = Letter("taken_over", Key("mission:{mission}:takes-over"), MISSIONS)


def _at_the_company(mission: Mission) -> list[User]:
    assert mission.offer.organisation is not None, "working time is a company's"
    return list(audience.in_charge_at(mission.offer.organisation))


def _may_replace(departure: Departure) -> bool:
    need = departure.mission.need
    may_open = need.is_published or need.may(NeedStatus.PUBLISHED)
    has_a_place = departure.mission.apart_for_id is None and not leading.looks_for_nobody(need)
    return may_open and has_a_place and not need.is_over(departure.last_on)


def person_left(departures: Sequence[Departure]) -> None:
    """Tell the structures, those in charge at the company and the coordinators, one letter for each of these parts,
    however many missions stop: somebody of two structures may leave one of them before they read. An administrator
    who removed the person is told too, for they choose what comes next."""
    for (person, part), theirs in _told_of_departures(departures).items():
        first = theirs[0].mission
        PERSON_LEFT.tell(
            [person],
            url=first.get_absolute_url() if len(theirs) == 1 else reverse("missions"),
            but=theirs[0].person,
            departure=theirs[0],
            confirms=part.startswith("structure:"),
            coordinates=part.startswith("pole:"),
            may_hand_over=any(permissions.can_hand_over(person, one.mission) for one in theirs),
            may_replace=any(_may_replace(one) for one in theirs),
            **_about([departure.mission for departure in theirs]),
        )


def _told_of_departures(
    departures: Sequence[Departure],
) -> dict[tuple[User, str], list[Departure]]:
    """Whom to tell, in which part of theirs, of which departures: of each once, though they have several parts in it."""
    told: dict[tuple[User, str], list[Departure]] = {}
    charged = _at_the_company(departures[0].mission) if departures else []
    for departure in departures:
        need, offer = departure.mission.need, departure.mission.offer
        parts = {
            f"structure:{need.organisation_id}": audience.structure(need),
            "company": [*audience.offering(offer), *charged],
            f"pole:{need.pole_id}": audience.who_hears(departure.mission),
        }
        known: set[User] = set()
        for part, people in parts.items():
            for person in dict.fromkeys(people):
                if person not in known:
                    told.setdefault((person, part), []).append(departure)
            known.update(people)
    return told


REVIEWED_OR_CLOSED = {
    MissionStatus.REVIEWED,
    MissionStatus.VALUED,
    MissionStatus.CLOSED,
    MissionStatus.RENEWED,
}


def left_behind(departures: Sequence[Departure]) -> None:
    """Tell the person who left what becomes of their missions, and until when they may write their hours: of what is
    reviewed or closed none can be written any more."""
    theirs = [
        departure
        for departure in departures
        if departure.had_begun
        and not departure.mission.was_called_off
        and departure.mission.status not in REVIEWED_OR_CLOSED
    ]
    if not theirs:
        return
    first = theirs[0].mission
    LEFT_BEHIND.tell(
        [theirs[0].person],
        url=reverse("mission-done", args=[first.pk])
        if len(theirs) == 1
        else reverse("missions-done"),
        departure=theirs[0],
        **_about([departure.mission for departure in theirs]),
    )


def person_back(departure: Departure, *, by: User) -> None:
    mission = departure.mission
    people = [
        *audience.structure(mission.need),
        *audience.offering(mission.offer),
        *_at_the_company(mission),
        *audience.who_hears(mission),
    ]
    PERSON_BACK.tell(
        people,
        url=mission.get_absolute_url(),
        but=by,
        mission=mission,
        departure=departure,
    )


# --- a colleague ---------------------------------------------------------------------------
def transfer_asked(transfer: Transfer) -> None:
    mission = transfer.mission
    TRANSFER_ASKED.tell(
        [transfer.colleague],
        url=transfer.get_absolute_url(),
        mission=mission,
        transfer=transfer,
        structure=mission.need.organisation,
    )


def transfer_answered(transfer: Transfer) -> None:
    """Tell whoever asked the colleague, and those in charge at the company; the structure has a letter of its own."""
    mission = transfer.mission
    TRANSFER_ANSWERED.tell(
        [transfer.asked_by, *_at_the_company(mission)],
        url=mission.get_absolute_url(),
        but=transfer.colleague,
        mission=mission,
        transfer=transfer,
        is_yes=transfer.answer == Transfer.Answer.YES,
        structure=mission.need.organisation,
        may_replace=_may_replace(transfer.departure),
    )


def transfer_proposed(proposal: Proposal, transfer: Transfer) -> None:
    """Ask the structure about the colleague who would take over; it answers as to any proposal."""
    mission = transfer.mission
    TRANSFER_PROPOSED.tell(
        audience.structure(proposal.need),
        url=proposal.get_absolute_url(),
        mission=mission,
        proposal=proposal,
        company=mission.offer.organisation,
    )


def taken_over(first: Mission, following: Mission, *, by: User) -> None:
    """Tell those in charge at the company; the two sides have the letter of their agreement."""
    TAKEN_OVER.tell(
        _at_the_company(first),
        url=following.get_absolute_url(),
        but=by,
        mission=following,
        colleague=following.offer.person,
    )
