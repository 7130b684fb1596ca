"""Takes the name of somebody who has left out of what others wrote, in each text column of each table but those of papers and
proofs (personal_data/kept.py): their addresses wherever they stand, since they were shown to be theirs; their whole name and
their telephone, which anybody may give themselves, beside such an address and in what is around them
(personal_data/around.py); there halves of their name go too, « Mme Cherif », « N. Cherif », « Nora C. », unless somebody else
there bears them.

Found by number, a piece at a time, all who have left since the last turn at once; a turn that is cut short goes on where it
stood. A letter that waits to leave keeps the name until it has left.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Field, Model, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common.names_in_text import Called, in_all, in_sent
from common.word_search import WordsOf, forget_old_words, name_of
from marketplace.actions.desk import left_sessions
from marketplace.actions.desk.retention_models import NOBODY
from marketplace.models import LeftName
from marketplace.personal_data import kept
from marketplace.personal_data.around import Around
from notifications.faults import in_halves
from notifications.models import Notification
from notifications.models.letters import OPEN

ACT = "left-names"
PIECE = 2000  # rows looked at in one question
AT_ONCE = 40  # people looked for at once
LONGEST_TURN = timedelta(seconds=60)  # the clock comes again
# They hold numbers, codes, seals and keys, and no words.
MACHINES = frozenset(
    [
        "password",
        "token",
        "nonce",
        "secret",
        "session_key",
        "sent_key",
        "lease_token",
        "key",
        "digest",
        "sealed",
        "seal",
        "txt",
        "sha256",
        "signed_sha256",
        "data_key",
        "mark",
        "content_type",
        "code",
        "family",
        "kind",
        "fingerprint",
        "session_data",
        "thing",
        "name_key",
        "wake",
        "uid",
    ]
)
RANDOM = frozenset({"marketplace.StoredFile.name"})  # made by chance: by it the file is found
# As a browser sends a form or a list's address: no question to the database finds « Noé » in « No%C3%A9 ».
SENT = frozenset(
    [
        "accounts.FormDraft.form",
        "marketplace.BulkAct.query",
        "marketplace.Mailing.query",
        "marketplace.SavedFilter.query",
    ]
)
# Whose words aren't anybody's: but what a machine writes of a fault may quote a row.
SILENT = NOBODY.keys() - {"notifications.RowFault", "notifications.ClockAct"}
A_DAY = timedelta(days=1)
SHORT = "[…]"
# Read by everybody, and about no person: there a name is written as names are, or is taken for words.
PUBLISHED = (
    *("Need", "Offer", "Round", "Gathering"),
    *("Organisation", "Site", "CompanyProgramme", "Telling"),
)
NOWHERE = Q(pk__in=[])


@dataclass(frozen=True)
class Table:
    """A table with words in it, and which columns these are."""

    model: type[Model]
    texts: "tuple[Field[Any, Any], ...]"
    structures: "tuple[Field[Any, Any], ...]"  # JSON
    sent: "tuple[Field[Any, Any], ...]"  # forms, as they are sent

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def columns(self) -> "tuple[Field[Any, Any], ...]":
        return (*self.texts, *self.structures, *self.sent)

    @property
    def unsearched(self) -> Q:
        """Those of its rows in which only reading finds a name."""
        held = [~Q(**{f"{one.name}__in": [{}, []]}) for one in self.structures]
        held += [~Q(**{one.name: ""}) for one in self.sent]
        return reduce(or_, held, NOWHERE)


@cache
def tables() -> tuple[Table, ...]:
    """All of them, in an order that stays; letters come last."""
    proofs = kept.columns(kept.NAMED)
    found = []
    for model in apps.get_models():
        label = model._meta.label
        if label in SILENT or label == LeftName._meta.label or not _has_number(model):
            continue
        own = [
            one
            for one in model._meta.concrete_fields
            if f"{label}.{one.name}" not in proofs | RANDOM
        ]
        sent = tuple(one for one in own if _is_sent(one))
        texts = tuple(one for one in own if _is_text(one) and one not in sent)
        structures = tuple(one for one in own if isinstance(one, models.JSONField))
        if texts or structures or sent:
            found.append(Table(model, texts, structures, sent))
    return tuple(sorted(found, key=lambda one: (one.model is Notification, one.label)))


def _has_number(model: type[Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField | models.OneToOneField)


def _is_text(column: "Field[Any, Any]") -> bool:
    """A column of words. Those by which a row is found follow from its others."""
    if column.choices or column.primary_key or column.name in MACHINES:
        return False
    return isinstance(column, (models.CharField, models.TextField)) and not isinstance(
        column, WordsOf
    )


def _is_sent(column: "Field[Any, Any]") -> bool:
    return f"{column.model._meta.label}.{column.name}" in SENT


# --- who -------------------------------------------------------------------------------------
def leave(user: User, emails: Iterable[str], *, now: datetime) -> None:
    """Somebody leaves, in this transaction, and is still named in it."""
    called = Called.of(user.first_name, user.last_name, emails, [user.phone])
    if called.rough:
        begins = {"at": now, "table": "", "after": 0, "read_at": None}
        LeftName.objects.update_or_create(person=user, defaults=begins | {"called": called.said})


def carry_on(now: datetime) -> int:
    """Go on with those who have left. Returns how many rows were changed."""
    changed = _read_tables(until=timezone.now() + LONGEST_TURN)
    for name in LeftName.objects.exclude(read_at=None):
        changed += _finish(name)
    return changed


def _turn() -> list[LeftName]:
    """Those who are read together: the ones that stand furthest, or else the first who wait."""
    unread = LeftName.objects.unread()
    first = unread.exclude(table="").first()
    if first is not None:
        return list(unread.filter(table=first.table, after=first.after)[:AT_ONCE])
    return list(unread[:AT_ONCE])


def _read_tables(*, until: datetime) -> int:
    changed = 0
    while some := _turn():
        seeking = Seeking(some)
        begun, after = some[0].table, some[0].after
        for table in (one for one in tables() if _stands_before(begun, one)):
            for pks in _pieces(table.model, after if table.label == begun else 0):
                changed += seeking.put_away(table, pks)
                _note(some, table, pks[-1], seeking.aside)
                if timezone.now() > until:
                    return changed
        forget_old_words()
        left_sessions.read([called for _number, called in seeking.names], word=seeking.word)
        LeftName.objects.filter(pk__in=[one.pk for one in some]).update(read_at=timezone.now())
    return changed


def _note(some: list[LeftName], table: Table, last: int, aside: list[tuple[str, int]]) -> None:
    for one in some:
        one.table, one.after = table.label, last
        one.aside = [*aside]
    LeftName.objects.bulk_update(some, ["table", "after", "aside"])


def _stands_before(begun: str, table: Table) -> bool:
    """Whether this table is still to be read by those who were in the table `begun`."""
    order = [one.label for one in tables()]
    return begun not in order or order.index(begun) <= order.index(table.label)


def _pieces(model: type[Model], last: int) -> Iterator[list[int]]:
    rows = model._base_manager.order_by("pk")
    while pks := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:PIECE]):
        yield pks
        last = pks[-1]


def _finish(name: LeftName) -> int:
    """All tables are read: go on with what was set aside, the letters that waited, and those that have been written since. The
    name is deleted with the last of them."""
    seeking, changed = Seeking([name]), 0
    by_label = {one.label: one for one in tables()}
    letters = by_label[Notification._meta.label]
    for label, pk in name.aside:
        if label in by_label:
            changed += seeking.put_away(by_label[label], [pk])
    for pks in _pieces(Notification, name.after if name.table == letters.label else 0):
        changed += seeking.put_away(letters, pks)
        name.table, name.after = letters.label, pks[-1]
    changed += seeking.put_away(letters, name.waits)
    name.waits = _waiting(name, seeking, letters)
    name.aside = [*seeking.aside]
    if name.waits or name.aside:
        name.save(update_fields=["table", "after", "waits", "aside"])
    else:
        name.delete()
    return changed


def _waiting(name: LeftName, seeking: "Seeking", letters: Table) -> list[int]:
    """The letters that wait and name them; by a first name and an initial, those that are around them: others bear these."""
    since = Q(created_at__gte=name.at - A_DAY) | Q(pk__in=name.waits)
    naming = Notification.objects.filter(since, seeking.roughly(letters), status__in=OPEN)
    found = list(naming.order_by("pk").values_list("pk", flat=True))
    near = seeking.around[name.person_id].among(Notification, found)
    wholly = Q()
    for column in letters.texts:
        wholly |= Q(**{f"{column.name}__iregex": name.how.rough})
    near |= set(naming.filter(wholly).values_list("pk", flat=True))
    return [pk for pk in found if pk in near]


# --- where -----------------------------------------------------------------------------------
class Seeking:
    """Looks for some people in the rows of a table."""

    def __init__(self, names: list[LeftName]) -> None:
        self.names = [(name.person_id, name.how) for name in names]
        self.aside = list(dict.fromkeys((label, pk) for name in names for label, pk in name.aside))
        self.borne = {number for number, called in self.names if _is_a_house(called)}
        self.around = {number: Around(number) for number, _called in self.names}
        self.near = {
            number: called.as_near(self.around[number].others()) for number, called in self.names
        }
        with translation.override(settings.LANGUAGE_CODE):
            self.word = _("[closed account]")

    def roughly(self, table: Table) -> Q:
        """A condition that holds for at least the rows whose texts name them."""
        rough = "|".join(_in(table, called).rough for called in self.near.values())
        return reduce(or_, (Q(**{f"{one.name}__iregex": rough}) for one in table.texts), NOWHERE)

    def put_away(self, table: Table, pks: list[int]) -> int:
        """Take them out of these rows. Returns how many were changed; one that can't be is set aside and noted."""
        rows = table.model._base_manager.filter(pk__in=pks)
        if table.model is Notification:
            rows = rows.exclude(status__in=OPEN)
        asked = self.roughly(table) | table.unsearched
        found = list(rows.filter(asked).order_by("pk").values_list("pk", flat=True))
        self.aside = [one for one in self.aside if one[0] != table.label or one[1] not in pks]
        if not found:
            return 0
        changed: set[int] = set()
        passed = in_halves(
            ACT, found, partial(self._put_away, table, changed=changed),
            row_of=lambda pk: table.model(pk=pk),
        )  # fmt: skip
        self.aside += [(table.label, pk) for pk in found if pk not in passed]
        return len(changed)

    def _put_away(self, table: Table, pks: list[int], *, changed: set[int]) -> None:
        ours = {number: around.among(table.model, pks) for number, around in self.around.items()}
        names = [one.name for one in table.columns]
        for row in table.model._base_manager.filter(pk__in=pks).only(*names):
            called = [
                self._here(number, each, table, row, is_near=row.pk in ours[number])
                for number, each in self.names
            ]
            if new := self._without(table, row, called):
                _save(row, new)
                changed.add(row.pk)

    def _here(
        self, number: int, called: Called, table: Table, row: Model, *, is_near: bool
    ) -> Called:
        """How they are looked for in this row."""
        by_mail = called.by_mail()
        if number in self.borne or not (is_near or self._holds(table, row, by_mail)):
            return by_mail
        if table.model.__name__ in PUBLISHED:
            return called.as_names_are()
        return _in(table, self.near[number]) if is_near else called

    def _holds(self, table: Table, row: Model, called: Called) -> bool:
        values = [(column, getattr(row, column.name)) for column in table.columns]
        return any(self._put(column, value, called, "") != value for column, value in values)

    def _without(self, table: Table, row: Model, called: list[Called]) -> dict[str, Any]:
        """Its columns that change, and what they then say."""
        new: dict[str, Any] = {}
        before = {one.name: getattr(row, one.name) for one in table.columns}
        nowhere = f"closed-{row.pk}@closed.invalid"
        for one in called:
            said = {name: new.get(name, value) for name, value in before.items()}
            found = {
                column.name: self._put(column, said[column.name], one, nowhere)
                for column in table.columns
            }
            held = {name for name, value in found.items() if value != said[name]}
            if held:  # the row is about them: half a name that stands alone is theirs
                found = {
                    column.name: _in_each(column, found[column.name], partial(_but_half, one))
                    for column in table.columns
                }
            new |= {name: value for name, value in found.items() if value != said[name]}
        return new

    def _put(self, column: "Field[Any, Any]", value: Any, called: Called, nowhere: str) -> Any:
        said = _in_each(column, value, lambda text: called.put_away(text, self.word))
        if not isinstance(value, str):
            return said
        if value.strip().lower() in called.emails:
            return "" if column.blank else nowhere
        longest = getattr(column, "max_length", None)
        if longest and len(said) > longest:
            said = _in_each(column, value, lambda text: called.put_away(text, SHORT))[:longest]
        return said


