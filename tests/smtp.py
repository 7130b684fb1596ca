"""A mail server that does as it is told: refuses, delays, hangs, accepts and then drops the line.

The letters' tests and `make chaos` steer it from the same process.
"""

import asyncio
import random
import time
from collections import Counter, defaultdict
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Moody:
    """What each step answers. None is "250". `data` may be a list: one answer a letter, then 250."""

    def __init__(self) -> None:
        self.mail: str | None = None
        self.recipients: dict[str, str] = {}
        self.data: str | list[str] | None = None
        self.refuses: float = 0  # this share of the letters is put off (451)
        self.slow: float = 0  # seconds before a letter is answered
        self.drops_after: float = 0  # this share is stored, then the line is cut without an answer
        self.drops_at_recipient: set[str] = set()
        self.hangs_up_between = False
        self.connections = 0
        self.arrived: dict[str, list[EmailMessage]] = defaultdict(list)
        self.arrived_at: list[float] = []
        self.unheard: list[str] = []  # Message-IDs whose "ok" no client has shown that it heard
        self.random = random.Random(7)

    @property
    def letters(self) -> list[EmailMessage]:
        return [letter for copies in self.arrived.values() for letter in copies]

    @property
    def copies(self) -> Counter[str]:
        """Message-ID → how many times it was accepted."""
        return Counter({key: len(copies) for key, copies in self.arrived.items()})

    def forget(self) -> None:
        self.arrived.clear()
        self.arrived_at.clear()
        self.unheard.clear()

    def doubled(self) -> tuple[int, int]:
        """Copies too many: of letters whose "ok" was heard; of those whose sender was cut off, or
        died, before it said another word."""
        extra = {key: count - 1 for key, count in self.copies.items() if count > 1}
        in_doubt = {key: min(count, self.unheard.count(key)) for key, count in extra.items()}
        return sum(extra.values()) - sum(in_doubt.values()), sum(in_doubt.values())

    def _speaks(self, session) -> None:
        """Another word on the same line: the "ok" before it has been heard."""
        with suppress(ValueError):
            self.unheard.remove(getattr(session, "last_taken", ""))
        session.last_taken = ""

    async def handle_QUIT(self, server, session, envelope):
        self._speaks(session)
        return "221 Bye"

    async def handle_MAIL(self, server, session, envelope, address, options):
        self._speaks(session)
        if self.hangs_up_between and getattr(session, "has_sent", False):
            server.transport.abort()
        if self.mail:
            return self.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.drops_at_recipient:
            server.transport.abort()
            return "421 gone"
        if answer := self.recipients.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.slow)
        if self.refuses and self.random.random() < self.refuses:
            return "451 4.3.0 Try later"
        answer = self.data.pop(0) if isinstance(self.data, list) and self.data else self.data
        if isinstance(answer, str):
            return answer
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.arrived[str(letter["message-id"])].append(letter)
        self.arrived_at.append(time.monotonic())
        session.last_taken = str(letter["message-id"])
        self.unheard.append(session.last_taken)
        if self.drops_after and self.random.random() < self.drops_after:
            server.transport.abort()
        session.has_sent = True
        return "250 OK"


class CountingSMTP(SMTP):
    def connection_made(self, transport):
        self.event_handler.connections += 1
        super().connection_made(transport)


class MoodyController(Controller):
    """`login`: the name and password it wants; no TLS needed on the loopback."""

    def __init__(self, handler: Moody, *, port: int, login: tuple[str, str] | None = None) -> None:
        self.login = login
        super().__init__(handler, hostname="127.0.0.1", port=port)

    def factory(self):
        if self.login is None:
            return CountingSMTP(self.handler)
        return CountingSMTP(
            self.handler,
            authenticator=self._authenticate,
            auth_required=True,
            auth_require_tls=False,
        )

    def stop(self, no_assert=True):
        """A server that the test has already stopped stays stopped."""
        if not self.loop.is_closed():
            super().stop(no_assert=no_assert)

    def _authenticate(self, server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.login, handled=False)
