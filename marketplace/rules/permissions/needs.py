"""Who may write, hand in, qualify, close a need, and see who could do it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organisation, User
from accounts.reading import once
from common.already_read import may_have
from marketplace.models import (
    Need,
)
from marketplace.rules import audience
from marketplace.rules.permissions.coordination import follows_need
from marketplace.states import NeedStatus

OPEN_TO_EDITING = {NeedStatus.DRAFT, NeedStatus.REFUSED, NeedStatus.REDIRECTED}


QUALIFIED_BY_COORDINATORS = {NeedStatus.SUBMITTED, NeedStatus.PUBLISHED}


def can_write_need(user: User, organisation: Organisation | None) -> bool:
    """True for the representatives of an organisation that may ask, verified or not: nobody else sees a draft."""
    return organisation is not None and organisation.may_ask and user.speaks_for(organisation)


def that_see_who_helps(memberships: Iterable[Membership]) -> list[Organisation]:
    """Of the organisations that somebody represents, those that read how many people offer what before they have
    written anything: they may ask, and are verified or wait to be."""
    theirs = [membership.organisation for membership in memberships if membership.represents]
    return [one for one in theirs if one.may_ask and one.is_active and not one.is_refused]


def can_edit_need(user: User, need: Need, *, follows: bool | None = None) -> bool:
    """True for the structure until it hands the need in, and for the coordinators while they qualify it; once it is
    published, not for one who is on the side of an offer for it. `follows`, here and below: what `follows_need` says, where a
    page has asked it already."""
    if need.status in OPEN_TO_EDITING and speaks_for_need(user, need):
        return True
    if need.status == NeedStatus.PUBLISHED and not _follows(user, need, follows):
        return False
    return need.status in QUALIFIED_BY_COORDINATORS and judges_need(user, need)


def that_may_be_edited(user: User, needs: Iterable[Need]) -> set[int]:
    """The numbers of those, of published needs that this coordinator leaves to nobody (`left_among`), that they may correct:
    as `can_edit_need`, asked once for all."""
    numbers = [need.pk for need in needs if need.status == NeedStatus.PUBLISHED]
    judged = Need.objects.judged_by(user).filter(pk__in=numbers if user.is_active else [])
    return set(judged.order_by().values_list("pk", flat=True))


@once
def judges_need(user: User, need: Need) -> bool:
    """True for the coordinators of its pôle who qualify it, publish it and correct it: `NeedQuerySet.judged_by`."""
    if user.reading is not None and not user.coordinates(need.pole):
        return False  # without the long question
    if user.reading is not None and _is_nothing_of_theirs(user, need):
        return True
    return user.is_active and Need.objects.judged_by(user).filter(pk=need.pk).exists()


def _is_nothing_of_theirs(user: User, need: Need) -> bool:
    """Whether nothing keeps a coordinator from judging it, whoever else there is: it is shown, and neither of a house of theirs
    nor written by them."""
    is_theirs = need.created_by_id == user.pk or user.belongs_to(need.organisation)
    return need.status == NeedStatus.PUBLISHED and not (
        is_theirs or is_carried_by_others(user, need)
    )


@once
def is_carried_by_others(_user: User, need: Need) -> bool:
    """Whether structures beside its lead carry it, or are asked to."""
    return may_have(need, "carriers") and need.carriers.standing().exists()


def can_take_charge(user: User, need: Need, *, known_to: User | None = None) -> bool:
    """True for those who judge it, unless they are on the side of an offer for it: whoever is in charge is told of all;
    `known_to` as in `follows`."""
    return judges_need(user, need) and follows_need(user, need, known_to=known_to)


def who_else_judges(need: Need) -> QuerySet[User]:
    """The coordinators of its pôle who neither belong to the structure, or to one that carries it too, nor have written the need."""
    houses = need.carriers.standing().order_by().values("organisation")
    of_one = Q(organisation=need.organisation_id) | Q(organisation__in=houses)
    theirs = Membership.objects.filter(of_one).order_by().values("user")
    others = audience.coordinators_of(need.pole).exclude(pk=need.created_by_id)
    return others.exclude(pk__in=theirs)


def can_submit_need(user: User, need: Need) -> bool:
    return need.status == NeedStatus.DRAFT and speaks_for_need(user, need)


def can_qualify_need(user: User, need: Need) -> bool:
    return need.status == NeedStatus.SUBMITTED and judges_need(user, need)


def can_withdraw_need(user: User, need: Need) -> bool:
    return need.may(NeedStatus.WITHDRAWN) and answers_for_need(user, need)


def can_close_need(user: User, need: Need) -> bool:
    return need.may(NeedStatus.CLOSED) and answers_for_need(user, need)


def can_see_candidates(user: User, need: Need, *, follows: bool | None = None) -> bool:
    """True for those who answer for a published need: they see its best offers."""
    return need.status == NeedStatus.PUBLISHED and answers_for_need(user, need, follows=follows)


def can_look_who_helps(user: User, need: Need, *, follows: bool) -> bool:
    """True for those who answer for a need that was published, and before, for those who follow it: whoever has just signed up
    and writes a need reads nobody’s name by it."""
    was_read = follows or need.published_at is not None
    return was_read and answers_for_need(user, need, follows=follows)


def answers_in_place(user: User, need: Need) -> bool:
    """True for the coordinators of its pôle, as long as the structure for which it was written hasn't taken it up."""
    return need.is_unclaimed and follows_need(user, need)


def speaks_for_need(user: User, need: Need) -> bool:
    """True for the structure's people, and for who answers in their place."""
    return user.speaks_for(need.organisation) or answers_in_place(user, need)


def answers_for_need(user: User, need: Need, *, follows: bool | None = None) -> bool:
    return bool(follows) or user.speaks_for(need.organisation) or _follows(user, need, follows)


def can_ask_elsewhere(user: User, need: Need, *, follows: bool | None = None) -> bool:
    """True for the coordinators of its pôle, unless they are on a side of what is proposed for it."""
    return need.status == NeedStatus.PUBLISHED and _follows(user, need, follows)


def _follows(user: User, need: Need, known: bool | None) -> bool:
    return follows_need(user, need) if known is None else known
