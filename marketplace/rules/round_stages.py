"""How far each team of a round is: it looks for a need, is put forward for one, or has its mission. Reads only."""

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from accounts.models import User
from marketplace.models import Mission, Offer, Proposal, Round, RoundTeam


@dataclass
class TeamSeen:
    """A team as somebody may read of it; `missions` and `proposals` are those that go on."""

    team: RoundTeam
    total: int
    missions: list[Mission] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def offer(self) -> Offer | None:
        return self.team.offer

    @property
    def looks(self) -> bool:
        """Whether its offer is shown and nothing has come of it yet."""
        shown = self.team.offer is not None and self.team.offer.is_published
        return shown and not (self.missions or self.proposals)


def seen_by(user: User, round: Round) -> list[TeamSeen]:
    """The teams, with what this person may read of what came of their offers."""
    teams = round.teams.select_related("offer").annotate(total=Count("people")).order_by("number")
    seen = [TeamSeen(team, team.total) for team in teams]
    by_offer = {one.team.offer_id: one for one in seen if one.team.offer_id}
    if not by_offer:
        return seen
    for mission in _agreed(Mission.objects.visible_to(user).filter(offer__in=by_offer)):
        by_offer[mission.offer_id].missions.append(mission)
    opened = Proposal.objects.visible_to(user).open().filter(offer__in=by_offer)
    for proposal in opened.select_related("need__organisation").order_by("pk"):
        by_offer[proposal.offer_id].proposals.append(proposal)
    return seen


def missions_of(team: RoundTeam) -> list[Mission]:
    """What its members read of it, whoever they are in the house."""
    return list(_agreed(Mission.objects.filter(offer=team.offer_id))) if team.offer_id else []


def _agreed(missions: QuerySet[Mission]) -> QuerySet[Mission]:
    """Those that weren't interrupted."""
    going_on = missions.filter(interrupted_at=None)
    return going_on.select_related("need__organisation").order_by("starts_on", "pk")
