"""One kind of letter, declared once beside the function that posts it; docs/letters.md says how one is added."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import Formatter
from typing import Any

from django.db.models import Model

from notifications import outbox
from notifications.models import Notification, Person
from notifications.rules import ACCOUNT, Family, Rule

# What a part of a key may be: how it is found in one, and what is made of it.
_SORTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "": (r"[0-9]+", int),
    "numbers": (r"[0-9]+(?::[0-9]+)*", lambda text: tuple(int(one) for one in text.split(":"))),
    "word": (r"[^:]+", str),
    "rest": (r".+", str),
}


@dataclass(frozen=True)
class Key:
    """How a letter's key is written, and read back: "proposal:{proposal}:made".

    A part is a number unless it says otherwise: {day:word} holds no colon, {why:rest} may, {needs:numbers}
    are several. What stands between [ ] is there when its parts are given. A pattern never changes:
    letters with such a key wait in the outbox while a site is updated.
    """

    pattern: str

    def __add__(self, more: str) -> "Key":
        return Key(self.pattern + more)

    @property
    def sorts(self) -> dict[str, str]:
        """Its parts by name, with what each may be."""
        return _sorts(self.pattern)

    def written(self, **parts: Any) -> str:
        """Each part by its name; a row stands for its number."""
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
        """Its parts by their names. Raises ValueError for a key that it hasn't written."""
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
        """Letters whose keys begin like this and that haven't left stay here. Returns how many."""
        prefix = self.written(**parts)
        return outbox.cancel(key_prefix=prefix, reason=reason, recipient=recipient, now=now)


@dataclass(frozen=True)
class Letter:
    """One kind of letter: all that the post office and the site know of it.

    `name` is its folder in templates/emails. `asks`: it waits for an act of the reader, and comes first in
    summaries. `secret`: its words hold a key of the house. `to_leavers`: it reaches whoever has no part any
    more in what it is about. `moot(letter, **parts of its key)` is asked just before it leaves: the
    reason why it no longer makes sense, or "" when it does.
    """

    name: str
    key: Key
    family: Family = ACCOUNT
    asks: bool = False
    secret: bool = False
    to_leavers: bool = False
    moot: Callable[..., str] | None = None

    def tell(
        self,
        people: Iterable[Person],
        *,
        url: str,
        but: Person | None = None,
        **facts: Any,
    ) -> None:
        """To each of these people once, but to whoever did it: nobody hears of their own act.

        `facts` hold the parts of the key, the words' own facts, and what outbox.post knows (`expires_at`,
        `reply_to`…). A row that the key names is a fact too; a number or a word is the key's alone.
        """
        key, facts = self._parted(facts)
        for person in {person.pk: person for person in people}.values():
            if but is None or person.pk != but.pk:
                outbox.post(recipient=person, key=key, template=self.name, url=url, **facts)

    def write_to(self, address: str, *, url: str, **facts: Any) -> None:
        """To a reader without an account, in the language of the moment; `facts` as in `tell`."""
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
        """As the post office asks for it."""
        moot = self._why_moot if self.moot else None
        return Rule(self.family, self.asks, self.secret, moot, self.to_leavers)

    def _why_moot(self, letter: Notification) -> str:
        return self.moot(letter, **self.key.read(letter.key)) if self.moot else ""


def _halves(pattern: str) -> tuple[str, str]:
    """What is always there, and what may be."""
    always, _bracket, tail = pattern.removesuffix("]").partition("[")
    return always, tail


@cache
def _pieces(pattern: str) -> list[tuple[str, str, str]]:
    """Words, then the name and the sort of the part that follows, if one does."""
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
