"""The letters about proposals: made, half agreed, agreed, ended, and those that wait for an answer."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_noop, override

from accounts.models import User
from marketplace import ranking
from marketplace.letters.families import DESK, PROPOSALS
from marketplace.letters.market.news import names_at_home
from marketplace.matching.match import Match
from marketplace.models import Mission, Offer, Origin, Proposal, Side, Transfer, reasons
from marketplace.models.market.proposals import ProposalStep
from marketplace.rules import audience, own_yes, service_levels
from marketplace.rules.permissions import answering_side
from marketplace.states import ProposalStatus
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_of
from notifications.rules import NO_LONGER_THEIRS


def over(letter: Notification, *, proposal: int, **_parts: object) -> str:
    """Why a letter that asks for an answer needn't leave: the proposal isn't open, or the reader's side has
    answered. "" otherwise."""
    found = Proposal.objects.filter(pk=proposal).first()
    if found is None or found.status != ProposalStatus.OPEN:
        return gettext_noop("Answered meanwhile")
    reader = letter.recipient
    waits = reader and Proposal.objects.waiting_for(reader).filter(pk=proposal).exists()
    if reader and not waits and found.need.is_unclaimed:
        side = answering_side(reader, found)
        waits = side == Side.NEED and not found.has_yes_of(side)
    return "" if waits else gettext_noop("Answered meanwhile")


def _taken_up(letter: Notification, *, proposal: int) -> str:
    """Why the letter about a closed proposal needn't leave: it was taken up again since. "" otherwise."""
    closed = Proposal.objects.filter(pk=proposal).first()
    return gettext_noop("Answered meanwhile") if closed and closed.went_on_as else ""


def _said_otherwise(letter: Notification, *, proposal: int, offers: tuple[int, ...] = ()) -> str:
    """The same for whoever waited in vain, to whom other offers were named: one of them may be of their own people by
    now."""
    closed = Proposal.objects.select_related("need").filter(pk=proposal).first()
    if closed and names_at_home(closed.need, offers, letter.recipient):
        return NO_LONGER_THEIRS
    return _taken_up(letter, proposal=proposal)


def _of_their_own_people(letter: Notification, *, proposal: int) -> str:
    """Why it needn't be told that somebody may be asked again: they have come to work there, and offer it on their own
    time. "" otherwise, and for whoever offers."""
    asked = Proposal.objects.select_related("need").filter(pk=proposal).first()
    reader = letter.recipient
    if asked is None or reader is None or asked.offer.person_id == reader.pk:
        return ""
    at_home = names_at_home(asked.need, [asked.offer_id], reader)
    return NO_LONGER_THEIRS if at_home else ""


def _settled(letter: Notification, *, proposal: int) -> str:
    waits = Proposal.objects.open().filter(pk=proposal)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


# Whoever has to answer is asked once, in whichever of these words (departures.py has one more). Their links answer in
# the reader's name.
PROPOSAL_MADE = Key("proposal:{proposal}:made")
PROPOSAL_TO = {
    side: Letter(name, PROPOSAL_MADE, PROPOSALS, asks=True, secret=True, moot=over)
    for side, name in ((Side.NEED, "proposal_to_need"), (Side.OFFER, "proposal_to_offer"))
}
PROPOSAL_SENT = Letter("proposal_sent", Key("proposal:{proposal}:sent"), PROPOSALS, moot=_settled)
PROPOSAL_LATE_YES = Letter("proposal_late_yes", PROPOSAL_MADE, PROPOSALS, asks=True, moot=over)
HALF = Key("proposal:{proposal}:half")
PROPOSAL_HALF_AGREED = Letter("proposal_half_agreed", HALF, PROPOSALS, asks=True, moot=over)
REMINDER = Key("proposal:{proposal}:reminder:{step:word}")
PROPOSAL_REMINDER = Letter(
    "proposal_reminder", REMINDER, PROPOSALS, asks=True, secret=True, moot=over
)
TOLD = Key("proposal:{proposal}:told")
PROPOSAL_SILENT = Letter("proposal_silent", TOLD, DESK, asks=True, moot=_settled)

