"""A virus scanner, if whoever runs the site has set one up: ClamAV's daemon, over its
socket.

Its protocol (INSTREAM, clamd(8)): the command, then pieces, each after its length in
four bytes, then an empty one; the answer is "stream: OK", "stream: NAME FOUND" or
"... ERROR". Why it is written by hand: decisions/0014.
"""

import logging
import socket
import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)

PIECE = 64 * 1024
SECONDS = 20  # for one file, from the knock to the answer
LONGEST_ANSWER = 4096
# What everybody tries a scanner with; in two, or scanners would find this very file.
TEST_SIGNATURE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Away(ValidationError):
    """The scanner doesn't answer: nobody can say now whether the file is clean, and it may be sent again later."""


def require_clean(content: bytes) -> None:
    """Raises ValidationError for what the scanner finds, and Away when it doesn't answer. Does nothing when there
    is no scanner."""
    require_no_test(content)
    if not settings.CLAMAV_SOCKET:
        return
    try:
        answer = _asked(settings.CLAMAV_SOCKET, content)
    except (OSError, ValueError) as error:
        answer = f"{type(error).__name__} ERROR"
    if answer.endswith(" FOUND"):
        log.warning("A file was refused by the scanner: %s", answer)
        raise ValidationError(
            _("The virus scanner refuses this file: make it anew on a machine that you trust.")
        )
    if answer != "stream: OK":
        log.error("The scanner doesn't answer: %s", answer)
        raise Away(_("This file can’t be checked for viruses just now: send it again in a while."))


def require_no_test(content: bytes) -> None:
    """Raises ValidationError for the test signature of virus scanners (EICAR), even when there is no scanner."""
    if TEST_SIGNATURE in content:
        raise ValidationError(
            _("This file carries the test signature of virus scanners (EICAR): send it without.")
        )


def _asked(where: str, content: bytes) -> str:
    """The scanner's answer about this content. `where` is a path, or host:port. Raises OSError or ValueError."""
    until = time.monotonic() + SECONDS
    with _connected(where) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.settimeout(_left(until))
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        line.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            line.settimeout(_left(until))
            if not (more := line.recv(LONGEST_ANSWER)):
                break
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(where: str) -> socket.socket:
    if not where.startswith("/"):
        host, _colon, port = where.rpartition(":")
        return socket.create_connection((host, int(port)), SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _left(until: float) -> float:
    if (seconds := until - time.monotonic()) <= 0:
        raise TimeoutError
    return seconds
