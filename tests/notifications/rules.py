"""The rules of an invented floor above, for letters that exist only here."""

from notifications.models import Notification
from notifications.rules import Family, Rule, Sender

NEWS = Family("news", "Les nouvelles")
FAMILIES = [NEWS]
signing: dict[str, Sender] = {}
truth: dict[str, str] = {}  # key → why it is moot


def moot(letter: Notification) -> str:
    return truth.get(letter.key, "")


def breaks(letter: Notification) -> str:
    raise LookupError("a bug of ours")


KINDS = {
    "hello": Rule(NEWS, moot=moot),
    "asking": Rule(NEWS, asks=True, moot=moot),
    "poison": Rule(NEWS, moot=breaks),
    "legal": Rule(),
    "key": Rule(secret=True),
}


def about(context: dict) -> str:
    return str(context.get("topic", ""))


def matter(context: dict) -> str:
    return str(context.get("matter", ""))


def why_not(letter: Notification) -> str:
    return truth.get(letter.matter, "")


def desks(context: dict) -> set[int]:
    return set()


def senders(desks) -> dict[str, Sender]:
    return {one: signing[one] for one in desks if one in signing}


def desk(user):
    return Notification.objects.all() if user.is_staff else None


def stopped(person, family: str) -> None:
    """Nobody above is told."""