AGREED = Key("proposal:{proposal}:agreed")
PROPOSAL_AGREED = Letter("proposal_agreed", AGREED, PROPOSALS)
MISSION_STARTED = Letter("mission_started", AGREED, DESK)

PROPOSAL_STEP = Key("proposal-step:{step}")
PROPOSAL_DECLINED = Letter("proposal_declined", PROPOSAL_STEP, PROPOSALS)
PROPOSAL_DECLINED_DESK = Letter("proposal_declined_desk", PROPOSAL_STEP, DESK)
PROPOSAL_WITHDRAWN = Letter("proposal_withdrawn", PROPOSAL_STEP, PROPOSALS)
PROPOSAL_CLOSED = Letter("proposal_closed", PROPOSAL_STEP, PROPOSALS)
PROPOSAL_UNANSWERED = Letter(
    "proposal_unanswered",
    Key("proposal:{proposal}:unanswered[:{offers:numbers}]"),
    PROPOSALS,
    moot=_said_otherwise,
)
PROPOSAL_LET_GO = Letter(
    "proposal_let_go", Key("proposal:{proposal}:let-go"), PROPOSALS, moot=_taken_up
)
PROPOSAL_AGAIN = Letter(
    "proposal_again", Key("proposal:{proposal}:again"), PROPOSALS, moot=_of_their_own_people
)


type AnswerLink = Callable[[Proposal, User], str]


def proposal_made(
    proposal: Proposal, *, to: Iterable[str], by: User | None, link: AnswerLink
) -> None:
    """Tell the side that has to answer, with the words that came with the proposal, the reasons, and a `link` for each
    answer, which is the reader's alone, and the day by which an answer is expected, as whoever applied reads it."""
    answer_by = service_levels.answer_by(proposal)
    match = ranking.why(proposal.need, proposal.offer)
    for side in to:
        is_need = side == Side.NEED
        for person, only in _each_asked(proposal, side):
            PROPOSAL_TO[Side(side)].tell(
                [person],
                url=proposal.get_absolute_url(),
                but=by,
                proposal=proposal,
                by=by,
                only=only,
                reasons=_reasons(match, person, is_need=is_need),
                from_coordinators=proposal.origin == Origin.COORDINATOR,
                answer_by=answer_by,
                **_answers(link(proposal, person), only),
            )


def proposal_sent(proposal: Proposal, *, by: User) -> None:
    """Tell whoever applied that it has left, and until when the structure has to answer."""
    promise = service_levels.promise_of(proposal)
    PROPOSAL_SENT.tell(
        [by],
        url=proposal.get_absolute_url(),
        proposal=proposal,
        answer_by=promise.answer_by,
        closes_on=promise.closes_on,
    )


def _answers(path: str, only: User | None) -> dict[str, Any]:
    """The address of each answer; of a yes, where it is the reader's to give."""
    page = settings.SITE_URL + path
    yes = "" if only else f"{page}?answer=yes"
    return {"yes": yes, "later": f"{page}?answer=later", "no": f"{page}?answer=no"}


def _reasons(match: Match, reader: User, *, is_need: bool) -> list[str]:
    with override(language_of(reader)):
        said = match.reasons_for_need_side if is_need else match.reasons_for_offer_side
        return [one.words for one in said]


def _each_asked(proposal: Proposal, side: str) -> Iterator[tuple[User, User | None]]:
    for people, only in _asked(proposal, side):
        yield from ((person, only) for person in people)


def _asked(proposal: Proposal, side: str) -> Iterator[tuple[list[User], User | None]]:
    """The people of a side who are asked for its yes; then those who may only say no, with the person whose yes it
    is."""
    people, offer = list(audience.of_side(proposal, side)), proposal.offer
    theirs = [side == Side.NEED or own_yes.may_say_yes(person, offer) for person in people]
    yield [person for person, yes in zip(people, theirs, strict=True) if yes], None
    yield [person for person, yes in zip(people, theirs, strict=True) if not yes], offer.person


