"""The coordination: what it noted of somebody, and what somebody did there; who took data out."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part, steps

_OF_YOU = _("What the coordination noted: tags, notes, tasks")
_BROUGHT = _("What was written or brought in by the coordination")
_LETTERS = _("Letters of the pôle to several")
_READ = _("Journal: who read, took out or wrote what of you")
_JOURNAL = _("Journal: data that you took out or brought in")
_DESK = _("Work of the coordination")
_REPORTS = _("Reports, lists and settings")
_MOVED = _("What you moved on at the desk")
_COPIES = _("Copies that were asked for")
_WHOM = ("person", "email", "phone", "text")

PEOPLE = (
    Part("marketplace.Note", _OF_YOU, ("person", "by")),
    Part("marketplace.Tag", _OF_YOU, ("person", "by")),
    Part("marketplace.Task", _OF_YOU, ("person", "assignee", "by", "left_by", "done_by")),
    Part("marketplace.Behalf", _BROUGHT, ("by", "claimed_by", "asked_by"), mails=("email",), names=_WHOM),
    Part(
        "marketplace.PersonRecord", _BROUGHT, ("by",), mails=("email",),
        names=("first_name", "last_name", "near", "email", "phone", "trade"),
    ),
    Part("marketplace.OfferRecord", _BROUGHT, ("by",), mails=("person__email",), names=("text",)),
    Part("marketplace.MissionRecord", _BROUGHT, ("by",), mails=("person__email",), names=("title",)),
    Part("marketplace.OrganisationRecord", _BROUGHT, ("by",)),
    Part("marketplace.NeedRecord", _BROUGHT, ("by",)),
    Part("marketplace.Addressee", _LETTERS, ("person",)),
    Part("marketplace.Mailing", _LETTERS, ("by",)),
    Part("marketplace.LetterModel", _LETTERS, ("by",)),
    Part(
        "marketplace.JournalEntry", _READ, ("subject",), readers=True, suffix="_read",
    ),
    # What one read of others is told to them: it is about them, and grows with each page (docs/decisions/0088).
    Part("marketplace.JournalEntry", _JOURNAL, ("by",), but=("why",), only=Q(told=False)),
    Part("marketplace.DataCopy", _COPIES, ("person", "asked_by"), but=("file",)),
    Part("marketplace.Absence", _DESK, ("person", "stand_in", "said_by")),
    Part("marketplace.FreeTime", _DESK, ("person",)),
    Part("marketplace.CalendarAddress", _DESK, ("user",)),
    Part("marketplace.CalledOff", _DESK, ("user",)),
    Part("marketplace.Visit", _DESK, ("coordinator",)),
    Part("marketplace.VisitTime", _DESK, ("coordinator",)),
    Part("marketplace.Case", _DESK, ("in_charge", "opened_by", "closed_by")),
    Part("marketplace.CaseEntry", _DESK, ("by",)),
    Part("marketplace.Chase", _DESK, ("by",)),
    Part("marketplace.HandOver", _DESK, ("to_person", "from_person", "by")),
    Part("marketplace.Referent", _DESK, ("coordinator",)),
    Part("marketplace.AskedPole", _DESK, ("by",)),
    Part("marketplace.Qualification", _DESK, ("by",)),
    Part("marketplace.Finding", _DESK, ("owner",)),
    Part("marketplace.BulkAct", _DESK, ("by", "to_person")),
    Part("marketplace.SavedFilter", _REPORTS, ("user",)),
    Part("marketplace.DispatchRule", _REPORTS, ("changed_by",)),
    Part("marketplace.Promises", _REPORTS, ("changed_by",)),
    Part("marketplace.LegalNotice", _REPORTS, ("changed_by",)),
    Part("marketplace.Report", _REPORTS, ("by",), but=("facts",)),
    Part("marketplace.ReportChapter", _REPORTS, ("changed_by",)),
    Part("marketplace.ReportPartner", _REPORTS, ("agreed_by",)),
    Part("marketplace.ReportVersion", _REPORTS, ("by",), but=("kept",)),
    *steps(_MOVED, "AskedPole", "Finding", "Visit"),
)  # fmt: skip

HOUSES = (
    Part(
        "marketplace.JournalEntry",
        _("Journal: data taken out in its name"),
        ("organisation",),
        only=Q(told=False),
    ),
    Part(
        "marketplace.JournalEntry",
        _("Journal: who read, took out or wrote what of it"),
        ("house",),
        but=("subject",),
        readers=True,
        suffix="_read",
    ),
    Part("marketplace.DataCopy", _COPIES, ("organisation",), but=("file",)),
    Part("marketplace.Visit", _("Visits"), ("organisation",)),
)

_INSIDE = "What the coordination writes among itself about an organisation: it may be about one of its people, whom their employer isn’t to know."
_OF_A_POLE = "The work of an operator for its pôle, about other people: it is the pôle’s, and taken out from the desk, where that is noted."

LEFT_OUT = {
    "marketplace.Note.organisation": _INSIDE,
    "marketplace.Tag.organisation": _INSIDE,
    "marketplace.Task.organisation": _INSIDE,
    "marketplace.Case.organisation": _INSIDE,
    "marketplace.HandOver.organisation": _INSIDE,
    "marketplace.Referent.organisation": _INSIDE,
    "marketplace.OrganisationRecord.organisation": _INSIDE,
    "marketplace.Behalf.organisation": "What was written for it is a need of its own once it is taken up; before, it is nobody’s yet.",
    "marketplace.Task.operator": _OF_A_POLE,
    "marketplace.HandOver.to_operator": _OF_A_POLE,
    "marketplace.Referent.operator": _OF_A_POLE,
    "marketplace.BulkAct.to_operator": _OF_A_POLE,
    "marketplace.DispatchRule.operator": _OF_A_POLE,
    "marketplace.Dispatched.operator": _OF_A_POLE,
    "marketplace.KnownHeading.operator": _OF_A_POLE,
    "marketplace.KnownLine.operator": _OF_A_POLE,
    "marketplace.MissionRecord.operator": _OF_A_POLE,
    "marketplace.NeedRecord.operator": _OF_A_POLE,
    "marketplace.OfferRecord.operator": _OF_A_POLE,
    "marketplace.OrganisationRecord.operator": _OF_A_POLE,
    "marketplace.PersonRecord.operator": _OF_A_POLE,
    "marketplace.Report.operator": _OF_A_POLE,
}

CHAPTER = Chapter(_("Coordination"), PEOPLE, HOUSES, LEFT_OUT)
