"""Many rows of a list at once: seen beforehand, done row by row, and taken back as a whole for ten minutes."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import batched
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions.refusals import Refusal
from accounts.models import ForbiddenMove, Pole, User
from marketplace import letters
from marketplace.actions.desk import journal
from marketplace.actions.desk.bulk_chasing import Chasing
from marketplace.actions.desk.bulk_closing import Closing
from marketplace.actions.desk.bulk_following import HandingOver, Taking, followable
from marketplace.actions.desk.bulk_tags import Tagging, Untagging, pole_of
from marketplace.actions.desk.bulk_wish import POLE, Doing, Wish
from marketplace.actions.refusals import NotYet
from marketplace.desk.lists import KINDS
from marketplace.models import Act, BulkAct, BulkLine, JournalKind
from marketplace.models.desk.bulk import KEPT, UNDO_LASTS
from marketplace.rules import absences, audience
from notifications import bundles
from notifications.faults import EveryRowFailed, rows_of
from notifications.rendering import language_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)

ACT = "lists"
MOST = 10_000  # rows of one act
AT_ONCE = 100  # rows that are done while one waits; more are left to a worker
TURN = 500  # rows of one act, before others have their turn
CHUNK = 50
# While an act is under way its letters wait for its end, which sets their hour; for a worker that never comes back, this.
AT_MOST = timedelta(hours=2)

DOINGS: dict[str, Doing] = {
    Act.TAKE: Taking(),
    Act.HAND_OVER: HandingOver(),
    Act.TAG: Tagging(),
    Act.UNTAG: Untagging(),
    Act.CHASE: Chasing(),
    Act.CLOSE: Closing(),
}


def acts_on(listed: str) -> list[Act]:
    """Those that there are for the rows of this list."""
    found = [Act.TAKE, Act.HAND_OVER] if listed in POLE else []
    if KINDS[listed].subject:
        found += [Act.TAG, Act.UNTAG]
    found += [Act.CHASE] if listed in ("besoins", "missions") else []
    return [*found, Act.CLOSE] if listed == "besoins" else found


# --- beforehand ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Preview:
    """What an act would do to these rows, as they are now."""

    wish: Wish
    rows: QuerySet[Any]

    @cached_property
    def seen(self) -> dict[int, str]:
        return DOINGS[self.wish.act].seen(self.wish, self.rows)

    @cached_property
    def left(self) -> dict[int, str]:
        found = DOINGS[self.wish.act].left(self.wish, self.rows)
        return {number: why for number, why in found.items() if number in self.seen}

    @cached_property
    def to_do(self) -> list[int]:
        return sorted(self.seen.keys() - self.left.keys())

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why rows are left, the most frequent first, with how many."""
        return Counter(self.left.values()).most_common()

    def left_for(self, why: str, most: int) -> list[int]:
        return [number for number, said in sorted(self.left.items()) if said == why][:most]

    @cached_property
    def seal(self) -> str:
        """What was seen, so that an act is refused where it has changed since."""
        told = ";".join(f"{number}:{self.seen[number]}" for number in self.to_do)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@transaction.atomic
def start(preview: Preview, *, seal: str, query: str, now: datetime) -> BulkAct:
    """Write down what is to be done, for `carry_on`. Raises NotYet where the rows aren't those that were shown."""
    wish = preview.wish
    if not preview.to_do:
        raise NotYet(_("There is nothing to do here."))
    if len(preview.to_do) > MOST:
        raise NotYet(too_many())
    if preview.seal != seal:
        raise NotYet(_("Something has changed meanwhile: look at what will be done now."))
    act = BulkAct.objects.create(
        by=wish.by,
        act=wish.act,
        listed=wish.listed,
        query=query,
        to_person=wish.to if isinstance(wish.to, User) else None,
        to_operator=None if isinstance(wish.to, User) else wish.to,
        words=wish.words,
        total=len(preview.to_do),
        begun_at=now,
        seen_at=now,
    )
    lines = (BulkLine(act=act, number=one, seen=preview.seen[one]) for one in preview.to_do)
    BulkLine.objects.bulk_create(lines, batch_size=1000)
    if act.total > AT_ONCE:
        _ring(act)
    return act


def too_many() -> str:
    return _("10,000 rows at the most: narrow the list first.")


