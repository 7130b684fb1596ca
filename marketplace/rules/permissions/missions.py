"""Who may steer a mission, speak for a side of it, write and confirm hours."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership, Organisation, User
from accounts.reading import once
from marketplace.models import (
    FollowUp,
    Mission,
    Served,
    SheetVersion,
    Side,
    Signature,
    TeamMember,
    Voice,
)
from marketplace.rules import audience, half_yeses, teams
from marketplace.rules.permissions.coordination import follows, is_on_a_side
from marketplace.rules.permissions.documents import can_give_receipts
from marketplace.rules.permissions.offers import answers_for_offer
from marketplace.rules.permissions.organisations import is_in_charge_at, oversees
from marketplace.rules.permissions.proposals import can_write_in, side_of


def side_in(user: User, mission: Mission) -> str | None:
    """The side for which this person speaks in a mission, or None: that of its proposal."""
    return side_of(user, mission.proposal)


def _comes(user: User, mission: Mission) -> bool:
    return user.pk == mission.offer.spokesperson_id


def _has_come(user: User, mission: Mission) -> bool:
    """Whether they come, alone or in a team, or wrote the team's offer: they are on its side for good."""
    return _comes(user, mission) or teams.has_come(mission, user.pk)


def can_steer_mission(user: User, mission: Mission) -> bool:
    """Both sides and the coordinators may move the mission on, pause or stop it."""
    return can_write_in(user, mission.proposal)


def voice_of(user: User, mission: Mission) -> str | None:
    """The voice in which this person gives a review, or None. Nobody speaks for the person who came; a colleague in
    charge speaks for the company that lent them."""
    side = side_in(user, mission)
    if side != Side.OFFER and mission.apart_for:
        return Voice.NEED if answers_for_served(user, mission) else None
    if side is None and answers_for_served(user, mission):
        return Voice.CARRIER
    if side == Side.OFFER and mission.offer.person_id not in (None, user.pk):
        return Voice.COMPANY if is_in_charge_at(user, mission.offer.organisation) else None
    return side


def speaks_as(user: User, mission: Mission, voice: str) -> Organisation | None:
    """The structure in whose name this person gives a review, where several are served and it isn't the lead: of theirs the
    first that hasn't given one. None for the other voices."""
    if voice != Voice.CARRIER:
        return None
    given = set(mission.reviews.filter(side=voice).values_list("structure", flat=True))
    theirs = [row.organisation for row in answers_for_served(user, mission)]
    return next((one for one in theirs if one.pk not in given), theirs[0] if theirs else None)


def has_voice(user: User, mission: Mission, voice: str) -> bool:
    """Whether this person may speak with this voice today. It is asked again of whoever a letter put a question to,
    since they may have left."""
    if not user.is_active:
        return False
    if voice == Voice.NEED:
        return not _has_come(user, mission) and user.speaks_for(mission.structure)
    if voice == Voice.CARRIER:
        return bool(answers_for_served(user, mission))
    if voice == Voice.COMPANY:
        return _speaks_for_company(user, mission)
    if mission.offer.person_id:
        return mission.offer.brings(user)
    return answers_for_offer(user, mission.offer)


def may_name_organisations(user: User, mission: Mission, voice: str) -> bool:
    """Whether somebody who gives a review with this voice says if the two organisations may be named together: whoever
    speaks for the structure or for the company and, of those who came on working time, whoever oversees its people.
    On own time nobody is asked: there is no employer; nor of a mission that serves another structure than the lead alone,
    which doesn't speak for the one that would be named."""
    if mission.is_own_time or mission.apart_for_id:
        return False
    return voice in {Voice.NEED, Voice.COMPANY} or oversees(user, mission.offer.organisation)


def can_review(user: User, mission: Mission) -> bool:
    voice = voice_of(user, mission)
    return (
        voice is not None
        and mission.is_reviewable
        and not mission.reviews.filter(
            side=voice, structure=speaks_as(user, mission, voice)
        ).exists()
        and not mission.reviews.facing(voice).filter(author=user).exists()
    )


def can_log_hours(user: User, mission: Mission) -> bool:
    """True for the person who comes; for a team, for anyone who answers for it; two weeks after the person has
    left, for those who answer for the company's side."""
    if teams.has_names(mission):
        return False  # on the page of each, or by the day
    if mission.offer.person_id and not mission.is_left_to_the_company:
        return mission.offer.brings(user)
    return side_of(user, mission.proposal) == Side.OFFER


def can_log_for_team(user: User, mission: Mission) -> bool:
    """True for those who answer for a team by name: they may write a day for several of its people at once."""
    return teams.has_names(mission) and side_of(user, mission.proposal) == Side.OFFER


def can_name_team(user: User, mission: Mission) -> bool:
    """Whether this person says who comes in a team: whoever wrote its offer, and those who oversee the house's people."""
    return teams.is_a_team(mission) and can_ask_agreement(user, mission)


def answers_as_member(user: User, member: TeamMember) -> bool:
    """Whether this person may act on their own part today: it is theirs, they are of the house, and it isn't suspended."""
    return user.pk == member.person_id and user.works_for(member.mission.offer.organisation)


def asks_own_certificate(user: User, member: TeamMember) -> bool:
    """Whether this person asks for the certificate of their own hours: whoever has come, though they have left the house
    since, which isn't theirs to keep; not while they are of a suspended one."""
    if user.pk != member.person_id or not member.has_come:
        return False
    house = member.mission.offer.organisation
    return user.works_for(house) or not user.belongs_to(house)


