"""manage.py suggest_skills: reads a text from each line, and writes a JSON object for each."""

import io
import json
import os
import sys
from collections.abc import Iterator
from typing import IO, Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from marketplace import words
from marketplace.words import AMONG
from marketplace.words.suggestion import Suggestion

LONGEST_LINE = 200_000
LEAST = 0.005  # fewer on a page: who reads a file of them sorts by the score


class Command(BaseCommand):
    help = (
        "Read one text a line from standard input (with --jsonl, JSON objects with id and text) and "
        "write, a line each, the skills, trades or macro-competences understood."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--among", choices=AMONG, default="skills")
        parser.add_argument("--top", type=int, default=10)
        parser.add_argument(
            "--least", type=float, default=LEAST,
            help="Leave out skills that are less likely than this (between 0 and 1).",
        )  # fmt: skip
        parser.add_argument("--jsonl", action="store_true", help="The lines are JSON objects.")

    def handle(self, *, among: str, top: int, least: float, jsonl: bool, **options: Any) -> None:
        if not 0 < least <= 1:
            raise CommandError("--least is above 0 and at most 1.")
        if not 1 <= top <= 100:
            raise CommandError("--top is between 1 and 100.")
        _speak_utf_8(self.stdout)
        try:
            for key, text in _texts(_standard_input(), jsonl):
                found = words.suggest(text, among=among, top=top, least=least)
                line = {"id": key, "suggestions": [_plain(s, text) for s in found]}
                self.stdout.write(json.dumps(line, ensure_ascii=False))
            self.stdout.flush()
        except BrokenPipeError:  # « | head » has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())


def _speak_utf_8(out: TextIO | OutputWrapper) -> None:
    """Write UTF-8 whatever the terminal's locale. Half a character, which JSON may contain, is written escaped."""
    stream = getattr(out, "_out", out)
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _standard_input() -> IO[str]:
    """The input as UTF-8, with bad bytes replaced; empty when it is closed."""
    buffer = getattr(sys.stdin, "buffer", None)
    if buffer:
        return io.TextIOWrapper(buffer, "utf-8-sig", "replace")
    return sys.stdin or io.StringIO()


def _texts(lines: IO[str], jsonl: bool) -> Iterator[tuple[object, str]]:
    """The (id, text) pairs, one at a time, so that ten thousand lines take no more memory than one."""
    for number, line in enumerate(lines, start=1):
        line = line.rstrip("\r\n")
        if not jsonl:
            yield number, line[:LONGEST_LINE]
        elif line.strip():
            yield _from_json(line, number)


def _from_json(line: str, number: int) -> tuple[object, str]:
    try:
        row = json.loads(line)
        json.dumps(row, allow_nan=False)  # NaN is read but could not be written back
    except RecursionError as problem:
        raise CommandError(f"Line {number} isn't JSON that we read: too deep.") from problem
    except ValueError as problem:
        raise CommandError(f"Line {number} isn't JSON: {problem}.") from problem
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise CommandError(f'Line {number} needs a "text" (and may have an "id").')
    return row.get("id", number), row["text"]


def _plain(found: Suggestion, text: str) -> dict:
    return {
        "code": found.code,
        "label": found.label,
        "score": found.score,
        "evidence": [
            {"start": s.start, "end": s.end, "text": text[s.start : s.end]} for s in found.evidence
        ],
    }
