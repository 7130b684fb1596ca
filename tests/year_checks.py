"""What must be true of a simulated year, told again from the simulator's own log.

The working days and the steps are counted here in another, slower way than the site does: one day after
the other, from a list of holidays written by hand.
"""

from collections import Counter
from datetime import date, datetime, timedelta

from django.utils import timezone

from marketplace.actions.desk import figures
from marketplace.figures.comparison import plus
from marketplace.figures.counts import Counts
from marketplace.models import FollowUp, Mission, MonthFigures, Proposal
from marketplace.states import LIVE
from notifications.models import Notification, Status
from tests.marketplace.desk.figures_oracle import differences, recount
from tests.simulated_pole import DAY, PARIS, Log, Year

HOLIDAYS = {
    *(date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14)),
    *(date(2026, 5, 25), date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 1)),
    *(date(2026, 11, 11), date(2026, 12, 25), date(2027, 1, 1), date(2027, 3, 29)),
}
STEPS = {"remind-1": 2, "remind-2": 5, "told": 7, "closed": 10}
WARNED = 3  # working days between the last warning and the closing


def worked_between(first: date, last: date) -> int:
    """Working days after the first, up to and including the last."""
    days = [first + n * DAY for n in range(1, (last - first).days + 1)]
    return sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


def expected_steps(log: Log) -> dict[tuple[int, str], datetime]:
    """Of each proposal, each step that is said, and at which tick."""
    found: dict[tuple[int, str], datetime] = {}
    for pk, asked_at in log.asked.items():
        asked_on, said = asked_at.astimezone(PARIS).date(), []
        passed: set[str] = set()
        for tick in log.ticks:
            if tick < asked_at:
                continue
            if pk in log.ended and log.ended[pk] < tick:
                break
            today = tick.astimezone(PARIS).date()
            count = worked_between(asked_on, today)
            due = [step for step, days in STEPS.items() if count >= days and step not in passed]
            warned = said and worked_between(said[-1], today) >= WARNED
            if "closed" in due and not warned:
                due.remove("closed")
            if due:
                passed |= set(due)
                found[pk, due[-1]] = tick
                said.append(today)
            if "closed" in passed:
                break
    return found


def told_steps(log: Log) -> Counter:
    """What the letters say was said of each proposal: (proposal, step, tick), once each per reader side."""
    found: set[tuple[int, str, datetime]] = set()
    for kind, key, at in Notification.objects.filter(
        kind__in=["proposal_reminder", "proposal_silent", "proposal_let_go"]
    ).values_list("kind", "key", "created_at"):
        parts = key.split(":")
        pk = int(parts[1])
        step = {"proposal_silent": "told", "proposal_let_go": "closed"}.get(kind, parts[-1])
        if pk in log.asked:
            found.add((pk, step, at))
    return Counter((pk, step) for pk, step, _at in found)


def reminders_once(log: Log) -> list:
    """Each step that was due was said once, and no other."""
    expected, told = Counter(expected_steps(log).keys()), told_steps(log)
    return sorted(((expected - told) + (told - expected)).items())


def after_an_answer(log: Log) -> list[str]:
    """Letters that ask for what had been answered, whether written or carried too late."""
    wrong = []
    asking = Notification.objects.filter(kind__in=["proposal_reminder", "proposal_silent"])
    for letter in asking:
        ended = log.ended.get(int(letter.key.split(":")[1]))
        late = letter.created_at if letter.status != Status.SENT else letter.sent_at
        if ended and late and late > ended:
            wrong.append(letter.key)
    for follow_up in FollowUp.objects.exclude(answered_at=None):
        letters = Notification.objects.filter(
            key=f"follow-up:{follow_up.pk}", sent_at__gt=follow_up.answered_at
        )
        wrong += [letter.key for letter in letters]
    return wrong


def stale_after(log: Log, year: Year) -> list[str]:
    """At the first tick after an outage nobody gets two letters about the same thing, nor a question whose
    time has passed."""
    wrong = []
    for _first, last in year.size.outages:
        back = next(tick for tick in log.ticks if tick >= year.size.starts + last * DAY)
        written = Notification.objects.filter(created_at=back)
        kinds = ["proposal_reminder", "proposal_let_go", "proposal_unanswered"]
        about = Counter(
            (letter.recipient_id, letter.key.split(":")[1])
            for letter in written.filter(kind__in=kinds)
        )
        wrong += [f"twice at once: {pair}" for pair, times in about.items() if times > 1]
        questions = Counter(FollowUp.objects.filter(created_at=back).values_list("mission", "side"))
        wrong += [
            f"two questions at once: {pair}" for pair, times in questions.items() if times > 1
        ]
        today = back.astimezone(PARIS).date()
        for follow_up in FollowUp.objects.filter(created_at=back, kind="ENDING"):
            if follow_up.mission.ends_on < today:
                wrong.append(f"before an end that has passed: {follow_up.pk}")
    return wrong


def twice(log: Log) -> list:
    """One letter a person and a fact, whatever the number of ticks."""
    letters = Counter(Notification.objects.values_list("recipient", "kind", "key"))
    return [fact for fact, times in letters.items() if times > 1]


def without_a_closing(log: Log, year: Year) -> list[str]:
    """Whoever waited has an answer or a closing; each silent question has its case, each case its end."""
    now = year.now
    wrong = [
        f"proposal {pk} waits since {asked_on}"
        for pk, asked_on in Proposal.objects.open().values_list("pk", "created_at")
        if worked_between(asked_on.astimezone(PARIS).date(), timezone.localdate(now)) > 15
    ]
    long_ago = now.astimezone(PARIS).date() - 25 * DAY
    for follow_up in FollowUp.objects.filter(answered_at=None, settled_at=None):
        if follow_up.asked_on <= long_ago:
            wrong.append(f"question {follow_up.pk} of {follow_up.asked_on}")
    late = Mission.objects.filter(status__in=LIVE, ends_on__lte=long_ago - timedelta(days=20))
    wrong += [
        f"mission {mission.pk} ended on {mission.ends_on}"
        for mission in late
        if not mission.cases.exists()
    ]
    return wrong


def wrong_figures(year: Year) -> list:
    """The dashboard's figures against a recount of the events, month after month."""
    figures.refresh(year.pole, now=year.now)
    months = MonthFigures.objects.filter(pole=year.pole, slice="")
    wrong = {
        month.month: differences(
            Counts.from_json(month.counts),
            recount(year.pole, month.month, plus(month.month, 1), now=year.now),
        )
        for month in months
    }
    found = [(month, what) for month, what in wrong.items() if what]
    return found if months else ["nothing was counted"]


CHECKS = {
    "reminders once each": lambda log, year: reminders_once(log),
    "nothing after an answer": lambda log, year: after_an_answer(log),
    "nothing stale after an outage": stale_after,
    "no letter twice": lambda log, year: twice(log),
    "no silence without a closing": without_a_closing,
    "figures equal the log of events": lambda log, year: wrong_figures(year),
}
