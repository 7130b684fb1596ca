"""What we tell people, one function a letter. The words are in templates/emails/.

Every key names the fact it tells, so that telling twice is telling once.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace import audience, waits
from marketplace.models import (
    FollowUp,
    Message,
    Mission,
    Need,
    NeedStep,
    Offer,
    Proposal,
    Side,
    Thread,
)
from notifications import outbox
from notifications.replies import addresses


def _tell(people: Iterable[User], template: str, key: str, url: str, **context) -> None:
    for person in people:
        outbox.post(recipient=person, key=key, template=template, url=url, **context)


def _others(people: Iterable[User], by) -> list[User]:
    """Nobody gets a letter about what they have just done themselves."""
    return [person for person in people if by is None or person.pk != by.pk]


# --- needs ---------------------------------------------------------------------------------
def need_submitted(step: NeedStep) -> None:
    need = step.need
    _tell(
        audience.coordinators(need),
        "need_submitted",
        f"need-step:{step.pk}",
        need.get_absolute_url(),
        need=need,
    )


def need_moved(template: str, step: NeedStep) -> None:
    """Tell the structure: need_question, need_published, need_refused, need_closed."""
    need = step.need
    _tell(
        _others(audience.structure(need), step.by),
        template,
        f"need-step:{step.pk}",
        need.get_absolute_url(),
        need=need,
        reason=step.said,
    )


def need_redirected(step: NeedStep, *, one_hour: bool) -> None:
    need = step.need
    _tell(
        _others(audience.structure(need), step.by),
        "need_redirected",
        f"need-step:{step.pk}",
        need.get_absolute_url(),
        need=need,
        reason=step.said,
        one_hour=one_hour,
    )


# --- offers --------------------------------------------------------------------------------
def offer_expired(offer: Offer, step) -> None:
    _tell(
        audience.offering(offer),
        "offer_expired",
        f"offer-step:{step.pk}",
        offer.get_absolute_url(),
        offer=offer,
    )


# --- proposals -----------------------------------------------------------------------------
def proposal_made(proposal: Proposal, *, to: Iterable[str], by) -> None:
    """The side that has still to answer hears of it, with the words that came along."""
    for side in to:
        _tell(
            _others(audience.of_side(proposal, side), by),
            f"proposal_to_{side.lower()}",
            f"proposal:{proposal.pk}:made",
            proposal.get_absolute_url(),
            proposal=proposal,
            by=by,
        )


def proposal_half_agreed(proposal: Proposal, *, side: str, by) -> None:
    """One side has said yes: the other knows that it's their turn."""
    _tell(
        _others(audience.of_side(proposal, audience.other_side(side)), by),
        "proposal_half_agreed",
        f"proposal:{proposal.pk}:half",
        proposal.get_absolute_url(),
        proposal=proposal,
    )


def proposal_late_yes(proposal: Proposal, *, side: str, by) -> None:
    """It was closed without an answer, and the answer has come: whoever waited is asked anew."""
    other = audience.other_side(side)
    late = proposal.need.organisation.name if side == Side.NEED else proposal.offer.discreet_name
    _tell(
        _others(audience.of_side(proposal, other), by),
        "proposal_late_yes",
        f"proposal:{proposal.pk}:made",
        proposal.get_absolute_url(),
        proposal=proposal,
        who=late,
        closes_on=waits.promise_of(proposal).closes_on,
    )