def _ring(act: BulkAct) -> None:
    """Call the worker once this is written. A broker that is down loses nothing: the clock rings again."""
    ring = partial(current_app.send_task, "marketplace.tasks.carry_on_bulk", [act.pk])
    transaction.on_commit(ring, robust=True)


def wish_of(act: BulkAct) -> Wish:
    return Wish(act.act, act.listed, act.by, act.to, act.words)


# --- the job ---------------------------------------------------------------------------------
def carry_on(act: BulkAct) -> None:
    """Go on with an act from where it stands. Each row has its own transaction and its own outcome, and is done once,
    whoever else is at it."""
    with override(language_of(act.by)):
        if act.state == BulkAct.State.RUNNING:
            if _each(act, BulkLine.State.TO_DO, _do):
                _finish(act.pk)
        elif act.state == BulkAct.State.UNDOING and _each(act, BulkLine.State.DONE, _undo):
            _finish_undo(act.pk)


type Treat = Callable[[Wish, Any, BulkLine], None]


def _each(act: BulkAct, state: str, treat: Treat) -> bool:
    """Treat each line in this state, as long as there is time. Whether none is left."""
    wish, kind = wish_of(act), KINDS[act.listed]
    waiting = act.lines.filter(state=state).order_by("number")
    lines = list(waiting.values_list("pk", "number")[:TURN])
    for chunk in batched(lines, CHUNK):
        numbers = [number for _pk, number in chunk]
        rows = {row.pk: row for row in kind.rows(act.by).filter(pk__in=numbers)}
        broken = []
        try:
            with rows_of(ACT, whole=False) as each:
                for pk, number in chunk:
                    one = partial(_one, pk, state, wish, rows.get(number), treat)
                    if each.treat(BulkLine(pk=pk), one) is False:
                        broken.append(pk)
        except EveryRowFailed:
            log.warning("Every row of a part of bulk act %s has failed", act.pk)
        _set_aside(broken, state)
        BulkAct.objects.filter(pk=act.pk).update(seen_at=timezone.now())
    if not waiting.exists():
        return True
    _ring(act)
    return False


def _one(pk: int, state: str, wish: Wish, row: Any, treat: Treat) -> None:
    line = BulkLine.objects.select_for_update(of=("self",)).select_related("act").get(pk=pk)
    if line.state != state:
        return  # another worker was first
    doing = state == BulkLine.State.TO_DO
    try:
        if row is None:
            raise NotYet(_("It is no longer there, or no longer yours to see."))
        with transaction.atomic():
            treat(wish, row, line)
        line.state = BulkLine.State.DONE if doing else BulkLine.State.UNDONE
        line.why = ""
    except (NotYet, Refusal, ForbiddenMove) as refusal:
        line.state = BulkLine.State.LEFT if doing else BulkLine.State.STAYED
        line.why = str(refusal)[:300]
    line.save(update_fields=["state", "why", "before", "pole"])


def _set_aside(broken: list[int], state: str) -> None:
    """Rows on which our own code fails don't hold up the others."""
    doing = state == BulkLine.State.TO_DO
    BulkLine.objects.filter(pk__in=broken, state=state).update(
        state=BulkLine.State.LEFT if doing else BulkLine.State.STAYED,
        why=_("A fault of the site: the people who run it see it."),
    )


def _do(wish: Wish, row: Any, line: BulkLine) -> None:
    line.pole = pole_of(row, wish.by)
    with bundles.kept_back(line.act_id, line.pk, until=timezone.now() + AT_MOST):
        DOINGS[wish.act].do(wish, row, line)


def _undo(wish: Wish, row: Any, line: BulkLine) -> None:
    DOINGS[wish.act].undo(wish, row, line)
    bundles.drop(line.act_id, [line.pk])


@transaction.atomic
def _finish(pk: int) -> None:
    """All rows are done: from now on the ten minutes run, and the letters leave at their end."""
    act = _locked(pk)
    if act.state != BulkAct.State.RUNNING:
        return
    now = timezone.now()
    until = now + UNDO_LASTS
    act.done = act.lines.filter(state=BulkLine.State.DONE).count()
    act.state, act.ended_at, act.undo_until = BulkAct.State.DONE, now, until
    act.save(update_fields=["done", "state", "ended_at", "undo_until"])
    with bundles.kept_back(act.pk, 0, until=until):
        _tell(act, BulkLine.State.DONE)
    bundles.leave_at(act.pk, until)
    _note(act, JournalKind.BULK, BulkLine.State.DONE, now)


