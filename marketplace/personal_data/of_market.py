"""What one asks, offers, agrees to, learns; and what one was asked."""

from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part, steps

_SAID = _("What you have said of yourself")
_AGREED = _("What you have agreed to")
_OFFERS = _("Offers")
_NEEDS = _("Needs")
_OFFER_SKILLS = _("Offers: skills and causes")
_NEED_SKILLS = _("Needs: skills and whom they serve")
_PROPOSALS = _("Proposals, answers and waiting lists")
_WORK = _("Working time: programmes, rounds, employment")
_MOVED = _("What you moved on: needs, offers, proposals")

PEOPLE = (
    Part("marketplace.Portrait", _SAID, ("user",)),
    Part("marketplace.PortraitSkill", _SAID, ("portrait__user",)),
    Part("marketplace.Learning", _SAID, ("person",)),
    Part("marketplace.SkillProposal", _SAID, ("proposed_by",)),
    Part("marketplace.Consent", _AGREED, ("person",)),
    Part("marketplace.ConsentRequest", _AGREED, ("person", "asked_by")),
    Part("marketplace.Offer", _OFFERS, ("person", "created_by")),
    Part("marketplace.Solicitation", _OFFERS, ("person",)),
    Part("marketplace.OfferSkill", _OFFER_SKILLS, ("offer__person", "offer__created_by")),
    Part("marketplace.Offer_causes", _OFFER_SKILLS, ("offer__person", "offer__created_by")),
    Part("marketplace.Need", _NEEDS, ("created_by", "coordinator")),
    Part("marketplace.Carrier", _NEEDS, ("referent", "invited_by")),
    Part("marketplace.Joining", _NEEDS, ("by", "older_said_yes_by", "younger_said_yes_by")),
    Part("marketplace.AskedInTurn", _NEEDS, ("by",)),
    Part("marketplace.NeedSkill", _NEED_SKILLS, ("need__created_by",)),
    Part("marketplace.Need_beneficiaries", _NEED_SKILLS, ("need__created_by",)),
    Part("marketplace.Proposal", _PROPOSALS, ("created_by", "offer__person"), seen=""),
    Part("marketplace.Answer", _PROPOSALS, ("by",)),
    Part("marketplace.Objection", _PROPOSALS, ("by",)),
    Part("marketplace.Waiter", _PROPOSALS, ("by",)),
    Part("marketplace.CompanyProgramme", _WORK, ("manager",)),
    Part("marketplace.Duty", _WORK, ("membership__user", "given_by")),
    Part(
        "marketplace.Employee", _WORK, ("person", "confirmed_by"),
        names=("manager_name", "manager_email"),
    ),
    Part("marketplace.Round", _WORK, ("created_by",)),
    Part("marketplace.RoundAnswer", _WORK, ("person",)),
    Part("marketplace.Import", _WORK, ("by", "undone_by"), but=("sampled", "mapped")),
    *steps(_MOVED, "Need", "Offer", "Proposal", "Round", "Waiter", "Carrier", "Joining", "AskedInTurn"),
)  # fmt: skip

HOUSES = (
    Part("marketplace.Serving", _NEEDS, ("organisation",)),
    Part("marketplace.Need", _NEEDS, ("organisation",)),
    Part("marketplace.NeedStep", _NEEDS, ("need__organisation",)),
    Part("marketplace.Carrier", _NEEDS, ("organisation",)),
    Part("marketplace.NeedSkill", _NEED_SKILLS, ("need__organisation",)),
    Part("marketplace.Need_beneficiaries", _NEED_SKILLS, ("need__organisation",)),
    Part("marketplace.Offer", _OFFERS, ("organisation",), seen=""),
    Part("marketplace.OfferStep", _OFFERS, ("offer__organisation",), seen="offer"),
    Part("marketplace.OfferSkill", _OFFER_SKILLS, ("offer__organisation",), seen="offer"),
    Part(
        "marketplace.Proposal", _PROPOSALS, ("need__organisation", "offer__organisation"), seen=""
    ),
    Part("marketplace.Site", _WORK, ("organisation",)),
    Part("marketplace.Grade", _WORK, ("organisation",)),
    Part("marketplace.Headcount", _WORK, ("organisation",)),
    Part("marketplace.CompanyProgramme", _WORK, ("organisation",)),
    Part("marketplace.Employee", _WORK, ("organisation",), but=("retires_on", "correction")),
    Part("marketplace.Duty", _WORK, ("membership__organisation",)),
    Part("marketplace.Round", _WORK, ("organisation",)),
    Part("marketplace.RoundAnswer", _WORK, ("round__organisation",)),
    Part("marketplace.Import", _WORK, ("organisation",), but=("sampled", "mapped"), seen=""),
    Part("marketplace.Responsiveness", _("How it answers"), ("organisation",)),
)

LEFT_OUT = {
    "marketplace.WeightsChange.by": "How a pôle weighs matches: the act of an operator, about nobody.",
    "marketplace.Need.operator": "Who follows a need: the need is in the copy of the structure whose it is.",
}

CHAPTER = Chapter(_("Needs, offers and proposals"), PEOPLE, HOUSES, LEFT_OUT)
