"""Asks the DNS for the TXT record by which an organisation shows that a domain is its own."""

from accounts.models import MailDomain
from common import txt_records

Seen = MailDomain.Seen


def look(domain: str, value: str) -> str:
    """What the DNS says today of the record that should hold this value: one of `MailDomain.Seen`. It never raises,
    and takes `txt_records.LIFETIME` at most."""
    try:
        texts = txt_records.of(f"{MailDomain.HOST}.{domain}")
    except txt_records.Silent:
        return Seen.SILENT
    except txt_records.Unclear:
        return Seen.BROKEN
    if not texts:
        return Seen.NOTHING
    wanted = value.encode()
    return Seen.FOUND if any(text.strip(b" \t\"'") == wanted for text in texts) else Seen.OTHER