def can_write_own_part(user: User, member: TeamMember) -> bool:
    """Whether this person writes their own hours in a team: while they come; for two weeks after they have left."""
    if user.pk != member.person_id or not member.has_time_to_write:
        return False
    return not member.comes or answers_as_member(user, member)


def can_confirm_hours(user: User, mission: Mission) -> bool:
    return side_in(user, mission) == Side.NEED


@once
def answers_for_served(user: User, mission: Mission) -> list[Served]:
    """The structures served, beside the one that leads the need, for which this person answers today: they represent it,
    it isn't suspended, and they haven't come for the mission. Of a mission that comes from `with_course`, nothing is asked
    where it serves the lead alone."""
    serves_several = getattr(mission, "serves_several", True)
    if not (serves_several and user.is_active) or user.represents_nobody:
        return []
    if _has_come(user, mission):
        return []
    theirs = Membership.objects.of(user).acting().representing().values("organisation")
    rows = mission.served.beside_the_lead().filter(organisation__in=theirs)
    return list(rows.select_related("organisation"))


def confirms_hours_of(user: User, mission: Mission) -> list[Organisation]:
    """The structures whose hours this person confirms: each its own. The lead answers for none of the others'."""
    leads = can_confirm_hours(user, mission) and mission.apart_for_id is None
    mine = [mission.need.organisation] if leads else []
    return [*mine, *(row.organisation for row in answers_for_served(user, mission))]


def can_change_served(user: User, mission: Mission) -> bool:
    """Whether this person says which hours go into a mission of their own: the lead, and the coordination."""
    return side_in(user, mission) == Side.NEED or follows(user, mission)


def arbitrates(user: User, mission: Mission) -> bool:
    """True for a coordinator who is on no side of the mission, hasn't come for it, nor signed, or written its sheet,
    for a side that they have left since: nobody judges in their own cause."""
    if not user.coordinates(mission.need.pole) or is_on_a_side(user, mission):
        return False
    this = OuterRef("pk")
    served = Served.objects.filter(mission=this, organisation__memberships__user=user.pk)
    signed = Signature.objects.filter(document__mission=this, user=user.pk)
    wrote = SheetVersion.objects.filter(sheet__mission=this, by=user.pk).exclude(side="")
    has_acted = Q(Exists(served)) | Q(Exists(signed)) | Q(Exists(wrote))
    return not Mission.objects.filter(has_acted, pk=mission.pk).exists()


def can_close_mission(user: User, mission: Mission, *, without_receipt: bool) -> bool:
    """True for the structure and the coordinators; without a receipt, of the structure only for those who would
    give it."""
    answers = can_confirm_hours(user, mission)
    gives = not without_receipt or can_give_receipts(user, mission.structure)
    return follows(user, mission) or (answers and gives)


def can_agree_below_cost(user: User, mission: Mission) -> bool:
    """Whether this person says, as the coordination, whether a loan may be billed below its cost."""
    return mission.is_billed and mission.is_live and follows(user, mission)


def can_hand_over(user: User, mission: Mission) -> bool:
    """Whether this person may ask a colleague to take over a mission whose person has left: those who oversee the
    company's people, or a coordinator who is on no side."""
    return oversees(user, mission.offer.organisation) or follows(user, mission)


def can_ask_agreement(user: User, mission: Mission) -> bool:
    """True for the employee (for a team, whoever wrote its offer) and those who oversee them. The page shows what
    they say at work, so it is neither for other colleagues nor for the structure."""
    offer = mission.offer
    theirs = user.pk == offer.spokesperson_id
    asks = theirs or oversees(user, offer.organisation)
    return not mission.is_own_time and asks and side_in(user, mission) == Side.OFFER


def can_answer_for_company(user: User, mission: Mission) -> bool:
    """True for those in charge at the company that lends, unless they are of the structure too, or have said its yes to
    the sheet that waits for the employer's: somebody else of the company then gives it."""
    if not _speaks_for_company(user, mission):
        return False
    waits = mission.agreed_version != mission.sheet.number
    return not (waits and half_yeses.of_sheet(user, mission, Side.NEED))


def _speaks_for_company(user: User, mission: Mission) -> bool:
    lends = not mission.is_own_time and is_in_charge_at(user, mission.offer.organisation)
    return lends and own_structure(user, mission) is None


def own_structure(user: User, mission: Mission) -> Organisation | None:
    """The structure of the mission, the lead or one served, to which this person belongs too, so that somebody else answers
    for the company. Whoever has come is on the company's side for good."""
    if _has_come(user, mission):
        return None
    if user.belongs_to(mission.need.organisation):
        return mission.need.organisation
    if not (mission.apart_for_id or getattr(mission, "serves_several", True)):
        return None  # the lead alone, as it says itself
    rows = mission.served.filter(organisation__memberships__user=user)
    row = rows.select_related("organisation").first()
    return row.organisation if row else None


def can_settle(user: User, follow_up: FollowUp) -> bool:
    """True for a coordinator who follows the mission; what they were asked themselves, for a side that they have left
    since, they leave to whoever else follows it."""
    if not follows(user, follow_up.mission):
        return False
    others = [one for one in audience.who_follows(follow_up.mission) if one.pk != user.pk]
    return user.pk != follow_up.asked_id or not others
