"""What the tests of the demonstration ask of a year."""


def rises_and_falls(many: list[int]) -> bool:
    """Whether some month has more than the one before it, and some month fewer."""
    steps = [after - before for before, after in zip(many, many[1:], strict=False)]
    return max(steps) > 0 > min(steps)
