"""The letters about the structures that a mission serves together."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import both_sides
from marketplace.models import Mission, Served
from marketplace.rules import audience
from marketplace.rules.parties import signatories, signers
from marketplace.rules.served import without_mandate
from marketplace.states import BEFORE_IT_RUNS
from notifications.letter import Key, Letter
from notifications.models import Notification


def _mandated(letter: Notification, *, served: int, version: int) -> str:
    waits = Served.objects.filter(pk=served).exclude(mandated_version=version)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


MANDATE = Key("served:{served}:mandate:{version}")
MANDATE_ASKED = Letter("mandate_asked", MANDATE, MISSIONS, asks=True, moot=_mandated)
MANDATE_GIVEN = Letter("mandate_given", MANDATE + ":given", MISSIONS)
MANDATE_TAKEN_BACK = Letter("mandate_taken_back", Key("mission-step:{step}:mandate"), MISSIONS)
SERVED_APART = Letter("served_apart", Key("mission:{mission}:apart"), MISSIONS)
# Its reader sees the mission no more: it is about the structure.
SERVED_NO_MORE = Letter(
    "served_no_more", Key("mission:{former}:serves-no-more:{organisation}"), MISSIONS
)
SERVES_ONE_LESS = Letter(
    "serves_one_less", Key("mission:{mission}:serves-one-less:{gone}"), MISSIONS
)


def mandates_asked(mission: Mission, *, but: User | None) -> None:
    """Papers wait for signatures: ask whoever may sign for each structure served that the lead signs for it too. None leaves
    once the mission has begun."""
    version = mission.sheet.number
    for row in without_mandate(mission):
        MANDATE_ASKED.tell(
            [user for user, _capacity in signatories(row.organisation)],
            url=reverse("served-mandate", args=[row.pk]),
            but=but,
            served=row,
            version=version,
            mission=mission,
            structure=str(row),
            lead=str(mission.structure),
            may_leave=mission.status in BEFORE_IT_RUNS,
        )


def mandate_given(row: Served, *, by: User) -> None:
    """Tell those who sign for the lead."""
    mission = row.mission
    MANDATE_GIVEN.tell(
        [user for user, _capacity in signers(mission, "STRUCTURE")],
        url=reverse("mission-documents", args=[mission.pk]),
        but=by,
        served=row,
        version=row.mandated_version,
        mission=mission,
        structure=str(row),
        awaited=[str(one) for one in without_mandate(mission)],
    )


def mandate_taken_back(row: Served, *, step: int, may_leave: bool, by: User) -> None:
    """Tell those who sign for the lead. `may_leave`: whether it can still be taken out of the mission."""
    mission = row.mission
    MANDATE_TAKEN_BACK.tell(
        [user for user, _capacity in signers(mission, "STRUCTURE")],
        url=mission.get_absolute_url(),
        but=by,
        step=step,
        mission=mission,
        structure=str(row),
        may_leave=may_leave,
    )


def served_apart(following: Mission, *, left: int, by: User) -> None:
    """Both sides and the structures served are told of the second mission; its own structure reads no more of the first,
    which keeps so many hours (`left`)."""
    SERVED_APART.tell(
        both_sides(following),
        url=following.get_absolute_url(),
        but=by,
        mission=following,
        structure=str(following.structure),
        hours=following.sheet.hours,
        left=left,
    )


def served_no_more(mission: Mission, gone: Organisation, *, by: User | None) -> None:
    SERVED_NO_MORE.tell(
        audience.representatives_of(gone),
        url=mission.need.get_absolute_url(),
        but=by,
        former=mission.pk,
        organisation=gone,
        title=str(mission),
        lead=str(mission.structure),
    )
    SERVES_ONE_LESS.tell(
        both_sides(mission),
        url=mission.get_absolute_url(),
        but=by,
        mission=mission,
        gone=gone.pk,
        structure=str(gone),
    )
