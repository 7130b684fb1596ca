"""What carries a letter away: an SMTP server, a folder, the console, or a list for the
tests.

A transport returns when the letter has left, and raises one of the exceptions below
when it hasn't; what follows from each is decided in delivery.py.
"""

import mailbox
import smtplib
import ssl
import sys
import time
from email.utils import parseaddr
from typing import Protocol

from django.conf import settings

from notifications import refusals
from notifications.mime import wire_address


class NotCarried(Exception):
    """The letter has not left. The words are for the operators' screen."""


class TryLater(NotCarried):
    """This letter can't leave now, but others can: the mailbox is full, greylisting, a connection cut in the
    middle."""


class Cut(TryLater):
    """The connection was cut in the middle of this letter: the fault is the letter's or the server's."""


class AddressRefused(NotCarried):
    """Nothing will ever arrive at this address."""


class LetterRefused(NotCarried):
    """The server refuses these words; the address is good."""


class WayBlocked(NotCarried):
    """Nothing can leave at the moment. `ours` says that our name, login or settings are at fault."""

    def __init__(self, words: str, *, ours: bool = False) -> None:
        super().__init__(words)
        self.ours = ours


class Transport(Protocol):
    def carry(self, address: str, content: bytes) -> None: ...
    def close(self) -> None: ...


class SmtpTransport:
    """One connection, kept from letter to letter. Each letter has a limited time in all."""

    def __init__(self, server: dict) -> None:
        self.server = server
        self.sender = wire_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        self.connection: smtplib.SMTP | None = None
        self.until = 0.0

    def carry(self, address: str, content: bytes) -> None:
        self.until = time.monotonic() + self.server["seconds"]
        self._introduce(kept=self.connection is not None)
        try:
            self._say("recipient", "rcpt", wire_address(address))
            code, answer = self._hand_over(content)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Cut(f"{refusals.CUT}: {words_of(error)}") from error
        if code != 250:
            self._refused("content", code, answer)

    def _hand_over(self, content: bytes) -> tuple[int, bytes]:
        """Send the content, within the letter's time (smtplib's own data() would give each of its steps the whole
        time again)."""
        self._bound()
        code, answer = self._connected.docmd("data")
        if code == 354:
            self._bound()
            self._connected.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            self._bound()
            code, answer = self._connected.getreply()
        return code, answer

    def close(self) -> None:
        """Close the connection; a server that doesn't answer can't hold us."""
        if self.connection is None:
            return
        connection, self.connection = self.connection, None
        if connection.sock is not None:
            connection.sock.settimeout(1)
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()

    @property
    def _connected(self) -> smtplib.SMTP:
        assert self.connection is not None
        return self.connection

    def _introduce(self, kept: bool) -> None:
        """Say who sends; a kept connection that the server has closed is opened again, once."""
        if not kept:
            self._open()
        try:
            self._bound()
            code, answer = self._connected.mail(self.sender)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            if not kept:
                raise WayBlocked(f"{refusals.CUT_OFF}: {words_of(error)}") from error
            code, answer = 421, b""
        if code == 421 and kept:
            self.close()
            self._introduce(kept=False)
        elif code != 250:
            self._refused("sender", code, answer)

    def _say(self, about: str, command: str, *words: str) -> None:
        self._bound()
        code, answer = getattr(self._connected, command)(*words)
        if code not in (250, 251):
            self._refused(about, code, answer)

    def _bound(self) -> None:
        """Limit the next command to what is left of the letter's time."""
        left = self.until - time.monotonic()
        sock = self._connected.sock
        if left <= 0 or sock is None:
            raise TimeoutError("no time left")
        sock.settimeout(left)

    def _open(self) -> None:
        server = self.server
        opener = smtplib.SMTP_SSL if server["tls"] == "all" else smtplib.SMTP
        options = {"timeout": server["seconds"] / 2, "local_hostname": settings.MAIL_DOMAIN}
        if server["tls"] == "all":
            options["context"] = ssl.create_default_context()
        try:
            self.connection = opener(server["host"], server["port"], **options)
            self.connection.ehlo_or_helo_if_needed()
            if server["tls"] == "start":
                self.connection.starttls(context=ssl.create_default_context())
            if server["user"]:
                self.connection.login(server["user"], server["password"])
        except (
            smtplib.SMTPAuthenticationError,
            smtplib.SMTPNotSupportedError,
            ssl.SSLError,
        ) as error:
            self.close()
            temporary = 400 <= getattr(error, "smtp_code", 500) < 500
            raise WayBlocked(f"{refusals.LOGIN}: {words_of(error)}", ours=not temporary) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise WayBlocked(f"{refusals.AWAY}: {words_of(error)}") from error

    def _refused(self, about: str, code: int, answer: bytes) -> None:
        """The exception for a refusal, by its codes (RFC 5321, 3463); the connection is made ready for the next
        letter."""
        words = f"{code} {answer.decode('utf-8', 'replace')}"
        if code == 421:
            self.close()
            raise WayBlocked(words) if about == "sender" else Cut(words)
        self._reset()
        raise sorted_out(about, code, words)

    def _reset(self) -> None:
        try:
            self._bound()
            self._connected.rset()
        except (smtplib.SMTPException, OSError):
            self.close()


def sorted_out(about: str, code: int, words: str) -> NotCarried:
    """The exception that a refusal means. `about` says what the server refused: "recipient", "sender" or "content"."""
    if about == "sender":
        return WayBlocked(f"{refusals.SENDER}: {words}", ours=code >= 500)
    if code < 500:
        return TryLater(words)
    if about == "content":
        return LetterRefused(words)
    enhanced = words[4:].lstrip()[:5]
    # 5.2.2 is a full mailbox, 5.7.x a policy against us: neither says that the address is dead.
    if enhanced.startswith(("5.2.2", "5.7.", "5.3.", "5.4.")):
        return TryLater(words)
    return AddressRefused(words)


def words_of(error: BaseException) -> str:
    code = getattr(error, "smtp_code", None)
    if code is not None:
        said = error.smtp_error  # type: ignore[attr-defined]
        return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__


class FileTransport:
    """Writes to a Maildir, for the demonstration: /courrier/ reads it."""

    def __init__(self) -> None:
        self.box = mailbox.Maildir(settings.MAILBOX_PATH)

    def carry(self, address: str, content: bytes) -> None:
        try:
            self.box.add(content)
        except OSError as error:
            raise WayBlocked(f"The mailbox folder can't be written: {error}", ours=True) from error

    def close(self) -> None:
        pass


class ConsoleTransport:
    def carry(self, address: str, content: bytes) -> None:
        sys.stdout.write(f"{'-' * 72}\n{content.decode()}\n")
        sys.stdout.flush()

    def close(self) -> None:
        pass


class MemoryTransport:
    """Keeps what it carries in a list, for tests."""

    carried: list[tuple[str, bytes]] = []

    def carry(self, address: str, content: bytes) -> None:
        self.carried.append((address, content))

    def close(self) -> None:
        pass


def chosen() -> Transport:
    match settings.MAIL_TRANSPORT:
        case "smtp":
            return SmtpTransport(settings.MAIL_SERVER)
        case "file":
            return FileTransport()
        case "console":
            return ConsoleTransport()
        case "memory":
            return MemoryTransport()
    raise ValueError(f"MAIL_TRANSPORT is smtp, file or console, not {settings.MAIL_TRANSPORT!r}.")
