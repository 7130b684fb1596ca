"""The buttons under who nearly fits: each leads to the act that would close the gap."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace import permissions
from marketplace.matching import gaps
from marketplace.matching.match import Match
from marketplace.models import Need, Offer
from marketplace.ranking.relaxations import Relaxation

HALF_A_YEAR = 183  # days: nobody moves a mission farther than that


@dataclass(frozen=True)
class Button:
    label: Any
    url: str


@dataclass(frozen=True)
class NeedSide:
    """What whoever answers for a need may do about it: looked up once for a whole list."""

    need: Need
    can_invite: bool
    can_propose: bool
    can_edit: bool
    can_split: bool
    can_ask_elsewhere: bool

    @classmethod
    def of(cls, user, need: Need) -> "NeedSide":
        return cls(
            need,
            can_invite=permissions.can_invite(user, need),
            can_propose=permissions.can_propose(user, need),
            can_edit=permissions.can_edit_need(user, need),
            can_split=permissions.can_see_candidates(user, need),
            can_ask_elsewhere=permissions.can_ask_elsewhere(user, need),
        )

    def buttons(self, match: Match) -> list[Button]:
        """Of one that nearly fits: its own ways, and asking plainly where no question would say it."""
        ways = _ways(match)
        found = [button for code in ways for button in self._of(code, match)]
        if self._may_ask(match) and not set(ways) & set(gaps.QUESTIONS):
            found.append(Button(_("Invite") if self.can_invite else _("Propose"), self._ask(match)))
        return found

    def _of(self, code: str, match: Match) -> Iterator[Button]:
        if code in gaps.QUESTIONS and self._may_ask(match):
            yield _question(code, self._ask(match))
        if code == "split" and self.can_split:
            lacking = {"skill": [want.skill for want in match.facts.wants if not want.is_met]}
            url = self._door("need-split")
            yield Button(_("Split the mission in two"), f"{url}?{urlencode(lacking, doseq=True)}")
        if code == "pole" and self.can_ask_elsewhere:
            yield Button(_("Ask another pôle"), self._door("need-elsewhere"))
        if self.can_edit:
            yield from _change(gaps.OF_NEED, code, match, self._door("need-edit"))

    def _may_ask(self, match: Match) -> bool:
        """Whoever has no mission left to give isn't asked: the act would refuse."""
        return (self.can_invite or self.can_propose) and match.facts.offer.room > 0

    def _ask(self, match: Match) -> str:
        return reverse("need-ask-offer", args=[self.need.pk, match.offer_id])

    def _door(self, name: str) -> str:
        return reverse(name, args=[self.need.pk])


@dataclass(frozen=True)
class OfferSide:
    """The same for whoever made an offer; a coordinator who looks at it puts it forward."""

    offer: Offer
    owns: bool

    @classmethod
    def of(cls, user, offer: Offer) -> "OfferSide":
        return cls(offer, permissions.owns_offer(user, offer))

    @classmethod
    def mine(cls, offer: Offer) -> "OfferSide":
        """Of one that is known to be the reader's."""
        return cls(offer, owns=True)

    def buttons(self, match: Match) -> list[Button]:
        return [button for code in _ways(match) for button in self._of(code, match)]

    def _of(self, code: str, match: Match) -> Iterator[Button]:
        if code in gaps.QUESTIONS and match.facts.offer.room > 0:
            yield _question(code, self._door(match))
        if self.owns:
            url = reverse("offer-edit", args=[self.offer.pk])
            yield from _change(gaps.OF_OFFER, code, match, url)

    def _door(self, match: Match) -> str:
        if self.owns:
            return reverse("need-apply", args=[match.need_id]) + f"?offer={match.offer_id}"
        return reverse("need-ask-offer", args=[match.need_id, match.offer_id])


def with_doors(relaxations: list[Relaxation], edit_url: str) -> list[dict]:
    """Each with the form that it fills in; "" for whoever has to ask somebody else for the change."""
    return [
        {"of": one, "url": f"{edit_url}?{urlencode(one.values)}" if edit_url else ""}
        for one in relaxations
    ]


def _ways(match: Match) -> list[str]:
    """Those of a single condition: with two, no single act closes the gap."""
    excluded = match.excluded
    return list(excluded[0].ways) if len(excluded) == 1 else []


def _question(code: str, url: str) -> Button:
    sign = "&" if "?" in url else "?"
    return Button(gaps.QUESTIONS[code].label, f"{url}{sign}question={code}")


def _change(changes: dict[str, gaps.Change], code: str, match: Match, url: str) -> list[Button]:
    values = changes[code].values(match.facts) if code in changes else {}
    return [Button(changes[code].label, f"{url}?{urlencode(values)}")] if values else []


def near_enough(matches: list[Match]) -> list[Match]:
    """Without those whose dates are so far apart that asking to move them makes no sense."""
    return [
        match
        for match in matches
        if match.facts.offer.start - match.facts.need.end <= HALF_A_YEAR
        and match.facts.need.start - match.facts.offer.end <= HALF_A_YEAR
    ]


def first_words(request, match: Match, side: str) -> dict[str, str]:
    """What the form of a question begins with: only about what really keeps these two apart."""
    code = request.GET.get("question", "")
    if code not in _ways(match):
        return {}
    return {"word": gaps.question(code, match.facts, match.speech, side)}
