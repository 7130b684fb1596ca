"""What the hours of a mission wait for: to be written, confirmed, or looked at again. Reads only."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from marketplace.models import Mission
from marketplace.rules import teams
from marketplace.rules.mission_roles import COMES, COMPANY
from marketplace.rules.next_acts.act import Act, act_of, receiver


def to_write(mission: Mission) -> Iterator[Act]:
    """As they are given, until all that are planned are written."""
    if (getattr(mission, "hours_written", None) or 0) >= mission.sheet.hours:
        return
    words, label = _("Write your hours as you give them."), _("Write my hours")
    if teams.has_names(mission):
        words = _("Write the team’s hours as they are given, or let each write their own.")
        label = _("Write the team’s hours")
    yield act_of(mission, COMES, "mission-hours", words, label, _("write the hours done"))


def waiting(mission: Mission) -> Iterator[Act]:
    """Hours wait for the structure's confirmation, or for whoever wrote them where it says that they aren't right;
    also when the mission is over or its person has left. Their days are their own: the letter says when silence
    confirms them, and that of the mission's next step is no date for them."""
    if since := getattr(mission, "hours_since", None):
        words, task = _("Hours wait for your confirmation: one click."), _("confirm the hours")
        act = act_of(
            mission, receiver(mission), "mission-hours", words, _("Confirm the hours"), task
        )
        yield replace(act, since=since, due_on=None)
    if since := getattr(mission, "contested_since", None):
        who = COMES
        words = _("The structure says that some of your hours aren’t right: look at them again.")
        if teams.has_names(mission):
            words = _("The structure says that some hours of the team aren’t right.")
        if mission.is_left_to_the_company:
            who = COMPANY
            words = _("The structure says that some hours aren’t right: look at them again.")
        task = _("look again at the hours that aren’t right")
        act = act_of(mission, who, "mission-hours", words, _("See the hours"), task)
        yield replace(act, since=since, due_on=None)
