"""Asks the DNS for the TXT records of a name."""

import ipaddress
from itertools import islice

import dns.exception
import dns.nameserver
import dns.resolver
from django.conf import settings

LIFETIME = 5  # seconds, for all that one question asks
MOST_READ = 50  # records


class Silent(Exception):
    """Nobody has answered in time."""


class Unclear(Exception):
    """What answered isn't an answer, or says that it can't know."""


def of(name: str, *, lifetime: float | None = None) -> list[bytes]:
    """The texts of the name, each whole; none where it has none. It takes `lifetime` at most. Raises Silent, Unclear."""
    limit = LIFETIME if lifetime is None else lifetime
    try:
        answer = _resolver().resolve(f"{name}.", "TXT", lifetime=limit, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.Timeout:
        raise Silent from None
    except (dns.exception.DNSException, OSError, ValueError):
        raise Unclear from None
    return [b"".join(record.strings) for record in islice(answer, MOST_READ)]


def _resolver() -> dns.resolver.Resolver:
    """Asks the servers of the settings; without any, those of the machine."""
    if not settings.DNS_SERVERS:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [_server(one) for one in settings.DNS_SERVERS]
    return resolver


def _server(written: str) -> dns.nameserver.Nameserver:
    """From "192.0.2.1", "192.0.2.1:5353" or "[2001:db8::1]:5353"."""
    host, sign, port = written.rpartition(":")
    try:
        return dns.nameserver.Do53Nameserver(str(ipaddress.ip_address(written)))
    except ValueError:
        address = host.strip("[]") if sign else written
        return dns.nameserver.Do53Nameserver(address, int(port) if sign else 53)
