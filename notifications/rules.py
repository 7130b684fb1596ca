"""What the apps above tell `notifications` about its letters: families, conditions,
rights.

`settings.LETTER_RULES` names their module, so that this app imports none of them. It
holds KINDS (kind → Rule), FAMILIES, about(context), matter(context), desks(context),
is_theirs(letter), theirs_among(letters), why_not(letter), senders(desks) (of those as letters bear them, the ones that sign), desk(user) and
stopped(person, family), which is told that somebody wants no more letters of a family; docs/letters.md explains them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from notifications.models import Notification, Person


@dataclass(frozen=True)
class Family:
    """Letters that a person chooses together."""

    code: str
    label: Any
    help: Any = ""
    may_be_off: bool = True
    may_wait: bool = True
    default: str = "EACH"
    is_for: Callable[[Any], bool] | None = None  # whom it concerns; None is everybody


# Passwords, addresses, invitations, safety, law: these always leave, at once.
ACCOUNT = Family(
    "account",
    _("Your account, your safety and what the law asks us to tell you"),
    _("These always reach you."),
    may_be_off=False,
    may_wait=False,
)


@dataclass(frozen=True)
class Rule:
    """How one kind of letter behaves.

    `moot(letter)` is called just before it leaves: it returns the reason why the letter
    no longer makes sense, or "". `asks`: it waits for an act of the reader, and comes
    first in summaries. `to_leavers`: it also goes to people who no longer have a part in
    what it is about. `moot_among(letters)`: the numbers of those that `moot` would say something of,
    for a kind of which a person has many: asked of all at once.
    """

    family: Family = ACCOUNT
    asks: bool = False
    secret: bool = False
    moot: Callable[[Any], str] | None = None
    to_leavers: bool = False
    moot_among: Callable[[Sequence[Any]], set[int]] | None = None


@dataclass(frozen=True)
class Sender:
    """In whose name a letter leaves, from the site's own address, and where answers to it go."""

    name: str
    replies_to: str = ""


class Rules(Protocol):
    KINDS: dict[str, Rule]
    FAMILIES: list[Family]

    def about(self, context: dict) -> str: ...
    def matter(self, context: dict) -> str: ...
    def is_theirs(self, letter: Notification) -> bool: ...
    def theirs_among(self, letters: Sequence[Notification]) -> set[int]: ...
    def why_not(self, letter: Notification) -> str: ...
    def desks(self, context: dict) -> Collection[int]: ...
    def senders(self, desks: Collection[str]) -> dict[str, Sender]: ...
    def desk(self, user: Person) -> QuerySet | None: ...
    def stopped(self, person: Person, family: str) -> None: ...


@cache
def _load(name: str) -> Rules:
    return import_module(name)


def rules() -> Rules:
    return _load(settings.LETTER_RULES)


def rule_for(kind: str) -> Rule:
    """The rule of a kind. An unknown kind has the default rule, that of a letter which has to arrive."""
    return rules().KINDS.get(kind) or Rule()


def settling() -> list[str]:
    """The kinds that can tell whether their matter is settled (`moot`)."""
    return [kind for kind, rule in rules().KINDS.items() if rule.moot]


NO_LONGER_THEIRS = gettext_noop("No longer theirs")


def is_no_longer_theirs(letter: Notification) -> bool:
    """Whether the reader no longer has a part in what the letter is about."""
    return _is_checked(letter) and not rules().is_theirs(letter)


def no_longer_theirs(letters: Sequence[Notification]) -> set[int]:
    """The numbers of those of which that holds, in fewer questions."""
    checked = [letter for letter in letters if _is_checked(letter)]
    return {letter.pk for letter in checked} - rules().theirs_among(checked) if checked else set()


def _is_checked(letter: Notification) -> bool:
    return bool(letter.recipient_id and letter.matter and not rule_for(letter.kind).to_leavers)


def why_moot(letter: Notification) -> str:
    """Why the letter may not leave, alone or in a summary, or "". Asked just before it does."""
    rule = rule_for(letter.kind)
    reason = rules().why_not(letter) if _is_checked(letter) else ""
    return reason or (rule.moot(letter) if rule.moot else "")


def families() -> list[Family]:
    return [*rules().FAMILIES, ACCOUNT]


def family_named(code: str) -> Family:
    return next((family for family in families() if family.code == code), ACCOUNT)
