"""manage.py match: who suits whom, on the command line; and the making of all lists."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from marketplace import ranking
from marketplace.matching.match import Match
from marketplace.models import Need, Offer
from marketplace.ranking import full_run, index, stored_lists


class Command(BaseCommand):
    help = "Best offers for a need, best needs for an offer, why these two, or all the kept lists."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--need", type=int, metavar="ID", help="the best offers for this need")
        what.add_argument("--offer", type=int, metavar="ID", help="the best needs for this offer")
        what.add_argument("--all", action="store_true", help="make all kept lists anew; several copies share the work, and one that was stopped is taken up again")  # fmt: skip
        what.add_argument("--index", action="store_true", help="write the whole index anew")
        parser.add_argument("--why", type=int, metavar="ID", help="with --need: this offer only, whatever its state; with --offer: this need")  # fmt: skip
        parser.add_argument("--top", type=int, default=20, help="how long a list (20)")
        parser.add_argument("--near", type=int, default=10, help="how many near misses (10)")
        parser.add_argument("--json", action="store_true", help="JSON lines")
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, **options: Any) -> None:
        with translation.override(options["language"]):
            if options["all"]:
                return self._all()
            if options["index"]:
                return index.rebuild()
            for match in self._asked(**options):
                self.stdout.write(as_json(match) if options["json"] else as_words(match))
        return None

    def _asked(
        self,
        *,
        need: int | None,
        offer: int | None,
        why: int | None,
        top: int,
        near: int,
        **_rest: Any,
    ) -> list[Match]:
        row = _found(Need, need) if need else _found(Offer, offer or 0)
        if why:
            pair = (row, _found(Offer, why)) if need else (_found(Need, why), row)
            return [ranking.why(*pair)]
        matches, misses = ranking.numbers_for(row, top=top, near=near)
        return [*matches, *misses]

    def _all(self) -> None:
        full = full_run.begin(timezone.now(), timezone.localdate())
        total = full.chunks.count()
        for _chunk in full_run.work(full, timezone.now):
            self._bar(full.chunks.exclude(done_at=None).count(), total)
        done = stored_lists.refresh_marks()
        lists = sum(postings.objects.filter(lead=True).count() for postings in index.TABLES)
        self.stdout.write(f"\n{lists} lists are right for {full.day}; {done} marks refreshed.")

    def _bar(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = 40 * done // max(total, 1)
            self.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{total}", ending="")


def _found[Row: (Need, Offer)](model: type[Row], number: int) -> Row:
    row = model._default_manager.filter(pk=number).first()
    if row is None:
        raise CommandError(f"There is no {model._meta.verbose_name} number {number}.")
    return row


def as_json(match: Match) -> str:
    return json.dumps(
        {
            "need": match.need_id,
            "offer": match.offer_id,
            "score": match.score,
            "strength": match.strength,
            "is_match": match.is_match,
            "reasons_for_need_side": [reason.words for reason in match.reasons_for_need_side],
            "reasons_for_offer_side": [reason.words for reason in match.reasons_for_offer_side],
            "missing": [reason.words for reason in match.missing_for_need_side],
            "excluded": [
                {"code": reason.code, "words": reason.words, "act": reason.act}
                for reason in match.excluded
            ],
            "calculation": match.facts.as_json(),
        },
        ensure_ascii=False,
    )


def as_words(match: Match) -> str:
    head = f"{match.need_id} · {match.offer_id}  {match.score:5}  {match.strength_words}"
    lines = [
        *(f"  + {reason}" for reason in match.reasons_for_need_side),
        *(f"  - {reason}" for reason in match.missing_for_need_side),
        *(f"  x {reason} → {reason.act}" for reason in match.excluded),
    ]
    return "\n".join([head, *lines])