def proposal_agreed(mission: Mission) -> None:
    """Both said yes: each side gets the other's names, and the coordinators hear of it."""
    proposal, need, offer = mission.proposal, mission.need, mission.offer
    sides = (
        (audience.structure(need), audience.offering(offer)),
        (audience.offering(offer), audience.structure(need)),
    )
    for people, others in sides:
        _tell(
            people,
            "proposal_agreed",
            f"proposal:{proposal.pk}:agreed",
            mission.get_absolute_url(),
            mission=mission,
            contacts=list(others),
        )
    _tell(
        audience.coordinators(need),
        "mission_started",
        f"proposal:{proposal.pk}:agreed",
        mission.get_absolute_url(),
        mission=mission,
        is_ours=True,
    )
    _tell(
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
        _tell(
            _others(people, step.by),
            kind,
            f"proposal-step:{step.pk}",
            proposal.get_absolute_url(),
            proposal=proposal,
            reason=step.said,
        )


# --- missions ------------------------------------------------------------------------------
def follow_up_asked(follow_up: FollowUp, *, url: str, answers: list[dict]) -> None:
    outbox.post(
        recipient=follow_up.asked,
        key=f"follow-up:{follow_up.pk}",
        template=f"follow_up_{follow_up.kind.lower()}",
        url=url,
        mission=follow_up.mission,
        answers=answers,
    )


def help_asked(follow_up: FollowUp) -> None:
    """A doubt or a call for help reaches a person."""
    _tell_worry(follow_up, f"follow-up:{follow_up.pk}:{follow_up.answer.lower()}")


def help_explained(follow_up: FollowUp) -> None:
    """What it is about, said after the click: a letter for each word added."""
    _tell_worry(follow_up, f"follow-up:{follow_up.pk}:words:{len(follow_up.words)}")


def _tell_worry(follow_up: FollowUp, key: str) -> None:
    _tell(
        audience.coordinators(follow_up.mission.need),
        "help_asked",
        key,
        follow_up.mission.get_absolute_url(),
        follow_up=follow_up,
        mission=follow_up.mission,
    )


# --- messages ------------------------------------------------------------------------------
def message_waiting(
    message: Message, person: User, *, read_up_to: int, told_anew: str = ""
) -> None:
    """One letter for a run of unread messages: the key only changes once they have looked, or when
    the words that it told have changed."""
    key = f"{_unread(message.thread_id)}{read_up_to}"
    outbox.post(
        recipient=person,
        key=f"{key}:from:{message.pk}:{told_anew}" if told_anew else key,
        template="message_waiting",
        url=reverse("thread", args=[message.thread_id]),
        reply_to=addresses.address_of(message.thread_id, person.pk),
        message=message,
        need=message.thread.subject,
        files=[str(attached) for attached in message.attachments.all()],
    )


def message_changed(message: Message, *, how: str) -> None:
    """Letters that have not left yet say what is there now: the new words, or the next message."""
    thread = message.thread
    seen = dict(thread.reads.values_list("user_id", "up_to"))
    for person in readers_of(thread):
        prefix, up_to = _unread(thread.pk), seen.get(person.pk, 0)
        reason = gettext_noop("The message was changed or removed")
        if not outbox.cancel(key_prefix=prefix, reason=reason, recipient=person):
            continue
        unread = thread.messages.standing().filter(pk__gt=up_to).exclude(author=person)
        if first := unread.select_related("thread", "author").first():
            message_waiting(first, person, read_up_to=up_to, told_anew=f"{how}-{message.pk}")


def _unread(thread_pk: int) -> str:
    return f"thread:{thread_pk}:unread-after:"


def readers_of(thread: Thread) -> list[User]:
    """Both sides, and the coordinator in charge; all of the pôle's when it is them one talks to."""
    need, proposal = thread.subject, thread.proposal
    people = [*audience.structure(need)]
    if proposal:
        people += audience.offering(proposal.offer)
    elif thread.asker and thread.asker.is_active:
        people.append(thread.asker)
    if need.coordinator_id or not (proposal or thread.asker):
        people += audience.coordinators(need)
    return list({person.pk: person for person in people}.values())


def need_taken(need: Need, by) -> None:
    """The coordinator who was in charge hears who took over."""
    if need.coordinator_id and need.coordinator_id != by.pk:
        outbox.post(
            recipient=need.coordinator,
            key=f"need:{need.pk}:taken-by:{by.pk}:from:{need.coordinator_id}",
            template="need_taken",
            url=need.get_absolute_url(),
            need=need,
            by=by,
        )
