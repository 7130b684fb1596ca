"""Somebody is no longer in the team of a mission: what was asked of them, or for them, needs no answer any more."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from marketplace.actions.market import consents
from marketplace.models import ConsentKind, TeamMember, TeamStep
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
