"""What somebody would like to learn: their page, and what is found for it on their home and beside their offers."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.scope import scope_of
from marketplace import ranking
from marketplace.actions.market import learnings
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.learnings import LearningForm
from marketplace.models import Learning, Level, Mission, Need, NeedSkill, Offer, Side, Skill
from marketplace.rules import permissions
from marketplace.views.gatherings import teaching
from marketplace.views.gatherings.teaching import Session

SHOWN = 3
READ = 20  # of the best needs, those where somebody leads


@dataclass(frozen=True)
class Lesson:
    """A need that suits one's own offer, where somebody comes already who knows what one would like to learn."""

    need: Need
    named: list[str]

    @property
    def skills(self) -> str:
        return ", ".join(self.named)


@dataclass(frozen=True)
class Learnt:
    wished: list[Skill]
    sessions: list[Session] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)

    @property
    def without(self) -> str:
        """The skills for which there is nothing today, though there is for others."""
        found = {name for one in self.sessions for name in one.named}
        found |= {name for one in self.lessons for name in one.named}
        return ", ".join(name for name in map(str, self.wished) if name not in found)


def page(request: SignedInRequest) -> HttpResponse:
    permissions.require(scope_of(request.user).own)
    form = LearningForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            learnings.write(request.user, kept=said.get("kept") or [], added=said.get("added"))
        except NotYet as refusal:
            form.add_error("added", str(refusal))
        else:
            wishes = request.user.learnings.exists()
            known = _("Kept. Here is what we know of today.")
            messages.success(request, known if wishes else _("Kept."))
            return redirect("learning")
    found = of(request.user, timezone.now())
    return render(request, "marketplace/market/learning.html", {"form": form, "learnt": found})


def of(user: User, now: datetime) -> Learnt | None:
    """None for whoever wishes for nothing, and by an employer's sign-in: it is one's own."""
    if not scope_of(user).own:
        return None
    wished = {row.skill_id: row.skill for row in user.learnings.select_related("skill")}
    if not wished:
        return None
    named = {number: str(skill) for number, skill in wished.items()}
    return Learnt(
        list(wished.values()), teaching.for_somebody(user, named, now), _lessons(user, named)
    )


def for_offer(user: User, offer: Offer, now: datetime) -> dict:
    """On an offer's page: what is found, for the person whose it is; what they wish for, for coordinators."""
    theirs = offer.person_id == user.pk and scope_of(user).own
    read = Learning.objects.none()
    if offer.person_id not in (None, user.pk) and user.coordinates(offer.pole):
        read = Learning.objects.visible_to(user).filter(person=offer.person_id)
    return {
        "learnt": of(user, now) if theirs else None,
        "may_learn": theirs,
        "would_learn": [str(row.skill) for row in read.select_related("skill")],
    }


def _lessons(user: User, wished: dict[int, str]) -> list[Lesson]:
    """Of the needs that suit what they hold, those that want a skill which they would like to learn and that somebody who
    comes already masters. Whoever that is isn't said; nor is anything told to a boss of what is done at home."""
    mine = Offer.objects.filter(person=user).published()
    best = ranking.best_kept(Need.objects.none(), mine, top=READ)[Side.OFFER]
    needs = {match.need_id: match.need for match in best}
    if not needs:
        return []
    asked = NeedSkill.objects.filter(need__in=needs, skill__in=wished).values_list("need", "skill")
    held = (
        Mission.objects.taking_a_place()
        .live()
        .filter(
            ~Offer.at_home_under(user, at="offer__"),
            need__in=needs,
            offer__held__skill__in=wished,
            offer__held__level__gte=Level.SKILLED,
        )
        .exclude(offer__person=user)
        .order_by()
        .values_list("need", "offer__held__skill")
    )
    taught: dict[int, list[str]] = {}
    for number, skill in sorted(set(asked) & set(held)):
        taught.setdefault(number, []).append(wished[skill])
    found = [Lesson(need, taught[number]) for number, need in needs.items() if number in taught]
    return found[:SHOWN]