def proposal_half_agreed(proposal: Proposal, *, side: str, by: User) -> None:
    """One side has said yes: tell the other that it is their turn."""
    for people, only in _asked(proposal, audience.other_side(side)):
        PROPOSAL_HALF_AGREED.tell(
            people, url=proposal.get_absolute_url(), but=by, proposal=proposal, only=only
        )


def proposal_late_yes(proposal: Proposal, *, side: str, by: User) -> None:
    """A yes came after the proposal was closed: ask anew the side that had waited."""
    other = audience.other_side(side)
    PROPOSAL_LATE_YES.tell(
        audience.of_side(proposal, other),
        url=proposal.get_absolute_url(),
        but=by,
        proposal=proposal,
        who=who_is(proposal, side),
        closes_on=service_levels.promise_of(proposal).closes_on,
    )


def proposal_agreed(mission: Mission) -> None:
    """Both have said yes: tell each side the other's names, and tell the coordinators."""
    proposal = mission.proposal
    answer, offer = audience.answering(proposal), list(audience.offering(mission.offer))
    for people, the_others in ((answer, offer), (offer, answer)):
        PROPOSAL_AGREED.tell(
            people,
            url=mission.get_absolute_url(),
            proposal=proposal.pk,
            mission=mission,
            contacts=the_others,
        )
    MISSION_STARTED.tell(
        audience.who_hears(mission),
        url=mission.get_absolute_url(),
        proposal=proposal.pk,
        mission=mission,
        is_ours=True,
    )
    MISSION_STARTED.tell(
        audience.put_forward_by(proposal),
        url=proposal.get_absolute_url(),
        proposal=proposal.pk,
        mission=mission,
        is_ours=False,
    )


def proposal_ended(
    letter: Letter, step: ProposalStep, *, told: Iterable[str], own: str = ""
) -> None:
    """Tell those in `told` that the proposal was declined, withdrawn or closed; `own` is the side whose own act it
    follows from, which is told in other words."""
    proposal = step.proposal
    doers = set(audience.of_side(proposal, own)) if own else set()
    sides = [person for side in told for person in audience.of_side(proposal, side)]
    desk: list[User] = [*audience.put_forward_by(proposal)]
    if letter is not PROPOSAL_CLOSED:
        desk += audience.who_hears(proposal)
    # What comforts whoever was told no isn't for those who follow it.
    theirs = PROPOSAL_DECLINED_DESK if letter is PROPOSAL_DECLINED else letter
    for words, people, follows in (
        (letter, [one for one in sides if one not in doers], False),
        (letter, [one for one in sides if one in doers], False),
        (theirs, [one for one in desk if one not in sides], True),
    ):
        words.tell(
            people,
            url=proposal.get_absolute_url(),
            but=step.by,
            step=step.pk,
            proposal=proposal,
            reason=step.said,
            may_wait=step.reason in (reasons.coded("found"), reasons.coded("engaged")),
            is_own=any(one in doers for one in people),
            follows=follows,
        )


SUGGESTIONS = 3


def _who_is(proposal: Proposal, side: str) -> str:
    return proposal.need.organisation.name if side == Side.NEED else proposal.offer.name_within


# The name of a side as the other knows it before both agree, within a sentence; read in each reader's language.
who_is = lazy(_who_is, str)


def proposal_reminder(
    proposal: Proposal, *, side: str, step: str, closes_on: date, link: AnswerLink
) -> None:
    """Remind the side that hasn't answered: who waits, until when, and a `link` for each answer, for a no is one. Where
    the other side hasn't said yes either, it waits for nothing yet: the coordinators do."""
    other = audience.other_side(side)
    for person, only in _each_asked(proposal, side):
        PROPOSAL_REMINDER.tell(
            [person],
            url=proposal.get_absolute_url(),
            step=step,
            proposal=proposal,
            who=who_is(proposal, other),
            waits=proposal.has_yes_of(other),
            since=proposal.said_yes_at(other) or proposal.created_at,
            only=only,
            closes_on=closes_on,
            **_answers(link(proposal, person), only),
        )


