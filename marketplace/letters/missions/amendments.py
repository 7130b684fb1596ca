"""The letters about amendments. Their words are in templates/emails/."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import both_sides
from marketplace.models import Agreement, Amendment, AmendmentStep
from marketplace.rules import audience
from marketplace.rules.documents import waits_for_an_order
from marketplace.rules.parties import signers_of
from marketplace.states import AmendmentStatus, MissionStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _settled(letter: Notification, *, amendment: int) -> str:
    waits = Amendment.objects.open().filter(pk=amendment)
    return "" if waits.exists() else gettext_noop("Signed, declined or withdrawn meanwhile")


PROPOSED_AMENDMENT = Key("amendment:{amendment}:proposed")
AMENDMENT_PROPOSED = Letter(
    "amendment_proposed", PROPOSED_AMENDMENT, MISSIONS, asks=True, moot=_settled
)
AMENDMENT_TOLD = Letter("amendment_told", PROPOSED_AMENDMENT, MISSIONS, moot=_settled)
OVERDUE = Key("amendment:{amendment}:overdue")
AMENDMENT_OVERDUE = Letter("amendment_overdue", OVERDUE, MISSIONS, asks=True, moot=_settled)
# Whoever has nothing to do there: who coordinates, who has signed for a side.
AMENDMENT_OVERDUE_TOLD = Letter("amendment_overdue_told", OVERDUE, MISSIONS, moot=_settled)
AMENDMENT_STEP = Key("amendment-step:{step}")
AMENDMENT_IN_FORCE = Letter("amendment_in_force", AMENDMENT_STEP, MISSIONS)
AMENDMENT_DECLINED = Letter("amendment_declined", AMENDMENT_STEP, MISSIONS)
AMENDMENT_WITHDRAWN = Letter("amendment_withdrawn", AMENDMENT_STEP, MISSIONS)


def _who_sign(amendment: Amendment) -> list[User]:
    return [
        user
        for document in amendment.documents.all()
        for party in document.parties_left()
        for user, _capacity in signers_of(document, party)
    ]


def _concerned(amendment: Amendment) -> list[User]:
    """Both sides, all who sign or have signed, and whoever coordinates the mission."""
    mission = amendment.mission
    found = both_sides(mission)
    for document in amendment.documents.all():
        for party in ("EMPLOYER", "STRUCTURE"):
            found += [user for user, _capacity in signers_of(document, party)]
    return [*found, amendment.proposed_by, *audience.who_hears(mission)]


def _still_there(people: list[User]) -> list[User]:
    return [person for person in people if person.is_active]


def amendment_proposed(amendment: Amendment) -> None:
    """Tell those who sign what would change, and whoever comes, where nothing is theirs to sign; the template reads
    it in the language of each."""
    signs, mission = _who_sign(amendment), amendment.mission
    comes = [one for one in audience.offering(mission.offer) if one == mission.offer.person]
    AMENDMENT_PROPOSED.tell(
        signs, url=amendment.get_absolute_url(), but=amendment.proposed_by, amendment=amendment,
        mission=mission,
    )  # fmt: skip
    AMENDMENT_TOLD.tell(
        [one for one in comes if one not in signs], url=amendment.get_absolute_url(),
        but=amendment.proposed_by, amendment=amendment, mission=mission,
    )  # fmt: skip


def amendment_in_force(step: AmendmentStep) -> None:
    amendment = step.amendment
    AMENDMENT_IN_FORCE.tell(
        _still_there(_concerned(amendment)), url=amendment.get_absolute_url(), step=step.pk,
        amendment=amendment, mission=amendment.mission, has_order=waits_for_an_order(amendment.mission),
    )  # fmt: skip


def amendment_fell(step: AmendmentStep) -> None:
    """Tell people that the amendment was declined or withdrawn, with the reason; those to whom another letter tells
    the employer's own reason are left out."""
    amendment = step.amendment
    declined = step.after == AmendmentStatus.DECLINED
    letter = AMENDMENT_DECLINED if declined else AMENDMENT_WITHDRAWN
    known = _told_by_employer(amendment)
    letter.tell(
        [one for one in _still_there(_concerned(amendment)) if one.pk not in known],
        url=amendment.get_absolute_url(), but=step.by,
        amendment=amendment, mission=amendment.mission, step=step, reason=step.said,
        stops=amendment.mission.was_interrupted or amendment.mission.has_been_left,
    )  # fmt: skip


def _told_by_employer(amendment: Amendment) -> set[int]:
    refused = amendment.agreements.exclude(answer__in=["", Agreement.Answer.YES]).first()
    if refused is None:
        return set()
    return {person.pk for person in audience.offering(amendment.mission.offer)}


def amendment_overdue(amendment: Amendment) -> None:
    """Tell people that the end date in force has passed while the amendment waits: hours stop."""
    mission, signs = amendment.mission, {user.pk for user in _who_sign(amendment)}
    acts = signs | {user.pk for user in both_sides(mission)}
    for person in _still_there(_concerned(amendment)):
        letter = AMENDMENT_OVERDUE if person.pk in acts else AMENDMENT_OVERDUE_TOLD
        letter.tell(
            [person], url=reverse("amendment", args=[amendment.pk]), amendment=amendment,
            mission=mission, ends_on=mission.ends_on, may_sign=person.pk in signs,
            may_deliver=mission.may(MissionStatus.DELIVERED),
        )  # fmt: skip
