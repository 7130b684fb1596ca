"""Rounds: the list of an employer's, the page of one, and what its people and who runs it do there."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import ForbiddenMove, Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from common.counted import counted
from common.numbers import to_a_tenth
from marketplace.actions.market import rounds
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.rounds import AnswerForm, MoveForm, RoundForm, TeamsForm
from marketplace.models import Employee, Round, RoundAnswer
from marketplace.rules import permissions, round_stages
from marketplace.rules import rounds as rules
from marketplace.states import RoundStatus

MOST_LISTED = 200  # of those who wait, and of the words of those who can't come


# --- finding ---------------------------------------------------------------------------------
def seen_or_404(request: SignedInRequest, pk: int) -> Round:
    """The round, for the people of its house once it has been opened, before for who runs it; for the coordinators."""
    rows = Round.objects.visible_to(request.user).select_related(
        "organisation__commune", "organisation__pole", "programme"
    )
    round = get_object_or_404(rows, pk=pk)
    if not runs(request, round):
        get_object_or_404(Round.objects.ever_open(), pk=pk)
    return round


def runs(request: SignedInRequest, round: Round) -> bool:
    return permissions.can_run_programmes(request.user, round.organisation)


def run_or_403(request: SignedInRequest, pk: int) -> Round:
    """The round, for whoever runs it."""
    round = seen_or_404(request, pk)
    permissions.require(runs(request, round))
    return round


def is_of(request: SignedInRequest, organisation: Organisation) -> bool:
    return any(row.organisation_id == organisation.pk for row in request.memberships)


# --- pages -----------------------------------------------------------------------------------
@require_safe
def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rounds of an employer, for its people: those that may be answered first."""
    organisation = visible(request, pk)
    permissions.require(organisation.may_offer and is_of(request, organisation))
    can_run = permissions.can_run_programmes(request.user, organisation)
    found = organisation.rounds.select_related("programme").order_by("-starts_on", "-pk")
    today = timezone.localdate()
    shown = list(found if can_run else found.ever_open())
    shown.sort(key=lambda one: not one.takes_answers_on(today))  # the others keep their order
    answers = RoundAnswer.objects.filter(person=request.user, round__in=shown)
    mine = {one.round_id: one for one in answers}
    rows = [{"round": one, "mine": mine.get(one.pk)} for one in shown]
    context = {
        "organisation": organisation,
        "rows": rows,
        "can_run": can_run,
        "today": today,
        "why_none": rules.why_none(organisation),
    }
    return render(request, "marketplace/market/rounds.html", context)


def create(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_run_programmes(request.user, organisation))
    if rules.why_none(organisation):
        return redirect("rounds", pk=organisation.pk)
    return _write(request, Round(organisation=organisation, created_by=request.user))


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    round = run_or_403(request, pk)
    if round.status != RoundStatus.DRAFT:
        messages.info(request, _("It has been opened: what people answer to stays as it is."))
        return redirect(round)
    return _write(request, round)


def _write(request: SignedInRequest, round: Round) -> HttpResponse:
    title = round.title
    form = RoundForm(request.POST or None, instance=round)
    if request.method == "POST" and form.is_valid():
        try:
            saved = rounds.write(round, form, by=request.user)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Read it again, then open it to answers."))
            return redirect(saved)
    context = {"form": form, "round": round, "organisation": round.organisation, "title": title}
    context["has_programmes"] = form.fields["programme"].queryset.exists()  # type: ignore[attr-defined]
    return render(request, "marketplace/market/round_form.html", context)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return page(request, seen_or_404(request, pk))


