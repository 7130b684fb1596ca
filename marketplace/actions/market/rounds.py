"""Rounds: an employer calls its people, and they answer. Whoever comes has a place; the next wait their turn. Each act
locks the round first."""

from datetime import datetime
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.forms import BaseModelForm
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove, Membership, Organisation, User
from accounts.models.leavings import why_not_from
from marketplace import letters
from marketplace.actions import double_submit
from marketplace.actions.market import offers, round_offers
from marketplace.actions.missions import teams
from marketplace.actions.refusals import NotYet
from marketplace.models import Round, RoundAnswer, RoundTeam, reasons
from marketplace.rules import rounds as rules
from marketplace.states import RoundStatus
from notifications.faults import each_row, in_halves

ACT = "rounds"
BATCH = 200  # calls in one transaction
MOST_BATCHES = 25  # of one round, before others have their turn
SAID = (
    *("organisation", "programme", "title", "about", "places", "days"),
    *("starts_on", "ends_on", "answer_by"),
)
Answer = RoundAnswer.Answer


def locked(round: Round) -> Round:
    """The round, read again under its lock."""
    rows = Round.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation", "programme").get(pk=round.pk)


# --- who runs it -----------------------------------------------------------------------------
@transaction.atomic
def write(round: Round, form: BaseModelForm, *, by: User) -> Round:
    """Save a draft, new or changed. One that was written a moment ago in the same words isn't made twice. Raises NotYet
    for what has been opened."""
    if round.pk is None:
        drafts = Round.objects.filter(status=RoundStatus.DRAFT)
        if there := double_submit.just_written(round, SAID, drafts, by=by).first():
            return there
        form.save()
        return round.begin(by=by)
    round.status = locked(round).status
    if round.status != RoundStatus.DRAFT:
        raise NotYet(_("It has been opened meanwhile: what people answer to stays as it is."))
    form.save()
    return round


@transaction.atomic
def open_to_answers(round: Round, *, by: User, now: datetime) -> None:
    """Everybody for whom it is may answer from now on; the clock writes the calls. Raises NotYet, ForbiddenMove."""
    fresh = locked(round)
    if fresh.status != RoundStatus.DRAFT:
        raise ForbiddenMove(fresh, fresh.status, RoundStatus.OPEN)
    if why := rules.why_not_open(fresh, timezone.localdate(now)):
        raise NotYet(why)
    fresh.move(RoundStatus.OPEN, by=by)
    # A broker that is down loses nothing: the clock rings again.
    ring = partial(current_app.send_task, "marketplace.tasks.carry_on_rounds")
    transaction.on_commit(ring, robust=True)


@transaction.atomic
def close(round: Round, *, by: User | None) -> None:
    """Nobody answers any more; those who run it are told that teams may be formed. Raises ForbiddenMove."""
    fresh = locked(round)
    step = fresh.move(RoundStatus.CLOSED, by=by)
    letters.round_closed(fresh, step)


@transaction.atomic
def reopen(round: Round, *, by: User, now: datetime) -> None:
    """Answers that were closed too early are taken again, until their day. Raises NotYet, ForbiddenMove."""
    fresh = locked(round)
    if fresh.status != RoundStatus.CLOSED:
        raise ForbiddenMove(fresh, fresh.status, RoundStatus.OPEN)
    if why := rules.why_not_reopened(fresh, timezone.localdate(now)):
        raise NotYet(why)
    fresh.move(RoundStatus.OPEN, by=by)


@transaction.atomic
def cancel(round: Round, *, by: User, now: datetime) -> None:
    """Those who come or wait are told, and so are those who wait for an answer of its teams, whose offers are paused;
    missions that were agreed go on. Raises NotYet, ForbiddenMove."""
    fresh = locked(round)
    if fresh.is_over_on(timezone.localdate(now)):
        raise NotYet(_("It is over: there is nothing left to cancel."))
    step = fresh.move(RoundStatus.CANCELLED, by=by)
    for team in fresh.teams.exclude(offer=None).select_related("offer").order_by("offer"):
        if team.offer is not None:
            offers.stop_team(team.offer, reason=reasons.coded("round-cancelled"), by=by)
    letters.round_cancelled(fresh, step)


# --- who answers -----------------------------------------------------------------------------
@transaction.atomic
def answer(
    round: Round, *, comes: bool, word: str = "", seen: str = "", by: User, now: datetime
) -> RoundAnswer:
    """Say yes or no, or change one's mind. `seen` is the answer that stood on the page: what another window has changed
    meanwhile isn't undone. Raises NotYet."""
    fresh = locked(round)
    _require_answered_today(fresh, by=by, now=now)
    mine = fresh.answers.filter(person=by).first() or RoundAnswer(round=fresh, person=by)
    had = mine.stands
    if seen != mine.answer and had != comes and mine.answer:
        raise NotYet(
            _("Your answer has changed meanwhile: “%(answer)s”. Read it, then answer again.")
            % {"answer": mine.get_answer_display()}
        )
    mine.word = word
    if had and not comes:
        mine.save()
        _give_up(mine, now=now)
    elif had != comes or not mine.answer:
        mine.answer = _place(fresh) if comes else Answer.DECLINES
        # Under the lock: nobody comes to wait before those who do.
        mine.answered_at = timezone.now()
    mine.save()
    return mine


