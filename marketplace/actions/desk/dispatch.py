"""The rules that give a pôle's needs to its operators: kept as they were tried, and at work, as a need is handed in and
by the clock."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Organisation, Pole, User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import Dispatched, DispatchRule, Need
from marketplace.models.desk.dispatch import MOST_RULES, to_dispatch, unfollowed
from marketplace.rules.dispatch import first_that_holds
from marketplace.rules.dispatch_reading import Labels, Rules, as_rule, facts_of
from marketplace.rules.dispatch_trial import never_hold
from notifications.faults import each_row, in_halves

AT_ONCE = 500


@transaction.atomic
def keep(
    pole: Pole, rows: Sequence[DispatchRule], *, seen: str, changed: DispatchRule | None, by: User
) -> None:
    """Keep these rules, in this order, instead of the pôle's own. `seen` is the seal of those beside which they were
    tried. Raises NotYet when these have changed since, and for rules that can't stand together."""
    Pole.objects.select_for_update(no_key=True).get(pk=pole.pk)
    now = Rules.of(pole)
    if now.seal != seen:
        raise NotYet(_("The rules have changed meanwhile: look at them, and try again."))
    if why := why_not(now, now.with_rows(rows)):
        raise NotYet(why)
    if changed is not None:
        changed.changed_by, changed.changed_at = by, timezone.now()
    for position, row in enumerate(rows, start=1):
        row.position = position
    DispatchRule.objects.filter(pole=pole).delete()
    DispatchRule.objects.bulk_create(rows)  # with their own numbers: links to them still lead there


def why_not(now: Rules, then: Rules, *, changed: DispatchRule | None = None) -> str:
    """Why these rules may not be kept: they are too many, or one that may hold today (or that is written anew:
    `changed`) never would. "" otherwise."""
    if len(then.rows) > MOST_RULES:
        return _("Fifty rules at the most: remove one first.")
    before = [now.rows[place] for place in never_hold(now)]
    for place, takers in never_hold(then).items():
        row = then.rows[place]
        if row is changed or row not in before:
            return takes_all(Labels.of([row, *takers]), then.rows, row, takers)
    return ""


def takes_all(
    labels: Labels, rows: Sequence[DispatchRule], row: DispatchRule, takers: Sequence[DispatchRule]
) -> str:
    """The sentence that says which rules, by their place and in words, leave nothing to this one."""
    named = ", ".join(
        _("%(place)s (“%(rule)s”)")
        % {"place": list(rows).index(taker) + 1, "rule": labels.words(taker)}
        for taker in takers
    )
    said = {"rule": labels.words(row), "takers": named}
    if len(takers) == 1:
        return _("“%(rule)s” would never hold: rule %(takers)s comes first and takes all.") % said
    return _("“%(rule)s” would never hold: rules %(takers)s come first and take all.") % said


# --- at work -------------------------------------------------------------------------------
def give(need: Need, *, at: datetime) -> None:
    """Give a need that is handed in to the operator of the first rule that holds; one that somebody follows, or that
    was ever handed over, stays as it is."""
    if unfollowed().filter(pk=need.pk).exists():
        _give_to_operator(need, at=at)


def give_anew(need: Need, *, at: datetime) -> None:
    """The same of a need that has come from another pôle, where whatever was decided of it stays."""
    _give_to_operator(need, at=at)


def _give_to_operator(need: Need, *, at: datetime) -> None:
    given = _give([need], Rules.of(need.pole), at=at, told_at=at)
    if given:
        need.operator = given[need.pk]


def _give(
    needs: Sequence[Need], rules: Rules, *, at: datetime, told_at: datetime | None = None
) -> dict[int, Organisation]:
    """Give each of these needs, which the caller has locked, to its operator; returns whose they are, without those
    that stay nobody's."""
    rows = rules.live
    if not rows:
        return {}
    made = [as_rule(row) for row in rows]
    facts = facts_of(Need.objects.filter(pk__in=[need.pk for need in needs]))
    found = {
        need.pk: rows[place]
        for need in needs
        if (place := first_that_holds(made, facts[need.pk])) is not None
    }
    with translation.override("fr"):  # what is written down is read in French
        labels = Labels.of(rows)
        words = {row.pk: labels.words(row) for row in rows}
    for operator in {row.operator_id for row in found.values()}:
        theirs = [pk for pk, row in found.items() if row.operator_id == operator]
        Need.objects.filter(pk__in=theirs).update(operator=operator)
    Dispatched.objects.bulk_create(
        Dispatched(
            need_id=pk, operator_id=row.operator_id, rule=words[row.pk], at=at, told_at=told_at
        )
        for pk, row in found.items()
    )
    return {pk: row.operator for pk, row in found.items()}


def dispatch_waiting(now: datetime) -> int:
    """Give the open needs that nobody follows to their operators, and tell each operator's people, once. Returns how
    many needs had their turn."""
    passed = 0
    for pole in Pole.objects.filter(dispatch_rules__isnull=False).distinct().order_by("pk"):
        numbers = to_dispatch(pole).order_by("pk").values_list("pk", flat=True)
        for some in batched(list(numbers), AT_ONCE, strict=False):
            rows = [Need(pk=number) for number in some]
            passed += len(in_halves("dispatch", rows, _several(pole, now), row_of=_itself))
    each_row("dispatch", _to_tell(now), _tell, whole=False)
    return passed


def _several(pole: Pole, now: datetime) -> Callable[[list[Need]], None]:
    def give_several(rows: list[Need]) -> None:
        """Lock these needs, and give those that are still nobody's."""
        still = to_dispatch(pole).filter(pk__in=[row.pk for row in rows]).order_by("pk")
        locked = still.select_for_update(no_key=True, of=("self",))
        _give([Need(pk=pk) for pk in locked.values_list("pk", flat=True)], Rules.of(pole), at=now)

    return give_several


def _itself(need: Need) -> Need:
    return need


def _to_tell(now: datetime) -> Iterator[tuple[Organisation, int, datetime]]:
    waiting = Dispatched.objects.filter(told_at=None).order_by("operator", "need__pole")
    pairs = waiting.values_list("operator", "need__pole").distinct()
    yield from ((Organisation(pk=operator), pole, now) for operator, pole in list(pairs))


def _tell(found: Organisation, number: int, now: datetime) -> bool:
    """One letter about all that an operator has been given in a pôle since the last one."""
    operator = Organisation.objects.select_for_update(no_key=True).get(pk=found.pk)
    rows = Dispatched.objects.filter(operator=operator, need__pole=number)
    if not rows.filter(told_at=None).update(told_at=now):
        return False
    told = rows.filter(told_at=now)  # and not what another worker gives meanwhile
    last = told.aggregate(last=Max("pk"))["last"]
    theirs = Need.objects.filter(dispatched__in=told, operator=operator, coordinator=None)
    if count := theirs.distinct().count():
        pole = Pole.objects.get(pk=number)
        letters.needs_dispatched(operator, pole, last=last, count=count)
    return True
