"""Papers: made, signed, asked for, and the values and costs that they rest on."""

from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part, steps

_PAPERS = _("Papers and signatures")
_VALUES = _("Values, receipts and what they rest on")
_MOVED = _("What you moved on: papers")

PEOPLE = (
    Part(
        "marketplace.Document", _PAPERS,
        ("made_by", "signatures__user", "member__person", "mission__offer__person"),
        but=("facts", "file", "signed_file", "counterparts"), seen="",
    ),
    Part("marketplace.Signature", _PAPERS, ("user",)),
    Part("marketplace.SigningLink", _PAPERS, ("user", "sent_by", "stopped_by"), names=("name", "email", "capacity")),
    Part("marketplace.SigningAddress", _PAPERS, ("given_by",), mails=("email",), names=("name", "email", "capacity")),
    Part("marketplace.Eligibility", _VALUES, ("declared_by", "verified_by")),
    Part("marketplace.ReceiptRun", _VALUES, ("asked_by",)),
    Part("marketplace.Valuation", _VALUES, ("declared_by",), but=("amount", "hours", "bases", "figures", "shares")),
    Part("marketplace.AverageCost", _VALUES, ("entered_by",)),
    Part("marketplace.HourCost", _VALUES, ("entered_by",)),
    *steps(_MOVED, "Document"),
)  # fmt: skip

HOUSES = (
    Part(
        "marketplace.Document", _PAPERS, ("organisation",), but=("facts", "file", "signed_file"),
    ),
    Part("marketplace.Register", _PAPERS, ("organisation",)),
    Part("marketplace.LostPaper", _PAPERS, ("organisation",), but=("path",)),
    Part("marketplace.SigningAddress", _PAPERS, ("organisation",)),
    Part("marketplace.Eligibility", _VALUES, ("organisation",)),
    Part("marketplace.ReceiptRun", _VALUES, ("organisation",)),
)  # fmt: skip

LEFT_OUT = {
    "marketplace.Document.donor": "A receipt that was given to a company: it is among the papers, which the copy holds.",
    "marketplace.AverageCost.organisation": "Costs of an hour are sealed: human resources alone read them, whoever administers.",
    "marketplace.CompanyYear.organisation": "Turnover and other gifts are read by those in charge of them alone, whoever administers.",
}

CHAPTER = Chapter(_("Papers"), PEOPLE, HOUSES, LEFT_OUT)
