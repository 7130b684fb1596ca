"""Where the letters of a signing link lead, and what is typed."""

from notifications.models import Notification

YES = {"agreed": "on"}
LEA = {"party": "EMPLOYER", "name": "Léa Roux", "capacity": "DRH", "email": "lea@example.org"}


def confirming(address="lea@example.org") -> str:
    letters = Notification.objects.filter(address=address, kind="signing_address")
    return letters.latest("pk").url


def newest_link() -> str:
    letter = Notification.objects.filter(address="lea@example.org", kind="signing_link").latest(
        "pk"
    )
    return letter.url


def words(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")
