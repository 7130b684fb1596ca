"""The letters about the list of skills: a proposal, to those who keep the list; the answer, to whoever proposed it."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import DESK, NEEDS
from marketplace.models.market.skills import SkillProposal
from notifications.letter import Key, Letter
from notifications.models import Notification


def _settled(letter: Notification, *, proposal: int) -> str:
    waits = SkillProposal.objects.filter(pk=proposal, answer=SkillProposal.Answer.WAITING)
    return "" if waits.exists() else gettext_noop("Another administrator has dealt with it")


SKILL_PROPOSAL = Key("skill-proposal:{proposal}")
SKILL_PROPOSED = Letter("skill_proposed", SKILL_PROPOSAL, DESK, asks=True, moot=_settled)
# The answer is part of the key: it may change once.
SKILL_ANSWERED = Letter("skill_answered", SKILL_PROPOSAL + ":{answer:word}", NEEDS)


def skill_proposed(proposal: SkillProposal) -> None:
    """Tell those who may open the admin and keep the list."""
    staff = User.objects.filter(is_active=True, is_staff=True).order_by("pk")
    SKILL_PROPOSED.tell(
        [person for person in staff if person.has_perm("marketplace.change_skillproposal")],
        url=reverse("admin:marketplace_skillproposal_change", args=[proposal.pk]),
        proposal=proposal.pk,
        lacking=proposal,
    )


def skill_answered(proposal: SkillProposal) -> None:
    """Tell whoever proposed a skill what became of it, whatever it is."""
    if proposal.proposed_by and proposal.proposed_by.is_active:
        SKILL_ANSWERED.tell(
            [proposal.proposed_by],
            url=reverse("skill-proposals"),
            proposal=proposal.pk,
            answer=proposal.answer,
            lacking=proposal,
            understood=proposal.answer != SkillProposal.Answer.DECLINED,
        )
