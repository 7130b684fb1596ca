"""The review that is awaited of somebody, said on the mission's page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.models import Mission
from marketplace.rules import permissions
from marketplace.rules.mission_roles import OFFER
from marketplace.rules.next_acts.act import Act


def words() -> str:
    return _("The work is delivered. Two minutes for your review: it helps those who come next.")


def still_yours(user: User, mission: Mission, yours: Sequence[Act]) -> list[Act]:
    """The review that this reader may give and that no act among theirs asks for: that of the company which lends, of a
    structure served beside the lead, or one that waits while the mission goes on to its value."""
    page = reverse("mission-review", args=[mission.pk])
    if not mission.is_reviewable or any(act.url == page for act in yours):
        return []
    if not permissions.can_review(user, mission):
        return []
    return [Act(OFFER, words(), "", page, _("Give my review"))]
