"""Asks the DNS for the TXT record by which an organisation shows that a domain is its own."""

import ipaddress
from itertools import islice

import dns.exception
import dns.nameserver
import dns.resolver
from django.conf import settings

from accounts.models import MailDomain

LIFETIME = 5  # seconds, for all that one question asks
MOST_READ = 50  # records
Seen = MailDomain.Seen


def look(domain: str, value: str) -> str:
    """What the DNS says today of the record that should hold this value: one of `MailDomain.Seen`. It never raises,
    and takes `LIFETIME` at most."""
    try:
        answer = _resolver().resolve(
            f"{MailDomain.HOST}.{domain}.", "TXT", lifetime=LIFETIME, search=False
        )
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Seen.NOTHING
    except dns.exception.Timeout:
        return Seen.SILENT
    except (dns.exception.DNSException, OSError, ValueError):
        return Seen.BROKEN
    texts = (b"".join(record.strings) for record in islice(answer, MOST_READ))
    wanted = value.encode()
    return Seen.FOUND if any(text.strip(b" \t\"'") == wanted for text in texts) else Seen.OTHER


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
