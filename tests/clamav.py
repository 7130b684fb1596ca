"""Scanners to try ours with: the real clamd, which knows one signature of ours, and one with moods."""

import contextlib
import socketserver
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

from tests import services

KNOWN = b"ceci est un virus pour les essais"


@contextlib.contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """The daemon of the distribution with a database of one line; nothing is downloaded. Yields its socket."""
    program, path, log = services.find("clamd"), folder / "clamd.sock", folder / "clamd.log"
    database = folder / "signatures"
    database.mkdir()
    (database / "essai.ndb").write_text(f"Essai.Virus:0:*:{KNOWN.hex()}\n")
    said = folder / "clamd.conf"
    said.write_text(
        f"DatabaseDirectory {database}\nLocalSocket {path}\nForeground yes\nStreamMaxLength 12M\n"
    )
    ping = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])"
    with services.child([program, "--config-file", str(said)], log, stop=SIGTERM):
        services.wait_for([sys.executable, "-c", ping, str(path)], log)
        yield str(path)


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Moody)
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        received = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            received += self.rfile.read(size)
            if len(received) > server.hears_at_most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        server.received.append(received)
        for piece in server.answers:
            self.wfile.write(piece)
        server.may_hang_up.wait()


class Moody(socketserver.ThreadingTCPServer):
    """Speaks the protocol truly, then answers what it is told to."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers: list[bytes] = [b"stream: OK\0"]
        self.hears_at_most = 2**30
        self.received: list[bytes] = []
        self.may_hang_up = threading.Event()
        self.may_hang_up.set()

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def moody() -> Iterator[Moody]:
    with Moody() as server:
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        try:
            yield server
        finally:
            server.may_hang_up.set()
            server.shutdown()
