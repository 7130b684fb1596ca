"""What we tell about proposals: made, half agreed, agreed, ended, and those that wait for an answer."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from marketplace import ranking
from marketplace.letters.telling import others, tell
from marketplace.models import (
    Mission,
    Proposal,
    Side,
)
from marketplace.models.market.proposals import ProposalStep
from marketplace.rules import audience, service_levels
from notifications import outbox
from notifications.rendering import language_of


def proposal_made(proposal: Proposal, *, to: Iterable[str], by) -> None:
    """The side that has still to answer hears of it, with the words that came along."""
    for side in to:
        tell(
            others(audience.of_side(proposal, side), by),
            f"proposal_to_{side.lower()}",
            f"proposal:{proposal.pk}:made",
            proposal.get_absolute_url(),
            proposal=proposal,
            by=by,
        )


def proposal_half_agreed(proposal: Proposal, *, side: str, by) -> None:
    """One side has said yes: the other knows that it's their turn."""
    tell(
        others(audience.of_side(proposal, audience.other_side(side)), by),
        "proposal_half_agreed",
        f"proposal:{proposal.pk}:half",
        proposal.get_absolute_url(),
        proposal=proposal,
    )


def proposal_late_yes(proposal: Proposal, *, side: str, by) -> None:
    """It was closed without an answer, and the answer has come: whoever waited is asked anew."""
    other = audience.other_side(side)
    late = proposal.need.organisation.name if side == Side.NEED else proposal.offer.discreet_name
    tell(
        others(audience.of_side(proposal, other), by),
        "proposal_late_yes",
        f"proposal:{proposal.pk}:made",
        proposal.get_absolute_url(),
        proposal=proposal,
        who=late,
        closes_on=service_levels.promise_of(proposal).closes_on,
    )


def proposal_agreed(mission: Mission) -> None:
    """Both said yes: each side gets the other's names, and the coordinators hear of it."""
    proposal, need, offer = mission.proposal, mission.need, mission.offer
    sides = (
        (audience.structure(need), audience.offering(offer)),
        (audience.offering(offer), audience.structure(need)),
    )
    for people, the_others in sides:
        tell(
            people,
            "proposal_agreed",
            f"proposal:{proposal.pk}:agreed",
            mission.get_absolute_url(),
            mission=mission,
            contacts=list(the_others),
        )
    tell(
        audience.coordinators(need),
        "mission_started",
        f"proposal:{proposal.pk}:agreed",
        mission.get_absolute_url(),
        mission=mission,
        is_ours=True,
    )
    tell(
        audience.put_forward_by(proposal),
        "mission_started",
        f"proposal:{proposal.pk}:agreed",
        proposal.get_absolute_url(),
        mission=mission,
        is_ours=False,
    )


def proposal_ended(template: str, step, *, told: Iterable[str]) -> None:
    """Nobody is left waiting: proposal_declined, proposal_withdrawn, proposal_closed."""
    proposal = step.proposal
    sides = [person for side in told for person in audience.of_side(proposal, side)]
    desk: list[User] = [*audience.put_forward_by(proposal)]
    if template != "proposal_closed":
        desk += audience.coordinators(proposal.need)
    # What comforts whoever was told no isn't for those who follow it.
    theirs = "proposal_declined_desk" if template == "proposal_declined" else template
    for kind, people in ((template, sides), (theirs, [one for one in desk if one not in sides])):
        tell(
            others(people, step.by),
            kind,
            f"proposal-step:{step.pk}",
            proposal.get_absolute_url(),
            proposal=proposal,
            reason=step.said,
        )


SUGGESTIONS = 3


def who_is(proposal: Proposal, side: str) -> str:
    """As the other side knows them before both agree."""
    if side == Side.NEED:
        return proposal.need.organisation.name
    return proposal.offer.discreet_name


def proposal_reminder(proposal: Proposal, *, side: str, step: str, closes_on: date) -> None:
    """To whoever hasn't answered: who waits, until when, and that a no is an answer."""
    tell(
        audience.of_side(proposal, side),
        "proposal_reminder",
        f"proposal:{proposal.pk}:reminder:{step}",
        proposal.get_absolute_url(),
        proposal=proposal,
        who=who_is(proposal, audience.other_side(side)),
        closes_on=closes_on,
    )


def proposal_silent(proposal: Proposal, *, silent: list[str], closes_on: date) -> None:
    tell(
        audience.coordinators(proposal.need),
        "proposal_silent",
        f"proposal:{proposal.pk}:told",
        proposal.get_absolute_url(),
        proposal=proposal,
        who=", ".join(who_is(proposal, side) for side in silent),
        closes_on=closes_on,
    )


def proposal_unanswered(proposal: Proposal, *, side: str, silent: str) -> None:
    """To whoever waited in vain: a kind word, and three others."""
    for person in audience.of_side(proposal, side):
        with override(language_of(person)):
            found = suggestions(proposal, side)
        outbox.post(
            recipient=person,
            key=f"proposal:{proposal.pk}:unanswered",
            template="proposal_unanswered",
            url=_next_page(proposal, side),
            proposal=proposal,
            who=silent,
            suggestions=found,
        )


def proposal_let_go(proposal: Proposal, *, side: str) -> None:
    """To whoever never answered: it is closed, without a reproach."""
    tell(
        audience.of_side(proposal, side),
        "proposal_let_go",
        f"proposal:{proposal.pk}:let-go",
        proposal.get_absolute_url(),
        proposal=proposal,
        who=who_is(proposal, audience.other_side(side)),
    )


def proposal_over_elsewhere(step: ProposalStep) -> None:
    """To the coordinator of another pôle who had put somebody forward."""
    proposal = step.proposal
    tell(
        audience.put_forward_by(proposal),
        "proposal_closed",
        f"proposal-step:{step.pk}",
        proposal.get_absolute_url(),
        proposal=proposal,
        reason=step.said,
    )


def suggestions(proposal: Proposal, side: str) -> list[dict[str, str]]:
    """Three others for this side, as lines of a letter: words and address."""
    if side == Side.NEED:
        matches = ranking.offers_for(proposal.need, top=SUGGESTIONS + 1)
        others = [match.offer for match in matches if match.offer_id != proposal.offer_id]
        lines = [(f"{offer.discreet_name}, {offer.title}", offer) for offer in others]
    else:
        matches = ranking.needs_for(proposal.offer, top=SUGGESTIONS + 1)
        needs = [match.need for match in matches if match.need_id != proposal.need_id]
        lines = [(f"{need.title} ({need.organisation})", need) for need in needs]
    return [
        {"words": words, "url": settings.SITE_URL + row.get_absolute_url()}
        for words, row in lines[:SUGGESTIONS]
    ]


def _next_page(proposal: Proposal, side: str) -> str:
    if side == Side.NEED:
        return reverse("need-candidates", args=[proposal.need_id])
    return proposal.offer.get_absolute_url()


def proposal_again(proposal: Proposal, *, side: str) -> None:
    """“Not now, from the 3rd on”: the 3rd has come."""
    tell(
        audience.of_side(proposal, side),
        "proposal_again",
        f"proposal:{proposal.pk}:again",
        _next_page(proposal, side),
        proposal=proposal,
        who=who_is(proposal, audience.other_side(side)),
    )