def _in_each(column: "Field[Any, Any]", value: Any, change: Callable[[str], str]) -> Any:
    """Each of the texts that a column holds, changed."""
    return in_sent(value, change) if _is_sent(column) else in_all(value, change)


def _in(table: Table, called: Called) -> Called:
    """How they may be named in this table: letters are the site's own words."""
    return called.as_we_say() if table.model is Notification else called


def _but_half(called: Called, text: str) -> str:
    return SHORT if called.is_half(text) else text


def _save(row: Model, new: dict[str, Any]) -> None:
    """Without what saving does besides; whoever wrote meanwhile wins. The words by which it is found follow."""
    seen = {name: getattr(row, name) for name in new}
    texts = {name: value for name, value in seen.items() if isinstance(value, str)}
    for name, value in new.items():
        setattr(row, name, value)
    found = {
        one.name: one.pre_save(row, False)
        for one in row._meta.concrete_fields
        if isinstance(one, WordsOf)
    }
    with transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk, **texts).update(**new, **found)


def _is_a_house(called: Called) -> bool:
    """Whether an organisation is called so: « Le Verger » stays in what is said of it."""
    names = (name_of(called.first, called.last), name_of(called.last, called.first))
    return called.has_name and Organisation.objects.filter(search_name__in=names).exists()
