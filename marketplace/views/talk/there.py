"""What there is of a conversation beside its messages, asked in one question: of most there is nothing, and then no more is
asked."""

from dataclasses import dataclass

from django.db.models import Exists

from accounts.models import User
from marketplace.models import Block, Draft, Objection, Thread


@dataclass(frozen=True, slots=True)
class There:
    is_carried: bool  # the need, by others beside its structure
    has_draft: bool  # of who reads
    has_objections: bool
    has_notes: bool
    has_lines: bool  # the pôle, ready-made lines of its own
    may_be_cut: bool
    """Whether somebody there, or for whom they speak, keeps anybody away or is kept away: a wider set than `is_cut`."""

    @classmethod
    def of(cls, thread: Thread, user: User) -> "There":
        need, proposal = thread.subject, thread.proposal_id
        parts = (
            need.carriers.agreed(),
            Draft.objects.filter(thread=thread, user=user),
            Objection.objects.filter(proposal=proposal) if proposal else Objection.objects.none(),
            thread.notes.all(),
            need.pole.canned_lines.all(),
            Block.objects.of_ends(_ends(thread, user)),
        )
        asked = Thread.objects.filter(pk=thread.pk).order_by()
        found = asked.values_list(*(Exists(part.order_by()) for part in parts)).get()
        is_carried, has_draft, has_objections, has_notes, has_lines, is_blocked = found
        need.is_carried, may_be_cut = is_carried, is_carried or is_blocked
        return cls(is_carried, has_draft, has_objections, has_notes, has_lines, may_be_cut)


def _ends(thread: Thread, user: User) -> list[int]:
    """One end of each block that could cut it is among these, where nobody carries the need with its structure: who wrote the
    need counts here though they may have left."""
    need, pair = thread.subject, thread.pair
    two = [half.offer.person_id or 0 for half in pair.halves] if pair else []
    return [-need.organisation_id, need.created_by_id or 0, user.pk, *two]
