"""Missions: what was agreed, done, counted, said of it."""

from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part, steps

_MISSIONS = _("Missions")
_HOURS = _("Hours")
_TEAM = _("Teams, departures and who took over")
_FOLLOWED = _("Follow-up, reviews and what was told")
_MOVED = _("What you moved on: missions, teams, amendments")
_COMES = ("mission__offer__person", "mission__team__person")

PEOPLE = (
    Part("marketplace.Mission", _MISSIONS, ("offer__person", "team__person", "coordinator")),
    Part(
        "marketplace.MissionSheet", _MISSIONS,
        ("need_referent", "offer_referent", *_COMES), seen="mission", always=True,
    ),
    Part("marketplace.SheetVersion", _MISSIONS, ("by",)),
    Part("marketplace.Milestone", _MISSIONS, ("done_by",)),
    Part("marketplace.Deliverable", _MISSIONS, ("by", "accepted_by")),
    Part("marketplace.RegimeChoice", _MISSIONS, ("by",)),
    Part("marketplace.Agreement", _MISSIONS, ("asked_by", "answered_by", "member__person"), names=("name", "email", "answered_name")),
    Part("marketplace.Amendment", _MISSIONS, ("proposed_by",)),
    Part("marketplace.Served", _MISSIONS, ("mandated_by",)),
    Part("marketplace.HoursEntry", _HOURS, ("person", "written_by", "confirmed_by", "contested_by")),
    Part("marketplace.TeamMember", _TEAM, ("person", "named_by")),
    Part("marketplace.Departure", _TEAM, ("person", "by", "settled_by")),
    Part("marketplace.Transfer", _TEAM, ("colleague", "asked_by")),
    Part("marketplace.FollowUp", _FOLLOWED, ("asked",)),
    Part("marketplace.Review", _FOLLOWED, ("author",)),
    Part("marketplace.ReviewFactor", _FOLLOWED, ("review__author",)),
    Part("marketplace.SkillGained", _FOLLOWED, ("review__author",)),
    Part("marketplace.Telling", _FOLLOWED, ("for_need", "for_offer")),
    *steps(_MOVED, "Mission", "Team", "Amendment"),
)  # fmt: skip

_SIDES = ("mission__need__organisation", "mission__offer__organisation")

HOUSES = (
    Part(
        "marketplace.Mission", _MISSIONS, ("need__organisation", "offer__organisation", "apart_for"),
        seen="",
    ),
    Part("marketplace.MissionStep", _MISSIONS, _SIDES, seen="mission"),
    Part("marketplace.MissionSheet", _MISSIONS, _SIDES, seen="mission"),
    Part("marketplace.Milestone", _MISSIONS, _SIDES, seen="mission"),
    Part("marketplace.Deliverable", _MISSIONS, _SIDES, seen="mission"),
    Part("marketplace.Amendment", _MISSIONS, _SIDES, seen=""),
    Part("marketplace.Served", _MISSIONS, ("organisation",)),
    Part("marketplace.HoursEntry", _HOURS, ("served", *_SIDES), seen="mission"),
    Part("marketplace.TeamMember", _TEAM, _SIDES, seen=""),
    Part("marketplace.Review", _FOLLOWED, ("structure",), seen="mission"),
    Part("marketplace.Telling", _FOLLOWED, _SIDES, seen="mission"),
)  # fmt: skip

LEFT_OUT = {
    "marketplace.Mission.operator": "Who follows a mission: the mission is in the copy of its two sides.",
}

CHAPTER = Chapter(_("Missions"), PEOPLE, HOUSES, LEFT_OUT)
