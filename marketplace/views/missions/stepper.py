"""The stepper of a mission: at which step it is, and whose turn it is."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.dates import spoken
from marketplace.models import Mission, MissionStep
from marketplace.rules.next_acts.missions import Act
from marketplace.states import STOPPED, MissionStatus

STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("introduced", ()),
    ("framing", (MissionStatus.FRAMING,)),
    ("agreement", (MissionStatus.AGREEMENT,)),
    ("documents", (MissionStatus.DOCUMENTS,)),
    ("running", (MissionStatus.RUNNING,)),
    ("review", (MissionStatus.DELIVERED,)),
    ("closing", (MissionStatus.REVIEWED, MissionStatus.VALUED)),
)

# On one's own time nobody at work is asked, and the letter of engagement holds nothing up.
AT_WORK = {"agreement", "documents"}


def of(
    mission: Mission, yours: list[Act], theirs: list[Act], story: Sequence[MissionStep] = ()
) -> list[dict]:
    """The steps. On own time there is no step for the employer; a mission that has stopped stays at the step where it
    was, which says so also once it is closed; an interrupted one is reviewed by nobody, and closes only where its hours
    may have a value and a receipt."""
    labels = {
        "introduced": _("Introduction"),
        "framing": _("Framing"),
        "agreement": _("Agreement"),
        "documents": _("Documents"),
        "running": _("Under way"),
        "review": _("Reviews"),
        "closing": _("Closing"),
    }
    stopped_at = _where_it_stopped(mission, story)
    here = stopped_at if mission.status in STOPPED else _stage_of(mission)
    if mission.status in STOPPED or mission.is_launched:
        labels[here] = capfirst(mission.state_words)
    elif mission.was_interrupted:
        labels[stopped_at] = capfirst(str(MissionStatus.INTERRUPTED.label))
    left_out = AT_WORK - {here} if mission.is_own_time else set[str]()
    if mission.was_interrupted:
        left_out |= {"review"} if mission.gives_a_receipt else {"review", "closing"}
    keys = [key for key, _states in STAGES if key not in left_out]
    if mission.was_interrupted and mission.started_at is None and here in keys:
        # Nothing of it was done: nothing is to be valued or closed.
        keys = keys[: keys.index(here) + 1]
    reached = keys.index(here) if here in keys else len(keys)
    if "review" in keys[:reached] and not mission.reviews.all():
        labels["review"] = _("Without reviews")
    return [
        {
            "label": labels[key],
            "state": "done" if number < reached else "current" if number == reached else "todo",
            "note": _note(yours, theirs) if number == reached else "",
        }
        for number, key in enumerate(keys)
    ]


def _stage_of(mission: Mission) -> str:
    return next((key for key, states in STAGES if mission.status in states), "over")


def _where_it_stopped(mission: Mission, story: Sequence[MissionStep]) -> str:
    """At which step it was as it stopped, by its story: `story`, the oldest first."""
    stops = [step for step in story if step.after in STOPPED and step.before not in STOPPED]
    if mission.started_at or not stops:
        return "running" if mission.started_at else "framing"
    before = stops[-1].before
    return next((key for key, states in STAGES if before in states), "framing")


def stopped_by(mission: Mission, steps: list[MissionStep]) -> MissionStep | None:
    """The step by which it has stopped for now, or before its end: what was said of it stays where it is closed."""
    if mission.was_interrupted:
        over = [step for step in steps if step.after == MissionStatus.INTERRUPTED]
        return over[-1] if over else None
    return steps[-1] if steps and mission.has_been_stopped else None


def _note(yours: list[Act], theirs: list[Act]) -> str:
    """Whose turn it is and until which day, or from which; a day that has passed is said to be late."""
    if not yours and not theirs:
        return ""
    acts, today = yours or theirs, timezone.localdate()
    if all(act.from_on and act.from_on > today for act in acts):
        words = _("Your turn, from %(day)s") if yours else _("Waiting, from %(day)s")
        return words % {"day": _short(min(act.from_on for act in acts if act.from_on))}
    due = min((act.due_on for act in acts if act.due_on), default=None)
    if due is None:
        return _("Your turn") if yours else _("Waiting")
    if due < today:
        late = _("Your turn: awaited on %(day)s") if yours else _("Waiting: awaited on %(day)s")
        return late % {"day": _short(due)}
    words = _("Your turn, by %(day)s") if yours else _("Waiting, by %(day)s")
    return words % {"day": _short(due)}


def _short(day: date) -> str:
    return spoken(day, "j F")
