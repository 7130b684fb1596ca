"""Where a noun lives: the same chapter and the same file name on each floor on which it stands."""

from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.urls import URLResolver, get_resolver

MARKETPLACE = Path(settings.BASE_DIR, "marketplace")
FLOORS = ("models", "rules", "letters", "actions", "forms", "views")
CHAPTERS = {"market", "missions", "documents", "talk", "gatherings", "desk"}
# Rights are one room, whatever the chapter; what stands beside the chapters serves all of them.
BESIDE_THE_CHAPTERS = {".", "permissions", "next_acts"}
MOST_ROOMS = 25


def stands() -> dict[str, dict[str, set[str]]]:
    """noun -> floor -> the chapters in which a file bears its name."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for floor in FLOORS:
        for path in MARKETPLACE.joinpath(floor).rglob("*.py"):
            if path.stem != "__init__":
                chapter = str(path.parent.relative_to(MARKETPLACE / floor))
                found[path.stem][floor].add(chapter)
    return found


def other_names(noun: str, floor: str) -> list[str]:
    """Files of that floor that are about the noun, by their name, and don't bear it: need_writing."""
    one = noun.removesuffix("s")
    paths = MARKETPLACE.joinpath(floor).rglob("*.py")
    return [path.stem for path in paths if path.stem != noun and path.stem.split("_")[0] == one]


def test_the_same_noun_has_the_same_address_on_every_floor(capsys):
    """Counted over the nouns that stand on two floors or more, under their name or another: 80 % at least."""
    table, ours = stands(), 0
    several = []
    for noun in sorted(table):
        elsewhere = {
            floor: names
            for floor in FLOORS
            if floor not in table[noun] and (names := other_names(noun, floor))
        }
        if len(table[noun]) + len(elsewhere) < 2:
            continue
        chapters = set().union(*table[noun].values()) - BESIDE_THE_CHAPTERS
        several.append((noun, dict(table[noun]), elsewhere))
        ours += not elsewhere and len(chapters) <= 1
    with capsys.disabled():
        print(f"\n{ours} of {len(several)} nouns have one address")
        for noun, floors, elsewhere in several:
            row = " ".join(f"{floor if floor in floors else '-':8}" for floor in FLOORS)
            print(f"  {noun:20} {row} {elsewhere or ''}")
    assert ours >= 0.8 * len(several)


def test_there_are_no_other_chapters():
    chapters = {
        chapter for floors in stands().values() for found in floors.values() for chapter in found
    }
    assert chapters <= CHAPTERS | BESIDE_THE_CHAPTERS


def test_marketplace_has_few_rooms():
    rooms = {
        path.stem
        for path in MARKETPLACE.iterdir()
        if path.suffix == ".py" or any(path.glob("*.py"))
    }
    assert len(rooms - {"__init__"}) <= MOST_ROOMS


def test_the_plan_names_every_room_of_marketplace():
    table = Path(settings.BASE_DIR, "docs/plan.md").read_text(encoding="utf-8")
    table = table.partition("| floor | rooms |")[2].partition("\n\n")[0]
    rooms = {path.name for path in MARKETPLACE.iterdir() if any(path.glob("*.py"))} | {"tasks"}
    assert {room for room in rooms - {"migrations"} if f"`{room}`" not in table} == set()


def test_each_name_of_an_address_is_of_one_page():
    """Of two pages with one name the links of the first would lead to the second."""
    pages: dict[str, set[str]] = defaultdict(set)
    for pattern in iterate(get_resolver()):
        page = f"{pattern.callback.__module__}.{pattern.callback.__qualname__}"
        if pattern.name and not page.startswith("allauth."):  # ours stand before theirs
            pages[pattern.name].add(page)
    assert {name: found for name, found in pages.items() if len(found) > 1} == {}


def iterate(resolver):
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from iterate(one)
        else:
            yield one
