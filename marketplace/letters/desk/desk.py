"""The letters between coordinators, and those to the people they chase."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from accounts.states import OrganisationStatus
from marketplace.letters.families import DESK, MISSIONS, PROPOSALS
from marketplace.letters.market.proposals import over
from marketplace.letters.missions.missions import mission_of
from marketplace.models import Chase, HandOver, Mission, Need
from marketplace.models.desk.desk import leaves
from marketplace.rules import absences, audience
from marketplace.states import NeedStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _moved_on(letter: Notification, **_parts: object) -> str:
    """Why a chase about a mission needn't leave: the mission has moved since. "" otherwise."""
    mission = mission_of(letter)
    moved = mission is not None and mission.moved_at > letter.created_at
    return gettext_noop("Answered meanwhile") if moved else ""


NEED_TAKEN = Letter("need_taken", Key("need:{need}:taken-by:{by}:from:{before}"), DESK)
HANDED_OVER = Letter("handed_over", Key("hand-over:{hand_over}"), DESK, asks=True)
PROPOSAL_CHASED = Letter(
    "proposal_chased", Key("proposal:{proposal}:chase:{chase}"), PROPOSALS, asks=True, moot=over
)
MISSION_CHASED = Letter(
    "mission_chased", Key("mission:{mission}:chase:{chase}"), MISSIONS, asks=True, moot=_moved_on
)


def need_taken(need: Need, *, before: int, by: User) -> None:
    """Tell the coordinator who was in charge that somebody else has taken over."""
    people = User.objects.filter(pk=before, is_active=True).exclude(pk=by.pk)
    NEED_TAKEN.tell(people, url=need.get_absolute_url(), need=need, by=by, before=before)


def handed_over(done: HandOver) -> None:
    """Tell the colleague, or all members of the operator, except whoever hands the line over, and those who are on a
    side of it: the note is what coordinators say among themselves."""
    people: Iterable[User]
    if done.to_operator:
        people = audience.representatives_of(done.to_operator)
    else:
        people = absences.with_who_answers(done.to_person, done.pole) if done.to_person else []
    people = [one for one in people if not leaves(one, done.subject)]
    HANDED_OVER.tell(
        people,
        url=_where_one_acts(done.subject),
        but=done.by,
        hand_over=done.pk,
        passed_on=done.subject,
        what=str(done.subject),
        is_organisation=isinstance(done.subject, Organisation),
        operator=str(
            done.to_operator or ""
        ),  # by its name: an organisation may be what is passed on
        to=done.to_person,
        by=done.by,
        note=done.note,
    )


def _where_one_acts(subject: Need | Mission | Organisation) -> str:
    """Where whoever takes over does what it waits for."""
    if isinstance(subject, Need):
        waits = subject.status == NeedStatus.SUBMITTED
        return reverse("need-qualify" if waits else "desk-need", args=[subject.pk])
    if isinstance(subject, Organisation) and subject.status == OrganisationStatus.SUBMITTED:
        return reverse("organisation-verify", args=[subject.pk])
    return subject.get_absolute_url()


def chased(done: Chase, people: Iterable[User]) -> None:
    """Ask those whose answer is awaited; a reply to the letter goes to the coordinator."""
    if proposal := done.proposal:
        PROPOSAL_CHASED.tell(
            people,
            url=proposal.get_absolute_url(),
            proposal=proposal,
            chase=done.pk,
            reply_to=done.by.email,
            by=done.by,
        )
    elif mission := done.mission:
        MISSION_CHASED.tell(
            people,
            url=mission.get_absolute_url(),
            mission=mission,
            chase=done.pk,
            reply_to=done.by.email,
            by=done.by,
        )