def _note(act: BulkAct, kind: JournalKind, state: str, now: datetime) -> None:
    """In the journal of each pôle whose rows they were."""
    found = act.lines.filter(state=state, pole__isnull=False).order_by()
    words = f"{KINDS[act.listed].label} · {act.get_act_display()}"
    for pole, rows in found.values_list("pole").annotate(Count("pk")).order_by("pole"):
        journal.note(
            kind,
            by=act.by,
            pole=Pole(pk=pole),
            number=act.pk,
            words=words,
            rows=rows,
            now=now,
        )


def _tell(act: BulkAct, state: str) -> None:
    """One letter about all rows that changed hands, rather than one about each: to those who follow them from now on, and to
    those who did."""
    lines = act.lines.filter(state=state).order_by()
    if act.act == Act.HAND_OVER:
        for pole in Pole.objects.filter(pk__in=lines.values("pole")).order_by("pk"):
            numbers = list(lines.filter(pole=pole).values_list("number", flat=True))
            _tell_who_follows(act, pole, numbers)
    elif act.act == Act.TAKE:
        before = Counter(lines.filter(seen__startswith="p").values_list("seen", flat=True))
        people = User.objects.in_bulk([int(seen[1:]) for seen in before])
        for number, person in sorted(people.items()):
            letters.rows_taken(act, person, number=before[f"p{number}"], listed=_listed(act))


def _tell_who_follows(act: BulkAct, pole: Pole, numbers: list[int]) -> None:
    people: Iterable[User]
    if act.to_person:
        people = absences.with_who_answers(act.to_person, pole)
    else:
        assert act.to_operator is not None, "handed over to somebody"
        people = audience.representatives_of(act.to_operator)
    for one in people:
        theirs = followable(one, act.listed).filter(pk__in=numbers).count()
        if theirs and one.coordinates(pole):
            note = act.words if theirs == len(numbers) else ""
            letters.rows_handed_over(
                act, one, pole=pole, number=theirs, note=note, listed=_listed(act)
            )


def _listed(act: BulkAct) -> "StrOrPromise":
    """Its name, in the language of whoever reads the letter."""
    return KINDS[act.listed].label


# --- back ------------------------------------------------------------------------------------
@transaction.atomic
def undo(act: BulkAct, *, now: datetime) -> BulkAct:
    """Take it back as a whole, row by row (`carry_on`): what somebody has touched since stays. Raises NotYet when it is too
    late: a letter has left, or will in this moment."""
    act = _locked(act.pk)
    if act.state in (BulkAct.State.UNDOING, BulkAct.State.UNDONE):
        raise NotYet(_("It has been taken back already."))
    if act.state == BulkAct.State.RUNNING:
        raise NotYet(_("It is still under way: take it back once it is done."))
    if not act.may_be_undone(now) or not bundles.hold(act.pk, until=now + AT_MOST):
        raise NotYet(_("Too late: ten minutes have passed, and what was to be told is being told."))
    act.state, act.undone_at, act.seen_at = BulkAct.State.UNDOING, now, now
    act.save(update_fields=["state", "undone_at", "seen_at"])
    if act.done > AT_ONCE:
        _ring(act)
    return act


@transaction.atomic
def _finish_undo(pk: int) -> None:
    """All rows are as before, but those that stay: their letters leave."""
    act = _locked(pk)
    if act.state != BulkAct.State.UNDOING:
        return
    now = timezone.now()
    act.state = BulkAct.State.UNDONE
    act.save(update_fields=["state"])
    bundles.drop(act.pk, [0])
    _tell(act, BulkLine.State.STAYED)
    bundles.leave_at(act.pk, now)
    _note(act, JournalKind.BULK_UNDONE, BulkLine.State.UNDONE, now)


def sweep(now: datetime) -> list[int]:
    """Forget what was done long ago. Returns the numbers of the acts that their worker has left behind."""
    BulkAct.objects.filter(begun_at__lt=now - KEPT).exclude(state__in=BulkAct.WORKING).delete()
    return list(BulkAct.objects.left_behind(now).values_list("pk", flat=True))


def _locked(pk: int) -> BulkAct:
    rows = BulkAct.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("by", "to_person", "to_operator").get(pk=pk)
