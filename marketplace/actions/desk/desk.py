"""What coordinators do from their desk: take, hand over, chase. One verb, one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import seats
from accounts.models import Organisation, Pole, User
from accounts.permissions import can_verify
from marketplace import letters
from marketplace.actions.desk import tasks
from marketplace.actions.refusals import NotYet
from marketplace.desk.kind import Kind
from marketplace.desk.kinds import BY_CODE
from marketplace.desk.scope import Scope
from marketplace.models import (
    Absence,
    Case,
    Chase,
    FreeTime,
    HandOver,
    Mission,
    Need,
    Note,
    Offer,
    Proposal,
    Referent,
    SavedFilter,
    Tag,
    Visit,
)
from marketplace.models.desk.desk import followed_by, key_of
from marketplace.rules import permissions

POLE_OF = {Need: "pole", Mission: "need__pole", Referent: "organisation__pole"}
type Followable = Need | Mission | Referent


@dataclass(frozen=True)
class Item:
    """A line of the desk as somebody saw it: what it is about, and who followed it then."""

    kind: Kind
    number: int
    seen: str
    row: Any
    subject: Need | Mission | Organisation

    @property
    def key(self) -> str:
        return f"{self.kind.code}:{self.number}:{self.seen}"

    @property
    def page(self) -> str:
        """Where all of it is read: of a proposal its own page, and not its need's."""
        about = self.row if isinstance(self.row, Proposal) else self.subject
        return about.get_absolute_url()

    @property
    def pole(self) -> Pole:
        return (self.subject.need if isinstance(self.subject, Mission) else self.subject).pole


def find(key: str, scope: Scope) -> Item | None:
    """The line of the desk behind a key, for a coordinator of its pôle; None for anybody else, for a key that isn't well
    formed, for a draft, which is its structure's alone, and for what is offered at home under the reader."""
    code, _colon, rest = key.partition(":")
    number, _colon, seen = rest.partition(":")
    kind = BY_CODE.get(code)
    if kind is None or kind.charge is None:
        return None
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    row = kind.charge.model._default_manager.filter(pk=number).first()
    if row is None:
        return None
    item = Item(kind, row.pk, seen, row, kind.charge.of(row))
    is_theirs = item.pole.pk in scope.poles and not _is_kept_from(item, scope.reader)
    return item if is_theirs else None


def _is_kept_from(item: Item, reader: User) -> bool:
    """Whether its reader may not know that it is there."""
    if isinstance(item.subject, Need):
        shown = Need.objects.visible_to(reader).filter(pk=item.subject.pk)
        return not shown.exists() or _at_home(item, reader)
    return _at_home(item, reader)


def _at_home(item: Item, reader: User) -> bool:
    """Whether it is what somebody offers on their own time under the reader."""
    about = item.row if isinstance(item.row, Proposal) else item.subject
    if not isinstance(about, Proposal | Mission):
        return False
    return Offer.objects.at_home_under(reader).filter(pk=about.offer_id).exists()


def is_left_by(person: User, item: Item, *, known_to: User) -> bool:
    """Whether this coordinator leaves the line to another one, since they are on a side of it, as far as this reader may
    know: not by what the person offers at home under them."""
    subject = item.subject
    if isinstance(item.row, Proposal) and not permissions.follows(
        person, item.row, known_to=known_to
    ):
        return True
    if isinstance(subject, Need):
        return not permissions.can_take_charge(person, subject, known_to=known_to)
    if isinstance(subject, Organisation):
        return not can_verify(person, subject)
    return not permissions.follows(person, subject)


def _require_no_side(person: User, item: Item, *, by: User) -> None:
    if is_left_by(person, item, known_to=by):
        raise NotYet(
            _("%(who)s is on a side of it: another coordinator of the pôle follows it.")
            % {"who": person}
        )


@transaction.atomic
def take(item: Item, *, by: User, told: bool = True) -> HandOver | None:
    """The coordinator takes this line: whoever followed it stays in its history, and reads of it on their return. Returns
    what the history keeps. `told`: by a letter of its own, rather than by one about many lines.
    Raises NotYet when somebody else took it after the page was loaded."""
    _require_of_the_pole(item, by)
    _require_no_side(by, item, by=by)
    row = _locked(item, by=by)
    if row.coordinator_id == by.pk:
        raise NotYet(_("It is yours already."))
    done = None
    if before := row.coordinator:
        done = HandOver.objects.create(
            **{key_of(item.subject): item.subject}, from_person=before, to_person=by, by=by
        )
    give(row, person=by)
    if told and isinstance(row, Need) and item.seen.startswith("p"):
        letters.need_taken(row, before=int(item.seen[1:]), by=by)
    return done


