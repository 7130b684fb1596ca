"""What we tell about the list of skills: a proposal reaches who keeps it, and its fate who made it."""

from django.urls import reverse

from accounts.models import User
from marketplace.models.market.skills import SkillProposal
from notifications import outbox


def skill_proposed(proposal: SkillProposal) -> None:
    """Those who may open the admin and keep the list."""
    keepers = User.objects.filter(is_active=True, is_staff=True).order_by("pk")
    for person in keepers:
        if person.has_perm("marketplace.change_skillproposal"):
            outbox.post(
                recipient=person,
                key=f"skill-proposal:{proposal.pk}",
                template="skill_proposed",
                url=reverse("admin:marketplace_skillproposal_change", args=[proposal.pk]),
                lacking=proposal,
            )


def skill_answered(proposal: SkillProposal) -> None:
    """What became of it, whatever it is. The answer is part of the key: it may change once."""
    if proposal.proposed_by and proposal.proposed_by.is_active:
        outbox.post(
            recipient=proposal.proposed_by,
            key=f"skill-proposal:{proposal.pk}:{proposal.answer}",
            template="skill_answered",
            url=reverse("skill-proposals"),
            lacking=proposal,
            understood=proposal.answer != SkillProposal.Answer.DECLINED,
        )
