"""What comes next for a proposal, in the words of whoever reads its page; a function for each state. Reads only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common.dates import spoken
from common.quotes import labelled, quoted
from marketplace.models import CompanyProgramme, ConsentKind, Proposal, Side
from marketplace.models.market.consents import WORDS
from marketplace.rules import half_yeses, own_yes, permissions, service_levels
from marketplace.rules.next_acts.cards import Button, Card, Line
from marketplace.rules.programme_quota import Quota
from marketplace.rules.questions import asked_of
from marketplace.states import OfferStatus, ProposalStatus

Given = tuple[CompanyProgramme, Sequence[Quota], bool]
Quotas = Sequence[Given]
WEEKDAY = "l j F"


@dataclass(frozen=True)
class Facts:
    """What the caller has to read from the acts, which this package can't import: what the programmes still give,
    and whether a yes may still come."""

    quotas: Quotas = ()
    last_word: str = ""
    can_say_yes_late: bool = False
    too_late_because: str = ""


@dataclass(frozen=True)
class Situation:
    """What a card is made of: each of its answers is asked for once."""

    user: User
    proposal: Proposal
    facts: Facts

    @cached_property
    def side(self) -> str | None:
        return permissions.answering_side(self.user, self.proposal)

    @cached_property
    def is_need_side(self) -> bool:
        ours = self.user.represents(self.proposal.need.organisation)
        return (ours or self.side == Side.NEED) and self.side != Side.OFFER

    @cached_property
    def is_in_place(self) -> bool:
        """Whether a coordinator answers in the place of the structure."""
        own = permissions.side_of(self.user, self.proposal)
        return own is None and self.side == Side.NEED

    @cached_property
    def refusal(self) -> str:
        """Why this person says no yes here, having spoken for the other side; "" when they may."""
        return half_yeses.refusal_of(self.user, self.proposal, self.side) if self.side else ""

    @cached_property
    def can_say_yes(self) -> bool:
        return self.side != Side.OFFER or own_yes.may_say_yes(self.user, self.proposal.offer)

    @cached_property
    def other(self) -> str:
        """The name of the other side, as this side sees it."""
        need, offer = self.proposal.need, self.proposal.offer
        return offer.name_within if self.is_need_side else str(need.organisation)

    def url(self, page: str) -> str:
        return reverse(page, args=[self.proposal.pk])


def card(user: User, proposal: Proposal, facts: Facts) -> Card | None:
    found = _BY_STATE.get(ProposalStatus(proposal.status))
    return found(Situation(user, proposal, facts)) if found else None


def own_words(proposal: Proposal, side: str | None) -> str:
    """The words of the consent that is kept with this side's yes; empty unless it is a person's own yes on working
    time."""
    keeps = side == Side.OFFER and own_yes.names_somebody(proposal.offer)
    return str(WORDS[ConsentKind.MISSION]) if keeps else ""


# --- one function a state ------------------------------------------------------------------
def _open(situation: Situation) -> Card:
    if not permissions.can_answer(situation.user, situation.proposal):
        return _awaited_from_others(situation)
    no = Button(_("No, not this time"), situation.url("proposal-decline"), "quiet")
    if refusal := situation.refusal:
        need, offer = situation.proposal.need, situation.proposal.offer
        who = str(need.organisation) if situation.is_need_side else offer.discreet_name
        lines = _before_an_answer(situation, [Line(refusal)], is_yours=False)
        return Card(_has_to_answer(who), lines, (no,), is_yours=False)
    if not situation.can_say_yes:
        title = _has_to_answer(situation.proposal.offer.discreet_name)
        lines = _before_an_answer(situation, _only_they(situation), is_yours=False)
        return Card(title, lines, (no,))
    yes = Button(_("Yes, let’s do it"), situation.url("proposal-accept"), "accent", posts=True)
    if situation.side == Side.OFFER and asked_of(situation.proposal):
        yes = Button(_("Yes, let’s do it"), situation.url("proposal-answers"), "accent")
    own = own_words(situation.proposal, situation.side)
    said = [Line(f"{_('With your yes you say:')} {quoted(own)}")] if own else []
    title = _("Your answer is awaited")
    return Card(title, _before_an_answer(situation, [_asked(situation), *said]), (yes, no))


def _before_an_answer(
    situation: Situation, lines: list[Line], *, is_yours: bool = True
) -> tuple[Line, ...]:
    proposal = situation.proposal
    taken_up = _("It had been closed without an answer; %(who)s has said yes after all.")
    until = service_levels.answer_by(proposal)
    by = _("The other side has been promised an answer by %(by)s.")
    if is_yours:
        by = _("Please answer by %(by)s: the other side has been promised an answer.")
    return (
        *([Line(taken_up % {"who": situation.other})] if proposal.takes_up else []),
        *([Line(_in_place(proposal))] if situation.is_in_place else []),
        *lines,
        *_left_of_each(situation.facts.quotas),
        Line(by % {"by": spoken(until, WEEKDAY)}, is_soft=True),
    )


def _in_place(proposal: Proposal) -> str:
    return _("You answer for %(org)s, which hasn’t taken its need up yet.") % {
        "org": proposal.need.organisation
    }


def _asked(situation: Situation) -> Line:
    if situation.is_need_side:
        words = _(
            "Would %(who)s suit you? If both sides say yes, you get each other’s details and you frame the mission together."
        )
    else:
        words = _(
            "Would you like to help %(org)s? If both sides say yes, you get each other’s details and you frame the mission together."
        )
    return Line(capfirst(words % {"who": situation.other, "org": situation.other}))


def _only_they(situation: Situation) -> list[Line]:
    """Only the person named may say yes; their company may say no."""
    person = situation.proposal.offer.person
    words = _(
        "Only %(who)s can say yes: they have had a letter. You may say no for your organisation."
    ) % {"who": person.get_full_name() if person else ""}
    return [*([_asked(situation)] if situation.is_need_side else []), Line(words)]


def _left_of_each(quotas: Sequence[Given]) -> list[Line]:
    """What each programme has left: one that gives enough is enough."""
    is_enough = not all(too_much for _programme, _years, too_much in quotas)
    warning = (
        _("This programme doesn’t give that much.")
        if is_enough
        else _(
            "Your programme doesn’t give that much: say so to the structure before you answer, or agree on fewer hours."
        )
    )
    return [_left_of(one, warning) for one in quotas]


def _left_of(quota: Given, warning: str) -> Line:
    programme, years, too_much = quota
    said = " ".join(year.said for year in years)
    full = dict.fromkeys(sentence for year in years for sentence in year.of_the_whole)
    return Line(labelled(programme, said), strong=warning if too_much else " ".join(full))


def _awaited_from_others(situation: Situation) -> Card:
    proposal = situation.proposal
    promise = service_levels.promise_of(proposal)
    days = {
        "day": spoken(timezone.localdate(proposal.created_at), WEEKDAY),
        "by": spoken(promise.answer_by, WEEKDAY),
        "end": spoken(promise.closes_on, WEEKDAY),
    }
    if held := _held(proposal):
        title = _("%(org)s can’t answer for the moment") % {"org": held}
        words = _("Asked on %(day)s.")
    else:
        title = _awaited(proposal)
        words = _(
            "Asked on %(day)s. Answer expected by %(by)s, otherwise the coordination steps in."
        )
    said = f"{words} {_at_the_latest(situation)}" % days
    line = Line(said, link=_("Our promises"), url=reverse("promises"))
    return Card(title, (line,), is_yours=False)


def _at_the_latest(situation: Situation) -> str:
    """What was promised to those who wait for the answer; a coordinator, or somebody of the silent side, isn't them."""
    if situation.side in (None, *situation.proposal.silent_sides):
        return _(
            "On %(end)s at the latest there is an answer, or a letter to both sides closes it; a message from whoever is asked puts that day off."
        )
    return _(
        "On %(end)s at the latest you have an answer, or a letter that closes it; a message from them puts that day off."
    )


