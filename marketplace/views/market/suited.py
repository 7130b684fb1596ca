"""What suits whom on one's own home page: the kept lists; for a newcomer, what we understood of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Membership, User
from accounts.requests import SignedInRequest
from marketplace import ranking, words
from marketplace.actions.market import portraits
from marketplace.forms.market.profile import SentenceForm
from marketplace.matching.match import Match
from marketplace.models import Level, Need, Offer, Portrait, PortraitSkill, Side, Skill

A_FEW = 3


@dataclass
class Newcomer:
    """`understood`: to be confirmed; `held`: confirmed already. Matches come from both."""

    form: SentenceForm
    said: str = ""
    understood: list[Skill] = field(default_factory=list)
    held: list[Skill] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    lacks_town: bool = False

    @property
    def asks(self) -> bool:
        """It has an act of its own to press: the page's one button that stands out."""
        return bool(self.understood) or not (self.said and self.held)


def for_home(request: SignedInRequest) -> dict:
    """For whoever offers, the best needs; for a structure, who could help; for neither, a beginning."""
    user = request.user
    needs, offers = Need.objects.spoken_for_by(user), Offer.objects.owned_by(user)
    best = ranking.best_kept(needs, offers, top=A_FEW)
    found = bool(best[Side.OFFER] or best[Side.NEED])
    return {
        "suited_needs": best[Side.OFFER],
        "suited_offers": best[Side.NEED],
        "newcomer": None if found else newcomer(user, request.memberships),
    }


def newcomer(user: User, memberships: Iterable[Membership]) -> Newcomer | None:
    """Nothing for those who write needs or answer for the pôle, or whose offers are made already."""
    companies_only = all(row.organisation.kind == "COMPANY" for row in memberships)
    if not companies_only or Offer.objects.owned_by(user).exists():
        return None
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


def _held(portrait: Portrait | None) -> Iterable[PortraitSkill]:
    return portrait.held.select_related("skill") if portrait else []


def _read(said: str) -> list[Skill]:
    codes = [found.code for found in words.suggest(said, least=words.LIKELY)] if said else []
    skills = {skill.code: skill for skill in Skill.objects.current().filter(code__in=codes)}
    return [skills[code] for code in codes if code in skills]


@require_POST
def say(request: SignedInRequest) -> HttpResponse:
    """A sentence from the home page: kept, read, and answered with what suits."""
    form = SentenceForm(request.POST)
    if form.is_valid():
        portraits.say(request.user, about=form.cleaned_data["about"])
    else:
        messages.error(request, _("Write a sentence first: what do you know how to do?"))
    return redirect("home")


@require_POST
def confirm(request: SignedInRequest) -> HttpResponse:
    """Those that are right become one's skills; what isn't ticked is simply left."""
    codes = [code for code in request.POST.getlist("skills")[:12] if "\0" not in code]
    chosen = Skill.objects.current().filter(code__in=codes)
    if chosen:
        portraits.confirm(request.user, chosen)
        messages.success(request, _("Thank you: here are the needs that suit you."))
    else:
        messages.error(request, _("Tick at least one skill, or say it with other words."))
    return redirect("home")