def page(request: SignedInRequest, round: Round, **given: Any) -> HttpResponse:
    """The page of a round, for each what they may read of it; `given` are forms that were refused."""
    today = timezone.localdate()
    belongs, can_run = is_of(request, round.organisation), runs(request, round)
    coordinates = request.user.coordinates(round.organisation.pole)
    run = _run(round, request.user.pk) if can_run else {}
    coming = len(run["comers"]) if can_run else round.answers.coming().count()
    context = {
        "round": round,
        "organisation": round.organisation,
        "belongs": belongs,
        "can_run": can_run,
        "is_open": round.takes_answers_on(today),
        "is_over": round.is_over_on(today),
        "coming": coming,
        "free": max(0, round.places - coming),
        "is_draft": round.status == RoundStatus.DRAFT,
        "is_cancelled": round.status == RoundStatus.CANCELLED,
        **(_own(request, round, run.get("short_of_days")) if belongs else {}),
        **run,
    }
    if can_run or coordinates:
        context["teams"] = round_stages.seen_by(request.user, round)
    return render(request, "marketplace/market/round.html", context | given)


def _own(request: SignedInRequest, round: Round, short: Mapping[int, Decimal] | None) -> dict:
    """What somebody of the house reads besides: their own answer; once they are told, their team and its mission. `short`:
    who is short of days, where it has been read."""
    mine = round.answers.filter(person=request.user).select_related("team").first()
    today = timezone.localdate()
    initial = {"word": mine.word if mine else "", "seen": mine.answer if mine else ""}
    own: dict[str, Any] = {
        "mine": mine,
        "turn": 0,
        "may_answer": rules.may_answer(request.user, round, today),
        "answer_form": AnswerForm(initial=initial),
    }
    if short is None:
        short = rules.short_of_days(round, {request.user.pk})
    own["short"] = _short_words(round, short, request.user.pk)
    own["shows_own"] = mine is not None or round.takes_answers_on(today)
    if mine and mine.waits:
        waiting = list(round.answers.waiting().values_list("pk", flat=True))
        own["turn"] = waiting.index(mine.pk) + 1
    # Whoever answers says it there; once that is shut, a place is given up all the same.
    own["may_withdraw"] = (
        mine is not None
        and mine.stands
        and not own["may_answer"]
        and not round.is_over_on(today)
        and rules.may_come(round)
    )
    if mine and mine.team and round.teams_told_at and round.status == RoundStatus.CLOSED:
        people = mine.team.people.exclude(pk=mine.pk).select_related("person")
        own["team"] = mine.team
        own["team_people"] = [one.person for one in people]
        own["team_missions"] = round_stages.missions_of(mine.team)
    return own


def _run(round: Round, reader: int) -> dict:
    """What who runs it reads besides: who answered what, and what there is to do. Of those who can't come, the words."""
    declined = round.answers.filter(answer=RoundAnswer.Answer.DECLINES)
    waiting, worded = round.answers.waiting(), declined.exclude(word="")
    waiting_count, declined_count, worded_count = counted([waiting, declined, worded])
    lists = [
        _read(round.answers.coming()),
        _read(waiting[:MOST_LISTED]) if waiting_count else [],
        _read(worded[:MOST_LISTED]) if worded_count else [],
    ]
    standing = {one.person_id for rows in lists for one in rows if one.stands}
    short = rules.short_of_days(round, standing | {reader})
    comers, waits, decliners = _with_work(round, lists, short)
    is_closed = round.status == RoundStatus.CLOSED
    return {
        "short_of_days": short,
        "comers": comers,
        "waiting": waits,
        "waiting_count": waiting_count,
        "decliners": decliners,
        "declined_count": declined_count,
        "teams_form": TeamsForm(),
        "move_form": MoveForm(round=round),
        "ticked": set(),
        "why_not_open": rules.why_not_open(round, timezone.localdate())
        if round.status == RoundStatus.DRAFT
        else "",
        "may_reopen": is_closed and not rules.why_not_reopened(round, timezone.localdate()),
        "forms_teams": is_closed and not round.teams_told_at,
    }


def _read(answers: QuerySet[RoundAnswer]) -> list[RoundAnswer]:
    return list(answers.select_related("person", "team"))


def _with_work(
    round: Round, lists: list[list[RoundAnswer]], short: Mapping[int, Decimal]
) -> list[list[dict]]:
    """Each answer of these lists with where the person works in the house."""
    people = {one.person_id for rows in lists for one in rows}
    employed = Employee.objects.filter(organisation=round.organisation_id, person__in=people)
    known = {one.person_id: one for one in employed.select_related("site")}
    return [
        [
            {
                "answer": one,
                "employee": known.get(one.person_id),
                "short": _short_words(round, short, one.person_id) if one.stands else "",
            }
            for one in rows
        ]
        for rows in lists
    ]


