"""Many rows are taken, or handed over, at once; and taken back."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions import seats
from accounts.models import Organisation, Pole, User
from marketplace.actions.desk import desk, takeovers
from marketplace.actions.desk.bulk_wish import (
    POLE,
    Wish,
    numbers_of,
    on_a_side,
    pole_of_row,
    said_for,
)
from marketplace.actions.desk.desk import Item
from marketplace.actions.refusals import NotYet
from marketplace.desk.kinds import BY_CODE
from marketplace.models import BulkLine, HandOver
from marketplace.models.desk.desk import followed_by, key_of

DESK_KIND = {"besoins": "need", "missions": "mission", "organisations": "organisation"}


def followable(by: User, listed: str, *, known_to: User | None = None) -> QuerySet[Any]:
    """The rows that this coordinator may follow, whoever does."""
    found, missions, _referents = takeovers.open_to(by, known_to=known_to)
    if listed == "organisations":
        return Organisation.objects.verified_by(by)
    return found if listed == "besoins" else missions


def _of_these(found: QuerySet[Any], rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of what was found, those among these rows: a pôle has a hundred times as many, which needn't be looked at."""
    return found.filter(pk__in=rows.order_by().values("pk")).values("pk")


def _token(coordinator: int | None, operator: int | None) -> str:
    """The same as `followed_by`."""
    if coordinator:
        return f"p{coordinator}"
    return f"o{operator}" if operator else "nobody"


class Following:
    """What taking and handing over share."""

    def seen(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        way = "referent__" if wish.listed == "organisations" else ""
        found = rows.order_by().values_list("pk", f"{way}coordinator", f"{way}operator")
        return {number: _token(person, operator) for number, person, operator in found}

    def undo(self, wish: Wish, row: Any, line: BulkLine) -> None:
        pole = pole_of_row(row)
        seats.lock(pole)
        held = desk.locked(row)
        if followed_by(held) != _token_of(wish.to or wish.by):
            who = held.coordinator or held.operator or _("nobody")
            raise NotYet(_("%(who)s follows it now.") % {"who": who})
        later = HandOver.objects.filter(**{key_of(row): row}, pk__gt=line.kept("hand_over") or 0)
        if later.filter(at__gt=line.act.begun_at).exists():
            raise NotYet(_("It has changed hands since."))
        person, operator = _from_token(line.seen)
        if (before := person or operator) and not desk.coordinates_in(before, pole):
            raise NotYet(_("%(who)s, who followed it, coordinates elsewhere.") % {"who": before})
        desk.give(held, person=person, operator=operator)
        HandOver.objects.filter(pk=line.kept("hand_over")).delete()


def _token_of(who: User | Organisation) -> str:
    return f"p{who.pk}" if isinstance(who, User) else f"o{who.pk}"


def _from_token(token: str) -> tuple[User | None, Organisation | None]:
    number = int(token[1:]) if token[1:].isdigit() else 0
    if token.startswith("p"):
        return User.objects.filter(pk=number).first(), None
    return None, Organisation.objects.filter(pk=number).first() if number else None


def _unmoved(wish: Wish, row: Any, line: BulkLine) -> Item:
    """The line of the desk, under a lock and as the preview showed it. Raises NotYet."""
    seats.lock(pole_of_row(row))
    held = desk.locked(row)
    if followed_by(held) != line.seen:
        who = held.coordinator or held.operator or _("nobody")
        raise NotYet(_("Somebody was first: %(who)s follows it now.") % {"who": who})
    return Item(BY_CODE[DESK_KIND[wish.listed]], row.pk, line.seen, row, row)


class Taking(Following):
    def left(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        mine = _of_these(followable(wish.by, wish.listed), rows)
        token = _token_of(wish.by)
        theirs = [number for number, seen in self.seen(wish, rows).items() if seen == token]
        return said_for(theirs, _("It is yours already.")) | said_for(
            numbers_of(rows.exclude(pk__in=mine)), on_a_side()
        )

    def do(self, wish: Wish, row: Any, line: BulkLine) -> None:
        done = desk.take(_unmoved(wish, row, line), by=wish.by, told=False)
        line.before = {"hand_over": done.pk if done else None}


class HandingOver(Following):
    def left(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        mine = _of_these(followable(wish.by, wish.listed), rows)
        left = said_for(numbers_of(rows.exclude(pk__in=mine)), on_a_side())
        return left | self._kept_from(wish.to, wish, rows) if wish.to else left

    def _kept_from(
        self, to: User | Organisation, wish: Wish, rows: QuerySet[Any]
    ) -> dict[int, str]:
        said = {"who": to}
        left: dict[int, str] = {}
        if isinstance(to, User):
            theirs = _of_these(followable(to, wish.listed, known_to=wish.by), rows)
            words = _("%(who)s is on a side of it: another coordinator of the pôle follows it.")
            left = said_for(numbers_of(rows.exclude(pk__in=theirs)), words % said)
        path = POLE[wish.listed]
        poles = Pole.objects.filter(pk__in=rows.order_by().values(path))
        elsewhere = [pole.pk for pole in poles if not desk.coordinates_in(to, pole)]
        words = _("%(who)s coordinates elsewhere: choose somebody of this pôle.") % said
        left |= said_for(numbers_of(rows.filter(**{f"{path}__in": elsewhere})), words)
        token = _token_of(to)
        already = [number for number, seen in self.seen(wish, rows).items() if seen == token]
        return left | said_for(already, _("%(who)s follows it already.") % said)

    def do(self, wish: Wish, row: Any, line: BulkLine) -> None:
        assert wish.to is not None, "the form asks for it"
        item = _unmoved(wish, row, line)
        if line.seen == _token_of(wish.to):
            raise NotYet(_("%(who)s follows it already.") % {"who": wish.to})
        done = desk.hand_over(item, to=wish.to, note=wish.words, by=wish.by, told=False)
        line.before = {"hand_over": done.pk}
