"""What else goes with an account that closes: what is held about its person in rows that nobody else needs, and their words in
rows that stay."""

from dataclasses import dataclass, replace
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import Invitation, Membership, User, coordinated_by
from marketplace.actions.desk import left_names, record_tellings, unclaimed
from marketplace.actions.desk.retention_lines import line
from marketplace.models import (
    Addressee,
    Answer,
    Behalf,
    Block,
    CalendarAddress,
    CalledOff,
    Document,
    Employee,
    FollowUp,
    Learning,
    PersonRecord,
    Portrait,
    RoundAnswer,
    SigningAddress,
    SigningLink,
    Waiter,
)
from marketplace.models.market.skills import SkillProposal
from marketplace.personal_data.kept import DESKS, EVERYBODYS, HOUSES, STAFF, Kept
from notifications.models import Habits, SuppressedAddress

NAMED_AT_MOST = 10  # papers on the page that closes an account
NOWHERE = {"manager_name": "", "manager_email": ""}


def addresses_of(user: User) -> list[str]:
    """Those that are shown to be theirs, in small letters: what an address that they only typed leads to may be another's."""
    own = EmailAddress.objects.filter(user=user, verified=True)
    return sorted({one.lower() for one in own.values_list("email", flat=True)})


@dataclass(frozen=True)
class Stays:
    """Something that stays once an account is closed, in the words of whoever reads it."""

    kept: Kept

    @property
    def until(self) -> str:
        kept = line(self.kept.line)
        return (replace(kept, told=self.kept.told) if self.kept.told else kept).words


def stays(user: User, kept: tuple[Kept, ...]) -> list[Stays]:
    """What of this list may be about this person."""
    speaks = Membership.objects.of(user).representing().exists()
    has = {
        EVERYBODYS: True,
        HOUSES: speaks,
        DESKS: speaks and coordinated_by(user).exists(),
        STAFF: user.is_staff,
    }
    return [Stays(one) for one in kept if has[one.whose]]


@dataclass(frozen=True)
class Papers:
    """Papers that stay with a name, the newest, and how many more there are."""

    newest: list[Document]
    more: int


def papers(user: User) -> Papers:
    """Those that this person reads, and signed, or that are about what they did, whoever has still to sign them."""
    papers = Document.objects.order_by().values("pk")
    theirs = papers.filter(signatures__user=user).union(  # short lists: with "or", all papers
        papers.filter(member__person=user),
        papers.filter(member=None, mission__offer__person=user),
    )
    found = Document.objects.visible_to(user).filter(pk__in=theirs).select_related("organisation")
    newest = list(found.order_by("-made_at", "-pk")[:NAMED_AT_MOST])
    more = found.count() - len(newest) if len(newest) == NAMED_AT_MOST else 0
    return Papers(newest, more)


def forget(user: User, *, now: datetime, unused: bool) -> None:
    """In the transaction that closes the account, as long as its addresses are known. `unused`: the clock closes it, which says
    nothing of what they want; whoever closes it themselves isn't brought in again by a pôle's files."""
    known = addresses_of(user)
    left_names.leave(user, known, now=now)
    for address in known:
        _forget_address(address, now=now, unused=unused)
    for kept in (Habits, CalendarAddress, CalledOff, Portrait):
        kept._default_manager.filter(user=user).delete()
    FollowUp.objects.unanswered().filter(asked=user).update(settled_at=now)  # nobody else answers
    Learning.objects.filter(person=user).delete()
    Answer.objects.filter(by=user).delete()
    Waiter.objects.filter(by=user).update(word="", answers=[])
    RoundAnswer.objects.filter(person=user).update(word="")
    Addressee.objects.filter(person=user).update(subject="", text="")
    Employee.objects.filter(person=user).update(
        position="", team="", correction="", retires_on=None, **NOWHERE
    )
    SigningLink.objects.filter(user=user, used_at=None).delete()
    SkillProposal.objects.filter(proposed_by=user).update(context="")
    between_two = Q(by=user, for_organisation=None) | Q(person=user)
    Block.objects.filter(between_two).exclude(reason="").update(reason="")


def _forget_address(address: str, *, now: datetime, unused: bool) -> None:
    """What was written down about a mailbox before its owner had an account, or beside it."""
    for record in PersonRecord.objects.filter(email__iexact=address).order_by("pk"):
        if unused:
            record_tellings.forget_records([record.pk])
        else:
            record_tellings.erase(record, now=now)
    for behalf in Behalf.objects.waiting().filter(email__iexact=address).order_by("pk"):
        unclaimed.end(behalf, now=now, is_refused=not unused)
    Invitation.objects.filter(email__iexact=address, accepted_at=None).delete()
    Employee.objects.filter(manager_email__iexact=address).update(**NOWHERE)
    SigningLink.objects.filter(email__iexact=address, used_at=None).delete()
    SigningAddress.objects.filter(email__iexact=address, links=None).delete()
    SuppressedAddress.objects.filter(address__iexact=address).delete()
