"""What comes next for an offer that isn't shown, in the words of whoever owns it; a function for each state. Reads
only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.dates import spoken
from common.quotes import quoted
from marketplace.models import Consent, ConsentRequest, Offer
from marketplace.rules import permissions
from marketplace.rules.next_acts.cards import Button, Card, Line
from marketplace.states import OfferStatus


@dataclass(frozen=True)
class Naming:
    """The person whom the offer names: whether they have agreed, when they were asked, and their own buttons."""

    is_another: bool
    """Whether the person named is somebody else than the reader."""
    own_words: str
    """The words of the consent that the person named gives by publishing the offer."""
    consent: Consent | None
    asked: ConsentRequest | None
    is_over: bool
    """Whether the link of the request has run out."""
    may_ask: bool
    former: Consent | None
    """The last consent that has ended, if there is one."""
    reads_reason: bool
    answer_url: str

    @property
    def is_awaited(self) -> bool:
        return self.is_another and self.consent is None


@dataclass(frozen=True)
class Situation:
    offer: Offer
    refusal: str
    naming: Naming | None

    def url(self, page: str) -> str:
        return reverse(page, args=[self.offer.pk])


def card(user: User, offer: Offer, *, refusal: str, naming: Naming | None) -> Card | None:
    found = _BY_STATE.get(OfferStatus(offer.status))
    if found is None or not permissions.can_publish_offer(user, offer):
        return None
    return found(Situation(offer, refusal, naming))


# --- one function a state ------------------------------------------------------------------
def _draft(situation: Situation) -> Card:
    return _to_publish(situation, _("Nobody sees this draft yet"))


def _not_shown(situation: Situation) -> Card:
    return _to_publish(situation, _("This offer isn’t shown"))


def _used_up(situation: Situation) -> Card:
    """Full, and then a structure may find it and wait, or free again since its missions have ended: one may follow."""
    again = _("Another one?") if not situation.refusal else _("No other mission for the moment")
    return _to_publish(situation, again)


def _to_publish(situation: Situation, title: str) -> Card:
    """What keeps the offer from being shown: something to put right, the yes of the person named, or only the
    publishing."""
    naming, edit = situation.naming, situation.url("offer-edit")
    if situation.refusal:
        return Card(title, (Line(situation.refusal),), (_way_out(situation),))
    act: Button | None
    lines: tuple[Line, ...]
    if naming is not None and naming.is_awaited:
        lines, act = (Line(_awaited(situation.offer, naming)),), _ask(situation, naming)
    elif naming is not None and naming.answer_url:
        words = _("Your employer would like to put you forward with it. It is for you to say.")
        lines, act = (Line(words),), Button(_("Answer"), naming.answer_url, "accent")
    else:
        lines = _published_with(naming.own_words if naming else "")
        act = Button(_("Publish"), situation.url("offer-publish"), "accent", posts=True)
    return Card(title, lines, (*([act] if act else []), Button(_("Edit"), edit, "quiet")))


def _way_out(situation: Situation) -> Button:
    """Something to put right; or another offer, where its person is gone and people have been put in touch through it."""
    offer = situation.offer
    if offer.person_has_left and offer.proposals.exists():
        return Button(_("Write another offer"), reverse("offer-new"), "accent")
    return Button(_("Edit"), situation.url("offer-edit"), "accent")


def _published_with(own_words: str) -> tuple[Line, ...]:
    words = _(
        "Publish it: the structures nearby will see it. Family names and addresses stay hidden until both sides agree."
    )
    said = f"{_('By publishing it you say:')} {quoted(own_words)}"
    return (Line(words), Line(said, is_soft=True)) if own_words else (Line(words),)


def _ask(situation: Situation, naming: Naming) -> Button | None:
    if not naming.may_ask:
        return None
    label = _("Ask again") if naming.asked or naming.former else _("Ask for their yes")
    return Button(label, situation.url("offer-publish"), "accent", posts=True)


def _awaited(offer: Offer, naming: Naming) -> str:
    """How far the yes of the person named has come, as a sentence."""
    name = offer.person.get_full_name() if offer.person else ""
    if naming.asked is not None and naming.asked.answer != ConsentRequest.Answer.YES:
        return _asked(name, naming.asked, naming)
    if naming.former is None:
        return _(
            "It names %(name)s: nobody sees it before they have said yes themselves. We write to them, and they answer with one click."
        ) % {"name": name}
    if naming.former.ended_because == Consent.Ended.TAKEN_BACK:
        words = _("%(name)s had said yes, and has taken it back on %(day)s. You can ask again.")
    else:
        words = _(
            "%(name)s had said yes, and the offer has changed since, on %(day)s. You can ask again."
        )
    ended_at = naming.former.ended_at
    return words % {"name": name, "day": _day(ended_at) if ended_at else ""}


def _asked(name: str, asked: ConsentRequest, naming: Naming) -> str:
    if asked.answer == ConsentRequest.Answer.NO:
        words = _("%(name)s has said no to it. Change it, or choose somebody else.")
        reason = f" {quoted(asked.reason)}" if naming.reads_reason and asked.reason else ""
        return words % {"name": name} + reason
    if naming.is_over:
        words = _("%(name)s was asked on %(day)s and hasn’t answered. You can ask again.")
    else:
        words = _("%(name)s was asked on %(day)s: it is shown as soon as they say yes.")
    return words % {"name": name, "day": _day(asked.asked_at)}


def _day(at: datetime) -> str:
    return spoken(timezone.localdate(at))


_BY_STATE: dict[OfferStatus, Callable[[Situation], Card]] = {
    OfferStatus.DRAFT: _draft,
    OfferStatus.PAUSED: _not_shown,
    OfferStatus.USED_UP: _used_up,
    OfferStatus.EXPIRED: _not_shown,
}
