"""“How is it going?” and the review, answered from the letter without signing in."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from marketplace import letters
from marketplace.actions.missions import followups, missions
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.followups import FollowUpForm, WordForm
from marketplace.forms.missions.reviews import ReviewForm
from marketplace.models import Case, Consent, FollowUp, Mission
from marketplace.rules import audience, permissions
from marketplace.views.links import link_cut, link_over, was_read


def by_its_link(
    view: Callable[[OurRequest, FollowUp, str], HttpResponse],
) -> Callable[[OurRequest, str], HttpResponse]:
    """The question behind the link; otherwise the page that says why the link no longer opens. Whoever is logged in
    and sees the mission, as from the bell, is led to its page and told why there."""

    @login_not_required
    @wraps(view)
    def opened(request: OurRequest, token: str) -> HttpResponse:
        try:
            follow_up = followups.from_token(token)
        except NotYet as refusal:
            if mission := _seen_behind(request, token):
                messages.info(request, str(refusal))
                return redirect(mission)
            return link_over(request, str(refusal))
        if follow_up is None:
            return link_cut(request)
        return view(request, follow_up, token)

    return opened


def _seen_behind(request: OurRequest, token: str) -> Mission | None:
    if request.method != "GET" or not is_signed_in(request):
        return None
    seen = Mission.objects.visible_to(request.user)
    return seen.filter(follow_ups=followups.number_in(token)).first()


@by_its_link
def answer(request: OurRequest, follow_up: FollowUp, token: str) -> HttpResponse:
    """The page of the question. Opening it changes nothing, since mail scanners open links: the form's button
    answers."""
    if request.method == "POST" and "add" in request.POST:
        return _add(request, follow_up, token)
    chosen, left = request.GET.get("answer"), followups.answers_left(follow_up)
    form = FollowUpForm(
        request.POST or None, kind=follow_up.kind, answers=left, initial={"answer": chosen}
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            followups.answer(follow_up, **form.cleaned_data)
        except NotYet as too_late:
            refusal = str(too_late)
        else:
            return redirect("review-by-link" if _wants_review(follow_up) else "follow-up", token)
    context = _shown(follow_up, token) | {"form": form if left else None, "refusal": refusal}
    context["chosen"] = chosen in left and request.method == "GET"
    context["at_once"] = context["chosen"] and was_read(
        follow_up.asked, key=letters.FOLLOW_UP.written(follow_up=follow_up)
    )
    return render(request, "marketplace/missions/follow_up.html", context)


def _shown(follow_up: FollowUp, token: str) -> dict:
    return {
        "follow_up": follow_up,
        "asked": _question(follow_up),
        "mission": follow_up.mission,
        "is_over": followups.is_over(follow_up),
        **_who_is_told(follow_up),
        "token": token,
        "wants_review": _wants_review(follow_up),
        "reviewed": _is_reviewed(follow_up),
        "word_form": WordForm() if followups.may_add(follow_up) else None,
    }


def _question(follow_up: FollowUp) -> str:
    if follow_up.asks_a_review:
        return _("How did it go?")
    if follow_up.kind == FollowUp.Kind.LATER:
        return _("Three months after: does it still serve?")
    return _("How is it going?")


def _who_is_told(follow_up: FollowUp) -> dict[str, bool]:
    if follow_up.is_well or audience.who_hears(follow_up.mission):
        return {"is_heard": True}
    return {"is_heard": False, "site_is_told": bool(audience.who_runs_the_site(follow_up.mission))}


def _add(request: OurRequest, follow_up: FollowUp, token: str) -> HttpResponse:
    """Keep the words that are added after the click that said that something is wrong."""
    form, refusal = WordForm(request.POST), ""
    if follow_up.answered_at is None:
        return redirect("follow-up", token)
    if form.is_valid():
        try:
            followups.add(follow_up, **form.cleaned_data)
        except NotYet as too_late:
            refusal = str(too_late)
        else:
            messages.success(request, _("Added: it is read with your answer."))
            return redirect("follow-up", token)
    context = _shown(follow_up, token) | {"word_form": form, "refusal": refusal, "form": None}
    return render(request, "marketplace/missions/follow_up.html", context)


def _wants_review(follow_up: FollowUp) -> bool:
    return (
        follow_up.kind == FollowUp.Kind.REVIEW
        and follow_up.mission.is_reviewable
        and not _is_reviewed(follow_up)
    )


def _is_reviewed(follow_up: FollowUp) -> bool:
    return (
        follow_up.kind == FollowUp.Kind.REVIEW
        and follow_up.mission.reviews.filter(side=follow_up.side).exists()
    )


@by_its_link
def review(request: OurRequest, follow_up: FollowUp, token: str) -> HttpResponse:
    """The review's other questions, opened by the link of the letter, which opens nothing else."""
    if not _wants_review(follow_up):
        return redirect("follow-up", token)
    mission = follow_up.mission
    names = permissions.may_name_organisations(follow_up.asked, mission, follow_up.side)
    form = ReviewForm(request.POST or None, mission=mission, voice=follow_up.side, names=names)
    if request.method == "POST" and form.is_valid():
        try:
            how, by = Consent.How.LINK, follow_up.asked
            missions.review(mission, side=follow_up.side, by=by, how=how, **form.said)
        except NotYet as refusal:
            messages.info(request, str(refusal))
        return redirect("follow-up", token)
    return render(
        request,
        "marketplace/missions/mission_review.html",
        {
            "mission": mission,
            "form": form,
            "by_link": True,
            "follow_up": follow_up,
            "is_open": mission.has_open_reviews(timezone.now()),
            "typing": None,  # by a letter’s link there is no account to keep it
        },
    )


@require_POST
def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    follow_up = get_object_or_404(
        FollowUp.objects.visible_to(request.user).select_related("mission__need__pole"), pk=pk
    )
    permissions.require(permissions.can_settle(request.user, follow_up))
    if not followups.settle(follow_up, by=request.user):
        return redirect(follow_up.mission)
    if case := Case.objects.visible_to(request.user).open().about(follow_up.mission).first():
        messages.success(
            request,
            _("Settled. The case about this mission stays on the desk: close it once all is done."),
        )
        return redirect(case)
    messages.success(request, _("Settled: it has left the desk."))
    return redirect(follow_up.mission)
