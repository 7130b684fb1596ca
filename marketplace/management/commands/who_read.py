"""manage.py who_read: who read, took out or was sent something, and what an account that was stolen read; for the 72 hours of a
breach (docs/breach.md)."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from common.dates import midnight
from common.spreadsheets import Cell, as_csv
from marketplace.desk import breach
from marketplace.desk.breach import Concerned, Row, Span
from marketplace.models.desk.journal import KEPT

WHAT = re.compile(r"([a-z]+)(?::(.{1,200}))?")
HEADER = ("at", "who", "address", "in the name of", "did", "number", "details")


class Command(BaseCommand):
    help = "Who read, took out or was sent a thing; or, with --by, what an account read and could have read."

    def add_arguments(self, parser: CommandParser) -> None:
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument("--what", help="need:12, person:34, person:ADDRESS, list… what was read")
        asked.add_argument("--by", help="the address of an account: what it read, and of whom")
        parser.add_argument(
            "--since", required=True, help="the first day, as in 2026-11-01, or a moment"
        )
        parser.add_argument("--until", help="the day after the last, or a moment; now without it")
        parser.add_argument("--format", choices=["text", "csv"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        span = _span(options["since"], options["until"])
        self.as_csv = options["format"] == "csv"
        if options["by"]:
            self._by(_account(options["by"]), span)
        else:
            noun, number = _what(options["what"])
            self._what(noun, number, span)

    def _what(self, noun: str, number: int | None, span: Span) -> None:
        rows = list(breach.readers_of(noun, number, span))
        letters = list(breach.sent(noun, number, span)) if number else []
        around = list(breach.taken_around(noun, number, span)) if number else []
        if self.as_csv:
            self._write_csv([*rows, *letters, *around])
            return
        self._write("Read, taken out or written", rows)
        self._write("Letters about it", letters)
        self._write("Files of its pôle that may hold it", around)
        people = {row.email for row in rows}
        self.stdout.write(
            f"{len(rows)} reading(s) by {len(people)} account(s); {len(letters)} letter(s)."
        )

    def _by(self, user: User, span: Span) -> None:
        found = breach.done_by(user, span)
        if self.as_csv:
            both = (("person", found.people), ("organisation", found.houses))
            self._write_table(
                ("kind", "who", "address", "times"),
                ((kind, one.name, one.email, one.times) for kind, rows in both for one in rows),
            )
            return
        self.stdout.write(f"{user} <{user.email}>")
        self._write_counts("It did", found.did)
        self._write_counts("Its rights of today open to it", found.could)
        self._write_concerned("People concerned", found.people)
        self._write_concerned("Organisations concerned", found.houses)

    def _write(self, title: str, rows: list[Row]) -> None:
        self.stdout.write(f"\n{title}:")
        for row in rows:
            self.stdout.write(_said(row))
        if not rows:
            self.stdout.write("  nothing")

    def _write_csv(self, rows: Iterable[Row]) -> None:
        told = ((row.name, row.email, row.house, row.did, row.number, row.details) for row in rows)
        self._write_table(
            HEADER, ((_at(row.at), *one) for row, one in zip(rows, told, strict=True))
        )

    def _write_table(self, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """As the tables of the pages are written: no cell is a formula."""
        self.stdout.write(as_csv(header, rows).decode("utf-8-sig"))

    def _write_counts(self, title: str, counts: dict[str, int]) -> None:
        self.stdout.write(f"\n{title}:")
        for words, number in counts.items():
            self.stdout.write(f"{number:>8}  {words}")
        if not counts:
            self.stdout.write("  nothing")

    def _write_concerned(self, title: str, rows: list[Concerned]) -> None:
        self.stdout.write(f"\n{title}: {len(rows)}")
        for one in rows:
            address = one.email or "no address any more"
            self.stdout.write(f"{one.times:>8}  {one.name} <{address}>")


def _said(row: Row) -> str:
    who = f"{row.name} <{row.email}>" + (f", {row.house}" if row.house else "")
    which = f" {row.number}" if row.number else ""
    return f"  {_at(row.at)}  {who}: {row.did}{which}" + (
        f" ({row.details})" if row.details else ""
    )


def _at(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _span(since: str, until: str | None) -> Span:
    now = timezone.now()
    span = Span(_moment("--since", since), _moment("--until", until) if until else now)
    if span.since > now:
        raise CommandError("--since is in the future.")
    if span.since >= span.until:
        raise CommandError("--until isn’t after --since.")
    if span.until < now - KEPT:
        raise CommandError("The journal keeps twelve months: nothing is left of that time.")
    return span


def _moment(name: str, typed: str) -> datetime:
    """A day, which begins at midnight in Paris, or a moment."""
    try:
        if len(typed) <= len("2026-11-01"):
            return midnight(date.fromisoformat(typed))
        found = datetime.fromisoformat(typed)
        return found if found.tzinfo else timezone.make_aware(found)
    except (ValueError, OverflowError):
        raise CommandError(f"{name} is a day such as 2026-11-01, or 2026-11-01T14:30.") from None


def _account(typed: str) -> User:
    user = User.objects.filter(email__iexact=typed.strip()).first()
    user = user or User.objects.of_mailbox(typed.strip()).first()
    if user is None:
        raise CommandError(f"No account has the address {typed}.")
    return user


def _what(typed: str) -> tuple[str, int | None]:
    found = WHAT.fullmatch(typed.strip())
    noun, which = (found[1], found[2]) if found else ("", None)
    if noun not in breach.THINGS:
        raise CommandError(f"--what is one of {', '.join(breach.THINGS)}, with a number: need:12.")
    if noun == "list":
        if which:
            raise CommandError("A list has no number: --what list shows each that was taken out.")
        return noun, None
    if noun == "person" and which and "@" in which:
        return noun, _account(which).pk
    if not which or not which.isascii() or not which.isdecimal() or len(which) > 18:
        raise CommandError(f"Say which {noun}, by its number: {noun}:12.")
    rows: Any = breach.THINGS[noun].model._default_manager.filter(pk=int(which))
    if not rows.exists() and not next(breach.readers_of(noun, int(which), _ever()), None):
        raise CommandError(f"There is no {noun} {which}, and the journal doesn’t know it either.")
    return noun, int(which)


def _ever() -> Span:
    now = timezone.now()
    return Span(now - KEPT, now)
