"""Milestones ticked and deliverables handed over while a mission runs."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import files
from marketplace.models import Deliverable, Milestone, Mission
from marketplace.states import LIVE, MissionStatus
from marketplace.uploads import Clean

HANDED_OVER = (
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
    MissionStatus.DISPUTED,
    MissionStatus.DELIVERED,
)


def plan(mission: Mission, *, label: str, due_on: date) -> Milestone:
    if mission.status not in LIVE:
        raise NotYet(_("The mission is over: nothing more can be planned."))
    if mission.has_dates and not mission.starts_on <= due_on <= mission.ends_on:
        raise NotYet(_("A milestone lies between the beginning and the end of the mission."))
    return Milestone.objects.create(mission=mission, label=label, due_on=due_on)


def tick(milestone: Milestone, *, by: User, now: datetime) -> bool:
    """Mark a milestone as done, or as not done when it already was: it is the same button. False when somebody else
    has just clicked. Raises NotYet once the mission is over."""
    if milestone.mission.status not in LIVE:
        raise NotYet(_("The mission is over: its milestones stay as they are."))
    undo = milestone.done_at is not None
    values = {"done_at": None, "done_by": None} if undo else {"done_at": now, "done_by": by}
    same = Milestone.objects.filter(pk=milestone.pk, done_at=milestone.done_at)
    return bool(same.update(**values))


def remove(milestone: Milestone) -> None:
    if milestone.done_at is not None or milestone.mission.status not in LIVE:
        raise NotYet(_("A milestone that is done stays in the story of the mission."))
    milestone.delete()


@transaction.atomic
def hand_over(
    mission: Mission, *, title: str, link: str = "", sent: Clean | None = None, by: User
) -> Deliverable:
    if mission.status not in HANDED_OVER:
        raise NotYet(_("Deliverables are handed over while the mission runs."))
    file = files.store(sent, by=by, mission=mission) if sent else None
    handed = Deliverable.objects.create(mission=mission, title=title, link=link, file=file, by=by)
    letters.deliverable_handed_over(handed)
    return handed


def accept(deliverable: Deliverable, *, by: User, now: datetime) -> bool:
    """The structure has received the deliverable and accepts it. False when it was accepted already, or for who handed
    it over: they may have joined the structure since."""
    waiting = Deliverable.objects.filter(pk=deliverable.pk, accepted_at=None).exclude(by=by)
    return bool(waiting.update(accepted_at=now, accepted_by=by))
