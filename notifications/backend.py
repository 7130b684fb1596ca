"""Django's way of sending mail, made safe: what allauth sends becomes a row of the
outbox.

So a mail server that is down never makes a sign-up or a password reset fail.
"""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications import outbox, rendering


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(_post(message) for message in email_messages)


def _post(message: EmailMessage) -> int:
    if message.attachments:
        raise ValueError("Letters link to documents; they don't carry them.")
    html = next(
        (
            str(part.content)
            for part in getattr(message, "alternatives", [])
            if part.mimetype == "text/html"
        ),
        "",
    )
    text = str(message.body)
    subject = rendering.subject_line(str(message.subject))
    html = html or rendering.frame(subject, text)
    for address in message.recipients():
        outbox.post_ready_made(
            address=address,
            key=f"account:{uuid.uuid4()}",
            kind="account",
            subject=subject,
            text=text,
            html=html,
        )
    return 1
