"""The acts on the group of an organisation: it names the head, who says yes or no; either side ends it.

Each locks the organisations at both ends, by their numbers, before it reads: what one of them becomes meanwhile is
seen. `marketplace.actions.market.groups` wraps those that change what is matched.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import letters
from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import GroupTie, Organisation, User

REST_AFTER_NO = timedelta(days=30)
A_DAY = timedelta(days=1)
MOST_A_DAY = 3  # of one organisation, whomever it asks
MOST_TO_ONE = 3  # to one head, in the time of a rest
End = GroupTie.End


@transaction.atomic
def ask(member: Organisation, head: Organisation, *, by: User, now: datetime) -> GroupTie:
    """An organisation says that it belongs to the group of another, whose administrators answer. A second click
    returns the question that the first one asked. Raises Refusal."""
    member, head = _locked(member, head)
    _require_voice(member, by)
    if there := member.group_ties.waiting().filter(head=head).first():
        return there
    if refusal := why_not(member, head, now=now):
        raise Refusal(refusal)
    tie = GroupTie.objects.create(member=member, head=head, asked_by=by, asked_at=now)
    letters.group_asked(tie)
    return tie


def why_not(member: Organisation, head: Organisation, *, now: datetime) -> str:
    """Why the one can't ask the other, as a sentence; "" when it can."""
    return why_not_member(member) or why_not_head(member, head, now=now)


def why_not_member(organisation: Organisation) -> str:
    """Why this organisation can't name its group, as a sentence; "" when it can."""
    if not organisation.is_accepted or organisation.may_coordinate:
        return _("An organisation names its group once it is verified; a pôle’s operator has none.")
    tie = organisation.group_ties.live().select_related("head").first()
    if tie:
        return _("You have named %(organisation)s already: end that first.") % {
            "organisation": tie.head
        }
    if organisation.ties_led.agreed().exists():
        return _(
            "Other organisations belong to the group of yours: it can’t belong to another group."
        )
    return ""


def why_not_head(member: Organisation, head: Organisation, *, now: datetime) -> str:
    """Why this organisation can't be named as the head, as a sentence; "" when it can."""
    if head.pk == member.pk:
        return _("This is your own organisation: name the head of its group.")
    if head.may_coordinate:
        return _("%(organisation)s is the operator of a pôle, and has no group.") % {
            "organisation": head
        }
    if not head.is_accepted:
        return _("%(organisation)s isn’t verified here at the moment.") % {"organisation": head}
    if above := head.group_ties.agreed().select_related("head").first():
        words = _("%(organisation)s belongs to the group of another one: name %(head)s.")
        return words % {"organisation": head, "head": above.head}
    return _too_often(member, head, now)


def _too_often(member: Organisation, head: Organisation, now: datetime) -> str:
    mine = member.group_ties.filter(asked_at__gt=now - REST_AFTER_NO)
    no = head.ties_led.filter(
        member=member, ended_side=End.HEAD, ended_at__gt=now - REST_AFTER_NO
    ).exists()
    if no or mine.filter(head=head).count() >= MOST_TO_ONE:
        days = REST_AFTER_NO.days
        return ngettext(
            "%(organisation)s has answered or been asked already: ask again after %(days)d day.",
            "%(organisation)s has answered or been asked already: ask again after %(days)d days.",
            days,
        ) % {"organisation": head, "days": days}
    if mine.filter(asked_at__gt=now - A_DAY).count() >= MOST_A_DAY:
        return _("That is a lot of letters for one day: go on tomorrow.")
    return ""


