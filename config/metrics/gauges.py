"""What the database and the disk say when Prometheus asks: some questions, each bounded, whose answers are kept for a
moment."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count, QuerySet
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config import acts
from config.backup import marks
from config.release import RELEASE
from marketplace.figures import comparison
from marketplace.models import Import, Promises
from marketplace.models.market.matching import StaleMark
from notifications import health
from notifications.models import ClockAct, Heartbeat, Notification, RowFault, Status

PREFIX = "traitdunion_"
MANY = 10_000  # counted up to here: there is trouble long before
A_DAY = timedelta(days=1)
KEY, SECONDS = "metrics", 10  # several who ask at once are one question
KEY_OF_PROMISES, PROMISES_SECONDS = "metrics-promises", 15 * 60  # figures that are made at night

type Said = tuple[tuple[str, ...], float]
type Read = Callable[[datetime], Iterator[Said]]


@dataclass(frozen=True)
class Gauge:
    name: str
    words: str
    read: Read
    labels: tuple[str, ...] = ()

    def of(self, said: Iterable[Said]) -> Metric:
        family = GaugeMetricFamily(PREFIX + self.name, self.words, labels=self.labels)
        for labels, value in said:
            family.add_metric(labels, value)
        return family


def _release(now: datetime) -> Iterator[Said]:
    yield (RELEASE,), 1


def _letters(now: datetime) -> Iterator[Said]:
    rows = Notification.objects.all()
    for status in (Status.WAITING, Status.HELD):
        yield (status.lower(),), _many(rows.filter(status=status))
    for status in (Status.SENT, Status.CANCELLED, Status.GIVEN_UP):
        recent = rows.filter(status=status, created_at__gt=now - A_DAY)
        yield (status.lower(),), _many(recent)


def _oldest_due(now: datetime) -> Iterator[Said]:
    yield (), _since(health.oldest_due_at(now), now)


def _post(now: datetime) -> Iterator[Said]:
    report = health.report(now)
    yield ("held",), report.held_since is not None
    yield ("blocked",), bool(report.blocked)


def _seen(now: datetime) -> Iterator[Said]:
    for name, at in Heartbeat.objects.filter(name__in=health.WORKERS).values_list(
        "name", "seen_at"
    ):
        yield (name,), _since(at, now)


def _passed(now: datetime) -> Iterator[Said]:
    for act in _known():
        yield (act.name,), _since(act.passed_at or act.known_at, now)


def _late(now: datetime) -> Iterator[Said]:
    for act in _known():
        last = act.passed_at or act.known_at
        yield (act.name,), bool(act.failing_since) or now - last > acts.late_after(act.name)


def _known() -> QuerySet[ClockAct]:
    return ClockAct.objects.filter(name__in=settings.CELERY_BEAT_SCHEDULE)


def _aside(now: datetime) -> Iterator[Said]:
    rows = RowFault.objects.order_by("act").values_list("act").annotate(rows=Count("pk"))
    for act, many in rows:
        yield (act,), many


def _matching(now: datetime) -> Iterator[Said]:
    oldest = StaleMark.objects.filter(done_at=None).order_by("marked_at")
    yield (), _since(oldest.values_list("marked_at", flat=True).first(), now)


def _lists(now: datetime) -> Iterator[Said]:
    yield (), _many(Import.objects.waiting_for_a_worker(now))


def _handed_in(now: datetime) -> Iterator[Said]:
    for pole, _in_time, handed_in in _promises(now):
        yield (pole,), handed_in


def _read_in_time(now: datetime) -> Iterator[Said]:
    for pole, in_time, _handed_in in _promises(now):
        yield (pole,), in_time


def _promises(now: datetime) -> list[tuple[str, int, int]]:
    """Of each pôle: how much was read in time, of how much that was handed in over twelve months."""
    found: list[tuple[str, int, int]] | None = caches["counts"].get(KEY_OF_PROMISES)
    if found is None:
        promised = Promises.of_all()
        days = {pole: promised[pole].read_within for pole in sorted(promised)}
        told = comparison.read_in_time(days, today=timezone.localdate(now))
        found = [(str(pole), *told[pole]) for pole in days]
        caches["counts"].set(KEY_OF_PROMISES, found, PROMISES_SECONDS)
    return found


def _connections(now: datetime) -> Iterator[Said]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(datid), current_setting('max_connections')::int FROM pg_stat_activity"
            )
            used, most = cursor.fetchone()
        yield ("used",), used
        yield ("most",), most


def _room(now: datetime) -> Iterator[Said]:
    disk = shutil.disk_usage(settings.VAR_DIR)
    yield ("free",), disk.free
    yield ("all",), disk.total


def _backups(now: datetime) -> Iterator[Said]:
    """From the marks that `backup` and `restore --check` leave: no mark, no backup."""
    for mark, at in marks.noted():
        yield (mark,), _since(at, now)


def _many(rows: QuerySet) -> int:
    return rows.order_by()[:MANY].count()


def _since(moment: datetime | None, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0) if moment else 0


OF_THE_DISK = (
    Gauge("release", "The release that answers.", _release, ("release",)),
    Gauge("disk_bytes", "The disk of VAR_DIR: free, and all of it.", _room, ("what",)),
    Gauge("backup_age_seconds", "Since a backup was taken, and since one was read again.", _backups, ("what",)),
)  # fmt: skip
OF_THE_DATABASE = (
    Gauge("letters", f"Letters: waiting and held now, the others of those written since a day; {MANY} at the most.", _letters, ("state",)),
    Gauge("oldest_due_letter_seconds", "How long the oldest letter that may leave has been waiting.", _oldest_due),
    Gauge("post", "1: the post is held after a restore, or the mail server refuses us.", _post, ("state",)),
    Gauge("unseen_seconds", "Since the worker and the clock (beat) were last seen at work.", _seen, ("program",)),
    Gauge("act_age_seconds", "Since an act of the clock has run through.", _passed, ("act",)),
    Gauge("act_late", "1: an act of the clock fails, or hasn't run through in twice its time.", _late, ("act",)),
    Gauge("rows_aside", "Rows that were set aside while the others went on.", _aside, ("act",)),
    Gauge("matching_age_seconds", "How long the oldest need or offer has been waiting for its lists.", _matching),
    Gauge("lists_waiting", "Lists of people, sent and taken up by no worker.", _lists),
    Gauge("handed_in", "What was handed in to a pôle over twelve months, to be read.", _handed_in, ("pole",)),
    Gauge("read_in_time", "What of it was read within the days that the pôle promises.", _read_in_time, ("pole",)),
    Gauge("connections", "Connections of the database: used, and the most that it takes. PostgreSQL alone.", _connections, ("what",)),
)  # fmt: skip
UP = Gauge(
    "database_up",
    "0: the database doesn't answer; what it would tell isn't told.",
    lambda now: iter(()),
)
ALL = (*OF_THE_DISK, *OF_THE_DATABASE, UP)


class Gauges(Collector):
    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        for gauge in OF_THE_DISK:
            yield gauge.of(gauge.read(now))
        said = _asked(now)
        if said is not None:
            for gauge in OF_THE_DATABASE:
                yield gauge.of(said[gauge.name])
        yield UP.of([((), said is not None)])


def _asked(now: datetime) -> dict[str, list[Said]] | None:
    """What each gauge of the database says, of some seconds ago at the most; None where it doesn't answer."""
    found: dict[str, list[Said]] | None = caches["counts"].get(KEY)
    if found is None:
        try:
            found = {gauge.name: list(gauge.read(now)) for gauge in OF_THE_DATABASE}
        except (DatabaseError, InterfaceError):
            return None
        caches["counts"].set(KEY, found, SECONDS)
    return found
