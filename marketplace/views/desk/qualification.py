"""The page of a need for its coordinator: the sheet of four questions, who could do it, who said what."""

from dataclasses import replace
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove, User
from accounts.requests import SignedInRequest
from common.already_read import may_have
from common.counted import there_are
from marketplace import ranking
from marketplace.actions.desk import qualification
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.desk import happened, score_histogram, story
from marketplace.forms.desk.qualification import OutcomeForm, QualificationForm
from marketplace.models import (
    AskedPoleStep,
    Dispatched,
    Need,
    Note,
    Proposal,
    Qualification,
    Tag,
    Task,
    reasons,
)
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.market.bosses import filled_under
from marketplace.rules import ask_limits, permissions
from marketplace.rules.questions import not_to_be_asked
from marketplace.states import NeedStatus
from marketplace.views.desk.stories import kept_about
from marketplace.views.long_lists import first_of
from marketplace.views.market.gaps import NeedSide, nearly
from marketplace.views.market.needs import need_or_404
from marketplace.views.timeline import events

ASKED = "demandes"  # in the address


def _ours(request: SignedInRequest, pk: int) -> Need:
    need = need_or_404(request, pk)
    permissions.require(request.user.coordinates(need.pole))
    return need


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The best candidates, the spread of their scores, who was asked and what they said."""
    need = _ours(request, pk)
    # Who is on the side of an offer for it is the rival of all who are asked, or could be.
    follows = permissions.follows_need(request.user, need)  # what pôles say among themselves
    looks = permissions.answers_for_need(request.user, need, follows=follows)
    open_now = looks and need.status == NeedStatus.PUBLISHED
    reader = asked_beforehand(request.user)
    in_touch = Proposal.objects.in_touch(reader, [need.pk])
    side = NeedSide.of(request.user, need, in_touch=in_touch, follows=follows)
    around = ranking.around(need, hidden=side.hidden) if open_now else None
    near = nearly(
        replace(side, around=around), around.near_misses(top=3) if around else [], few=False
    )
    best = around.matches(top=score_histogram.WIDE) if around else []
    shown = best[: score_histogram.SHOWN]
    offers = [match.offer for match in shown if side.can_propose]
    resting = ask_limits.resting(offers, timezone.now(), reader=reader)
    asked, more_asked = first_of(_asked(reader, need), request.GET.get(ASKED))
    there = _what_there_is(need)
    return render(
        request,
        "marketplace/desk/desk_need.html",
        {
            "need": need,
            "followed_by": need.coordinator or need.operator,
            "best": [
                (match, in_touch.between(need.pk, match.offer), resting.get(match.offer_id))
                for match in shown
            ],
            "near_misses": near.cards,
            "relaxations": near.changes,
            "spread": score_histogram.of([match.score for match in best]),
            "asked": [_line(proposal) for proposal in asked],
            "more_asked": more_asked,
            "elsewhere": need.asked_poles.as_told(request.user)
            if follows and may_have(need, "asked_poles")
            else [],
            "looks": looks,
            "can_list": permissions.can_take_charge(request.user, need),
            "can_propose": side.can_propose,
            "can_qualify": permissions.can_qualify_need(request.user, need),
            "can_visit": permissions.can_propose_visit(request.user, need),
            "sheet": _sheet(need) if follows else None,
            "events": _story(request.user, need, there, whole=follows),
            **kept_about(request, need, "need"),
        },
    )


def _what_there_is(need: Need) -> dict[str, bool]:
    """What there is about it at all, whoever reads it: most needs have nothing of some, and of that the page asks no more."""
    parts: dict[str, QuerySet[Any]] = {
        "notes": Note.objects.filter(need=need),
        "tags": Tag.objects.filter(need=need),
        "tasks": Task.objects.filter(need=need),
        "dispatched": Dispatched.objects.filter(need=need),
    }
    there = dict(zip(parts, there_are([*parts.values()]), strict=True))
    for kept in ("notes", "tags", "tasks"):
        setattr(need, f"has_{kept}", there[kept])  # for `kept_about`
    return there


def _story(user: User, need: Need, there: dict[str, bool], *, whole: bool) -> list[dict]:
    """Its steps, what the rules did with it and, for whoever follows it (`whole`), what other pôles were asked and have
    answered: the newest first."""
    dispatched = happened.dispatched(Dispatched.objects.filter(need=need))
    given = [
        {"at": row.at, "words": story.words_of(row), "by": ""}
        for row in (dispatched.select_related("operator") if there["dispatched"] else ())
    ]
    steps = need.steps.filter(~filled_under(user)).select_related("by")
    moved = events(steps, discreet=False)
    looks = whole and may_have(need, "asked_poles")
    asked = (
        AskedPoleStep.objects.filter(asked__need=need) if looks else AskedPoleStep.objects.none()
    )
    told = [
        {"at": step.at, "words": story.words_of_asked(step), "by": step.by and str(step.by)}
        for step in asked.select_related("asked__pole", "by")
    ]
    return sorted([*given, *moved, *told], key=itemgetter("at"), reverse=True)


def _sheet(need: Need) -> Qualification | None:
    """The sheet, with what the structure said as it was met: not for whoever leaves the need to others."""
    return Qualification.objects.filter(need=need).select_related("by").first()


def _asked(user: User, need: Need) -> QuerySet[Proposal]:
    """The people asked and those who came by themselves, the last first; without those whom the reader leaves to
    others."""
    seen = Proposal.objects.visible_to(user).filter(need=need)
    related = seen.select_related("offer__person", "offer__organisation", "need")
    return related.prefetch_related("steps")


def _line(proposal: Proposal) -> dict:
    """How a proposal stands, and its words."""
    steps = list(proposal.steps.all())
    last = next((step for step in steps[::-1] if step.reason), None)
    return {
        "proposal": proposal,
        "said": last.said if last else "",
        "is_theirs": last is not None and reasons.are_theirs(last.reason),
    }


def qualify(request: SignedInRequest, pk: int) -> HttpResponse:
    """The qualification sheet. It is saved at each press of a button; the outcome moves the need, once."""
    need = _ours(request, pk)
    if not permissions.judges_need(request.user, need):
        return _left_to_others(request, need)
    permissions.require(permissions.follows_need(request.user, need))
    sheet = qualification.sheet_of(need, by=request.user)
    if need.status != NeedStatus.SUBMITTED:
        return render(request, "marketplace/desk/qualified.html", {"need": need, "sheet": sheet})
    form = QualificationForm(request.POST or None, instance=sheet)
    ending = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and ending.is_valid():
        try:
            return _keep(request, need, form, ending)
        except (ForbiddenMove, NotYet) as refusal:
            messages.error(request, str(refusal))
            return _again(request, need)
    return render(
        request,
        "marketplace/desk/qualify.html",
        {
            "need": need,
            "form": form,
            "ending": ending,
            "theirs": None,
            "doubtful": not_to_be_asked(need.question_list),
        },
    )


def _left_to_others(request: SignedInRequest, need: Need) -> HttpResponse:
    """The answer to a coordinator who belongs to the structure, or wrote the need: who reads it in their place."""
    permissions.require(request.method != "POST")
    others = ", ".join(str(one) for one in permissions.who_else_judges(need))
    said = {"structure": need.organisation, "others": others}
    because = _("You wrote this need: it is read by %(others)s.")
    if request.user.belongs_to(need.organisation):
        because = _("You belong to %(structure)s: its needs are read by %(others)s.")
    messages.info(request, because % said)
    return redirect("desk-need", pk=need.pk)


def _keep(
    request: SignedInRequest, need: Need, form: QualificationForm, ending: OutcomeForm
) -> HttpResponse:
    """Save the sheet; with the button “end”, conclude the qualification too. A skill is left out by the press that goes
    through: until then its tick can come back."""
    read, wants = form.cleaned_data["read"], ending.cleaned_data["outcome"]
    filled, left_out, ends = form.save(commit=False), form.left_out, "end" in request.POST
    # Both are asked, so that each says what it lacks.
    ready = not ends or all([ending.is_enough(), form.lets(wants)])
    without = left_out if ready else set()
    sheet = qualification.save(filled, read=read, by=request.user, without=without)
    if not ends:
        messages.success(request, _("Kept. You can go on later, or a colleague can."))
        return redirect("need-qualify", pk=need.pk)
    if not ready:
        return _again(request, need, wants)
    words = ending.cleaned_data["words"]
    qualification.conclude(sheet, outcome=wants, words=words, by=request.user)
    messages.success(request, _("Done: the structure is told."))
    return redirect(need)


def _again(request: SignedInRequest, need: Need, wants: str | None = None) -> HttpResponse:
    """Show the form again with what was typed and, beside it, what a colleague saved meanwhile. The next press is
    then about that newer sheet."""
    held = qualification.sheet_of(need, by=request.user)
    theirs = held if held.pk and held.by_id != request.user.pk else None
    data = request.POST.copy()
    data["read"] = str(held.version)
    form = QualificationForm(data, instance=qualification.sheet_of(need, by=request.user))
    ending = OutcomeForm(data)
    if wants is not None and form.is_valid() and ending.is_valid():
        form.lets(wants)
        ending.is_enough()
    return render(
        request,
        "marketplace/desk/qualify.html",
        {
            "need": need,
            "form": form,
            "ending": ending,
            "theirs": theirs,
            "doubtful": not_to_be_asked(need.question_list),
        },
    )


@require_POST
def list_it(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a need that was proposed privately into the public catalogue."""
    need = _ours(request, pk)
    permissions.require(permissions.can_take_charge(request.user, need))
    try:
        needs.list_it(need, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is in the catalogue now."))
    return redirect("desk-need", pk=need.pk)


@require_POST
def one_hour(request: SignedInRequest, pk: int) -> HttpResponse:
    """The structure follows the advice: its need becomes a request for one hour."""
    need = need_or_404(request, pk)
    permissions.require(permissions.speaks_for_need(request.user, need))
    try:
        needs.reopen(need, by=request.user, one_hour=True)
    except ForbiddenMove as refusal:
        messages.error(request, str(refusal))
        return redirect(need)
    messages.success(request, _("It asks for one hour now. Read it again, then send it."))
    return redirect("need-edit", pk=need.pk)
