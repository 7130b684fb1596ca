"""The team of a mission: who is named, who comes, what is still awaited of each. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import prefetch_related_objects

from accounts.models import User
from marketplace.models import Agreement, Employee, Mission, Side, TeamMember
from marketplace.states import MissionStatus

ASKABLE = (
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
)
NAMES_ITS_PEOPLE = (MissionStatus.FRAMING, *ASKABLE)


def is_a_team(mission: Mission) -> bool:
    """Whether a house lends a team, on working time, and nobody by name in its offer."""
    return mission.offer.person_id is None and not mission.is_own_time


def awaits_a_name(mission: Mission) -> bool:
    """Whether whoever comes has yet to put their own name to the offer: this house lends its people one by one, in legal
    frames whose papers are in one name. Once the mission is put to the employer nobody does so any more."""
    if not (mission.is_being_framed and is_a_team(mission)):
        return False
    house = mission.offer.organisation
    return house is not None and house.lends_by_name_alone


def people_of(mission: Mission) -> Iterable[TeamMember]:
    """All who were ever named. A mission that comes from `with_course` and has none asks nothing."""
    return mission.team.all() if getattr(mission, "has_team", True) else ()


def read(missions: Iterable[Mission]) -> None:
    """Read the people of all these missions, which come from `with_course`, in one question: none where none has any."""
    prefetch_related_objects([one for one in missions if getattr(one, "has_team", True)], "team")


def in_it(mission: Mission) -> list[TeamMember]:
    return [one for one in people_of(mission) if one.is_in_it]


def coming(mission: Mission) -> list[TeamMember]:
    return [one for one in people_of(mission) if one.comes]


def sent(mission: Mission) -> list[TeamMember]:
    """Those whom the employer sends: they come, their manager agrees, and the employer has agreed to the mission. The
    structure reads their names, and so do the papers; nobody else's."""
    if not mission.agreed_version or not is_a_team(mission):
        return []
    rows = mission.team.coming().select_related("person").prefetch_related("agreements")
    return [one for one in rows if has_managers_yes(one)]


def read_by(mission: Mission, side: str | None) -> list[User]:
    """Who comes, as this side reads it: for the house that lends them everybody who has said yes; for the others whom it sends. Once it has
    ended, those too who had left before and have given confirmed hours."""
    if not getattr(mission, "has_team", True):
        return []
    if side == Side.OFFER:
        found = [one.person for one in mission.team.coming().select_related("person")]
    else:
        found = [one.person for one in sent(mission)]
    if mission.is_live:
        return found
    gave = mission.hours.confirmed().order_by().values("person")
    left = mission.team.who_came().filter(person__in=gave).exclude(person__in=found)
    return found + [one.person for one in left.select_related("person")]


def has_names(mission: Mission) -> bool:
    """Whether somebody has said yes to come by name: from then on hours, managers and certificates are each person's. A team
    of which nobody ever was stands as it is."""
    return is_a_team(mission) and any(one.has_come for one in people_of(mission))


def is_naming(mission: Mission) -> bool:
    """Whether it is asked person by person: somebody is named, has come, or must be before the employer is asked."""
    if not is_a_team(mission):
        return False
    return bool(in_it(mission)) or has_names(mission) or lacks_names(mission)


def lacks_names(mission: Mission) -> bool:
    """Whether somebody has to be named before the employer can be asked, which nobody was without names."""
    if not is_a_team(mission) or in_it(mission):
        return False
    before = mission.status in (MissionStatus.FRAMING, MissionStatus.AGREEMENT)
    asked = [row for row in mission.agreements.all() if row.member_id is None]
    return before and not any(row.voided_at is None and row.amendment_id is None for row in asked)


def is_deserted(mission: Mission) -> bool:
    """Whether nobody is left of those who came, nor awaited, while it goes on."""
    return mission.status in ASKABLE and has_names(mission) and not in_it(mission)


def part_of(mission: Mission, person: int) -> TeamMember | None:
    return next((one for one in people_of(mission) if one.person_id == person), None)


def has_come(mission: Mission, person: int | None) -> bool:
    """Whether this person is, or was, of the team: they are on its side for good."""
    if mission.offer.person_id is not None or person is None:
        return False
    return any(one.person_id == person and one.has_come for one in people_of(mission))


def employee_of(mission: Mission, person: User) -> Employee:
    """What the house has said of somebody of its team, or a new Employee that isn't saved."""
    whose = {"organisation": mission.offer.organisation, "person": person}
    return Employee.objects.filter(**whose).first() or Employee(**whose)


@dataclass
class Standing:
    """How far a team is, before the employer answers for it."""

    awaited: list[TeamMember] = field(default_factory=list)
    unasked: list[TeamMember] = field(
        default_factory=list
    )  # their manager isn't known, or not asked
    asked: list[Agreement] = field(default_factory=list)
    expired: list[Agreement] = field(default_factory=list)
    agreed: list[TeamMember] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether somebody comes, and nobody is awaited any more: the employer may be asked."""
        return bool(self.agreed) and not (
            self.awaited or self.unasked or self.asked or self.expired
        )


def standing(mission: Mission, now: datetime) -> Standing:
    """Reads the team and the agreements of the mission, which may be prefetched."""
    found = Standing()
    rows = {row.member_id: row for row in mission.agreements.all() if row.voided_at is None}
    for one in people_of(mission):
        question = rows.get(one.pk)
        if one.is_named:
            found.awaited.append(one)
        elif one.comes and question is None:
            found.unasked.append(one)
        elif one.comes and question is not None:
            _place(found, one, question, now)
    return found


def _place(found: Standing, one: TeamMember, question: Agreement, now: datetime) -> None:
    if question.is_yes:
        found.agreed.append(one)
    elif question.is_expired(now) or question.has_lost_its_reader:
        found.expired.append(question)
    else:
        found.asked.append(question)


def may_be_asked(mission: Mission) -> bool:
    """Whether managers may be asked now: once both sides have said yes to the sheet, and while it goes on."""
    return mission.status in ASKABLE and mission.has_employer and mission.sheet.is_agreed


def has_managers_yes(member: TeamMember) -> bool:
    """Whether their manager has agreed to this mission since they were last named: from then on their hours count. Of
    whoever has left, whether one ever had."""
    since = member.named_at if member.is_in_it else None
    return any(
        row.answer == Agreement.Answer.YES and (since is None or row.asked_at >= since)
        for row in member.agreements.all()
    )


def awaits_employer(mission: Mission) -> bool:
    """Whether a team by name waits for its employer's yes: until then no paper says who comes."""
    before = mission.status in (MissionStatus.FRAMING, MissionStatus.AGREEMENT)
    return before and mission.agreed_version != mission.sheet.number and is_naming(mission)


def too_many_hours(mission: Mission) -> int:
    """By how many hours the parts of those who are in it pass the sheet's; 0 when they don't."""
    return max(0, sum(one.hours for one in in_it(mission)) - mission.sheet.hours)
