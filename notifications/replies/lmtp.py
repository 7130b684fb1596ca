"""The server to which the receiving mail server hands answers over, by SMTP or LMTP.

Only that server may connect, on the loopback or a private network: it has checked who
wrote, and we believe what it says. "250" means that the answer is in the database;
otherwise the mail server keeps it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.db import DatabaseError, InterfaceError

from notifications.replies import addresses

log = logging.getLogger(__name__)

HEAVIEST = 30 * 1024 * 1024  # two files of ten megabytes, in the 4/3 that mail makes of them
LONGEST_LINE = 256 * 1024
MOST_RECIPIENTS = 20
NOT_OURS = "550 5.7.1 Not an address of this site"
LATER = "451 4.3.0 Not now, try again"
TAKEN = "250 2.0.0 Taken"

# Address, envelope's sender, the mail: returns what became of it, for the log.
type Take = Callable[[str, str, bytes], str]


class NotNow(Exception):
    """The mail can't be taken in at the moment: the mail server keeps it and tries again."""


class Door(SMTP):
    """Both protocols on one port: LHLO begins LMTP, in which each recipient gets an answer of its own."""

    line_length_limit = LONGEST_LINE
    speaks_lmtp = False

    def __init__(self, handler: "Handler") -> None:
        super().__init__(
            handler, data_size_limit=HEAVIEST, hostname="trait-d-union", ident="", timeout=120
        )

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:
        self.session.is_lmtp = True  # type: ignore[union-attr]
        await super().smtp_EHLO(arg)


class Handler:
    def __init__(self, take: Take, *, desk: Executor) -> None:
        self.take = take
        self.desk = desk

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Any address of our domain: a refusal here would make the mail server write to a sender
        who may be forged. Those that we never gave are dealt with by what takes them."""
        if not addresses.is_ours(address.rpartition("@")[2]):
            return NOT_OURS
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        loop = asyncio.get_running_loop()
        assert isinstance(envelope.content, bytes), "nobody asked for it decoded"
        sender, content = envelope.mail_from or "", envelope.content
        answers = [
            await loop.run_in_executor(self.desk, self._take, address, sender, content)
            for address in envelope.rcpt_tos
        ]
        if getattr(session, "is_lmtp", False):
            return "\r\n".join(answers)
        # SMTP has one answer for all: what was taken already is known by its key when it comes again.
        return next((answer for answer in answers if answer != TAKEN), TAKEN)

    def _take(self, address: str, sender: str, content: bytes) -> str:
        try:
            outcome = self.take(address, sender, content)
        except (NotNow, DatabaseError, InterfaceError, sqlite3.Error, OSError) as error:
            log.warning("An answer waits at the mail server: %s", type(error).__name__)
            return LATER
        log.info("An answer by mail: %s", outcome)
        return TAKEN


async def serve(host: str, port: int, take: Take, *, opened: Callable[[int], None]) -> None:
    """Until cancelled. `opened` hears the port, which the system chose if it was 0."""
    # One at a time, off the event loop: the line stays alive while a heavy file is looked at.
    with ThreadPoolExecutor(1, thread_name_prefix="answers") as desk:
        handler = Handler(take, desk=desk)
        server = await asyncio.get_running_loop().create_server(lambda: Door(handler), host, port)
        opened(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()
