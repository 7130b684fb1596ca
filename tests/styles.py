"""static/vendor/bootstrap.used.css is drawn from Bootstrap's own sheet: the rules that our pages may match, no other.

python -m tests.styles           writes the sheet
python -m tests.styles --check   fails unless it is fresh

A rule stays unless its selector asks for a class (or a `data-bs-*`) that stands nowhere in what writes pages. Words count
wherever they stand, so a class that a view hands over is found; one that is put together, `btn-{{ look }}`, keeps all
that begins alike.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ROOT / "tests" / "data" / "bootstrap.min.css"
USED = ROOT / "static" / "vendor" / "bootstrap.used.css"
OURS = ROOT / "static" / "css" / "app.css"
FLOORS = ("config", "marketplace", "accounts", "notifications", "common")
TAG = r"\{\{.*?\}\}|\{%.*?%\}"
CLASS_VALUE = re.compile(rf'\bclass="((?:{TAG}|[^"{{])*)"', re.DOTALL)
WORD = re.compile(r"[A-Za-z_][\w-]*")
CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")


@dataclass(frozen=True)
class Words:
    """What stands in the pages: whole words, and what begins or ends those that are put together."""

    whole: set[str] = field(default_factory=set)
    begin: set[str] = field(default_factory=set)
    end: set[str] = field(default_factory=set)

    def may_be(self, name: str) -> bool:
        """Whether some page may carry this class."""
        return (
            name in self.whole
            or any(name.startswith(part) for part in self.begin)
            or any(name.endswith(part) for part in self.end)
        )


@cache
def words() -> Words:
    found = Words()
    for page in sorted((ROOT / "templates").rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        found.whole.update(WORD.findall(text))
        add_composed(found, CLASS_VALUE.findall(text))
    for source in sources():
        text = source.read_text(encoding="utf-8")
        found.whole.update(WORD.findall(text))
        found.begin.update(re.findall(r"\bclass\w*\b.*?([A-Za-z][\w-]*-)\$?\{", text))
    return found


def sources() -> Iterator[Path]:
    """Code that may hand a class to a page."""
    yield from sorted((ROOT / "static" / "js").glob("*.js"))
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def add_composed(found: Words, values: list[str]) -> None:
    """Words that touch a tag within a value of `class`: what the tag writes belongs to them."""
    for value in values:
        marked = re.sub(TAG, "\0", value, flags=re.DOTALL)
        found.begin.update(re.findall(r"([A-Za-z][\w-]*-)\0", marked))
        found.end.update(re.findall(r"\0(-[\w-]+)", marked))


def drawn() -> str:
    """The sheet, one rule a line."""
    text = WHOLE.read_text(encoding="utf-8")
    notice = re.findall(r"/\*!.*?\*/", text, re.DOTALL)[0]
    rules = list(
        kept(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).removeprefix('@charset "UTF-8";'))
    )
    rules = without_idle_frames(rules)
    while (fewer := without_idle_values(rules)) != rules:
        rules = fewer
    made = "/* Drawn by `python -m tests.styles`: only the rules that our pages may match. */"
    return "\n".join([notice, made, *rules, ""])


def kept(sheet: str) -> Iterator[str]:
    for head, body in blocks(sheet):
        if head.startswith("@keyframes"):
            yield f"{head}{{{body}}}"
        elif head.startswith("@"):
            if inside := "".join(kept(body)):
                yield f"{head}{{{inside}}}"
        elif selectors := [one for one in split(head) if may_match(one)]:
            yield f"{','.join(selectors)}{{{body}}}"


def blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Each rule of a sheet without comments: what stands before its braces, and what within."""
    begin = depth = opened = 0
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            depth += 1
            if depth == 1:
                opened = brace.end()
        else:
            depth -= 1
            if depth == 0:
                yield sheet[begin : opened - 1].strip(), sheet[opened : brace.start()]
                begin = brace.end()


def split(selectors: str) -> list[str]:
    """Selectors that a comma parts; those in brackets belong to one."""
    parts, depth = [""], 0
    for letter in selectors:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def may_match(selector: str) -> bool:
    """Whether some page may hold what it asks for. What stands in brackets, as in `:not(.btn)`, decides nothing."""
    while "(" in selector:
        selector = re.sub(r"\([^()]*\)", "", selector)
    attributes = re.findall(r"\[(data-bs-[a-z-]+)", selector)
    without = re.sub(r"\[[^]]*\]", "", selector)
    return all(words().may_be(name) for name in CLASS.findall(without)) and all(
        name in words().whole for name in attributes
    )


def without_idle_frames(rules: list[str]) -> list[str]:
    moved = set(WORD.findall(" ".join(re.findall(r"animation[a-z-]*:([^;}]*)", "".join(rules)))))
    return [one for one in rules if not one.startswith("@keyframes") or named(one) in moved]


def named(frames: str) -> str:
    return frames.partition("{")[0].split()[1]


def without_idle_values(rules: list[str]) -> list[str]:
    """Without the `--bs-…` that nothing asks for any more, nor the rules that are empty then."""
    asked = set(re.findall(r"var\(\s*(--bs-[\w-]+)", "".join(rules) + OURS.read_text("utf-8")))
    lighter = (
        re.sub(r"(--bs-[\w-]+):[^;{}]*;?", lambda one: one[0] if one[1] in asked else "", rule)
        for rule in rules
    )
    return [one for one in (re.sub(r"[^{}]*\{\s*\}", "", rule) for rule in lighter) if one]


def main() -> int:
    if "--check" not in sys.argv:
        USED.write_text(drawn(), encoding="utf-8")
        return 0
    if USED.read_text(encoding="utf-8") == drawn():
        return 0
    print(f"{USED.relative_to(ROOT)} is not fresh: run `python -m tests.styles`.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
