"""The letters about where a mission stands, its beginning and its renewal."""

from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import DESK, MISSIONS
from marketplace.letters.missions.closings import MISSION_STEP
from marketplace.letters.missions.moved import Moved
from marketplace.models import Agreement, Mission, MissionStep, Review, Side
from marketplace.rules import audience, first_question, leading, permissions, teams
from marketplace.states import BEFORE_IT_RUNS, MissionStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def mission_of(letter: Notification) -> Mission | None:
    """The mission that a letter is about, or None."""
    _noun, _colon, pk = letter.matter.partition(":")
    return Mission.objects.filter(pk=pk).first() if pk else None


def unless_in(letter: Notification, status: str) -> str:
    """Why the letter needn't leave: its mission isn't in this state any more. "" while it is."""
    mission = mission_of(letter)
    return gettext_noop("Answered meanwhile") if mission and mission.status != status else ""


def _reviewed(letter: Notification, *, step: int) -> str:
    mine = Review.objects.filter(mission__steps=step, author=letter.recipient_id)
    return gettext_noop("Answered meanwhile") if mine.exists() else ""


def _agreed_again(letter: Notification, **_parts: object) -> str:
    return unless_in(letter, MissionStatus.DISPUTED)


def _framed(letter: Notification, **_parts: object) -> str:
    return unless_in(letter, MissionStatus.FRAMING)


MISSION_KICK_OFF = Letter("mission_kick_off", MISSION_STEP, MISSIONS)
MISSION_MOVED = Letter("mission_moved", MISSION_STEP, MISSIONS)
MISSION_DELIVERED = Letter("mission_delivered", MISSION_STEP, MISSIONS, asks=True, moot=_reviewed)
MISSION_INTERRUPTED = Letter("mission_interrupted", MISSION_STEP, MISSIONS)
MISSION_DISPUTED = Letter(
    "mission_disputed", MISSION_STEP + ":desk", DESK, asks=True, moot=_agreed_again
)
RENEWS = Key("mission:{mission}:renews")
MISSION_RENEWED = Letter("mission_renewed", RENEWS, MISSIONS, asks=True, moot=_framed)


def kick_off(step: MissionStep) -> None:
    """The mission begins: tell everybody, whoever clicked included, who does what, until when, and what happens
    next."""
    mission = step.mission
    team = teams.sent(mission)
    asked_on = first_question.asked_on(mission, began_on=mission.began_on or mission.starts_on)
    sides = {
        Side.NEED: audience.welcomed(mission),
        Side.OFFER: list(audience.offering(mission.offer)),
    }
    for side, people in sides.items():
        MISSION_KICK_OFF.tell(
            people,
            url=mission.get_absolute_url(),
            step=step.pk,
            mission=mission,
            contacts=_works_with(mission, sides[Side(audience.other_side(side))]),
            team=[str(one.person) for one in team] if side == Side.NEED else [],
            is_need_side=side == Side.NEED,
            asked_on=asked_on,
            is_one_of_several=len(people) > 1,  # a question is put to one person of each side
        )


def _works_with(mission: Mission, others: list[User]) -> list[User]:
    """Who comes, without those of their house who only wrote the offer; all who are told where nobody comes by name."""
    comes = [one for one in others if one.pk == mission.offer.person_id]
    return comes or others


# These have words of their own; the others share `mission_moved`.
OWN_WORDS = {
    MissionStatus.DELIVERED: MISSION_DELIVERED,
    MissionStatus.INTERRUPTED: MISSION_INTERRUPTED,
}


COORDINATORS_HEAR = {
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
    MissionStatus.DELIVERED,
    MissionStatus.INTERRUPTED,
}


CLOSED_ONES = (MissionStatus.CLOSED, MissionStatus.RENEWED)


def both_sides(mission: Mission) -> list[User]:
    """All of both sides, each structure served among them."""
    return [*audience.welcomed(mission), *audience.offering(mission.offer)]


