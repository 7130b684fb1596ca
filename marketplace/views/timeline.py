"""The story of a need, a proposal or a mission, as the timeline component shows it."""

from collections.abc import Iterable


def events(steps: Iterable, *, discreet: bool) -> list[dict]:
    """The steps, the newest first. `discreet` shortens names, as long as both sides haven't agreed."""
    return [
        {
            "at": step.at,
            "words": step.words,
            "by": step.by and (step.by.discreet_name if discreet else step.by.get_full_name()),
        }
        for step in reversed(list(steps))
    ]
