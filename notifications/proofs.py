"""Whether the world can know that our letters are ours: reads what the domain that sends them says of itself (SPF, DKIM, DMARC)."""

import base64
import binascii
import ipaddress
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from django.utils.translation import gettext as _

from common import txt_records

SILENT, UNCLEAR = "silent", "unclear"
MOST_LOOKUPS = 10  # of one SPF record (RFC 7208)
TERM = re.compile(
    r"[+~?-]?(all|(include|exists):\S+|(a|mx|ptr)([:/]\S+)?|ip[46]:\S+)|(redirect|exp)=\S+|[a-z][\w.-]*=\S*",
    re.IGNORECASE,
)
ASKS_THE_DNS = re.compile(r"[+~?-]?(include:|exists:|a\b|mx\b|ptr\b)|redirect=", re.IGNORECASE)
EXAMPLE_KEY = "v=DKIM1; k=rsa; p=MIIBIjANBgkq…"

type Texts = list[str] | str
"""The records of a name, or SILENT or UNCLEAR."""


@dataclass(frozen=True)
class Finding:
    """What one of the three says today; `line` is what to give to whoever holds the domain, if something is missing."""

    what: str
    name: str
    tone: str  # "green", "amber", "red", as the looks have them
    said: str
    found: str = ""
    line: str = ""

    @property
    def label(self) -> str:
        return {"green": _("In order"), "red": _("To put right")}.get(self.tone, _("To look at"))

    @property
    def icon(self) -> str:
        return {"green": "check-circle", "red": "exclamation-octagon"}.get(
            self.tone, "exclamation-circle"
        )


# --- looking ---------------------------------------------------------------------------------
def names() -> list[str]:
    """Of the records that are read."""
    domain, selector = settings.MAIL_DOMAIN, settings.DKIM_SELECTOR
    keys = [f"{selector}._domainkey.{domain}"] if selector else []
    return [domain, *keys, *(f"_dmarc.{one}" for one in _up(domain))]


def _up(domain: str) -> Iterator[str]:
    """The domain, and that of its organisation: which one it is, nobody knows without a list, so all with a dot, three at most."""
    parts = domain.split(".")
    for start in range(max(1, min(3, len(parts) - 1))):
        yield ".".join(parts[start:])


def asked() -> dict[str, Texts]:
    """What the DNS says of these names; all of it takes LIFETIME at most."""
    until = time.monotonic() + txt_records.LIFETIME
    return {name: _texts(name, until - time.monotonic()) for name in names()}


def _texts(name: str, left: float) -> Texts:
    try:
        found = txt_records.of(name, lifetime=left) if left > 0 else None
    except txt_records.Silent:
        return SILENT
    except txt_records.Unclear:
        return UNCLEAR
    return SILENT if found is None else [one.decode("utf-8", "replace") for one in found]


def written(text: str) -> dict[str, Texts]:
    """The same from a file, as `dig` and zones write it: name, TXT, texts between quotation marks."""
    known: dict[str, list[str]] = {name: [] for name in names()}
    for line in text.splitlines():
        before, sign, after = line.partition('"')
        words = before.split()
        if sign and "TXT" in map(str.upper, words):
            name = words[0].rstrip(".").lower()
            if name in known:
                parts = re.findall(r'"((?:[^"\\]|\\.)*)"', sign + after)
                known[name].append("".join(parts).replace('\\"', '"').replace("\\;", ";"))
    return dict(known)


# --- judging ---------------------------------------------------------------------------------
def findings(records: dict[str, Texts]) -> list[Finding]:
    return [_spf(records), _dkim(records), _dmarc(records)]


def _unknown(what: str, name: str, texts: str) -> Finding:
    said = {
        SILENT: _("The name server hasn’t answered: look again in a moment."),
        UNCLEAR: _("What answered isn’t clear: whoever holds the domain should look at its name server."),
    }  # fmt: skip
    return Finding(what, name, "amber", said[texts])


def _spf(records: dict[str, Texts]) -> Finding:
    domain = settings.MAIL_DOMAIN
    texts = records.get(domain, SILENT)
    if isinstance(texts, str):
        return _unknown("SPF", domain, texts)
    ours = [one for one in texts if one.lower().split(" ")[0] == "v=spf1"]
    tone, said = _spf_judged(ours, domain)
    line = "" if tone == "green" else f'{domain}. TXT "v=spf1 {_our_server()} ~all"'
    return Finding("SPF", domain, tone, said, "\n".join(ours), line)


def _spf_judged(ours: list[str], domain: str) -> tuple[str, str]:
    if not ours:
        return "red", _("Nothing says which servers may send for %(domain)s: many mailboxes put such letters with the junk.") % {"domain": domain}  # fmt: skip
    if len(ours) > 1:
        return "red", _("There are two of these records: mailboxes then count neither. Keep one, with all that is in both.")  # fmt: skip
    terms = ours[0].lower().split()[1:]
    if odd := [one for one in terms if not TERM.fullmatch(one)]:
        return "red", _("“%(words)s” can’t be read there, so that all of it counts for nothing.") % {"words": odd[0][:60]}  # fmt: skip
    if sum(bool(ASKS_THE_DNS.match(one)) for one in terms) > MOST_LOOKUPS:
        return "red", _(
            "It leads to more than ten other names, so that mailboxes stop reading: take some out."
        )
    if "all" in terms or "+all" in terms:
        return "red", _("It lets anybody send in your name: end it with “~all”.")
    if not [one for one in terms if not one.endswith("all") and not one.startswith("exp=")]:
        return "red", _("It says that nobody may send for %(domain)s.") % {"domain": domain}
    if not {"-all", "~all"} & {*terms} and not any(one.startswith("redirect=") for one in terms):
        return "amber", _(
            "It names servers, but doesn’t say that the others may not: end it with “~all”."
        )
    return "green", _(
        "It names who may send. Whether your mail server is among them, a test letter shows: spf=pass."
    )


