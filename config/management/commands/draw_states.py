"""manage.py draw_states: draws docs/states.md from the maps that the code obeys, so that it can't be wrong."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import TextChoices
from django.utils.translation import override

from accounts import states as accounts_states
from marketplace import states as marketplace_states

PAGE = Path(settings.BASE_DIR, "docs", "states.md")
INTRODUCTION = """# Where things can stand

Drawn by `manage.py draw_states` from `accounts/states.py` and `marketplace/states/`; don't edit it by hand.
Each arrow is one `move()`: it happens once, however many people click, and leaves a step behind. One that says “taken back”
is `take_back()`: only of the last step, and only for a few minutes.
"""


class Command(BaseCommand):
    help = "Draws docs/states.md from the maps of states; --check only compares."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the page isn't fresh")

    def handle(self, *args: Any, **options: Any) -> None:
        page = draw()
        if not options["check"]:
            PAGE.write_text(page, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            raise CommandError("docs/states.md is not fresh: run `manage.py draw_states`.")


def maps() -> dict[str, tuple[type[TextChoices], dict[str, set[str]]]]:
    """For each noun its states and moves: NeedStatus goes with NEED_MOVES."""
    found = {}
    for module in (accounts_states, marketplace_states):
        for name, moves in vars(module).items():
            if name.endswith("_MOVES"):
                noun = name.removesuffix("_MOVES").replace("_", " ").capitalize()
                found[noun] = (getattr(module, noun.title().replace(" ", "") + "Status"), moves)
    return found


def draw() -> str:
    with override("en"):
        return INTRODUCTION + "".join(drawing(noun, *pair) for noun, pair in maps().items())


def ways_back(noun: str) -> dict[str, set[str]]:
    return getattr(marketplace_states, noun.upper().replace(" ", "_") + "_WAYS_BACK", {})


def drawing(noun: str, states: type[TextChoices], moves: dict[str, set[str]]) -> str:
    # A second colon would end mermaid's label.
    lines = [f"    {state.name}: {state.label.replace(':', ',')}" for state in states]
    lines += ["", f"    [*] --> {next(iter(moves))}"]
    back = ways_back(noun)
    for state in states:
        lines += [f"    {state} --> {to}" for to in states if to in moves[state]]
        lines += [f"    {state} --> {to}: taken back" for to in states if to in back.get(state, ())]
        lines += [] if moves[state] else [f"    {state} --> [*]"]
    return f"\n## {noun}\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"
