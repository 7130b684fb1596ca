"""Turns the keys of all that the site holds: papers and costs in the database, the lists apart, and the old keys themselves."""

from dataclasses import dataclass, field

from common import apart, keys
from config.backup.refusals import Say
from marketplace.actions.documents import turning
from marketplace.actions.documents.turning import Turned


@dataclass
class Outcome:
    papers: Turned = field(default_factory=Turned)
    lines: int = 0
    keys: int = 0


def turn(say: Say, *, only_look: bool = False) -> Outcome:
    """The old keys are put away first: whatever is broken off, they are found again."""
    outcome = Outcome(keys=_put_away(only_look))
    outcome.papers = turning.turn(say, only_look=only_look)
    for name in apart.names():
        done = apart.signed_before(name) if only_look else apart.sign_anew(name)
        outcome.lines += done
        if done:
            say(f"list {name}: {done} line(s) late")
    return outcome


def _put_away(only_look: bool) -> int:
    known = keys.on_lists([apart.folder()])
    late = [(name, key) for name, key in keys.old() if key not in known[name]]
    if not only_look:
        apart.add(keys.LIST, [keys.put_away(*one) for one in late])
    return len(late)
