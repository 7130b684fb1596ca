"""Gatherings: seats, who came, what was written of them."""

from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part, steps

_GATHERINGS = _("Gatherings and seats")

PEOPLE = (
    Part("marketplace.Gathering", _GATHERINGS, ("created_by", "trainer__person")),
    Part("marketplace.Gathering_skills", _GATHERINGS, ("gathering__created_by",)),
    Part("marketplace.Attendance", _GATHERINGS, ("person",)),
    Part("marketplace.Minutes", _GATHERINGS, ("by",)),
    Part("marketplace.Unannounced", _GATHERINGS, ("by",)),
    *steps(_GATHERINGS, "Gathering", "Attendance"),
)

HOUSES = (
    Part("marketplace.Gathering", _GATHERINGS, ("host",)),
    Part("marketplace.Gathering_skills", _GATHERINGS, ("gathering__host",)),
    Part("marketplace.Attendance", _GATHERINGS, ("organisation",), seen=""),
    Part("marketplace.Unannounced", _GATHERINGS, ("organisation",)),
)

LEFT_OUT: dict[str, str] = {}

CHAPTER = Chapter(_("Gatherings"), PEOPLE, HOUSES, LEFT_OUT)