def _our_server() -> str:
    """As an SPF record would name it; a provider that sends for others gives its own words instead."""
    host = settings.MAIL_SERVER["host"]
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return "mx" if host == "localhost" else f"a:{host}"
    return "mx" if number.is_loopback else f"ip{number.version}:{number}"


def _dkim(records: dict[str, Texts]) -> Finding:
    domain, selector = settings.MAIL_DOMAIN, settings.DKIM_SELECTOR
    name = f"{selector or 'SELECTOR'}._domainkey.{domain}"
    if not selector:
        said = _("The site doesn’t know under which name your mail server signs: in the source of a test letter, “DKIM-Signature” has “s=…”. Write it in .env as DKIM_SELECTOR. Without such a line nothing is signed: ask whoever runs the mail server.")  # fmt: skip
        return Finding("DKIM", name, "amber", said, line=f'{name}. TXT "{EXAMPLE_KEY}"')
    texts = records.get(name, SILENT)
    if isinstance(texts, str):
        return _unknown("DKIM", name, texts)
    keys = [one for one in texts if "p" in _tags(one)]
    tone, said = _dkim_judged(keys)
    line = "" if tone == "green" else f'{name}. TXT "{EXAMPLE_KEY}"'
    return Finding("DKIM", name, tone, said, "\n".join(keys), line)


def _dkim_judged(keys: list[str]) -> tuple[str, str]:
    if not keys:
        return "red", _("There is no key by which a signature could be checked. The mail server, or who sends for you, makes it and gives the whole line.")  # fmt: skip
    if len(keys) > 1:
        return "red", _(
            "There are two keys under one name: keep the one that the mail server signs with."
        )
    tags = _tags(keys[0])
    if not tags["p"]:
        return "red", _(
            "The key has been taken back (p= is empty): what is signed with it counts as false."
        )
    bits = _bits_of(tags["p"], tags.get("k", "rsa"))
    if not bits:
        return "red", _("The key can’t be read: it was probably cut where it was copied.")
    if bits < 1024:
        return "red", _("The key is too short (%(bits)s bits): mailboxes don’t count it. 2048 are usual.") % {"bits": bits}  # fmt: skip
    if "y" in tags.get("t", "").split(":"):
        return "amber", _("It is said to be on trial (t=y): mailboxes treat the letters as if nothing were signed.")  # fmt: skip
    return "green", _(
        "There is a key. Whether letters are signed with it, a test letter shows: dkim=pass."
    )


def _bits_of(key: str, kind: str) -> int:
    """How strong the key is; 0 for what isn't one."""
    try:
        raw = base64.b64decode("".join(key.split()), validate=True)
        if kind.lower() == "ed25519":
            return 2048 if len(raw) == 32 else 0
        loaded = load_der_public_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return 0
    return loaded.key_size if isinstance(loaded, rsa.RSAPublicKey) else 0


def _dmarc(records: dict[str, Texts]) -> Finding:
    domain = settings.MAIL_DOMAIN
    name = f"_dmarc.{domain}"
    ours: list[str] = []
    for one in _up(domain):
        texts = records.get(f"_dmarc.{one}", SILENT)
        if isinstance(texts, str):
            return _unknown("DMARC", f"_dmarc.{one}", texts)
        ours = [text for text in texts if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text.strip())]
        if ours:
            name = f"_dmarc.{one}"
            break
    tone, said = _dmarc_judged(ours)
    line = "" if tone == "green" else f'_dmarc.{domain}. TXT "v=DMARC1; p=none"'
    return Finding("DMARC", name, tone, said, "\n".join(ours), line)


def _dmarc_judged(ours: list[str]) -> tuple[str, str]:
    if not ours:
        return "red", _("Nothing says what to do with letters that only pretend to be yours: large mailboxes want it of whoever writes to many.")  # fmt: skip
    if len(ours) > 1:
        return "red", _("There are two of these records: mailboxes then count neither. Keep one.")
    asked = _tags(ours[0]).get("p", "").lower()
    if asked not in {"none", "quarantine", "reject"}:
        return "red", _(
            "It doesn’t say what to do (p=none, p=quarantine or p=reject), and counts for nothing."
        )
    if asked == "none":
        return "green", _("It is there, and only watches (p=none): enough for letters to arrive. Once SPF and DKIM pass, p=quarantine keeps others from using your name.")  # fmt: skip
    return "green", _(
        "It is there, and protects your name: what passes neither SPF nor DKIM is set aside."
    )


def _tags(record: str) -> dict[str, str]:
    pairs = (one.partition("=") for one in record.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}
