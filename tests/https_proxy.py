"""The HTTPS proxy that an operator already has: a certificate, the visitor's address handed on.

It reaches the site from 127.0.0.2, as a proxy reaches a container from the bridge's address: no
server trusts it by its address alone.
"""

import contextlib
import datetime
import http.client
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

COMES_FROM = "127.0.0.2"
ITS_OWN = {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        site = http.client.HTTPConnection(
            "127.0.0.1", self.server.site_port, timeout=60, source_address=(COMES_FROM, 0)
        )
        with contextlib.closing(site):
            site.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self._handed_on():
                site.putheader(name, value)
            if body:
                site.putheader("Content-Length", str(len(body)))
            site.endheaders(body or None)
            self._answer(site.getresponse())

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_TRACE = forward

    def _handed_on(self) -> Iterator[tuple[str, str]]:
        """As nginx with $proxy_add_x_forwarded_for: what a visitor claims stays, and comes first."""
        told = {"x-forwarded-for", "x-forwarded-proto"}
        for name, value in self.headers.items():
            if name.lower() not in ITS_OWN | told:
                yield name, value
        claimed = [*self.headers.get_all("X-Forwarded-For", []), self.client_address[0]]
        yield "X-Forwarded-For", ", ".join(claimed)
        yield "X-Forwarded-Proto", "https"

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        content = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ITS_OWN:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site_port: int, context: ssl.SSLContext) -> None:
        self.site_port = site_port
        super().__init__(("127.0.0.1", 0), Handler)
        # The handshake belongs to the visitor's own thread: a browser opens lines that it never uses.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def handle_error(self, request, client_address) -> None:
        """A visitor who hangs up is no news; what fails is seen by who asked."""


@contextlib.contextmanager
def running(name: str, site_port: int, folder: Path) -> Iterator[int]:
    """Speak HTTPS as `name`, for the site on `site_port`; yields the proxy's own port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(name, folder))
    server = Server(site_port, context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(name: str, folder: Path) -> Path:
    """A file with a key and a certificate that it has signed itself, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "proxy.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path
