"""A pôle that lives: people post, apply, invite, answer late or never, under a clock that we move.

Only the clock is ours. What happens goes through the real acts; what comes by itself comes from the real
tasks, run at each tick; letters leave by the real sweep. Everything is drawn from one seed. The log that
is kept here is the simulator's own, so that what the site did can be compared with it.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from accounts.models import ForbiddenMove
from marketplace import ranking, tasks
from marketplace.actions.desk import cases
from marketplace.actions.market import freshness, proposals
from marketplace.actions.missions import followups, missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Case, FollowUp, Mission, Need, Offer, Proposal, Side
from marketplace.rules import permissions
from marketplace.states import LIVE, MissionStatus, ProposalStatus
from notifications import tasks as post_office
from notifications.models import RowFault
from tests.factories import make_coordinator, make_need, make_offer, make_pole, make_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")
SKILLS = ("site-web", "comptabilite", "communication", "recrutement", "rgpd", "organisation")


# What comes by itself, in the order of the schedule; letters, lists and figures have their own moments.
RUNG = (
    *("expire_offers", "ask_follow_ups", "look_into_silences", "chase_proposals"),
    *(
        "reopen_postponed",
        "tell_hours",
        "confirm_hours",
        "remind_managers",
        "ask_for_consents",
        "end_awaited_reviews",
        "close_what_is_done",
        "ask_for_values",
    ),
    *(
        "notice_departures",
        "follow_changed_addresses",
        "follow_moved_structures",
        "tell_overdue_amendments",
        "remind_of_readings",
        "remind_of_seats",
        "tell_absences",
        "follow_visits",
        "follow_gatherings",
    ),
    *("ask_still_true", "recall_drafts", "tell_of_lonely_needs", "ask_quiet_organisations"),
    *("count_responsiveness", "carry_on_receipts"),
)


def ring_the_clock() -> None:
    for name in RUNG:
        getattr(tasks, name)()
    assert [str(fault) for fault in RowFault.objects.all()] == [], "a row was set aside"


@dataclass
class Log:
    """What people did, when, as the simulator knows it."""

    asked: dict[int, datetime] = field(default_factory=dict)
    ended: dict[int, datetime] = field(default_factory=dict)
    refused: int = 0
    late: int = 0
    ticks: list[datetime] = field(default_factory=list)
    answered: dict[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Size:
    needs: int
    offers: int
    days: int
    starts: datetime = datetime(2026, 2, 2, tzinfo=PARIS)
    every: int = 3  # hours between two ticks; each hour in the nights when the clocks change
    outages: tuple[tuple[int, int], ...] = (
        (40, 42),
    )  # from the morning of a day to that of another
    drain: int = 45  # days at the end when nothing new is asked: what waits has to find its end


class Year:
    def __init__(self, seed: int, size: Size):
        self.chance, self.size, self.log = random.Random(seed), size, Log()
        self.queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self.numbers = count()
        self.now = size.starts.astimezone(UTC)
        self.met_at = self.now
        self.stops = size.starts + size.days * DAY
        self.offers: list[Offer] = []

    # --- the clock -------------------------------------------------------------------------
    def run(self) -> Log:
        with time_machine.travel(self.now, tick=False) as self.clock:
            self._settle()
            ends = self.stops + self.size.drain * DAY
            while self.now < ends:
                tick = self.now + self._step()
                self._live_until(tick)
                self._at(tick)
                if not self._is_out(tick):
                    self.log.ticks.append(tick)
                    ring_the_clock()
                    self._note_ends(tick)
                    self._meet_what_came()
                    post_office.sweep()
        return self.log

    def _step(self) -> timedelta:
        """Never over the hour that is missing or comes twice: up to it, then hour by hour."""
        wanted = self.size.every
        around = [
            (self.now + n * HOUR).astimezone(PARIS).utcoffset() for n in range(-4, wanted + 4)
        ]
        if len(set(around)) == 1:
            return wanted * HOUR
        if len(set(around[:8])) == 1:
            return (around.index(around[-1]) - 7) * HOUR
        return HOUR

    def _is_out(self, tick: datetime) -> bool:
        day = (tick - self.size.starts) / DAY
        return any(first <= day < last for first, last in self.size.outages)

    def _at(self, when: datetime) -> None:
        self.now = when
        self.clock.move_to(when)

    def _live_until(self, tick: datetime) -> None:
        while self.queue and self.queue[0][0] <= tick:
            when, _number, act = heapq.heappop(self.queue)
            self._at(max(when, self.now))
            try:
                act()
            except (ForbiddenMove, NotYet):
                self.log.refused += 1

    def _later(self, act: Callable[[], None], *, days: float) -> None:
        heapq.heappush(self.queue, (self.now + days * DAY, next(self.numbers), act))

    # --- who there is ----------------------------------------------------------------------
    def _settle(self) -> None:
        self.pole = make_pole()
        self.coordinators = [make_coordinator(self.pole, first_name=f"Co{n}") for n in range(3)]
        for _ in range(self.size.offers):
            self._later(self._post_offer, days=self._sometime())
        for _ in range(self.size.needs):
            self._later(self._post_need, days=self._sometime())

    def _sometime(self) -> float:
        """A third is there from the beginning."""
        return max(0.0, self.chance.uniform(-0.5, 0.9)) * self.size.days

    def _skills(self) -> list[str]:
        return self.chance.sample(SKILLS, self.chance.choice([1, 1, 2]))

    def _post_offer(self) -> None:
        today = timezone.localdate()
        offer = make_offer(
            make_user(first_name=f"V{next(self.numbers)}"),
            skills=self._skills(),
            starts_on=today,
            ends_on=today + self.chance.choice([60, 120, 240, 400]) * DAY,
            capacity=self.chance.choice([1, 1, 2]),
            pole=self.pole,
        )
        self.offers.append(offer)
        for days in (0.2, 6, 20, 50):
            self._later(lambda: self._apply(offer), days=days + self.chance.random())

    def _post_need(self) -> None:
        today = timezone.localdate()
        length = self.chance.choice([20, 40, 80, 150])
        need = make_need(
            member=make_user(first_name=f"S{next(self.numbers)}"),
            skills=self._skills(),
            starts_on=today,
            ends_on=today + (length + 30) * DAY,
            coordinator=self.chance.choice([None, *self.coordinators]),
        )
        need.steps.create(before="", after="SUBMITTED", at=self.now - 2 * DAY)
        need.steps.create(before="SUBMITTED", after="PUBLISHED", at=self.now)
        for days in (1, 9, 25, 60):
            self._later(lambda: self._invite(need), days=days + self.chance.random())

    # --- asking ----------------------------------------------------------------------------
    def _is_draining(self) -> bool:
        return self.now >= self.stops

    def _apply(self, offer: Offer) -> None:
        offer.refresh_from_db()
        if self._is_draining() or self.chance.random() < 0.4:
            return
        for match in ranking.needs_for(offer, top=2):
            proposal = proposals.apply(match.need, offer, word="Bonjour.", by=offer.person)
            self._asked(proposal)

    def _invite(self, need: Need) -> None:
        need.refresh_from_db()
        if self._is_draining():
            return
        structure = need.organisation.members.first()
        for match in ranking.offers_for(need, top=2):
            if self.chance.random() < 0.25:
                by = self.chance.choice(self.coordinators)
                self._asked(proposals.propose(need, match.offer, word="", by=by))
            else:
                self._asked(proposals.invite(need, match.offer, word="", by=structure))

    def _asked(self, proposal: Proposal) -> None:
        self.log.asked[proposal.pk] = self.now
        for side in Side:
            days = self._patience()
            if not proposal.has_yes_of(side) and days is not None:
                self._later(lambda side=side: self._answer(proposal.pk, side), days=days)

    def _patience(self) -> float | None:
        """Soon, after a reminder or two, very late, or never."""
        draw = self.chance.random()
        if draw < 0.45:
            return self.chance.uniform(0.05, 2.5)
        if draw < 0.65:
            return self.chance.uniform(3, 9)
        if draw < 0.78:
            return self.chance.uniform(9, 30)
        return None

    def _answer(self, pk: int, side: str) -> None:
        proposal = Proposal.objects.get(pk=pk)
        by = (
            proposal.need.organisation.members.first()
            if side == Side.NEED
            else proposal.offer.person
        )
        draw = self.chance.random()
        if draw < 0.6 and permissions.can_say_yes_late(by, proposal):
            self._late_yes(proposal, side, by)
            return
        if draw < 0.6:
            mission = proposals.accept(proposal, side=side, by=by)
            if mission:
                self._note_ends(self.now)
                self._engage(mission)
            return
        again = timezone.localdate() + self.chance.randrange(5, 40) * DAY if draw > 0.9 else None
        proposals.decline(proposal, side=side, reason="Pas cette fois.", by=by, again_from=again)
        self._note_ends(self.now)

    def _late_yes(self, let_go: Proposal, side: str, by) -> None:
        """Whoever had asked is asked anew: a proposal of its own in the log."""
        since = proposals.say_yes_late(let_go, side=side, word="Me revoilà.", by=by)
        if since.pk not in self.log.asked:
            self.log.late += 1
            self._asked(since)

    def _note_ends(self, when: datetime) -> None:
        """What is no longer open, whoever ended it: an answer, a place taken, a closing."""
        standing = set(Proposal.objects.open().values_list("pk", flat=True))
        for pk in self.log.asked.keys() - standing - self.log.ended.keys():
            self.log.ended[pk] = when

    # --- missions --------------------------------------------------------------------------
    def _engage(self, mission: Mission) -> None:
        length = self.chance.choice([15, 30, 70, 90]) * DAY
        starts_on = timezone.localdate() + self.chance.randrange(0, 10) * DAY
        Mission.objects.filter(pk=mission.pk).update(
            starts_on=starts_on, ends_on=starts_on + length
        )
        draw = self.chance.random()
        if draw < 0.06:
            self._later(lambda: self._stop(mission.pk), days=self.chance.uniform(8, 60))
        if draw < 0.93:
            start = (starts_on - timezone.localdate()).days + self.chance.uniform(0.1, 2)
            self._later(lambda: self._start(mission.pk), days=start)
        if draw < 0.85:
            late = (starts_on + length - timezone.localdate()).days + self.chance.uniform(-3, 12)
            self._later(lambda: self._deliver(mission.pk), days=max(3, late))

    def _start(self, pk: int) -> None:
        mission = Mission.objects.get(pk=pk)
        missions.start(mission, by=mission.offer.person, now=timezone.now())

    def _stop(self, pk: int) -> None:
        mission = Mission.objects.get(pk=pk)
        if mission.status in LIVE:
            missions.interrupt(mission, reason="Cela ne va pas.", by=None, now=timezone.now())

    def _deliver(self, pk: int) -> None:
        mission = Mission.objects.get(pk=pk)
        missions.deliver(mission, by=mission.offer.person, now=timezone.now())
        for side in Side:
            if self.chance.random() < 0.5:
                self._later(
                    lambda side=side: self._review(pk, side), days=self.chance.uniform(0.1, 25)
                )
        self._later(lambda: self._close(pk), days=self.chance.uniform(26, 40))

    def _review(self, pk: int, side: str) -> None:
        mission = Mission.objects.get(pk=pk)
        by = (
            mission.offer.person
            if side == Side.OFFER
            else mission.need.organisation.members.first()
        )
        rating = self.chance.choice([5, 5, 4, 4, 3, 2])
        missions.review(mission, side=side, by=by, rating=rating, again=rating > 2)

    def _close(self, pk: int) -> None:
        mission = Mission.objects.get(pk=pk)
        if mission.may(MissionStatus.CLOSED):
            missions.close(mission, by=None, now=timezone.now())

    # --- what comes by itself, and is met ----------------------------------------------------
    def _meet_what_came(self) -> None:
        """New questions and new cases find somebody, late or never; new letters of freshness too."""
        since, self.met_at = self.met_at, self.now
        for follow_up in FollowUp.objects.filter(created_at__gt=since):
            if self.chance.random() < 0.65:
                wait = self.chance.choice([0.1, 0.5, 2, 4, 12])
                self._later(lambda pk=follow_up.pk: self._reply(pk), days=wait)
        for case in Case.objects.filter(opened_at__gt=since):
            self._later(lambda pk=case.pk: self._work_on(pk), days=self.chance.uniform(0.5, 9))
        for row in self._paused(since):
            if self.chance.random() < 0.05:
                self._later(lambda row=row: self._wake(row), days=1)

    def _reply(self, pk: int) -> None:
        follow_up = FollowUp.objects.select_related("mission__need", "asked").get(pk=pk)
        answer = self.chance.choices(["GOOD", "DOUBT", "HELP"], [12, 2, 1])[0]
        followups.answer(follow_up, answer=answer, words="")
        self.log.answered[pk] = self.now

    def _work_on(self, pk: int) -> None:
        case = Case.objects.get(pk=pk)
        by = case.in_charge or self.chance.choice(self.coordinators)
        cases.note(case, kind="CALL", words="Appelé.", by=by)
        if case.mission and case.reason == Case.Reason.OVERDUE:
            self._later(lambda: self._deliver(case.mission_id), days=2)
        cases.close(case, outcome="SOLVED", words="Réglé.", by=by)

    def _paused(self, since: datetime) -> list[Need | Offer]:
        return [
            *Need.objects.filter(status="PAUSED", steps__at__gt=since),
            *Offer.objects.filter(status="PAUSED", steps__at__gt=since),
        ]

    def _wake(self, row: Need | Offer) -> None:
        row.refresh_from_db()
        freshness.confirm(row, by=row.created_by)


def unfinished() -> dict[str, int]:
    """What was asked and has neither an answer nor a closing."""
    silent = FollowUp.objects.filter(answered_at=None, settled_at=None)
    return {
        "proposals": Proposal.objects.filter(status=ProposalStatus.OPEN).count(),
        "cases": Case.objects.open().count(),
        "questions": silent.count(),
    }
