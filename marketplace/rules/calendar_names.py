"""By which name calendar programs know a thing, wherever it comes from: the feed at somebody's own address, or a letter's
attached date. The same name twice is one line in their calendar."""

from urllib.parse import urlsplit

from django.conf import settings


def of_task(number: int) -> str:
    return f"task-{number}"


def of_mission(number: int, which: str) -> str:
    """`which` is "start" or "end"."""
    return f"mission-{number}-{which}"


def of_follow_up(number: int) -> str:
    return f"follow-up-{number}"


def of_visit(number: int) -> str:
    return f"visit-{number}"


def of_visit_time(number: int) -> str:
    """One of the times that an invitation holds; what is agreed has the visit's own name."""
    return f"visit-time-{number}"


def of_gathering(number: int) -> str:
    return f"gathering-{number}"


def uid(thing: str) -> str:
    """The UID of RFC 5545: the thing, at this site."""
    return f"{thing}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"