def _told(step: MissionStep) -> list[User]:
    """Both sides; and those in charge at the company, of a receipt that is declined, for which they wait, and of the
    end of a mission that the company had been asked about."""
    mission, company = step.mission, step.mission.offer.organisation
    people = both_sides(mission)
    closed = step.after in CLOSED_ONES
    if company and step.said and closed and mission.gives_a_receipt:
        people += audience.in_charge_at(company)
    asked = mission.agreements.filter(asked=Agreement.Asked.COMPANY)
    if company and step.after == MissionStatus.INTERRUPTED and asked.exists():
        people += audience.in_charge_at(company)
    return people


def _in_charge_of_the_lent(mission: Mission) -> list[User]:
    """Those in charge at the company, the other party of its convention, whom no side's letter tells that somebody of
    theirs begins. Of what is done at home no employer is told."""
    company = mission.offer.organisation
    if company is None or mission.is_own_time:
        return []
    told = {user.pk for user in both_sides(mission)}
    return [one for one in audience.in_charge_at(company) if one.pk not in told]


HELD = {MissionStatus.SUSPENDED, MissionStatus.DISPUTED}


def _who_had_it_wait(step: MissionStep) -> list[User]:
    """Whoever paused the mission, said that something is wrong or that it is done, somebody in charge at the company for
    instance, where it leaves that state and they still read it."""
    mission = step.mission
    if step.before not in HELD and step.after != MissionStatus.RUNNING:
        return []
    before = mission.steps.filter(after=step.before, pk__lt=step.pk)
    last = before.exclude(before__in=[step.before, MissionStatus.LEFT]).last()
    by = last.by if last else None
    return [by] if by and Mission.objects.visible_to(by).filter(pk=mission.pk).exists() else []


def mission_moved(step: MissionStep) -> None:
    mission, after = step.mission, MissionStatus(step.after)
    # As it begins, both sides get a fuller note (kick_off).
    begins = after == MissionStatus.RUNNING and step.before in BEFORE_IT_RUNS
    told = [] if begins else [(OWN_WORDS.get(after, MISSION_MOVED), _told(step))]
    if after in COORDINATORS_HEAR:
        others = _in_charge_of_the_lent(mission) if begins else _who_had_it_wait(step)
        told.append((MISSION_MOVED, [*others, *audience.who_hears(mission)]))
    leads = {user.pk for user in audience.structure(mission.need)}
    need_opens = after == MissionStatus.INTERRUPTED and _need_opens(mission)
    for letter, people in told:
        for user in {one.pk: one for one in people}.values():
            asked = letter is not MISSION_DELIVERED or permissions.can_review(user, mission)
            (letter if asked else MISSION_MOVED).tell(
                [user],
                url=mission.get_absolute_url(),
                but=step.by,
                mission=mission,
                step=step,
                moved=Moved(
                    step,
                    is_for_who_comes=user == mission.person_coming,
                    names_the_team=after == MissionStatus.AGREEMENT
                    and permissions.can_name_team(user, mission),
                ),
                reason=step.said,
                reason_by=step.typed_by,
                leads=user.pk in leads,
                need_opens=need_opens,
            )
    if after == MissionStatus.INTERRUPTED:
        _tell_the_team(step)


def _tell_the_team(step: MissionStep) -> None:
    """It stops: tell each who was in its team, on their own page, but for those who have just been told with their side."""
    for member in step.mission.team.in_it().select_related("person"):
        MISSION_INTERRUPTED.tell(
            [member.person],
            url=member.get_absolute_url(),
            but=step.by,
            mission=step.mission,
            member=member,
            step=step,
            moved=Moved(step, is_for_who_comes=False, names_the_team=False),
            reason=step.said,
            reason_by=step.typed_by,
        )


def _need_opens(mission: Mission) -> bool:
    """Whether others find its need once it has stopped."""
    need = mission.need
    is_there = need.is_published and not need.organisation.is_closed
    return is_there and not leading.looks_for_nobody(need)


def mission_disputed(step: MissionStep) -> None:
    """Tell both sides, and call the coordinators."""
    mission_moved(step)
    MISSION_DISPUTED.tell(
        audience.who_hears(step.mission),
        url=step.mission.get_absolute_url(),
        mission=step.mission,
        step=step,
        reason=step.said,
    )


def mission_renewed(following: Mission, *, by: User) -> None:
    MISSION_RENEWED.tell(
        both_sides(following), url=following.get_absolute_url(), but=by, mission=following
    )
