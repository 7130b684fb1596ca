"""The letter that lets in whoever runs the site, when the command that made them was told to send it."""

from datetime import datetime
from uuid import uuid4

from accounts.models import User
from notifications.letter import Key, Letter

ADMIN_LINK = Letter("admin_link", Key("admin-link:{one:word}"), secret=True)


def admin_link(user: User, *, url: str, until: datetime) -> None:
    ADMIN_LINK.tell([user], url=url, one=uuid4(), gone_at=until, expires_at=until)
