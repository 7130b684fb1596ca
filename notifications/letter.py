"""The kinds of letter: each is declared once, beside the function that posts it. docs/letters.md says how one is
added."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import Formatter
from typing import Any

from django.db.models import Model

from notifications import outbox
from notifications.models import Notification, Person
from notifications.rules import ACCOUNT, Family, Rule

type Parted = tuple[Notification, dict[str, Any]]
"""A letter, with the parts of its key."""

# What a part of a key may be: how it is found in one, and what is made of it.
_SORTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "": (r"[0-9]+", int),
    "numbers": (r"[0-9]+(?::[0-9]+)*", lambda text: tuple(int(one) for one in text.split(":"))),
    "word": (r"[^:]+", str),
    "rest": (r".+", str),
}


@dataclass(frozen=True)
class Key:
    """How a letter's key is written and read back: "proposal:{proposal}:made".

    A part is a number unless it says otherwise: {day:word} holds no colon, {why:rest}
    may, {needs:numbers} are several. What is between [ ] is there when its parts are
    given. A pattern may never change, since letters with such keys wait in the outbox
    while the site is updated.
    """

    pattern: str

    def __add__(self, more: str) -> "Key":
        return Key(self.pattern + more)

    @property
    def sorts(self) -> dict[str, str]:
        """The sort of each part, by its name."""
        return _sorts(self.pattern)

    def written(self, **parts: Any) -> str:
        """The key with these parts, given by name; a model instance is written as its number. Raises TypeError for
        other parts than the pattern's."""
        always, tail = _halves(self.pattern)
        pattern = always + tail if _sorts(tail).keys() <= parts.keys() else always
        if parts.keys() != _sorts(pattern).keys():
            raise TypeError(f"{self.pattern!r} isn't written with {sorted(parts)}")
        key = "".join(
            literal + (_text(parts[name]) if name else "")
            for literal, name, _sort in _pieces(pattern)
        )
        if not _regex(self.pattern).fullmatch(key):
            raise ValueError(f"{key!r} could not be read back by {self.pattern!r}")
        return key

    def read(self, key: str) -> dict[str, Any]:
        """The parts of a key, by name. Raises ValueError for a key that this pattern hasn't written."""
        found = _regex(self.pattern).fullmatch(key)
        if found is None:
            raise ValueError(f"{key!r} is no key of {self.pattern!r}")
        return {
            name: _SORTS[self.sorts[name]][1](text)
            for name, text in found.groupdict().items()
            if text is not None
        }

    def cancel(
        self,
        *,
        reason: str,
        recipient: Person | None = None,
        now: datetime | None = None,
        **parts: Any,
    ) -> int:
        """Cancel the letters whose keys begin with these parts and that haven't left. Returns how many."""
        prefix = self.written(**parts)
        return outbox.cancel(key_prefix=prefix, reason=reason, recipient=recipient, now=now)


@dataclass(frozen=True)
class Letter:
    """One kind of letter: all that `notifications` and the site know of it.

    `name` is its file in templates/emails. `asks`: it waits for an act of the reader,
    and comes first in summaries. `secret`: its words hold a key to the site (a link).
    `to_leavers`: it also goes to people who no longer have a part in what it is about.
    `moot(letter, **parts of its key)` is called just before it leaves: it returns the
    reason why the letter no longer makes sense, or "". `moot_among` is given several letters of one
    reader, each with the parts of its key, and returns the numbers of those that don't.
    """

    name: str
    key: Key
    family: Family = ACCOUNT
    asks: bool = False
    secret: bool = False
    to_leavers: bool = False
    moot: Callable[..., str] | None = None
    moot_among: Callable[[list[Parted]], set[int]] | None = None

    def tell(
        self,
        people: Iterable[Person],
        *,
        url: str,
        but: Person | None = None,
        **facts: Any,
    ) -> None:
        """Post the letter to each of these people, once, except `but`, since nobody is told of
        their own act.

        `facts` hold the parts of the key, what the words need, and what outbox.post takes
        (`expires_at`, `reply_to`…). A row that the key names is also given to the words; a
        number or a word is for the key alone.
        """
        key, facts = self._parted(facts)
        for person in {person.pk: person for person in people}.values():
            if but is None or person.pk != but.pk:
                outbox.post(recipient=person, key=key, template=self.name, url=url, **facts)

    def write_to(self, address: str, *, url: str, **facts: Any) -> None:
        """Post the letter to an address without an account, in the active language; `facts` as in `tell`."""
        key, facts = self._parted(facts)
        outbox.post(address=address, key=key, template=self.name, url=url, **facts)

    def _parted(self, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        parts = {name: value for name, value in given.items() if name in self.key.sorts}
        facts = {
            name: value
            for name, value in given.items()
            if name not in parts or isinstance(value, Model)
        }
        return self.key.written(**parts), facts

    @property
    def rule(self) -> Rule:
        """The same as a `Rule`, which is how `notifications` reads it."""
        moot = self._why_moot if self.moot else None
        among = self._moot_among if self.moot_among else None
        return Rule(self.family, self.asks, self.secret, moot, self.to_leavers, among)

    def _why_moot(self, letter: Notification) -> str:
        return self.moot(letter, **self.key.read(letter.key)) if self.moot else ""

    def _moot_among(self, letters: Sequence[Notification]) -> set[int]:
        parted = [(letter, self.key.read(letter.key)) for letter in letters]
        return self.moot_among(parted) if self.moot_among else set()


def _halves(pattern: str) -> tuple[str, str]:
    """The part of the pattern that is always there, and the optional one."""
    always, _bracket, tail = pattern.removesuffix("]").partition("[")
    return always, tail


@cache
def _pieces(pattern: str) -> list[tuple[str, str, str]]:
    """The pieces of a pattern: literal text, with the name and the sort of the part that follows it, if one does."""
    return [
        (literal, name or "", sort or "")
        for literal, name, sort, _conversion in Formatter().parse(pattern)
    ]


def _sorts(pattern: str) -> dict[str, str]:
    return {name: sort for _literal, name, sort in _pieces("".join(_halves(pattern))) if name}


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    always, tail = map(_as_regex, _halves(pattern))
    return re.compile(f"{always}(?:{tail})?" if tail else always)


def _as_regex(pattern: str) -> str:
    return "".join(
        re.escape(literal) + (f"(?P<{name}>{_SORTS[sort][0]})" if name else "")
        for literal, name, sort in _pieces(pattern)
    )


def _text(part: Any) -> str:
    if isinstance(part, Model):
        part = part.pk
    return ":".join(map(str, part)) if isinstance(part, list | tuple) else str(part)
