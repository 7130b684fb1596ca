"""The buttons under a near miss: each leads to an act that would close the gap."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.matching import gaps
from marketplace.matching.match import Match
from marketplace.models import InTouch, Need, Offer, Origin, Proposal
from marketplace.ranking.live import NearOffer
from marketplace.ranking.relaxations import Relaxation
from marketplace.ranking.surroundings import Around
from marketplace.rules import permissions
from marketplace.views.market.first_look import FirstLook

HALF_A_YEAR = 183  # days: nobody moves a mission farther than that


@dataclass(frozen=True)
class Button:
    """A button. `change` is what it fills in in the form of one's own need or offer; {} for a question to the other
    side."""

    label: Any
    url: str
    change: dict[str, str] = field(default_factory=dict)


def filled_in(need: Need, change: dict[str, str]) -> str:
    """The form of a need with this change filled in, for whoever may edit it."""
    return f"{reverse('need-edit', args=[need.pk])}?{urlencode(change)}"


@dataclass(frozen=True)
class NeedSide:
    """What a reader may do about the near misses of a need; looked up once for a whole list."""

    need: Need
    can_invite: bool
    can_propose: bool
    can_edit: bool
    can_split: bool
    can_ask_elsewhere: bool
    hidden: frozenset[int]
    """The offers that this reader of the structure learns nothing of: what those whose boss they are offer at home."""
    in_touch: InTouch
    """Who is in touch about the need already, be it by another offer: they aren't asked once more."""
    follows: bool
    """Whether the reader follows the need as a coordinator."""
    around: Around | None = None
    """What the page has read of the offers around the need, where it has: nothing is read twice."""

    @classmethod
    def of(
        cls,
        user: User,
        need: Need,
        *,
        in_touch: InTouch | None = None,
        follows: bool | None = None,
        look: FirstLook | None = None,
    ) -> "NeedSide":
        """`in_touch`: who is in touch, `follows`: what `follows_need` says, `look`: what there is at all, where that was asked
        already."""
        known = permissions.follows_need(user, need) if follows is None else follows
        at_home = (
            look.at_home if look else Offer.objects.at_home_under(user).values_list("pk", flat=True)
        )
        answers = permissions.answers_for_need(user, need, follows=known)
        may_invite, may_propose = (
            permissions.can_invite(user, need),
            permissions.can_propose(user, need, follows=known),
        )
        asks = [need.pk] if may_invite or may_propose else []
        return cls(
            need,
            hidden=frozenset(at_home if answers else ()),
            in_touch=in_touch or Proposal.objects.in_touch(user, asks),
            follows=known,
            can_invite=may_invite,
            can_propose=may_propose,
            can_edit=permissions.can_edit_need(user, need, follows=known),
            can_split=not need.in_pair
            and permissions.can_see_candidates(user, need, follows=known),
            can_ask_elsewhere=permissions.can_ask_elsewhere(user, need, follows=known),
        )

    @property
    def origin_in_turn(self) -> Origin | None:
        """As `permissions.origin_in_turn`, without asking again."""
        if self.can_invite:
            return Origin.INVITATION
        return Origin.COORDINATOR if self.can_ask_elsewhere else None

    def buttons(self, match: Match) -> list[Button]:
        """The buttons of a near miss: its own ways, and “invite” or “propose” when none of them is a question."""
        ways = _ways(match)
        found = [button for code in ways for button in self._of(code, match)]
        if self.may_ask(match) and not any(_asks(code, match) for code in ways):
            found.append(
                Button(_("Invite") if self.can_invite else _("Propose"), self.ask_url(match))
            )
        return found

    def _of(self, code: str, match: Match) -> Iterator[Button]:
        if _asks(code, match) and self.may_ask(match):
            yield _question(code, self.ask_url(match), gaps.QUESTIONS[code].label)
        if code == "split" and self.can_split:
            lacking = [str(want.skill) for want in match.facts.wants if not want.is_met]
            change = {"split": ",".join(lacking)}
            yield Button(gaps.SPLIT, self.url_of(change), change)
        if code == "pole" and self.can_ask_elsewhere:
            yield Button(_("Ask another pôle"), self._door("need-elsewhere"))
        if self.can_edit:
            yield from _change(gaps.OF_NEED, code, match, self)

    def url_of(self, change: dict[str, str]) -> str:
        """The form with this change filled in; "" when the reader may not change the need."""
        if "split" in change:
            skills = {"skill": change["split"].split(",")}
            return f"{self._door('need-split')}?{urlencode(skills, doseq=True)}"
        return filled_in(self.need, change) if self.can_edit else ""

    def relaxations(self, also: list[dict[str, str]]) -> list[Relaxation]:
        return ranking.relaxations_for_need(
            self.need, also=also, hidden=self.hidden, around=self.around
        )

    def may_ask(self, match: Match) -> bool:
        """Whether the reader may ask this offer; one without a free mission, or that isn't shown, isn't asked, since
        the act would refuse; nor is somebody who is in touch already."""
        may = self.can_invite or self.can_propose
        free = match.closed is None and match.facts.offer.room > 0
        return may and free and self.in_touch.between(self.need.pk, match.offer) is None

    def ask_url(self, match: Match) -> str:
        return reverse("need-ask-offer", args=[self.need.pk, match.offer_id])

    def _door(self, name: str) -> str:
        return reverse(name, args=[self.need.pk])


