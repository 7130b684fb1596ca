"""The last release that this code comes from, as CHANGELOG.md and pyproject.toml name it."""

RELEASE = "0.3.0"


def ordered(release: str) -> tuple[int, ...]:
    """A release by which others come before or after it."""
    return tuple(int(part) for part in release.split(".") if part.isdigit())