def proposal_silent(proposal: Proposal, *, silent: list[str], closes_on: date) -> None:
    one, *other = [who_is(proposal, side) for side in silent]
    held = next(filter(None, map(proposal.suspended_on, silent)), None)
    chase = f"{reverse('desk-bulk')}?act=chase&item=proposal:{proposal.pk}:"
    PROPOSAL_SILENT.tell(
        audience.who_hears(proposal),
        # Nobody answers for who is suspended: there it helps to read, and not to chase.
        url=proposal.get_absolute_url() if held else chase,
        proposal=proposal,
        who=one,
        other=other[0] if other else "",
        held=held,
        closes_on=closes_on,
    )


def proposal_unanswered(proposal: Proposal, *, side: str) -> None:
    """Tell the side that waited in vain, with kind words and up to three suggestions."""
    for person in audience.of_side(proposal, side):
        with override(language_of(person)):
            found = suggestions(proposal, side, to=person)
        named: dict[str, Any] = {}
        if side == Side.NEED and found:
            named["offers"] = [int(line["number"]) for line in found]
        PROPOSAL_UNANSWERED.tell(
            [person],
            url=_next_page(proposal, side),
            proposal=proposal,
            **named,
            who=who_is(proposal, audience.other_side(side)),
            suggestions=found,
            is_need_side=side == Side.NEED,
            takes_over=_takes_over(proposal),
        )


def _takes_over(proposal: Proposal) -> bool:
    """Whether it proposed a colleague for somebody who has left: its need is filled, and its offer is shown to nobody."""
    return Transfer.objects.filter(proposal=proposal).exists()


def proposal_let_go(proposal: Proposal, *, side: str) -> None:
    """Tell the side that never answered that the proposal is closed, without a reproach."""
    other = audience.other_side(side)
    PROPOSAL_LET_GO.tell(
        audience.of_side(proposal, side),
        url=proposal.get_absolute_url(),
        proposal=proposal,
        who=who_is(proposal, other),
        waited=proposal.has_yes_of(other),
        held=proposal.suspended_on(side),
        offers=side == Side.OFFER,
        takes_over=_takes_over(proposal),
    )


def proposal_over_elsewhere(step: ProposalStep) -> None:
    """Tell the coordinator of another pôle who had put somebody forward."""
    proposal = step.proposal
    PROPOSAL_CLOSED.tell(
        audience.put_forward_by(proposal),
        url=proposal.get_absolute_url(),
        step=step.pk,
        proposal=proposal,
        reason=step.said,
        follows=True,
    )


def suggestions(proposal: Proposal, side: str, *, to: User) -> list[dict[str, str]]:
    """Three other matches for this reader of a side, as lines of a letter: words, address and number."""
    if side == Side.NEED:
        hidden = {*Offer.objects.at_home_under(to).values_list("pk", flat=True), proposal.offer_id}
        matches = ranking.offers_for(proposal.need, top=SUGGESTIONS, hidden=hidden)
        others = [match.offer for match in matches]
        lines = [(f"{offer.discreet_name}, {offer.title}", offer) for offer in others]
    else:
        matches = ranking.needs_for(proposal.offer, top=SUGGESTIONS + 1)
        needs = [match.need for match in matches if match.need_id != proposal.need_id]
        lines = [(f"{need.title} ({need.organisation})", need) for need in needs]
    return [
        {"words": words, "url": settings.SITE_URL + row.get_absolute_url(), "number": str(row.pk)}
        for words, row in lines[:SUGGESTIONS]
    ]


def _next_page(proposal: Proposal, side: str) -> str:
    if side == Side.NEED:
        return reverse("need-candidates", args=[proposal.need_id])
    return proposal.offer.get_absolute_url()


def proposal_again(proposal: Proposal, *, side: str) -> None:
    """After “not now”, tell the side that had asked that the day has come; but nobody of what one who has come to work
    for them offers on their own time."""
    people = audience.of_side(proposal, side)
    if side == Side.NEED:
        named = [proposal.offer_id]
        people = [one for one in people if not names_at_home(proposal.need, named, one)]
    PROPOSAL_AGAIN.tell(
        people,
        url=_next_page(proposal, side),
        proposal=proposal,
        who=who_is(proposal, audience.other_side(side)),
    )
