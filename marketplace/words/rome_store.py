"""The index of the State's trades, built by `import_rome` and read lazily by each process."""

from marketplace.words.suggestion import Suggestion


def suggest(text: str, *, among: str, top: int) -> list[Suggestion]:
    """Without ROME imported there is nothing to suggest from."""
    return []