@transaction.atomic
def agree(tie: GroupTie, *, by: User, now: datetime) -> GroupTie:
    """The head says yes: the two are of one group, while whoever asked still decides for the member. Those that had
    asked the new member are told to ask its head."""
    tie = _locked_tie(tie)
    _require_voice(tie.head, by)
    _require_waiting(tie)
    if not tie.member.is_accepted:
        raise Refusal(
            _("%(organisation)s isn’t verified here at the moment.") % {"organisation": tie.member}
        )
    if not tie.asked_by.administers(tie.member):
        raise Refusal(
            _(
                "%(person)s, who asked for %(organisation)s, no longer decides for it: let it ask again."
            )
            % {"person": tie.asked_by, "organisation": tie.member}
        )
    if above := tie.head.group_ties.live().select_related("head").first():
        raise Refusal(
            _("You have named the group of %(organisation)s yourselves: end that first.")
            % {"organisation": above.head}
        )
    tie.agreed_by, tie.agreed_at = by, now
    tie.save(update_fields=["agreed_by", "agreed_at"])
    letters.group_agreed(tie)
    for asked in tie.member.ties_led.waiting().select_related("member", "head").order_by("pk"):
        asked.end(side=End.HEAD, by=by, now=now)
        letters.group_declined(asked)
    return tie


@transaction.atomic
def decline(tie: GroupTie, *, by: User, now: datetime) -> None:
    """The head says no; no reason is asked."""
    tie = _locked_tie(tie)
    _require_voice(tie.head, by)
    _require_waiting(tie)
    tie.end(side=End.HEAD, by=by, now=now)
    letters.group_declined(tie)


@transaction.atomic
def end(tie: GroupTie, *, by: User, now: datetime) -> GroupTie:
    """One of the two ends it, or whoever asked takes it back before the answer. The other side is told."""
    tie = _locked_tie(tie)
    side = side_of(by, tie)
    if side is None:
        raise Refusal(_("You no longer administer one of the two: ask somebody who does."))
    if not tie.is_agreed and not (tie.is_waiting and side == End.MEMBER):
        raise Refusal(_("Too late: this has ended or been answered already."))
    tie.end(side=side, by=by, now=now)
    letters.group_ended(tie, by_closing=False)
    return tie


def end_all_of(organisation: Organisation, *, by: User, now: datetime) -> None:
    """The organisation closes, and its ties end with it. The caller holds its lock; that of the other end would be out
    of turn, and isn't needed: every act on these ties waits for this organisation."""
    rows = GroupTie.objects.live().about(organisation).select_for_update(no_key=True, of=("self",))
    for tie in rows.select_related("member", "head").order_by("pk"):
        tie.end(side=End.MEMBER if tie.member == organisation else End.HEAD, by=by, now=now)
        letters.group_ended(tie, by_closing=True)


def members_led_by(organisations: Iterable[Organisation]) -> list[Organisation]:
    """The other organisations of the groups that these lead."""
    led = GroupTie.objects.agreed().filter(head__in=organisations)
    return list(Organisation.objects.filter(pk__in=led.values("member")).order_by("pk"))


def side_of(user: User, tie: GroupTie) -> str | None:
    """For which of the two this person may end it today; the member first, for somebody who administers both."""
    if user.administers(tie.member):
        return End.MEMBER
    return End.HEAD if user.administers(tie.head) else None


def _locked(*organisations: Organisation) -> list[Organisation]:
    """These organisations, locked and read again, in the order given."""
    numbers = [one.pk for one in organisations]
    memberships.lock(Organisation.objects.filter(pk__in=numbers))
    fresh = Organisation.objects.in_bulk(numbers)
    return [fresh[number] for number in numbers]


def _locked_tie(tie: GroupTie) -> GroupTie:
    _locked(tie.member, tie.head)
    return GroupTie.objects.select_related("member", "head").get(pk=tie.pk)


def _require_waiting(tie: GroupTie) -> None:
    if not tie.is_waiting:
        raise Refusal(_("Too late: this has ended or been answered already."))


def _require_voice(organisation: Organisation, by: User) -> None:
    """Raises Refusal when whoever acts has left since the page was opened, or may no longer speak for it."""
    if not organisation.is_accepted or not by.administers(organisation):
        raise Refusal(
            _("You can’t decide for %(organisation)s at the moment.")
            % {"organisation": organisation}
        )