@transaction.atomic
def hand_over(
    item: Item, *, to: User | Organisation, note: str, by: User, told: bool = True
) -> HandOver:
    """Hand a line over to a colleague, or to an operator as a whole, with a note that they get by letter; `told` as in
    `take`."""
    _require_of_the_pole(item, to)
    _require_no_side(by, item, by=by)
    if isinstance(to, User):
        _require_no_side(to, item, by=by)
    row = _locked(item, by=by)
    person, operator = (None, to) if isinstance(to, Organisation) else (to, None)
    if person and row.coordinator_id == person.pk:
        raise NotYet(_("%(who)s follows it already.") % {"who": person})
    before = row.coordinator
    give(row, person=person, operator=operator)
    done = HandOver.objects.create(
        **{key_of(item.subject): item.subject},
        from_person=before,
        to_person=person,
        to_operator=operator,
        note=note,
        by=by,
    )
    if told:
        letters.handed_over(done)
    return done


def _require_of_the_pole(item: Item, to: User | Organisation) -> None:
    """A coordinator of two pôles hands a line over within its own pôle only. Whoever ends a seat there at this moment
    comes before or after: what was followed by it is free then."""
    seats.lock(item.pole)
    if not coordinates_in(to, item.pole):
        raise NotYet(
            _("%(who)s coordinates elsewhere: choose somebody of this pôle.") % {"who": to}
        )


def coordinates_in(to: User | Organisation, pole: Pole) -> bool:
    if isinstance(to, User):
        return to.coordinates(pole)
    return Organisation.objects.seated_in(pole).filter(pk=to.pk).exists()


def _locked(item: Item, *, by: User) -> Followable:
    """Lock the row that says who follows the line. Raises NotYet when that has changed since the page was loaded."""
    row = locked(item.subject)
    if followed_by(row) != item.seen and row.coordinator_id != by.pk:
        raise NotYet(_("Somebody was first: %(who)s follows it now.") % {"who": _name(row)})
    return row


def locked(subject: Need | Mission | Organisation) -> Followable:
    """The row that says who follows it, under a lock."""
    if isinstance(subject, Organisation):
        Organisation.objects.select_for_update(no_key=True).get(pk=subject.pk)
        return Referent.objects.get_or_create(organisation=subject)[0]
    rows: Any = type(subject)._default_manager
    return rows.select_for_update(no_key=True).get(pk=subject.pk)


def _name(row: Followable) -> str:
    return str(row.coordinator or row.operator or _("nobody"))


def give(
    row: Followable, *, person: User | None = None, operator: Organisation | None = None
) -> None:
    row.coordinator, row.operator = person, operator
    row.save(update_fields=["coordinator", "operator"])


@transaction.atomic
def chase(item: Item, *, by: User) -> Chase:
    """Ask again those whose answer is awaited: once a day for a line, whichever coordinator clicks. Raises NotYet."""
    _require_no_side(by, item, by=by)
    if item.kind.silent is None:
        raise NotYet(_("There is nobody to chase here: open it to see what it waits for."))
    people = item.kind.silent(item.row)
    if people is None:
        raise NotYet(_("It has been answered meanwhile."))
    if not people:
        raise NotYet(_("Nobody’s answer is awaited any more."))
    now = timezone.now()
    made, created = Chase.objects.get_or_create(
        **{item.row._meta.model_name: item.row},
        day=timezone.localdate(now),
        defaults={"by": by, "at": now},
    )
    if not created:
        raise NotYet(
            _("%(who)s has already chased it today, at %(time)s.")
            % {"who": made.by, "time": timezone.localtime(made.at).strftime("%H:%M")}
        )
    letters.chased(made, people)
    return made


ACTS: dict[str, Callable[..., Any]] = {"take": take, "hand_over": hand_over, "chase": chase}


def let_go_of(person: User) -> None:
    """When an account closes: what the person followed is free again; the notes and tags about them, and their
    filters, are deleted."""
    for row in (Need, Mission, Referent):
        row._default_manager.filter(coordinator=person).update(coordinator=None)
    Case.objects.open().filter(in_charge=person).update(in_charge=None)
    Absence.objects.filter(person=person).delete()
    Absence.objects.filter(stand_in=person).update(stand_in=None)
    Visit.objects.to_come().filter(coordinator=person).update(coordinator=None)
    FreeTime.objects.filter(person=person).delete()
    for kept in (Note, Tag):
        kept._default_manager.filter(person=person).delete()
    Tag.objects.filter(offer__person=person).delete()
    SavedFilter.objects.filter(user=person).delete()
    tasks.let_go_of(person)
