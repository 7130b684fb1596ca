"""Who may do what in a conversation, today; for other rights, see the package."""

from accounts.models import Pole, User
from accounts.scope import scope_of
from accounts.states import OrganisationStatus
from marketplace.models import Block, Message, MessageReport, Need, Pair, Side, Thread
from marketplace.models.talk.blocks import (
    ends_in_a_pair,
    ends_of_need,
    ends_of_thread,
    ends_of_user,
)
from marketplace.rules.permissions.carriers import carries, speaks_as_carrier
from marketplace.rules.permissions.coordination import (
    follows_need,
    follows_thread,
    is_boss_of_a_half,
)
from marketplace.rules.permissions.organisations import speaks_out_for
from marketplace.rules.permissions.proposals import can_apply, side_of


def thread_side_of(user: User, thread: Thread) -> str | None:
    """The side for which this person speaks in a conversation, or None. Whoever asks a question about a need is on
    the offer's side."""
    if thread.proposal:
        side = side_of(user, thread.proposal)
        if side or user.pk == thread.proposal.offer.spokesperson_id:
            return side  # who would come speaks for nobody else
        return Side.NEED if speaks_as_carrier(user, thread.subject) else None
    if thread.pair:
        if user.speaks_for(thread.subject.organisation):
            return Side.NEED
        return Side.OFFER if is_half_of(user, thread.pair) else None
    # With the coordination one goes on talking while one's structure is suspended.
    answers = user.represents if thread.asker_id is None else user.speaks_for
    if answers(thread.subject.organisation):
        return Side.NEED
    if thread.asker_id == user.pk and scope_of(user).own:
        return Side.OFFER
    as_carrier = carries if thread.asker_id is None else speaks_as_carrier
    return Side.NEED if as_carrier(user, thread.subject) else None


def is_half_of(user: User, pair: Pair) -> bool:
    """Whether this person is one of the two today; their own password says so, and no employer's sign-in."""
    half = pair.half_of(user) if scope_of(user).own else None
    return half is not None and half.offer.brings(user) and not is_boss_of_a_half(user, pair)


def can_write_in_thread(user: User, thread: Thread) -> bool:
    return thread_side_of(user, thread) is not None or follows_thread(user, thread)


def can_ask_about(user: User, need: Need, *, follows: bool | None = None) -> bool:
    """Before any proposal, whoever could apply may ask about a need; the structure and the coordinators may ask
    each other, once the need has been handed in and as long as the structure is there. `follows`: as in `can_edit_need`."""
    if need.organisation.status == OrganisationStatus.CLOSED:
        return False
    if follows or user.represents(need.organisation) or carries(user, need):
        return need.submitted_at is not None
    if follows is None and follows_need(user, need):
        return need.submitted_at is not None
    return scope_of(user).own and can_apply(user, need) and not kept_apart(user, need)


def kept_apart(user: User, need: Need) -> bool:
    """Whom nobody keeps away, and who keeps nobody away, as nearly everybody, is asked about that alone."""
    if not Block.objects.of_ends(ends_of_user(user)).exists():
        return False
    return Block.objects.around_a_question(user, ends_of_need(need)).exists()


def is_cut(thread: Thread, user: User) -> bool:
    """Whether one side, or the person who writes for it, keeps the other away: neither may write; the coordinators
    still may. What their other organisations keep away is those organisations' own."""
    side = thread_side_of(user, thread)
    if side is None:
        return False
    structure, others = ends_of_thread(thread)
    if thread.pair:
        return Block.objects.between(*ends_in_a_pair(user, thread)).exists()
    if thread.asker is not None:
        here = [*structure, user.pk] if side == Side.NEED else structure
        return Block.objects.around_a_question(thread.asker, here).exists()
    mine, theirs = (structure, others) if side == Side.NEED else (others, structure)
    return bool(theirs) and Block.objects.between([*mine, user.pk], theirs).exists()


def can_keep_away(user: User, thread: Thread) -> bool:
    """Whether this person may block the other side: there have to be two sides, and the coordinators aren't one. In a pair's
    conversation each of the two keeps the other away; who keeps the structure away does so in their own mission."""
    side = thread_side_of(user, thread)
    if thread.pair:
        return side == Side.OFFER
    two = thread.proposal is not None or thread.asker_id is not None
    return two and side is not None


def can_lift(user: User, block: Block) -> bool:
    """True for whoever made it; one made in an organisation's name is for those who decide whom it works with."""
    if block.for_organisation is None:
        return user.pk == block.by_id and scope_of(user).own
    return speaks_out_for(user, block.for_organisation)


def can_keep_notes(user: User, thread: Thread) -> bool:
    """True for the coordinators, unless they are on a side of this conversation themselves."""
    return thread_side_of(user, thread) is None and follows_thread(user, thread)


def can_change_message(user: User, message: Message) -> bool:
    """True for the author, while they may still write in the conversation."""
    return user.pk == message.author_id and can_write_in_thread(user, message.thread)


def can_remove_message(user: User, message: Message) -> bool:
    own = user.pk == message.author_id and scope_of(user).own
    return own or can_keep_notes(user, message.thread) or can_change_message(user, message)


def can_settle_report(user: User, report: MessageReport) -> bool:
    return user.pk != report.message.author_id and can_keep_notes(user, report.message.thread)


def can_edit_canned_lines(user: User, pole: Pole) -> bool:
    return user.coordinates(pole)
