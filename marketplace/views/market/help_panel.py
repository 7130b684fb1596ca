"""The form on the page of a need by which somebody without an offer offers their help at once."""

from collections.abc import Sequence

from django.utils import timezone

from accounts import coming
from accounts.coming import Said
from accounts.models import Coming
from accounts.requests import OurRequest
from accounts.scope import scope_of
from common.already_read import may_have
from marketplace.forms.market.helping import HelpForm, as_sent
from marketplace.matching.match import Match
from marketplace.models import Need, Offer, Skill, Welcome
from marketplace.rules import own_time, permissions, waiters


def waits_for_help(need: Need) -> bool:
    """Whether it may be answered today, be it by a place on its waiting list."""
    if need.is_published:
        return not need.is_over(timezone.localdate())
    return waiters.is_full(need, timezone.now())


def form_for(request: OurRequest, need: Need, *, matches: Sequence[Match] = ()) -> HelpForm | None:
    """The form, with what this person has said already; None for those who answer otherwise: with an offer that they
    have, for an employer, or not at all. `matches`: of published offers of theirs with the need, those that the page has read."""
    if not waits_for_help(need) or need.time == Welcome.WORK or _apply_with_one(request, matches):
        return None
    if not _comes_alone(request, need):
        return None
    wanted = skills_of(need)
    if not wanted:
        return None
    return HelpForm(need=need, wanted=wanted, initial=_begun(request, need))


def skills_of(need: Need) -> list[Skill]:
    return list(Skill.objects.current().filter(pk__in=need.wanted.values("skill")))


def held_for(request: OurRequest, need_pk: int) -> Said | None:
    """What they have said for this need and not sent yet."""
    said = coming.held(request)
    return said if said and (said.kind, said.about) == (Coming.Kind.APPLY, need_pk) else None


def _apply_with_one(request: OurRequest, matches: Sequence[Match]) -> bool:
    """Whether any of these is one of `Offer.objects.to_apply_with`: nothing more need be asked then."""
    user = request.reader
    return any(user and one.offer.person_id in {None, user.pk} for one in matches)


def _comes_alone(request: OurRequest, need: Need) -> bool:
    user, house = request.reader, request.acting_for
    if user is None:
        return True
    if not scope_of(user).own or (house is not None and house.may_offer):
        return False
    if may_have(need, "waiters") and waiters.mine_of(user, need) is not None:
        return False
    may = permissions.can_help(user, need) and not user.coordinates(need.pole)
    if not may or Offer.objects.to_apply_with(user).published().exists():
        return False
    return own_time.offered(user, need) is None


def _begun(request: OurRequest, need: Need) -> dict:
    """What they have said for this need; or else the sentence with which they came, and their town."""
    if said := held_for(request, need.pk):
        kept = as_sent(said, need)
        return kept | {"commune": said.commune}
    said = coming.held(request)
    town = request.reader.commune_id if request.reader else None
    if said is None or said.kind != Coming.Kind.OFFER:
        return {"commune": town}
    return {"word": said.text, "commune": said.commune or town}
