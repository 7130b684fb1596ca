"""A machine on loopback that says what a test wants, byte by byte."""

import contextlib
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 200 OK\r\n"
END = b"\r\n"


@contextlib.contextmanager
def serving(script, *, seal=None):
    """A machine on loopback whose line is handed to `script`, request by request; yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    over = threading.Event()

    def serve():
        while not over.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                line, _who = listening.accept()
                line.settimeout(3)
                with line if seal is None else seal.wrap_socket(line, server_side=True) as spoken:
                    asked = spoken.recv(65_536)
                    script(spoken, asked) if asked else None

    working = threading.Thread(target=serve, daemon=True)
    working.start()
    yield listening.getsockname()[1]
    over.set()
    working.join()
    listening.close()


def saying(*pieces, after=0.0):
    def script(line, _asked):
        for piece in pieces:
            line.sendall(piece)
            time.sleep(after)

    return script


def whole(body, *headers):
    length = f"Content-Length: {len(body)}\r\n".encode()
    return OK + length + b"".join(headers) + END + body


def own_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "both.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
