"""What a mission tells those of its team as it starts, and what follows when somebody is no longer in it."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from marketplace import letters
from marketplace.actions.market import consents
from marketplace.models import ConsentKind, Mission, TeamMember, TeamStep
from marketplace.rules import teams
from marketplace.states import TeamStatus


def stop(member: TeamMember, *, reason: str, by: User | None, now: datetime) -> TeamStep:
    """Take them off from this day on. Hours that they gave stay theirs, and a paper that is signed stays as it is. The
    mission has to be locked. Raises ForbiddenMove."""
    step: TeamStep = member.move(TeamStatus.LEFT, by=by, reason=reason)
    member.last_on = timezone.localdate(now)
    member.save(update_fields=["last_on"])
    member.agreements.waiting().update(voided_at=now)
    consents.void(ConsentKind.TEAM, member)
    return step


def tell_of_start(mission: Mission) -> None:
    """The mission has begun: tell each of those who come and whose manager agrees; the others hear it with their manager's
    yes."""
    there = mission.team.coming().select_related("person", "named_by")
    for one in there.prefetch_related("agreements"):
        if teams.has_managers_yes(one):
            one.mission = mission
            letters.team_begins(one)