@dataclass(frozen=True)
class OfferSide:
    """What a reader may do about the near misses of an offer: its owner changes it, a coordinator puts it forward."""

    offer: Offer
    owns: bool
    read: NearOffer | None = None
    """What the page has read of the needs around the offer, where it has."""

    @classmethod
    def of(cls, user: User, offer: Offer) -> "OfferSide":
        return cls(offer, permissions.owns_offer(user, offer))

    @classmethod
    def mine(cls, offer: Offer) -> "OfferSide":
        """The side of an offer that is known to be the reader's own."""
        return cls(offer, owns=True)

    def buttons(self, match: Match) -> list[Button]:
        return [button for code in _ways(match) for button in self._of(code, match)]

    def _of(self, code: str, match: Match) -> Iterator[Button]:
        if code in gaps.QUESTIONS and match.facts.offer.room > 0:
            question = gaps.QUESTIONS[code]
            if self.owns or _asks(code, match):
                label = (self.owns and question.own_label) or question.label
                yield _question(code, self._door(match), label)
            else:
                yield Button(_("Propose"), self._door(match))
        if self.owns:
            yield from _change(gaps.OF_OFFER, code, match, self)

    def url_of(self, change: dict[str, str]) -> str:
        url = reverse("offer-edit", args=[self.offer.pk])
        return f"{url}?{urlencode(change)}" if self.owns else ""

    def relaxations(self, also: list[dict[str, str]]) -> list[Relaxation]:
        return ranking.relaxations_for_offer(self.offer, also=also, read=self.read)

    def _door(self, match: Match) -> str:
        if self.owns:
            return reverse("need-apply", args=[match.need_id]) + f"?offer={match.offer_id}"
        return reverse("need-ask-offer", args=[match.need_id, match.offer_id])


@dataclass(frozen=True)
class Nearly:
    """The near misses, each with its buttons, and above them the changes to one's own need or offer: a change that
    would bring several is shown there, and not on their cards."""

    cards: list[tuple[Match, list[Button]]]
    changes: list[dict]
    """Each change with the form that it fills in, if the reader may, and the label of its own button, if it has
    one."""


def nearly(side: NeedSide | OfferSide, matches: list[Match], *, few: bool) -> Nearly:
    """The near misses of a list. `few` says that so few match that every change that would bring more is shown."""
    cards = [(match, side.buttons(match)) for match in near_enough(matches)]
    own = [button.change for _match, buttons in cards for button in buttons if button.change]
    shared = [
        own[at] for at in range(len(own)) if own[at] in own[:at] and own[at] not in own[at + 1 :]
    ]
    found = side.relaxations(shared) if few or shared else []
    if not few:
        found = [one for one in found if one.values in shared]
    found = _of_one_value(found)
    above = [one.values for one in found if one.gain > 1 or one.values not in own]
    return Nearly(
        [(m, [one for one in buttons if one.change not in above]) for m, buttons in cards],
        [
            {"of": one, "url": side.url_of(one.values), "label": gaps.SPLIT if "split" in one.values else ""}
            for one in found if one.values in above
        ],
    )  # fmt: skip


def _of_one_value(found: list[Relaxation]) -> list[Relaxation]:
    """Of several changes of one field, the one that brings most; among equals, the smallest change."""
    best: dict[str, tuple[int, int, Relaxation]] = {}
    for one in found:
        ((name, value),) = one.values.items()
        if name not in CHANGED_BY:
            continue
        size = CHANGED_BY[name](value)
        if name not in best or (one.gain, -size) > best[name][:2]:
            best[name] = (one.gain, -size, one)
    kept = [one for _gain, _size, one in best.values()]
    return [one for one in found if one in kept or not set(one.values) & set(CHANGED_BY)]


CHANGED_BY: dict[str, Callable[[str], int]] = {
    "radius_km": int,
    "ends_on": lambda day: date.fromisoformat(day).toordinal(),
    "starts_on": lambda day: -date.fromisoformat(day).toordinal(),
}
"""How much is given up: a longer way, a later end, an earlier start."""


def _ways(match: Match) -> list[str]:
    """The ways of the only condition that fails; none when two fail, since no single act closes the gap then."""
    excluded = match.excluded
    return list(excluded[0].ways) if len(excluded) == 1 else []


def _asks(code: str, match: Match) -> bool:
    """Whether this way is a question to whoever offers. On working time nobody is asked about their own: their employer
    reads it, and what they answer."""
    about_own_time = code == "whose" and match.offer.employer is not None
    return code in gaps.QUESTIONS and not about_own_time


def _question(code: str, url: str, label: Any) -> Button:
    sign = "&" if "?" in url else "?"
    return Button(label, f"{url}{sign}question={code}")


def _change(
    changes: dict[str, gaps.Change], code: str, match: Match, side: NeedSide | OfferSide
) -> list[Button]:
    values = changes[code].values(match.facts) if code in changes else {}
    return [Button(changes[code].label, side.url_of(values), values)] if values else []


def near_enough(matches: list[Match]) -> list[Match]:
    """The near misses without those whose dates are so far apart that nobody would move them."""
    return [
        match
        for match in matches
        if match.facts.offer.start - match.facts.need.end <= HALF_A_YEAR
        and match.facts.need.start - match.facts.offer.end <= HALF_A_YEAR
    ]


def first_words(request: SignedInRequest, match: Match, side: str) -> dict[str, str]:
    """The first words of the form of a question; {} unless the question is about what really keeps the two apart."""
    code = request.GET.get("question", "")
    if code not in _ways(match) or (side == "need" and not _asks(code, match)):
        return {}
    return {"word": gaps.question(code, match.facts, match.speech, side)}
