"""What suits whom on one's own home page: the kept lists; for a newcomer, what the site has understood of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Membership, User
from accounts.requests import SignedInRequest
from accounts.scope import scope_of
from marketplace import ranking, words
from marketplace.actions.market import portraits
from marketplace.forms.market.profile import SentenceForm
from marketplace.matching.match import Match
from marketplace.models import Level, Need, Offer, Portrait, PortraitSkill, Proposal, Side, Skill
from marketplace.rules import ask_limits, own_yes

A_FEW = 3


@dataclass
class Newcomer:
    """Somebody without offers: `understood` are skills to be confirmed, `held` those confirmed. Both bring matches."""

    form: SentenceForm
    said: str = ""
    understood: list[Skill] = field(default_factory=list)
    held: list[Skill] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    lacks_town: bool = False

    @property
    def asks(self) -> bool:
        """Whether it has an act of its own, whose button is then the one that stands out on the page."""
        return bool(self.understood) or not (self.said and self.held)


def for_home(request: SignedInRequest, *, runs_a_house: bool, offers: bool) -> dict:
    """The best needs for those who offer, the best offers for a structure; for somebody without either, a
    beginning. Who runs the programmes of a house comes for something else: what suits its people is on its own page. `offers`:
    whether there is any offer of theirs."""
    user = request.user
    needs, hidden = Need.objects.none(), None
    if any(row.represents for row in request.memberships):
        needs, hidden = Need.objects.spoken_for_by(user), Offer.objects.at_home_under(user)
    mine = Offer.objects.owned_by(user) if offers else Offer.objects.none()
    if runs_a_house:
        mine = mine.to_apply_with(user)
    best = ranking.best_kept(needs, mine, top=A_FEW, hidden=hidden)
    found = bool(best[Side.OFFER] or best[Side.NEED])
    begins = not runs_a_house and _is_a_beginning(user, found)
    comes_to_offer = not offers and _only_offers(request.memberships)
    return {
        "suited_needs": [_with_whose(user, match) for match in best[Side.OFFER]],
        "suited_offers": _with_what_goes_on(user, best[Side.NEED]),
        "newcomer": newcomer(user) if begins and comes_to_offer else None,
        "first_offer": not runs_a_house and not scope_of(user).own and comes_to_offer,
    }


def _is_a_beginning(user: User, found: bool) -> bool:
    """Whether the page begins with what they say of themselves: it is their own, which no company's sign-in opens."""
    return scope_of(user).own and not found


def _with_whose(user: User, match: Match) -> tuple[Match, Offer | None, bool]:
    """A match; the offer it is about, when that is a colleague's or a team's; whether this person may apply with it."""
    offer = match.offer
    is_theirs = offer.person_id == user.pk
    return match, None if is_theirs else offer, own_yes.may_say_yes(user, offer)


def _with_what_goes_on(
    user: User, matches: list[Match]
) -> list[tuple[Match, Proposal | None, date | None]]:
    """Each match, with the proposal by which the person is in touch about the need already, by another offer, and the day
    from which they may be asked, if it isn't today."""
    if not matches:
        return []
    in_touch = Proposal.objects.in_touch(user, {match.need_id for match in matches})
    offers = [match.offer for match in matches]
    resting = ask_limits.resting(offers, timezone.now(), reader=user)
    return [
        (match, in_touch.between(match.need_id, match.offer), resting.get(match.offer_id))
        for match in matches
    ]


def newcomer(user: User) -> Newcomer:
    """The newcomer's part of the page; not for those who write needs or coordinate, nor for those who have offers."""
    portrait = Portrait.objects.filter(user=user).first()
    said = "\n".join(filter(None, [user.trade, portrait.about if portrait else ""]))
    held = {item.skill: item.level for item in _held(portrait)}
    understood = [skill for skill in _read(said) if skill not in held]
    levels = held or dict.fromkeys(understood, int(Level.SKILLED))
    return Newcomer(
        form=SentenceForm(),
        said=said,
        understood=understood,
        held=list(held),
        matches=ranking.needs_for_newcomer(
            user, [(skill.pk, level) for skill, level in levels.items()], top=A_FEW
        ),
        lacks_town=user.commune_id is None,
    )


def _only_offers(memberships: Iterable[Membership]) -> bool:
    """Whether they come to offer, and nothing else."""
    return all(
        row.organisation.may_offer and not (row.organisation.may_ask and row.represents)
        for row in memberships
    )


def _held(portrait: Portrait | None) -> Iterable[PortraitSkill]:
    return portrait.held.select_related("skill") if portrait else []


def _read(said: str) -> list[Skill]:
    codes = [found.code for found in words.suggest(said, least=words.LIKELY)] if said else []
    skills = {skill.code: skill for skill in Skill.objects.current().filter(code__in=codes)}
    return [skills[code] for code in codes if code in skills]


@require_POST
def say(request: SignedInRequest) -> HttpResponse:
    """Save the sentence from the home page, which then shows what suits."""
    form = SentenceForm(request.POST)
    if form.is_valid():
        portraits.say(request.user, about=form.cleaned_data["about"])
    else:
        messages.error(request, _("Write a sentence first: what do you know how to do?"))
    return redirect("home")


@require_POST
def confirm(request: SignedInRequest) -> HttpResponse:
    """Add the skills that are ticked to those confirmed; the others are left."""
    codes = [code for code in request.POST.getlist("skills")[:12] if "\0" not in code]
    chosen = Skill.objects.current().filter(code__in=codes)
    if chosen:
        portraits.confirm(request.user, chosen)
        messages.success(request, _("Thank you: here are the needs that suit you."))
    else:
        messages.error(request, _("Tick at least one skill, or say it with other words."))
    return redirect("home")
