"""The story of a need, a proposal or a mission, as the timeline component tells it."""

from collections.abc import Iterable


def events(steps: Iterable, *, discreet: bool) -> list[dict]:
    """Newest first. `discreet`: names are shortened until both sides have agreed."""
    return [
        {
            "at": step.at,
            "words": step.words,
            "by": step.by and (step.by.discreet_name if discreet else step.by.get_full_name()),
        }
        for step in reversed(list(steps))
    ]