def _held(proposal: Proposal) -> Organisation | None:
    """The suspended organisation whose answer is awaited: nobody acts in its name meanwhile."""
    found = (proposal.suspended_on(side) for side in proposal.silent_sides)
    return next(filter(None, found), None)


def _awaited(proposal: Proposal) -> str:
    if proposal.need_said_yes_at:
        return _has_to_answer(proposal.offer.discreet_name)
    if proposal.offer_said_yes_at and proposal.need.is_unclaimed:
        return _("The coordination has to answer for %(org)s") % {"org": proposal.need.organisation}
    if proposal.offer_said_yes_at:
        return _("%(org)s has to answer") % {"org": proposal.need.organisation}
    return _("The sides have to answer")


def _has_to_answer(who: str) -> str:
    return _("%(who)s has to answer") % {"who": who}


def _declined(situation: Situation) -> Card:
    return _ended(situation, _("It is a no this time"))


def _left_unanswered(situation: Situation) -> Card:
    if not situation.facts.can_say_yes_late:
        return _over(situation)
    words = _("Your yes still counts: %(who)s would be asked at once whether it still holds.")
    label = _("Yes, after all") if situation.is_need_side else _("I am available after all")
    yes = Button(label, situation.url("proposal-late-yes"), "accent")
    title = _("There is still time for a yes")
    return _ended(situation, title, [Line(words % {"who": situation.other})], [yes])


def _over(situation: Situation) -> Card:
    because = situation.facts.too_late_because
    said = f"{_('It is too late for a yes:')} {because}"
    return _ended(
        situation, _("This goes no further"), [Line(said, is_soft=True)] if because else []
    )


def _ended(
    situation: Situation, title: str, lines: Sequence[Line] = (), buttons: Sequence[Button] = ()
) -> Card:
    """The card of a proposal that has ended: why, in the words of whoever ended it, and where to look now."""
    word = situation.facts.last_word
    elsewhere = _elsewhere(situation, "quiet" if buttons else "primary")
    return Card(
        title,
        (*([Line(quoted(word))] if word else []), *lines),
        (*buttons, *([elsewhere] if elsewhere else [])),
        is_yours=False,
    )


def _elsewhere(situation: Situation, look: str) -> Button | None:
    need, offer = situation.proposal.need, situation.proposal.offer
    if situation.side == Side.OFFER:
        if offer.status == OfferStatus.PUBLISHED:
            return Button(_("See other needs that suit me"), offer.get_absolute_url(), look)
        return Button(_("See the needs"), reverse("needs"), look)
    if permissions.can_see_candidates(situation.user, need):
        url = reverse("need-candidates", args=[need.pk])
        return Button(_("See who else could help"), url, look)
    return None


_BY_STATE: dict[ProposalStatus, Callable[[Situation], Card]] = {
    ProposalStatus.OPEN: _open,
    ProposalStatus.DECLINED: _declined,
    ProposalStatus.WITHDRAWN: _over,
    ProposalStatus.CLOSED: _over,
    ProposalStatus.UNANSWERED: _left_unanswered,
}
