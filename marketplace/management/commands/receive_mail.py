"""manage.py receive_mail: takes in answers to letters from the mail server that receives them."""

import asyncio
import contextlib
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from common import presence
from marketplace.actions.talk import replies
from notifications.replies import lmtp


class Command(BaseCommand):
    help = "Listens (LMTP or SMTP) for the answers that people send by e-mail; ends on SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.REPLY_LISTEN_ON, help="REPLY_LISTEN_ON")
        parser.add_argument("--port", type=int, default=settings.REPLY_PORT, help="REPLY_PORT")

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        if not settings.REPLY_DOMAIN:
            self.stdout.write("REPLY_DOMAIN is empty: letters are answered on the site only.")
            return
        if not settings.REPLY_AUTHSERV_ID:
            raise CommandError(
                "Set REPLY_AUTHSERV_ID to the name that your mail server gives itself in "
                "Authentication-Results: without it no answer can be believed."
            )
        presence.be_there()
        asyncio.run(self._until_told_to_stop(host, port))

    async def _until_told_to_stop(self, host: str, port: int) -> None:
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await lmtp.serve(host, port, take, opened=self._say)
        except OSError as error:
            raise CommandError(f"{host}:{port} can't be opened: {error.strerror}") from error

    def _say(self, port: int) -> None:
        self.stdout.write(f"Answers to …@{settings.REPLY_DOMAIN} come in on port {port}.")
        self.stdout.flush()


def take(address: str, sender: str, content: bytes) -> str:
    """Take in one mail. A database connection that has died since the last mail is opened again."""
    close_old_connections()
    try:
        return replies.take(address, sender, content, now=timezone.now())
    finally:
        close_old_connections()
