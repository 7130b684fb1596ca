"""What we tell people so that nobody is left without an answer, one function a letter.

Each key names its fact and its step; the words are in templates/emails/.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, override

from accounts.models import Organisation, User
from marketplace import audience, ranking
from marketplace.models import Case, MissionStep, Need, Offer, Proposal, Side
from marketplace.models.proposals import ProposalStep
from notifications import outbox
from notifications.rendering import language_of

SUGGESTIONS = 3
STILL_TRUE_ANSWERS = (
    ("yes", gettext_noop("Yes, still true")),
    ("pause", gettext_noop("Pause it for now")),
)


def _tell(people: Iterable[User], template: str, key: str, url: str, **context) -> None:
    for person in {person.pk: person for person in people}.values():
        outbox.post(recipient=person, key=key, template=template, url=url, **context)


def who_is(proposal: Proposal, side: str) -> str:
    """As the other side knows them before both agree."""
    if side == Side.NEED:
        return proposal.need.organisation.name
    return proposal.offer.discreet_name


# --- a proposal that waits -----------------------------------------------------------------
def proposal_reminder(proposal: Proposal, *, side: str, step: str, closes_on: date) -> None:
    """To whoever hasn't answered: who waits, until when, and that a no is an answer."""
    _tell(
        audience.of_side(proposal, side),
        "proposal_reminder",
        f"proposal:{proposal.pk}:reminder:{step}",
        proposal.get_absolute_url(),
        proposal=proposal,
        who=who_is(proposal, audience.other_side(side)),
        closes_on=closes_on,
    )


def proposal_silent(proposal: Proposal, *, silent: list[str], closes_on: date) -> None:
    _tell(
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
    _tell(
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
    _tell(
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
    _tell(
        audience.of_side(proposal, side),
        "proposal_again",
        f"proposal:{proposal.pk}:again",
        _next_page(proposal, side),
        proposal=proposal,
        who=who_is(proposal, audience.other_side(side)),
    )


# --- needs and offers that sleep -----------------------------------------------------------
def need_alone(need: Need, *, since: int) -> None:
    """The coordinator gets the best who haven't been asked, and what keeps the others away."""
    for person in audience.coordinators(need):
        with override(language_of(person)):
            best = [
                f"{match.offer.discreet_name}, {match.offer.title}: {match.strength_words}"
                for match in ranking.offers_for(need, top=5)
            ]
            others = [
                f"{match.offer.discreet_name}: {'; '.join(reason.words for reason in match.excluded)}"
                for match in ranking.near_misses_for_need(need, top=5)
            ]
        outbox.post(
            recipient=person,
            key=f"need:{need.pk}:alone",
            template="need_alone",
            url=reverse("need-candidates", args=[need.pk]),
            need=need,
            days=since,
            best=best,
            others=others,
        )


def still_true(
    row: Need | Offer, *, occasion: str, url: Callable[[Need | Offer, User], str], pauses_on: date
) -> None:
    """One click says yes; the page it leads to confirms."""
    for person in owners(row):
        page = settings.SITE_URL + url(row, person)
        with override(language_of(person)):
            choices = [
                {"label": gettext(label), "url": f"{page}?answer={code}"}
                for code, label in STILL_TRUE_ANSWERS
            ]
        outbox.post(
            recipient=person,
            key=f"{noun(row)}:{row.pk}:fresh:{occasion}",
            template="still_true",
            url=page,
            row=row,
            answers=choices,
            pauses_on=pauses_on,
            **_named(row),
        )


def fell_asleep(
    row: Need | Offer, *, occasion: str, url: Callable[[Need | Offer, User], str]
) -> None:
    for person in owners(row):
        _tell(
            [person],
            "fell_asleep",
            f"{noun(row)}:{row.pk}:paused:{occasion}",
            url(row, person),
            row=row,
            **_named(row),
        )


def draft_waiting(row: Need | Offer, *, occasion: str) -> None:
    """Whoever began it, while they may go on with it."""
    house, writer = row.organisation, row.created_by
    may = writer.is_active and (house is None or writer.speaks_for(house))
    _tell(
        [writer] if may else [],
        "draft_waiting",
        f"{noun(row)}:{row.pk}:draft:{occasion}",
        row.get_absolute_url(),
        row=row,
        **_named(row),
    )


def owners(row: Need | Offer) -> Iterable[User]:
    return audience.structure(row) if isinstance(row, Need) else audience.offering(row)


def _named(row: Need | Offer) -> dict[str, Any]:
    """Under the name that a letter's words and its thread in a summary know it by."""
    return {noun(row): row}


def noun(row: Need | Offer) -> str:
    return "need" if isinstance(row, Need) else "offer"


def organisation_quiet(organisation: Organisation, *, occasion: str) -> None:
    is_company = organisation.kind == Organisation.Kind.COMPANY
    _tell(
        audience.administrators(organisation),
        "organisation_quiet",
        f"organisation:{organisation.pk}:quiet:{occasion}",
        reverse("offer-new" if is_company else "need-new"),
        organisation=organisation,
        is_company=is_company,
    )


# --- missions and cases --------------------------------------------------------------------
def kick_off(step: MissionStep) -> None:
    """The mission begins: who, what, until when, and what happens next. To all, also to whoever clicked."""
    mission = step.mission
    sides = {
        Side.NEED: audience.structure(mission.need),
        Side.OFFER: audience.offering(mission.offer),
    }
    for side, people in sides.items():
        _tell(
            people,
            "mission_kick_off",
            f"mission-step:{step.pk}",
            mission.get_absolute_url(),
            mission=mission,
            contacts=list(sides[Side(audience.other_side(side))]),
            is_need_side=side == Side.NEED,
        )


def case_opened(case: Case, *, words: str) -> None:
    """To the one in charge; while nobody is, to all the pôle's coordinators."""
    people = [case.in_charge] if case.in_charge else audience.coordinators_of(case.pole)
    _tell(
        people,
        "case_opened",
        f"case:{case.pk}:opened",
        case.get_absolute_url(),
        case=case,
        words=words,
        organisation=case.structure,
    )


def case_passed_on(case: Case, *, entry, by) -> None:
    """Whoever it was given to hears of it, unless they took it themselves."""
    if case.in_charge and case.in_charge_id != by.pk:
        _tell(
            [case.in_charge],
            "case_passed_on",
            f"case:{case.pk}:entry:{entry.pk}",
            case.get_absolute_url(),
            case=case,
            by=by,
            words=entry.told,
            organisation=case.structure,
        )