def _short_words(round: Round, short: Mapping[int, Decimal], person: int) -> str:
    """That somebody's programme doesn't give the days of the round any more."""
    if person not in short:
        return ""
    return _(
        "The programme doesn’t give as much any more: days left in %(year)s: %(left)s; each gives here: %(days)s."
    ) % {
        "year": round.starts_on.year,
        "left": to_a_tenth(short[person]),
        "days": to_a_tenth(round.days),
    }


# --- acts ------------------------------------------------------------------------------------
@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own answer."""
    round = seen_or_404(request, pk)
    permissions.require(is_of(request, round.organisation))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return page(request, round, answer_form=form)
    said, now = form.cleaned_data, timezone.now()
    comes = said["answer"] == RoundAnswer.Answer.COMES
    try:
        mine = rounds.answer(
            round, comes=comes, word=said["word"], seen=said["seen"], by=request.user, now=now
        )
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _SAID[mine.answer]())
    return redirect(round)


_SAID: dict[str, Callable[[], str]] = {
    RoundAnswer.Answer.COMES: lambda: _("Noted: you come. Thank you."),
    RoundAnswer.Answer.WAITS: lambda: _(
        "All places are taken: you wait your turn, and a letter tells you when a place is free."
    ),
    RoundAnswer.Answer.DECLINES: lambda: _("Noted: you can’t come this time."),
    RoundAnswer.Answer.WITHDRAWN: lambda: _(
        "Noted: you no longer come. A place that becomes free goes to the first who waits."
    ),
}


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give one's place up once answers are closed."""
    round = seen_or_404(request, pk)
    permissions.require(request.user.works_for(round.organisation))
    done = _SAID[RoundAnswer.Answer.WITHDRAWN]()
    return act(
        request, round, done, lambda: rounds.withdraw(round, by=request.user, now=timezone.now())
    )


@require_POST
def open_to_answers(request: SignedInRequest, pk: int) -> HttpResponse:
    round = run_or_403(request, pk)
    done = _("Open: your people are called by letter, and find it on their first page.")
    return act(
        request,
        round,
        done,
        lambda: rounds.open_to_answers(round, by=request.user, now=timezone.now()),
    )


@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    round = run_or_403(request, pk)
    done = _("Answers are closed: form the teams.")
    return act(request, round, done, lambda: rounds.close(round, by=request.user))


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    round = run_or_403(request, pk)
    done = _("Answers are open again.")
    return act(
        request, round, done, lambda: rounds.reopen(round, by=request.user, now=timezone.now())
    )


def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what follows; the button cancels."""
    round = run_or_403(request, pk)
    if request.method == "POST":
        done = _("Cancelled.")
        return act(
            request, round, done, lambda: rounds.cancel(round, by=request.user, now=timezone.now())
        )
    context = {
        "title": _("Cancel “%(round)s”?") % {"round": round},
        "consequences": _what_follows(round),
        "act_label": _("Cancel it for good"),
        "danger": True,
        "back_url": round.get_absolute_url(),
    }
    return render(request, "components/confirm_page.html", context)


def _what_follows(round: Round) -> list[str]:
    told = round.answers.standing().count()
    follows = [
        _("Nobody was called yet: nobody is told.")
        if round.status == RoundStatus.DRAFT
        else _("Those who come or wait for a place are told by letter: %(n)s.") % {"n": told}
    ]
    if round.teams.exclude(offer=None).exists():
        follows += [
            _(
                "The offers of its teams are paused, and the structures that waited for their answer are told."
            ),
            _("Missions that were agreed already go on: stop them on their own pages."),
        ]
    return [*follows, _("It can’t be opened again; you may write another one.")]


def act(
    request: SignedInRequest, round: Round, done: str, do: Callable[[], object]
) -> HttpResponse:
    """Do it, and lead back to the page with what came of it."""
    try:
        do()
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(round)
