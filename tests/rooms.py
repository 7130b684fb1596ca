"""docs/rooms.md is drawn from the code: what each room is for (its first sentence), and what it leans on.

python -m tests.rooms           writes the page
python -m tests.rooms --check   fails unless it is fresh
"""

import ast
import sys
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rooms.md"
FLOORS = ("config", "marketplace", "accounts", "notifications", "common")
# Django's own kind of room: nobody looks for a line of ours there.
NOT_DRAWN = {"migrations", "apps"}
INTRODUCTION = """# The rooms

Drawn by `python -m tests.rooms` from the first sentence of each room and from what it imports; don't edit it by hand.
An arrow goes from a room to one that it leans on; those that follow from others are left out. Which may lean on which is in
`pyproject.toml` (`import-linter`): stairs only go down, and a room that isn't named there is refused.
"""


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph(*FLOORS, cache_dir=None)


def rooms_of(floor: str) -> list[str]:
    children = imports().find_children(floor)
    return sorted(name for name in children if name.split(".")[1] not in NOT_DRAWN)


def path_of(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def first_sentence(module: str) -> str:
    """Raises ValueError for a room that doesn't say what it is for."""
    said = ast.get_docstring(ast.parse(path_of(module).read_text(encoding="utf-8")))
    if not said:
        raise ValueError(f"{path_of(module).relative_to(ROOT)} has no docstring: what is it for?")
    return said.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def leans_on(room: str, rooms: list[str]) -> set[str]:
    return {
        other
        for other in rooms
        if other != room
        and imports().direct_import_exists(importer=room, imported=other, as_packages=True)
    }


def without_the_implied(arrows: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that no longer way says already."""

    @cache
    def reached(room: str) -> frozenset[str]:
        return frozenset(arrows[room]).union(*(reached(other) for other in arrows[room]))

    return [
        (room, other)
        for room in arrows
        for other in sorted(arrows[room])
        if not any(other in reached(between) for between in arrows[room] - {other})
    ]


def draw() -> str:
    page = INTRODUCTION
    for floor in FLOORS:
        rooms = rooms_of(floor)
        page += f"\n## {floor}\n\n| room | what for |\n|---|---|\n"
        for room in rooms:
            page += f"| `{room.split('.')[1]}` | {first_sentence(room)} |\n"
        if floor == "marketplace":
            page += "\n```mermaid\nflowchart TB\n"
            arrows = {room: leans_on(room, rooms) for room in rooms}
            for room, other in without_the_implied(arrows):
                page += f"    {room.split('.')[1]} --> {other.split('.')[1]}\n"
            page += "```\n"
    return page


def main(arguments: list[str]) -> int:
    page = draw()
    if "--check" not in arguments:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        print("docs/rooms.md is not fresh: run `python -m tests.rooms`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
