"""What an operator of the site may do with a letter: look for it, send it again, stop it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from notifications import doorbell
from notifications.models import (
    Notification,
    Person,
    SentBefore,
    Status,
    SuppressedAddress,
)
from notifications.models.letters import AGAIN, OPEN, is_late
from notifications.refusals import meaning_of, why
from notifications.rules import families, family_named
from notifications.unsubscribe import SUMMARY

LATE = "RETARD"
EXACT, KEPT_SECONDS = 100, 60
JUST_NOW = timedelta(minutes=5)  # longer than any act takes to write its letters
AWAY = {Status.SENT, Status.CARRIED, Status.ON_SCREEN}  # no act changes them any more


@dataclass(frozen=True)
class Chip:
    label: str
    url: str
    active: bool
    count: int = 0


@dataclass(frozen=True)
class Choice:
    value: str
    label: Any
    chosen: bool


def chips(
    letters: QuerySet[Notification], asked: QueryDict, *, now: datetime, of: QuerySet[Notification]
) -> list[Chip]:
    """`letters` are the recent ones `of` those that the reader answers for."""
    counts = _counted(letters, now, of)
    named = [("", _("All letters"), counts["all"]), (LATE, _("Late"), counts[LATE])]
    named += [(status.value, str(status.label), counts[status.value]) for status in Status]
    chosen = asked.get("etat", "")
    return [
        Chip(label, _with(asked, etat=value), value == chosen, count)
        for value, label, count in named
        if count or value in ("", chosen)
    ]


@dataclass(frozen=True)
class _Kept:
    """What was counted of many letters, all or of each state; of each family, those that were written `before` then."""

    counts: dict[str, int]
    families: dict[str, int]
    before: datetime


def _counted(
    letters: QuerySet[Notification], now: datetime, of: QuerySet[Notification]
) -> dict[str, int]:
    """How many there are in all, late, and of each state. Each time of those that wait or that an act changes, and of all that
    there are up to EXACT of; of the others once a minute in each process, for whoever answers for the same: of a pôle with sixty
    thousand letters it takes a third of a second. What has left meanwhile is added to those."""
    key = _key(of)
    if (found := caches["counts"].get(key)) is None:
        found = _count_all(letters, now)
        if found.counts["all"] > EXACT:
            caches["counts"].set(key, found, KEPT_SECONDS)
        return found.counts
    kept = found.counts
    few = [one for one in Status if one not in AWAY or kept[one.value] <= EXACT]
    counts = kept | letters.filter(status__in=few).order_by().aggregate(**_asked(now, few))
    if Status.SENT not in few:
        counts[Status.SENT.value] += max(0, sum(kept[one] - counts[one] for one in few))
    return counts | {"all": sum(counts[one.value] for one in Status)}


def _key(of: QuerySet[Notification]) -> str:
    return "letters-desk-" + sha256(str(of.order_by().query).encode()).hexdigest()


def _count_all(letters: QuerySet[Notification], now: datetime) -> _Kept:
    """Read once. Grouped by the state, the database would read them in the order of an index by states, each from another page of
    the disk; by family there is none."""
    before = now - JUST_NOW
    settled = Count("pk", filter=Q(created_at__lt=before))
    rows = (
        letters.order_by().values("family").annotate(settled=settled, **_asked(now, list(Status)))
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    names = (LATE, *Status.values)
    counts = {name: sum(one[name] for one in found) for name in names}
    counts["all"] = sum(counts[name] for name in Status.values)
    return _Kept(counts, {one["family"]: one["settled"] for one in found}, before)


def _asked(now: datetime, states: list[Status]) -> dict[str, Count]:
    of_states = {one.value: Count("pk", filter=Q(status=one)) for one in states}
    return {LATE: Count("pk", filter=is_late(now)), **of_states}


def counted(
    chips: list[Chip],
    asked: QueryDict,
    chosen: QuerySet[Notification],
    *,
    of: QuerySet[Notification],
) -> int | None:
    """How many letters the list holds, where its chip has counted them already: nobody is looked for. Of a family those that were
    there when the chips were counted, which stay what they were, and each that was written since."""
    if asked.get("qui"):
        return None
    if not (family := asked.get("sorte", "").replace("\0", "")):
        return next((chip.count for chip in chips if chip.active), None)
    found: _Kept | None = None if asked.get("etat") else caches["counts"].get(_key(of))
    if found is None:
        return None
    since = chosen.filter(created_at__gte=found.before).count()
    return found.families.get(family, 0) + since


def choices(asked: QueryDict) -> list[Choice]:
    named = [(family.code, family.label) for family in families()]
    return [
        Choice(code, label, asked.get("sorte") == code)
        for code, label in [*named, (SUMMARY, _("Summaries"))]
    ]


def filtered(
    letters: QuerySet[Notification], asked: QueryDict, *, now: datetime
) -> QuerySet[Notification]:
    # Typed by hand or by a robot: PostgreSQL looks for no null sign.
    said = {name: asked.get(name, "").replace("\0", "") for name in ("etat", "sorte", "qui")}
    status = said["etat"]
    if status == LATE:
        letters = letters.late(now)  # type: ignore[attr-defined]
    elif status:
        letters = letters.filter(status=status)
    if family := said["sorte"]:
        letters = letters.filter(family=family)
    if words := said["qui"].strip():
        subject = Q(subject__icontains=words, secret=False)
        letters = letters.filter(
            Q(address__icontains=words) | Q(recipient__email__icontains=words) | subject
        )
    return letters


def described(letters: list[Notification]) -> list[Notification]:
    """Adds to the letters what the screen shows beside their own fields."""
    dead = SuppressedAddress.objects.among(letter.destination for letter in letters)
    for letter in letters:
        letter.dead_because = dead.get(letter.destination.lower(), "")
        letter.why = why(letter.last_error)
        if letter.last_error and (meaning := meaning_of(letter.last_error)):
            letter.means = f"{meaning.means} {meaning.do}"
        is_summary = letter.family == SUMMARY
        letter.family_label = _("Summaries") if is_summary else family_named(letter.family).label
    return letters


def resend(letter: Notification, *, now: datetime) -> bool:
    """Send a letter again: the same row and Message-ID, with its attempts counted from zero. The mark on its
    address is lifted for one more try. False when it can't be."""
    again = Notification.objects.filter(pk=letter.pk, status__in=AGAIN).exclude(text="")
    with transaction.atomic():
        done = again.update(
            status=Status.WAITING,
            due_at=now,
            wanted_at=now,
            attempts=0,
            closed_at=None,
            expires_at=None,
        )
        if done:
            SuppressedAddress.objects.filter(address=letter.destination.lower()).delete()
            SentBefore.objects.filter(message_id=letter.message_id).delete()
            transaction.on_commit(doorbell.ring, robust=True)
    return bool(done)


def cancel(letter: Notification, *, by: Person, now: datetime) -> bool:
    """Stop a letter. False for one that a worker has claimed, since it may be leaving."""
    ours = Notification.objects.filter(pk=letter.pk, status__in=OPEN, lease_token=None)
    return bool(
        ours.update(
            status=Status.CANCELLED,
            closed_at=now,
            last_error=_("Stopped by %(name)s") % {"name": by},
        )
    )


def _with(asked: QueryDict, **changes: str) -> str:
    query = asked.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
