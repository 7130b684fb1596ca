"""A DNS server on this machine, over UDP and TCP, that can answer well, badly or never."""

import socket
import struct
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

MOODS = ("well", "nxdomain", "servfail", "nothing", "never", "truncated", "garbage", "alias")


class DnsServer:
    """`records`: name → its texts; a name without any doesn't exist. `moods`: name → how it is answered, "well" unless
    said. `asked`: what was asked, as (way, name)."""

    def __init__(self) -> None:
        self.records: dict[str, list[str | list[str]]] = {}
        self.moods: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self._udp, self._tcp = _on_a_free_port()
        self._udp.settimeout(0.1)
        self._tcp.settimeout(0.1)
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self._serve_udp, self._serve_tcp)
        ]

    @property
    def address(self) -> str:
        host, port = self._udp.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> "DnsServer":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def says(self, name: str, *texts: str | list[str], mood: str = "well") -> None:
        """A text may be given in several strings, as long ones are."""
        assert mood in MOODS
        self.records[name], self.moods[name] = list(texts), mood

    def _serve_udp(self) -> None:
        while not self._over.is_set():
            try:
                asked, sender = self._udp.recvfrom(4096)
            except TimeoutError:
                continue
            if answer := self._answer(asked, "udp"):
                self._udp.sendto(answer, sender)

    def _serve_tcp(self) -> None:
        while not self._over.is_set():
            try:
                line, _sender = self._tcp.accept()
            except TimeoutError:
                continue
            with line:
                line.settimeout(2)
                (size,) = struct.unpack("!H", line.recv(2))
                if answer := self._answer(line.recv(size), "tcp"):
                    line.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, asked: bytes, way: str) -> bytes | None:
        question = dns.message.from_wire(asked)
        name = question.question[0].name.to_text().removesuffix(".").lower()
        self.asked.append((way, name))
        mood = self.moods.get(name, "well")
        if mood == "never":
            return None
        if mood == "garbage":
            return asked[:2] + b"\x81\x80\xff\xff\xff\xff\xff\xff\xff\xff not a message"
        return _reply(question, name, self.records, mood, way)


def _reply(question: dns.message.Message, name: str, records: dict, mood: str, way: str) -> bytes:
    answer = dns.message.make_response(question, recursion_available=True)
    if mood == "servfail":
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif mood == "nxdomain" or name not in records:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif mood == "truncated" and way == "udp":
        answer.flags |= dns.flags.TC
    elif mood == "alias":
        (target,) = records[name]
        answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{target}."))
        answer.answer.append(_texts(target, records[target]))
    elif mood != "nothing" and records[name]:
        answer.answer.append(_texts(name, records[name]))
    return answer.to_wire(max_size=65_535)


def _texts(name: str, texts: list) -> dns.rrset.RRset:
    parts = [[text] if isinstance(text, str) else text for text in texts]
    quoted = [" ".join(f'"{part}"' for part in strings) for strings in parts]
    return dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *quoted)


def _on_a_free_port() -> tuple[socket.socket, socket.socket]:
    """Both ways on the same port of loopback."""
    for _try in range(20):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            tcp.bind(udp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
            continue
        tcp.listen()
        return udp, tcp
    raise OSError("No port is free both ways.")
