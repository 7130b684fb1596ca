"""Writes the readable page and the JSON file of a copy, both at once, part by part: neither is ever in memory as a whole."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import get_language

from accounts.models import Organisation, User
from marketplace.models import DataCopy
from marketplace.personal_data.chapters import parts_of
from marketplace.personal_data.labels import label_of
from marketplace.personal_data.part import Chapter, Part
from marketplace.personal_data.rows import Reader, Value
from marketplace.personal_data.sayings import for_machines, for_readers
from notifications.faults import EveryRowFailed, in_halves

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT = "data-copies"
AT_ONCE = 200
FORMAT = 1  # of the JSON file: another number when a key changes its meaning

type Planned = tuple[Chapter, Part, list[Any]]


@dataclass
class Section:
    """Rows of one title, on the page."""

    title: "StrOrPromise"
    number: int
    rows: int = 0


@dataclass
class Contents:
    """A chapter, in the contents of the page."""

    title: "StrOrPromise"
    sections: list[Section] = field(default_factory=list)


class Writer:
    """Writes one copy into a folder. `on_the_way` is told after each piece how many rows that was."""

    def __init__(self, copy: DataCopy, folder: Path, on_the_way: Callable[[int], None]) -> None:
        self.owner: User | Organisation = copy.owner
        self.reader = Reader(self.owner, copy.asked_by)
        self.on_the_way = on_the_way
        self.left_out = 0
        self.page: TextIO = (folder / "page").open("w", encoding="utf-8")
        self.data: TextIO = (folder / "data").open("w", encoding="utf-8")

    def plan(self) -> list[Planned]:
        """Which rows, before any of them is read."""
        found: list[Planned] = []
        for chapter, part in parts_of(self.owner):
            if numbers := self.reader.numbers(part):
                found.append((chapter, part, numbers))
            self.on_the_way(0)
        return found

    def write(self, planned: list[Planned], *, now: datetime) -> None:
        """All rows. The page is then still open, for the chapter of the files."""
        context = {
            "owner": self.owner,
            "of_person": isinstance(self.owner, User),
            "contents": _contents(planned),
            "now": now,
            "language": get_language(),
        }
        self.page.write(render_to_string("marketplace/desk/data_copy_head.html", context))
        self.data.write(
            json.dumps({"format": FORMAT, "made": now.isoformat()})[:-1] + ', "tables": {'
        )
        several = {part.title for _of, part, _n in planned if _tables(planned, part.title) > 1}
        self._parts(planned, several)
        self.data.write("}}\n")
        self.data.close()

    def _parts(self, planned: list[Planned], several: "set[StrOrPromise]") -> None:
        chapter: Chapter | None = None
        title: StrOrPromise | None = None
        number = 0
        for at, (of, part, numbers) in enumerate(planned):
            if title is not None and part.title is not title:
                self.page.write("</section>\n")
            if of is not chapter:
                self.page.write(f"<h2>{escape(of.title)}</h2>\n")
                chapter = of
            if part.title is not title:
                number, title = number + 1, part.title
                self.page.write(f'<section id="s{number}"><h3>{escape(title)}</h3>\n')
            name = part.model._meta.verbose_name
            if title in several and isinstance(name, Promise):
                self.page.write(f"<h4>{escape(capfirst(name))}</h4>\n")
            self.page.write("<ol>\n")
            self.data.write(("," if at else "") + json.dumps(part.code) + ": [")
            self._rows(part, numbers)
            self.data.write("]")
            self.page.write("</ol>\n")
        if title is not None:
            self.page.write("</section>\n")

    def end(self, files: list[tuple[str, str]], lost: list[str]) -> None:
        """The chapter of the files, and the end of the page."""
        context = {"files": files, "lost": lost, "left_out": self.left_out}
        self.page.write(render_to_string("marketplace/desk/data_copy_foot.html", context))
        self.page.close()

    # --- the rows of one part ---
    def _rows(self, part: Part, numbers: list[Any]) -> None:
        """Some at a time; one that can't be read is left out, noted for whoever runs the site, and counted on the page."""
        is_first = True
        for some in batched(numbers, AT_ONCE):
            written: list[tuple[str, str]] = []

            def read(asked: list[Any], written: list[tuple[str, str]] = written) -> None:
                said = [self._said(row) for row in self.reader.rows(part, asked)]
                written.extend(said)

            with suppress(EveryRowFailed):  # noted row by row, and counted below
                in_halves(ACT, list(some), read, row_of=lambda one: part.model(pk=one))
            self.left_out += len(some) - len(written)
            for machines, readers in written:
                self.data.write(("" if is_first else ",\n") + machines)
                self.page.write(readers)
                is_first = False
            self.on_the_way(len(some))

    def _said(self, row: list[Value]) -> tuple[str, str]:
        people = self.reader.people
        machines = {one.column.name: for_machines(one, people) for one in row}
        return json.dumps(machines, ensure_ascii=False, default=str), _article(
            list(self._pairs(row))
        )

    def _pairs(self, row: list[Value]) -> Iterator[tuple[str, str]]:
        for value in row:
            label = label_of(value.column)
            if label and (said := for_readers(value, self.reader.people)):
                yield str(label), said


def _article(pairs: list[tuple[str, str]]) -> str:
    """A row on the page: its names, and what they say."""
    if not pairs:
        return ""
    lines = "".join(
        f"<div><dt>{escape(capfirst(label))}</dt><dd>{escape(said)}</dd></div>"
        for label, said in pairs
    )
    return f"<li><dl>{lines}</dl></li>\n"


def _tables(planned: list[Planned], title: "StrOrPromise") -> int:
    return sum(part.title is title for _of, part, _numbers in planned)


def _contents(planned: list[Planned]) -> list[Contents]:
    found: list[Contents] = []
    chapter: Chapter | None = None
    title: StrOrPromise | None = None
    number = 0
    for of, part, numbers in planned:
        if of is not chapter:
            found.append(Contents(of.title))
            chapter, title = of, None
        if part.title is not title:
            number += 1
            found[-1].sections.append(Section(part.title, number))
            title = part.title
        found[-1].sections[-1].rows += len(numbers)
    return found