@transaction.atomic
def withdraw(round: Round, *, by: User, now: datetime) -> None:
    """Give one's place up once answers are closed, and one's part in the mission of one's team. Twice is once. Raises
    NotYet when it is over."""
    fresh = locked(round)
    if not fresh.answers.standing().filter(person=by).exists():
        return
    if fresh.is_over_on(timezone.localdate(now)) or not rules.may_come(fresh):
        raise NotYet(_("It is over, or cancelled: there is nothing left to give up."))
    mine = fresh.answers.select_related("team__offer").get(person=by)
    offer = mine.team.offer if mine.team else None
    _give_up(mine, now=now)
    if offer is not None:
        teams.give_up(by, offer, now=now)


def withdraw_all_of(person: User, company: Organisation, *, now: datetime) -> None:
    """Somebody leaves the house: whoever waits gets their place."""
    today = timezone.localdate(now)
    rows = Round.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    rounds = list(rows.standing_on(today).filter(organisation=company).values_list("pk", flat=True))
    given_up = RoundAnswer.objects.standing().filter(round__in=rounds, person=person)
    for mine in given_up.select_related("round__organisation", "round__programme", "team"):
        _give_up(mine, now=now)


def _require_answered_today(round: Round, *, by: User, now: datetime) -> None:
    today = timezone.localdate(now)
    if not round.takes_answers_on(today):
        if round.status == RoundStatus.CANCELLED:
            raise NotYet(_("It has been cancelled meanwhile."))
        raise NotYet(_("Too late: answers are closed."))
    if why := why_not_from(round.ends_on, round.organisation):
        raise NotYet(why)
    if not rules.may_answer(by, round, today):
        raise NotYet(_("You can’t answer it today: it isn’t open to you."))


def _place(round: Round) -> Answer:
    """Nobody overtakes those who wait: a place may be free that the clock hasn't given yet."""
    before = round.answers.coming() | round.answers.waiting().filter(rules.for_whom_it_is(round))
    return Answer.COMES if before.count() < round.places else Answer.WAITS


def _give_up(mine: RoundAnswer, *, now: datetime) -> None:
    """Their place goes to the first who waits, and so does their seat in the team."""
    team, mine.team = mine.team, None
    before = team.people.count() if team else 0
    mine.answer = Answer.WITHDRAWN
    mine.save(update_fields=["answer", "team"])
    instead = _give_places(mine.round, now=now, team=team)
    if mine.round.status == RoundStatus.CLOSED:  # before, who comes changes by the hour
        letters.round_given_up(mine, team=team, instead=instead, now=now)
    if team is not None:
        team.round = mine.round
        round_offers.follow(team, before=before)
        stop_if_empty(team, by=None)


def stop_if_empty(team: RoundTeam, *, by: User | None) -> None:
    """Nobody of it comes any more: nobody else is left to wait for its answer."""
    if team.offer is not None and not team.people.exists():
        offers.stop_team(team.offer, reason=reasons.coded("team-empty"), by=by)


def _give_places(round: Round, *, now: datetime, team: RoundTeam | None = None) -> list[User]:
    """Give what is free to those who wait, in their turn, and return them; `team` has a seat to fill. Nothing is given
    once it has begun, nor in the name of a suspended organisation."""
    if not rules.may_come(round) or round.starts_on < timezone.localdate(now):
        return []
    given = []
    free = round.places - round.answers.coming().count()
    waiting = round.answers.waiting().filter(rules.for_whom_it_is(round)).select_related("person")
    for first in waiting[: max(free, 0)]:
        first.answer, first.team, team = Answer.COMES, team, None
        first.save(update_fields=["answer", "team"])
        letters.round_place_given(first)
        given.append(first.person)
    return given


# --- the clock -------------------------------------------------------------------------------
def carry_on(now: datetime) -> int:
    """Call those who haven't been called, give the places of those who are gone, and close what is due. Returns how many
    rounds were looked at."""
    today = timezone.localdate(now)
    due = Q(status=RoundStatus.OPEN) | Q(status=RoundStatus.CLOSED, starts_on__gte=today)
    rows = Round.objects.filter(due).order_by("pk")
    return each_row(ACT, rows, partial(_carry_on, now=now), in_one=False)


def _carry_on(round: Round, *, now: datetime) -> None:
    if round.status == RoundStatus.OPEN and round.answer_by < timezone.localdate(now):
        _close_due(round, now=now)
    follow_leavers(round, now=now)
    for _batch in range(MOST_BATCHES):
        if not _call_some(round, now=now):
            return


@transaction.atomic
def _close_due(round: Round, *, now: datetime) -> None:
    fresh = locked(round)
    if fresh.status == RoundStatus.OPEN and fresh.answer_by < timezone.localdate(now):
        close(fresh, by=None)


@transaction.atomic
def follow_leavers(round: Round, *, now: datetime) -> None:
    """Whoever has left the house in another way than by the acts of people.py gives their place up all the same."""
    fresh = locked(round)
    gone = fresh.answers.standing().exclude(rules.still_there(fresh))
    for one in gone.select_related("team"):
        one.round = fresh
        _give_up(one, now=now)
    _give_places(fresh, now=now)


@transaction.atomic
def _call_some(round: Round, *, now: datetime) -> bool:
    """Write some calls. False when nobody is left to call."""
    fresh = locked(round)
    if not rules.is_answered_today(fresh, timezone.localdate(now)):
        return False
    people = rules.to_call(fresh).filter(pk__gt=fresh.called_up_to).select_related("user")
    batch = list(people.order_by("pk")[:BATCH])
    if not batch:
        return False
    answered = set(fresh.answers.values_list("person", flat=True)) | {fresh.created_by_id}

    def call(some: list[Membership]) -> None:
        letters.round_call(fresh, [one.user for one in some if one.user_id not in answered])

    in_halves(ACT, batch, call, row_of=lambda one: one)
    Round.objects.filter(pk=fresh.pk).update(called_up_to=batch[-1].pk)
    return True
